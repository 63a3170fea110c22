import Measuring

/// The figures that Symbology sets itself, by the part of `Benchmarks/run` that measures them.
enum Goals {
    static let byPart: [(part: String, goals: [Goal])] = [
        ("allocations", allocations), ("micro", lookups + records + images), ("replica", beside + replica + adoption),
        ("resolver", resolver), ("peers", roundTrips + batches), ("load", loads + memory), ("push", pushes + changes),
        ("tail", tails), ("idle", idle), ("subscribers", subscribers), ("instruments", instruments),
        ("marketdata", marketData), ("store", store),
    ]

    private static let small = 10_000
    private static let large = 1_000_000

    // MARK: - In the process

    private static let allocations = [
        ("snapshot", "in the snapshot"), ("resolver", "in the server"), ("client", "in the client"),
        ("replica", "in the replica"),
    ].map { key, place in
        Goal(
            what: "allocations", condition: "a million lookups \(place)", key: "allocations.\(key)", unit: "",
            bound: .atMost(0))
    }

    private static let lookups =
        lookups(
            what: "lookup in the process", prefix: "lookup",
            kinds: [("symbol", "symbol keys"), ("pair", "pair keys"), ("name", "unified names")])
        + [(small, 20.0), (large, 120)].map { size, bound in
            Goal(
                what: "lookup in the process", condition: "`String` keys, \(symbols(size))",
                key: "lookup.string.\(size)", unit: "ns", bound: .atMost(bound))
        }

    private static let replica = lookups(
        what: "lookup in the process, Replica", prefix: "replica",
        kinds: [("symbol", "symbol keys"), ("name", "unified names")])

    private static func lookups(what: String, prefix: String, kinds: [(key: String, name: String)]) -> [Goal] {
        kinds.flatMap { kind in
            let stem = "\(prefix).\(kind.key)"
            let hits = [(small, 15.0), (large, 100)].map { size, bound in
                Goal(
                    what: what, condition: "\(kind.name), hits alone, \(symbols(size))", key: "\(stem).hit.\(size)",
                    unit: "ns", bound: .atMost(bound))
            }
            let batches = [
                Goal(
                    what: what, condition: "\(kind.name), hits in batches, \(symbols(large))",
                    key: "\(stem).batch.\(large)", unit: "ns", bound: .atMost(15)),
                Goal(
                    what: what, condition: "\(kind.name), a batch over the limit, \(symbols(large))",
                    key: "\(stem).batchOverLimit.\(large)", unit: "×", bound: .shown,
                    besides: ["\(stem).batch.\(large)", "\(stem).batchLimit.\(large)"]),
            ]
            let misses = [small, large].map { size in
                Goal(
                    what: what, condition: "\(kind.name), a miss over a hit, \(symbols(size))",
                    key: "\(stem).missOverHit.\(size)", unit: "×", bound: .atMost(1),
                    besides: ["\(stem).miss.\(size)", "\(stem).hit.\(size)"])
            }
            return hits + batches + misses
        }
    }

    private static let beside = [
        ("snapshot", "snapshot", "snapshot.overBestStore"), ("replica", "replica", "replica.overBestStore"),
    ].flatMap { key, name, ratio in
        [(small, 0.8), (large, 0.9)].map { size, bound in
            Goal(
                what: "lookup in the process, beside peers",
                condition: "\(name), over the best of absl, std and LMDB, \(symbols(size))", key: "\(ratio).\(size)",
                unit: "×", bound: .atMost(bound),
                besides: ["\(key).symbol.hit.\(size)"]
                    + ["absl", "unordered", "lmdb"].map { "store.\($0).hit.\(size)" })
        }
    }

    private static let adoption =
        [small, large].map { size in
            Goal(
                what: "lookup in the process, Replica", condition: "symbol keys, over the snapshot, \(symbols(size))",
                key: "replica.overSnapshot.\(size)", unit: "×", bound: .atMost(1),
                besides: ["replica.symbol.hit.\(size)", "snapshot.symbol.hit.\(size)"])
        } + [
            // 1,000 lookups are few: the median of the rounds still moves by some percent.
            Goal(
                what: "an image just mapped", condition: "the first 1,000 lookups over later ones, \(symbols(large))",
                key: "first.overLater.\(large)", unit: "×", bound: .atMost(1.1),
                besides: ["first.lookup.\(large)", "later.lookup.\(large)"])
        ]

    private static let records = [(small, 25.0), (large, 130)].map { size, bound in
        Goal(
            what: "record of an id", condition: symbols(size), key: "lookup.id.hit.\(size)", unit: "ns",
            bound: .atMost(bound))
    }

    private static let images =
        [
            Goal(
                what: "rewriting the image", condition: "100 changed rows, no changed key, \(symbols(large))",
                key: "image.rewrite.\(large)", unit: "ms", bound: .atMost(100))
        ]
        + [(small, 1.0), (large, 60)].map { size, bound in
            Goal(
                what: "start from an image file", condition: "open to first answer, \(symbols(size))",
                key: "image.open.\(size)", unit: "ms", bound: .atMost(bound))
        }

    // MARK: - The server

    private static let resolver = [(small, Goal.Bound.shown), (large, .atMost(12))].map { size, bound in
        Goal(
            what: "batch of 1,024 in the server", condition: "a lookup without sockets, \(symbols(size))",
            key: "resolver.\(size)", unit: "ns", bound: bound, besides: ["resolver.limit.\(size)"])
    }

    private static let transports = [("unix", "Unix socket"), ("tcp", "TCP")]

    private static let roundTrips = [("spin", "busy-polling"), ("sleep", "sleeping")].flatMap { mode, modeName in
        transports.map { transport, name in
            Goal(
                what: "one round trip, \(modeName)", condition: "\(name), over the limit's",
                key: "depth1.\(transport).\(mode).timeOver.limit", unit: "×", bound: .atMost(1.10),
                besides: ["depth1.\(transport).\(mode).time"])
        }
    }

    /// Over TCP the limit itself is no more than some five times Redis.
    private static let batches = zip(transports, [(0.80, Goal.Bound.atLeast(6.5)), (0.85, .shown)])
        .flatMap { transport, bounds in
            [
                Goal(
                    what: "batch of 1,024, busy-polling", condition: "\(transport.1), of the limit's rate",
                    key: "depth1024.\(transport.0).spin.rateOver.limit", unit: "×", bound: .atLeast(bounds.0),
                    besides: ["rate", "timeOver.limit"].map { "depth1024.\(transport.0).spin.\($0)" }),
                Goal(
                    what: "batch of 1,024, busy-polling", condition: "\(transport.1), of Redis MGET's rate",
                    key: "depth1024.\(transport.0).spin.rateOver.redis", unit: "×", bound: bounds.1),
            ]
        }

    private static let loads = [small, 100_000, large].map { size in
        Goal(
            what: "load", condition: "\(symbols(size)), over a bare COPY", key: "load.overCopy.\(size)", unit: "×",
            bound: size == 100_000 ? .shown : .atMost(2), besides: ["load.\(size)", "copy.\(size)"])
    }

    private static let memory =
        [(small, 3.4), (large, 340)].map { size, bound in
            Goal(
                what: "memory of the image", condition: symbols(size), key: "memory.image.\(size)", unit: "MB",
                bound: .atMost(bound), besides: ["memory.resident.\(size)"])
        } + [
            Goal(
                what: "memory of the server", condition: "anonymous, \(symbols(small))",
                key: "memory.anonymous.\(small)", unit: "MB", bound: .atMost(7),
                besides: ["resident", "proportional"].map { "memory.\($0).\(small)" }),
            Goal(
                what: "memory of the server", condition: "peak of a load, \(symbols(large))",
                key: "memory.peak.\(large)", unit: "MB", bound: .atMost(520)),
        ]

    private static let pushes =
        [small, large].map { size in
            Goal(
                what: "change to push", condition: "p99 over that of a bare NOTIFY, \(symbols(size))",
                key: "push.p99.overNotify.\(size)", unit: "×", bound: .atMost(3),
                besides: ["push.p99.\(size)", "notify.p99.\(size)"])
        } + [
            Goal(
                what: "change to push", condition: "p50 at 1,000,000 symbols over that at 10,000",
                key: "push.p50.overSmallest.\(large)", unit: "×", bound: .atMost(1.3),
                besides: ["push.p50.\(large)", "push.p50.\(small)"])
        ]

    private static let changes = [small, 100_000, large].map { size in
        Goal(
            what: "a change of one row", condition: "the server's work, \(symbols(size))", key: "change.server.\(size)",
            unit: "µs", bound: .atMost(200))
    }

    private static let tails = [small, large].map { size in
        Goal(
            what: "lookups while tables change",
            condition: "250 changes/s, \(symbols(size)), p99.9 over a calm server's",
            key: "tail.p99.9.overCalm.\(size)", unit: "×", bound: .atMost(1.2),
            alternative: Goal.Alternative(key: "tail.p99.9.\(size)", unit: "µs", bound: .atMost(1_000)),
            besides: ["tail", "tail.calm", "tail.elsewhere"].map { "\($0).p99.9.\(size)" })
    }

    private static let idle = [
        Goal(
            what: "10,000 idle connections", condition: "resident memory each", key: "idle.resident", unit: "bytes",
            bound: .atMost(1_024), besides: ["idle.anonymous"])
    ]

    private static let subscribers = [
        Goal(
            what: "5,000 subscribers, 10 changes/s", condition: "p99 of lookups, over that without subscribers",
            key: "fanOut.p99.overAlone", unit: "×", bound: .atMost(1.5),
            besides: ["fanOut.beside.p99", "fanOut.alone.p99"]),
        Goal(
            what: "5,000 subscribers, 10 changes/s", condition: "the last one has a change, p99",
            key: "fanOut.last.p99", unit: "µs", bound: .shown),
        Goal(
            what: "5,000 subscribers that read nothing", condition: "growth of the server", key: "stuck.growth",
            unit: "MB", bound: .atMost(64)),
        Goal(
            what: "5,000 subscribers that read nothing", condition: "longest lookup while all are cut",
            key: "stuck.cut.worst", unit: "ms", bound: .atMost(50), besides: ["stuck.filling.worst"]),
    ]

    private static let instruments =
        [("spot", "1,000,000 spot symbols, all names", 340.0), ("options", "900,000 options and 100,000 spot", 400)]
        .map { shape, condition, bound in
            Goal(
                what: "memory of the image", condition: condition, key: "memory.image.\(shape)", unit: "MB",
                bound: .atMost(bound), besides: ["memory.resident.\(shape)"])
        }
        + [1, 1_024].map { depth in
            Goal(
                what: "lookup by unified name",
                condition: depth == 1 ? "one round trip, over one by string" : "batch of 1,024, over one by string",
                key: "names.timeOverString.\(depth)", unit: "×", bound: .atMost(1.1),
                besides: ["names.name.\(depth)", "names.string.\(depth)"])
        }
        + [
            Goal(
                what: "lookup by code", condition: "one round trip, over one by string", key: "codes.timeOverString.1",
                unit: "×", bound: .atMost(1.1), besides: ["names.code.1", "names.code.1024"]),
            Goal(
                what: "import", condition: "100,000 new rows", key: "import.new", unit: "s", bound: .atMost(5),
                besides: ["import.copy"]),
            Goal(
                what: "20,000 symbols expire in one second", condition: "p99.9 of lookups in that second",
                key: "expiry.p99.9", unit: "µs", bound: .atMost(1_000), besides: ["expiry.control.p99.9"]),
            Goal(
                what: "20,000 symbols expire in one second", condition: "pushes", key: "expiry.pushes", unit: "",
                bound: .atMost(1)),
        ]

    private static let marketData =
        [("closed", "partitions built aside", 150_000.0), ("live", "the live partition", 40_000)]
        .map { kind, condition, bound in
            Goal(
                what: "backfill", condition: condition, key: "carry.\(kind)", unit: "rows/s", bound: .atLeast(bound),
                besides: ["carry.\(kind).bare"])
        }
        + [("closed", "partitions built aside"), ("live", "the live partition")].flatMap { kind, condition in
            [
                Goal(
                    what: "WAL of a backfill", condition: "a row, \(condition)", key: "carry.\(kind).wal",
                    unit: "bytes", bound: .shown),
                Goal(
                    what: "memory of a backfill", condition: condition, key: "carry.\(kind).peak", unit: "MB",
                    bound: .atMost(32)),
            ]
        }
        + [
            Goal(
                what: "a writer with the mirror", condition: "1-row INSERTs, over those without",
                key: "mirror.withOverWithout", unit: "×", bound: .atLeast(0.45),
                besides: ["mirror.with", "mirror.without"]),
            Goal(
                what: "a writer beside a backfill", condition: "its longest wait, above that beside a bare copy",
                key: "stall.backfill.above", unit: "ms", bound: .atMost(150),
                besides: ["stall.backfill", "stall.backfill.control"]),
        ]
        + [("legacy", "of the legacy table"), ("symbols", "of `symbols`")].map { key, name in
            Goal(
                what: "partitions beside a reader of 3 s", condition: "longest wait of a writer \(name)",
                key: "stall.partitions.\(key)", unit: "ms", bound: .atMost(50),
                besides: ["stall.partitions.\(key).control"])
        }

    private static let store =
        [
            Goal(
                what: "rows into the store", condition: "over a bare COPY", key: "store.insert.overBare", unit: "×",
                bound: .atLeast(0.8), besides: ["store.insert", "store.insert.bare"])
        ]
        + [
            ("latest", "newest quote of 5,000 symbols, 100 partitions", 100.0),
            ("arbitrage", "arbitrage, 5,000 symbols", 15), ("balances", "newest balances", 5),
            ("orders", "executions of a symbol", 10),
        ].map { key, condition, bound in
            Goal(
                what: "query of the store", condition: condition, key: "store.\(key)", unit: "ms",
                bound: .atMost(bound), besides: ["store.\(key).bare"])
        }

    private static func symbols(_ count: Int) -> String { "\(grouped(count)) symbols" }
}
