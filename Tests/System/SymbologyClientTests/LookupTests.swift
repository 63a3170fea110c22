import LookupServer
import ReferenceData
import SymbologyClient
import TestSupport
import Testing

/// Every answer over both kinds of socket is the one the snapshot gives in the process.
@Suite struct LookupTests {
    let snapshot = Tables.snapshot()

    private func overBoth(
        _ adjust: (inout LookupServerConfiguration) -> Void = { _ in },
        _ body: (LookupClient, SnapshotResolver) throws -> Void
    ) throws {
        let fixture = try ServerFixture(snapshot, adjust)
        for address in [fixture.unix, fixture.tcp] {
            try body(try LookupClient(address, options: ServerFixture.options()), SnapshotResolver(snapshot))
        }
    }

    /// A Kelvin sign is no K, although Swift's strings call the two equal.
    @Test func codesAndAssetsAreToldApartByTheirBytes() throws {
        var (plain, kelvin) = (Tables.symbol(4, exchangeId: 1), Tables.symbol(8, exchangeId: 1))
        (plain.baseAsset, kelvin.baseAsset) = (AssetText("K")!, AssetText("\u{212A}")!)
        (plain.quoteAsset, kelvin.quoteAsset) = (AssetText("A")!, AssetText("A")!)
        let content = ReferenceContent(exchanges: [Tables.exchange(1, "OKX_SPOT")], symbols: [plain, kelvin])
        let snapshot = Snapshot.build(content, epoch: 7, generation: 3, databaseSnapshot: "")
        let fixture = try ServerFixture(snapshot) { $0.limits.listPageMax = 1 }
        let client = try LookupClient(fixture.unix, options: ServerFixture.options())
        #expect(try client.resolve(exchange: "OKX_SPOT", symbol: "C1_USDT").symbolId == 4)
        #expect(try client.resolve(exchange: "O\u{212A}X_SPOT", symbol: "C1_USDT").status == .unknownExchange)
        let assets = try client.assets(exchange: nil, activeOnly: false).rows.map { Array($0.asset.utf8) }
        #expect(assets == ["A", "K", "\u{212A}"].map { Array($0.utf8) })
    }

    @Test func resolvesByTextAsTheSnapshotDoes() throws {
        let exchanges = ["ALPHA_SPOT", "alpha_spot", "GONE_FUTURES", "NOWHERE", "é"]
        let symbols = ["C1_USDT", "C7_USDT", "NONE_USDT", "c1_usdt", "币安", String(repeating: "x", count: 51), ""]
        try overBoth { (client, resolver) throws in
            for exchange in exchanges {
                for symbol in symbols {
                    let answer = try client.resolve(exchange: exchange, symbol: symbol)
                    #expect(answer == resolver.resolve(exchange: exchange, symbol: symbol), "\(exchange) \(symbol)")
                }
                #expect(
                    try client.resolve(exchange: exchange, symbols: symbols)
                        == symbols.map { resolver.resolve(exchange: exchange, symbol: $0) }, "\(exchange)")
                let keys = symbols.compactMap { CodeKey(code: exchange, symbol: $0) }
                #expect(keys.count == symbols.count - 2)
                #expect(
                    try client.resolve(keys)
                        == keys.map { resolver.resolve(exchange: exchange, symbol: $0.symbol.description) })
                for base in ["C1", "C7", "NONE", "", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"] {
                    let answer = try client.resolve(exchange: exchange, base: base, quote: "USDT")
                    #expect(answer == resolver.resolve(exchange: exchange, base: base, quote: "USDT"), "\(base)")
                }
            }
        }
    }

    @Test func aCodeAndASymbolAreOneFrame() throws {
        let server = Hostile.server { Reply.resolution($0) }
        let client = try LookupClient(server.address, options: Hostile.options())
        #expect(try client.resolve(exchange: "ALPHA_SPOT", symbol: "C1_USDT").symbolId == 5)
        #expect(CodeKey(code: "", symbol: "C1_USDT") == nil && CodeKey(code: "A\0", symbol: "C1_USDT") == nil)
    }

    @Test func resolvesPreparedKeysOneByOneAndInBatches() throws {
        let keys =
            Tables.keys() + [SymbolKey(exchangeId: 1, symbol: "NONE")!, SymbolKey(exchangeId: 99, symbol: "C1_USDT")!]
        let pairs = Tables.keys().map { key in
            PairKey(exchangeId: key.exchangeId, base: key.symbol.description.dropLast(5).description, quote: "USDT")!
        }
        let expected = keys.map { snapshot.resolve($0) }
        #expect(expected.prefix(400).allSatisfy { $0.symbolId != 0 })
        try overBoth { (client, _) throws in
            #expect(try keys.map { try client.resolve($0) } == expected)
            #expect(try client.resolve(keys) == expected)
            #expect(try client.resolve(pairs) == pairs.map { snapshot.resolve($0) })
            #expect(try pairs.map { try client.resolve($0) } == pairs.map { snapshot.resolve($0) })
            #expect(try client.resolve([SymbolKey]()).isEmpty)
        }
    }

    @Test func batchesLargerThanWindowAndBatchGoThrough() throws {
        let keys = (0..<10).flatMap { _ in Tables.keys() }
        let expected = keys.map { snapshot.resolve($0) }
        for (window, batch) in [(1, 4_096), (2, 3), (7, 100), (64, 1_000), (4_096, 65_536)] {
            let narrow = { (configuration: inout LookupServerConfiguration) in
                configuration.limits.requestsInFlightMax = window
                configuration.limits.batchCountMax = batch
            }
            try overBoth(narrow) { (client, _) throws in
                #expect(client.welcome?.windowCountMax == window)
                let answers = try client.resolve(keys)
                #expect(answers == expected, "window \(window), batch \(batch)")
            }
        }
    }

    @Test func theCallersBufferIsFilled() throws {
        try overBoth { (client, _) throws in
            let keys = Tables.keys()
            var results = [SymbolResolution](
                repeating: SymbolResolution(status: .malformed, generation: 0), count: keys.count + 1)
            var span = results.mutableSpan
            let generation = try client.resolve(keys.span, into: &span)
            #expect(generation == snapshot.generation)
            #expect(Array(results.prefix(keys.count)) == keys.map { snapshot.resolve($0) })
            #expect(results.last?.status == .malformed)
        }
    }

    @Test func bytesThatAreNoTextAreMalformedAndHarmNobody() throws {
        let bad = [UInt8](repeating: 0xFF, count: 3).withUnsafeBytes { SymbolKey(exchangeId: 1, utf8: $0)! }
        let good = Tables.keys()[0]
        try overBoth { (client, _) throws in
            #expect(try client.resolve(bad).status == .malformed)
            let answers = try client.resolve([good, bad, good])
            #expect(answers.map(\.status) == [.ok, .malformed, .ok])
        }
    }

    @Test func recordsAndExchangesComeWhole() throws {
        try overBoth { (client, resolver) throws in
            for id: UInt32 in [0, 4, 5, 13, 403, 404, .max] {
                #expect(try client.symbol(id: id) == resolver.symbol(id: id), "\(id)")
            }
            for id: UInt16 in [0, 1, 2, 3, 4, 5, .max] {
                #expect(try client.exchange(id: id) == resolver.exchange(id: id), "\(id)")
            }
            for code in ["ALPHA_SPOT", "gone_futures", "NOWHERE"] {
                #expect(try client.exchange(code: code) == resolver.exchange(code: code), "\(code)")
            }
            for (type, activeOnly) in [(nil, false), (nil, true), (MarketType.spot, false), (.options, true)] {
                #expect(
                    try client.exchanges(marketType: type, activeOnly: activeOnly)
                        == resolver.exchanges(marketType: type, activeOnly: activeOnly))
            }
        }
    }

    @Test func listsArePagedAndWhole() throws {
        let narrow = { (configuration: inout LookupServerConfiguration) in configuration.limits.listPageMax = 7 }
        try overBoth(narrow) { (client, resolver) throws in
            for (exchange, activeOnly, after, limit) in [
                (nil, false, 0, Int.max), ("BETA_FUTURES", true, 0, Int.max), (nil, false, 100, 50),
                (nil, true, 390, 7),
                ("NOWHERE", false, 0, 10), (nil, false, 403, 10),
            ] as [(String?, Bool, UInt32, Int)] {
                let page = try client.symbols(
                    exchange: exchange, activeOnly: activeOnly, afterSymbolId: after, limit: limit)
                let expected = resolver.symbols(
                    exchange: exchange, activeOnly: activeOnly, afterSymbolId: after, limit: min(limit, 1_000))
                #expect(page == expected, "\(exchange ?? "all") after \(after)")
            }
        }
    }

    /// A page that looked at as many rows as one request may, and found none, is not the end of the list.
    @Test func listsGoOnBehindPagesThatFoundNothing() throws {
        let fixture = try ServerFixture(snapshot) { $0.limits.examinedCountMax = 16 }
        let client = try LookupClient(fixture.unix, options: ServerFixture.options())
        let expected = SnapshotResolver(snapshot)
        for exchange in [nil, "ALPHA_SPOT", "GONE_FUTURES"] {
            for activeOnly in [false, true] {
                let page = try client.symbols(exchange: exchange, activeOnly: activeOnly)
                let all = expected.symbols(exchange: exchange, activeOnly: activeOnly, afterSymbolId: 0, limit: .max)
                #expect(page == all, "\(exchange ?? "every exchange"), active only: \(activeOnly)")
            }
        }
        let some = try client.symbols(exchange: nil, activeOnly: true, afterSymbolId: 9, limit: 30)
        #expect(some == expected.symbols(exchange: nil, activeOnly: true, afterSymbolId: 9, limit: 30))
    }

    @Test func findsAndSearches() throws {
        try overBoth { (client, resolver) throws in
            #expect(try client.find(base: "C9", quote: "USDT") == resolver.find(base: "C9", quote: "USDT"))
            #expect(try client.find(base: "C9", quote: "USDT").rows.count == 4)
            #expect(try client.find(base: "NONE", quote: "USDT") == Page())
            for (text, mode, exchange) in [
                ("c1", SearchMode.prefix, nil), ("7_us", .substring, "ALPHA_SPOT"), ("USDT", .prefix, "NOWHERE"),
            ] as [(String, SearchMode, String?)] {
                #expect(
                    try client.search(text, mode: mode, exchange: exchange, limit: 20)
                        == resolver.search(text, mode: mode, exchange: exchange, limit: 20), "\(text)")
            }
            #expect(try client.search("", mode: .prefix, exchange: nil, limit: 5).status == .malformed)
            #expect(resolver.search("", mode: .prefix, exchange: nil, limit: 5).status == .malformed)
            for name in ["", "A\0", String(repeating: "x", count: 26)] {
                #expect(try client.find(base: name, quote: "USDT").status == .malformed)
                #expect(resolver.find(base: name, quote: "USDT").status == .malformed)
            }
            let long = String(repeating: "x", count: 26)
            #expect(try client.assets(exchange: "ALPHA_SPOT", activeOnly: false, after: long).status == .malformed)
            #expect(resolver.assets(exchange: "ALPHA_SPOT", activeOnly: false, after: long).status == .malformed)
        }
    }

    @Test func theServerDescribesItself() throws {
        try overBoth { (client, _) throws in
            let welcome = try #require(client.welcome)
            #expect(welcome.environment == "test" && welcome.serverVersion == "0.1.0" && welcome.epoch == 7)
            try client.ping()
            _ = try client.resolve(Tables.keys())
            let status = try client.status()
            #expect(status.symbolCount == 400 && status.exchangeCount == 4 && status.exchangeActiveCount == 3)
            #expect(status.generation == 3 && status.clientCount >= 1 && status.lookupCount >= 400)
            #expect(status.databaseSnapshot == "100:200:150" && !status.isDatabaseSnapshotCut)
            #expect(try client.image() == nil)
        }
    }

    @Test func aServerThatHasNotLoadedSaysSo() throws {
        let fixture = try ServerFixture(Snapshot.empty(epoch: 9))
        let client = try LookupClient(fixture.unix, options: ServerFixture.options())
        #expect(try client.resolve(exchange: "ALPHA_SPOT", symbol: "C1_USDT").status == .notLoaded)
        #expect(try client.symbol(id: 1).status == .notLoaded)
        #expect(try client.symbols(exchange: nil, activeOnly: false).status == .notLoaded)
        #expect(try client.exchanges(marketType: nil, activeOnly: false) == Page(status: .notLoaded))
        #expect(try client.find(base: "A", quote: "B") == Page(status: .notLoaded))
        #expect(throws: ClientError.notLoaded(fixture.unix)) { try client.symbolListing() }
    }

    @Test func aPairOnMoreExchangesThanAPageComesWhole() throws {
        let fixture = try ServerFixture(snapshot) { $0.limits.listPageMax = 3 }
        let client = try LookupClient(fixture.unix, options: ServerFixture.options())
        #expect(
            try client.find(base: "C9", quote: "USDT") == SnapshotResolver(snapshot).find(base: "C9", quote: "USDT"))
        #expect(try client.find(base: "C9", quote: "USDT").rows.count == 4)
    }

    @Test func anotherEnvironmentIsRefused() throws {
        let fixture = try ServerFixture(snapshot)
        for address in [fixture.unix, fixture.tcp] {
            let error = #expect(throws: ClientError.self) {
                _ = try LookupClient(address, options: ClientOptions(environment: "production"))
            }
            guard case .environmentMismatch(address, expected: "production", _)? = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    @Test func busyPollingAnswersTheSame() throws {
        let fixture = try ServerFixture(snapshot)
        let client = try LookupClient(fixture.unix, options: ServerFixture.options { $0.isBusyPolling = true })
        #expect(try client.resolve(Tables.keys()) == Tables.keys().map { snapshot.resolve($0) })
    }
}
