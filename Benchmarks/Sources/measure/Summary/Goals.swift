/// The figures that Symbology sets itself, in the order of its design.
enum Goals {
    static let all: [Goal] =
        lookups + replica + allocations + roundTrips + batches + loads + images + pushes + tails + idle
        + instruments

    private static let lookups =
        lookups(
            what: "lookup in the process", prefix: "lookup",
            kinds: [("symbol", "symbol keys"), ("pair", "pair keys"), ("name", "unified names")])
        + [10_000, 1_000_000].map { size in
            Goal(
                what: "lookup in the process", condition: "`String` keys, \(symbols(size))",
                key: "lookup.string.\(size)", unit: "ns", bound: .shown)
        }

    private static let replica = lookups(
        what: "lookup in the process, Replica", prefix: "replica",
        kinds: [("symbol", "symbol keys"), ("name", "unified names")])

    private static func lookups(what: String, prefix: String, kinds: [(key: String, name: String)]) -> [Goal] {
        kinds.flatMap { kind in
            let stem = "\(prefix).\(kind.key)"
            return [
                Goal(
                    what: what, condition: "\(kind.name), hits, 10,000 symbols", key: "\(stem).hit.10000", unit: "ns",
                    bound: .atMost(15)),
                Goal(
                    what: what, condition: "\(kind.name), hits alone, 1,000,000 symbols", key: "\(stem).hit.1000000",
                    unit: "ns", bound: .atMost(100)),
                Goal(
                    what: what, condition: "\(kind.name), hits in batches, 1,000,000 symbols",
                    key: "\(stem).batch.1000000", unit: "ns", bound: .atMost(50), stretch: .atMost(40)),
            ]
                + [10_000, 1_000_000].map { size in
                    Goal(
                        what: what, condition: "\(kind.name), a miss over a hit, \(symbols(size))",
                        key: "\(stem).missOverHit.\(size)", unit: "×", bound: .atMost(1),
                        besides: ["\(stem).miss.\(size)", "\(stem).hit.\(size)"])
                }
        }
    }

    private static let allocations = [
        ("snapshot", "in the snapshot"), ("resolver", "in the server"), ("client", "in the client"),
        ("replica", "in the replica"),
    ].map { key, place in
        Goal(
            what: "allocations", condition: "a million lookups \(place)", key: "allocations.\(key)", unit: "",
            bound: .atMost(0))
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

    private static let batches = transports.flatMap { transport, name in
        [
            Goal(
                what: "batch of 1,024, busy-polling", condition: "\(name), of the limit's rate",
                key: "depth1024.\(transport).spin.rateOver.limit", unit: "×", bound: .atLeast(0.60),
                stretch: .atLeast(0.75),
                besides: ["depth1024.\(transport).spin.rate", "depth1024.\(transport).spin.timeOver.limit"]),
            Goal(
                what: "batch of 1,024, busy-polling", condition: "\(name), of Redis MGET's rate",
                key: "depth1024.\(transport).spin.rateOver.redis", unit: "×", bound: .atLeast(6)),
        ]
    }

    private static let loads = [10_000, 100_000, 1_000_000].map { size in
        Goal(
            what: "load", condition: "\(symbols(size)), over a bare COPY", key: "load.overCopy.\(size)", unit: "×",
            bound: size == 100_000 ? .shown : .atMost(2), besides: ["load.\(size)", "copy.\(size)"])
    }

    private static let images =
        [(10_000, 2.0), (1_000_000, 100)].map { size, bound in
            Goal(
                what: "start from an image file", condition: "open to first answer, \(symbols(size))",
                key: "image.open.\(size)", unit: "ms", bound: .atMost(bound))
        }
        + [(10_000, 4.0), (1_000_000, 400)].map { size, bound in
            Goal(
                what: "memory of the image", condition: symbols(size), key: "memory.image.\(size)", unit: "MB",
                bound: .atMost(bound), besides: ["memory.resident.\(size)"])
        }

    private static let pushes = [
        Goal(
            what: "change to push", condition: "10,000 symbols, p99 over that of a bare NOTIFY",
            key: "push.p99.overNotify.10000", unit: "×", bound: .atMost(4),
            besides: ["push.p99.10000", "notify.p99.10000"]),
        Goal(
            what: "change to push", condition: "1,000,000 symbols, p99", key: "push.p99.1000000", unit: "ms",
            bound: .atMost(50), besides: ["notify.p99.1000000"]),
    ]

    private static let tails = [10_000, 1_000_000].map { size in
        Goal(
            what: "lookups while snapshots are replaced",
            condition: "\(symbols(size)), p99.9 over the control's", key: "tail.p99.9.overControl.\(size)", unit: "×",
            bound: .atMost(1.2), besides: ["tail.p99.9.\(size)", "tail.control.p99.9.\(size)"])
    }

    private static let idle = [
        Goal(
            what: "10,000 idle connections", condition: "resident memory each", key: "idle.resident", unit: "bytes",
            bound: .atMost(2_048), besides: ["idle.anonymous"])
    ]

    private static let instruments =
        [("spot", "1,000,000 spot symbols, all names"), ("options", "900,000 options and 100,000 spot, all names")]
        .map { shape, condition in
            Goal(
                what: "memory of the image", condition: condition, key: "memory.image.\(shape)", unit: "MB",
                bound: .atMost(400), besides: ["memory.resident.\(shape)"])
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
                what: "import", condition: "100,000 new rows", key: "import.new", unit: "s", bound: .atMost(5),
                besides: ["import.copy"]),
            Goal(
                what: "20,000 symbols expire in one second", condition: "p99.9 of lookups in that second",
                key: "expiry.p99.9", unit: "µs", bound: .atMost(1_000), besides: ["expiry.control.p99.9"]),
            Goal(
                what: "20,000 symbols expire in one second", condition: "pushes", key: "expiry.pushes", unit: "",
                bound: .atMost(1)),
        ]

    private static func symbols(_ count: Int) -> String {
        count == 10_000 ? "10,000 symbols" : count == 100_000 ? "100,000 symbols" : "1,000,000 symbols"
    }
}
