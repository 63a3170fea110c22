import ReferenceData
import SymbologyClient
import TestSupport
import Testing

/// A resolver that fails as it is told, or answers from a snapshot.
private final class MoodyResolver: SymbolResolving {
    enum Mood: Error, Hashable { case away, wrongEnvironment }
    typealias Failure = Mood

    var mood: Mood?
    var snapshot: SnapshotResolver
    private(set) var questionCount = 0

    init(_ snapshot: Snapshot) { self.snapshot = SnapshotResolver(snapshot) }

    private func answer<Value>(_ body: (SnapshotResolver) -> Value) throws(Mood) -> Value {
        questionCount += 1
        if let mood { throw mood }
        return body(snapshot)
    }

    func resolve(exchange: String, symbol: String) throws(Mood) -> SymbolResolution {
        try answer { $0.resolve(exchange: exchange, symbol: symbol) }
    }

    func resolve(exchange: String, base: String, quote: String) throws(Mood) -> SymbolResolution {
        try answer { $0.resolve(exchange: exchange, base: base, quote: quote) }
    }

    func resolve(exchange: String, unifiedName: String) throws(Mood) -> SymbolResolution {
        try answer { $0.resolve(exchange: exchange, unifiedName: unifiedName) }
    }

    func exchange(code: String) throws(Mood) -> ExchangeLookup { try answer { $0.exchange(code: code) } }

    func exchange(id: UInt16) throws(Mood) -> ExchangeLookup { try answer { $0.exchange(id: id) } }

    func exchanges(marketType: MarketType?, activeOnly: Bool) throws(Mood) -> ExchangePage {
        try answer { $0.exchanges(marketType: marketType, activeOnly: activeOnly) }
    }

    func symbol(id: UInt32) throws(Mood) -> SymbolLookup { try answer { $0.symbol(id: id) } }

    func symbols(
        exchange: String?, activeOnly: Bool, afterSymbolId: UInt32, limit: Int
    ) throws(Mood) -> SymbolPage {
        try answer {
            $0.symbols(exchange: exchange, activeOnly: activeOnly, afterSymbolId: afterSymbolId, limit: limit)
        }
    }

    func find(
        base: String, quote: String, kinds: InstrumentKinds, activeOnly: Bool, afterSymbolId: UInt32, limit: Int
    ) throws(Mood) -> SymbolPage {
        try answer {
            $0.find(
                base: base, quote: quote, kinds: kinds, activeOnly: activeOnly, afterSymbolId: afterSymbolId,
                limit: limit)
        }
    }

    func contracts(
        exchange: String?, base: String, quote: String, kinds: InstrumentKinds, expiresFrom: Timestamp,
        expiresTo: Timestamp, activeOnly: Bool, afterSymbolId: UInt32, limit: Int
    ) throws(Mood) -> SymbolPage {
        try answer {
            $0.contracts(
                exchange: exchange, base: base, quote: quote, kinds: kinds, expiresFrom: expiresFrom,
                expiresTo: expiresTo, activeOnly: activeOnly, afterSymbolId: afterSymbolId, limit: limit)
        }
    }

    func search(
        _ text: String, mode: SearchMode, exchange: String?, activeOnly: Bool, limit: Int
    ) throws(Mood) -> SymbolPage {
        try answer { $0.search(text, mode: mode, exchange: exchange, activeOnly: activeOnly, limit: limit) }
    }
}

@Suite("Fallback to another resolver")
struct FallbackResolverTests {
    private final class Clock { var now: UInt64 = 5 }

    private let clock = Clock()
    private let server = MoodyResolver(Tables.snapshot(generation: 3))
    private let database = MoodyResolver(Tables.snapshot(generation: 9))

    private func makeResolver() -> FallbackResolver<MoodyResolver, MoodyResolver> {
        let (server, database, clock) = (server, database, clock)
        var resolver = FallbackResolver<MoodyResolver, MoodyResolver>(
            isUnreachable: { $0 == .away }, primary: { () throws(MoodyResolver.Mood) in server },
            secondary: { () throws(MoodyResolver.Mood) in database })
        resolver.now = { clock.now }
        return resolver
    }

    private func generation(_ resolver: inout FallbackResolver<MoodyResolver, MoodyResolver>) throws -> UInt64 {
        try resolver.resolve(exchange: "ALPHA_SPOT", symbol: "C1_USDT").generation
    }

    @Test("the server answers while it can, the database while it cannot, and every answer says which it was")
    func fallsBackAndComesBack() throws {
        var resolver = makeResolver()
        #expect(resolver.source == nil)
        #expect(try generation(&resolver) == 3)
        #expect(resolver.source == .server)
        server.mood = .away
        #expect(try generation(&resolver) == 9)
        #expect(resolver.source == .database)

        server.mood = nil
        let asked = server.questionCount
        #expect(try generation(&resolver) == 9)
        #expect(server.questionCount == asked, "it is left alone for a while")
        clock.now += 1_000_000_000
        #expect(try generation(&resolver) == 3)
        #expect(resolver.source == .server)
    }

    @Test("unknown and inactive are answers; nothing loaded is none")
    func whatIsAnAnswer() throws {
        var resolver = makeResolver()
        #expect(try resolver.resolve(exchange: "ALPHA_SPOT", symbol: "NOPE").status == .unknownSymbol)
        #expect(try resolver.resolve(exchange: "NOPE", symbol: "C1_USDT").status == .unknownExchange)
        #expect(try resolver.exchange(code: "GONE_FUTURES").status == .inactive)
        #expect(resolver.source == .server && database.questionCount == 0)

        server.snapshot = SnapshotResolver(Snapshot.empty(epoch: 1))
        #expect(try generation(&resolver) == 9)
        #expect(resolver.source == .database)
        clock.now += 1_000_000_000
        database.mood = .away
        for _ in 0..<2 {
            // During the pause that follows, too.
            #expect(try resolver.resolve(exchange: "ALPHA_SPOT", symbol: "C1_USDT").status == .notLoaded)
            #expect(resolver.source == .server)
        }
    }

    @Test("an empty list of one that has loaded nothing is no answer, of one that has it is")
    func emptyListsAreAnswersOnceLoaded() throws {
        var resolver = makeResolver()
        #expect(try resolver.find(base: "NOPE", quote: "USDT").rows.isEmpty)
        #expect(try resolver.exchanges(marketType: .options, activeOnly: false).rows.isEmpty)
        #expect(resolver.source == .server && database.questionCount == 0 && server.questionCount == 2)

        server.snapshot = SnapshotResolver(Snapshot.empty(epoch: 1))
        #expect(try !resolver.exchanges(marketType: nil, activeOnly: false).rows.isEmpty)
        #expect(resolver.source == .database)
        clock.now += 1_000_000_000
        #expect(try !resolver.find(base: "C1", quote: "USDT").rows.isEmpty)
        #expect(resolver.source == .database)
    }

    @Test("an error that asking elsewhere does not cure is final")
    func finalErrors() throws {
        var resolver = makeResolver()
        server.mood = .wrongEnvironment
        do {
            _ = try resolver.symbol(id: 4)
            Issue.record("answered")
        } catch FallbackError.primary(let mood) {
            #expect(mood == .wrongEnvironment)
        }
        #expect(database.questionCount == 0)
    }

    @Test("when both fail the error has both, and the server is asked in spite of the pause")
    func bothFail() throws {
        var resolver = makeResolver()
        server.mood = .away
        database.mood = .away
        for expectedCount in 1...2 {
            do {
                _ = try resolver.find(base: "C1", quote: "USDT")
                Issue.record("answered")
            } catch FallbackError.both(let primary, let secondary) {
                #expect(primary == .away && secondary == .away)
            }
            #expect(server.questionCount == expectedCount)
        }
        server.mood = nil
        #expect(try resolver.find(base: "C1", quote: "USDT").rows.count == 4)
        #expect(resolver.source == .server)
    }

    @Test("every kind of question falls back")
    func everyQuestion() throws {
        var resolver = makeResolver()
        server.mood = .away
        let image = database.snapshot
        #expect(
            try resolver.resolve(exchange: "ALPHA_SPOT", base: "C1", quote: "USDT")
                == image.resolve(exchange: "ALPHA_SPOT", base: "C1", quote: "USDT"))
        #expect(
            try resolver.resolve(exchange: "BETA_FUTURES", unifiedName: "C1/USDT:USDT")
                == image.resolve(exchange: "BETA_FUTURES", unifiedName: "C1/USDT:USDT"))
        #expect(try resolver.resolve(exchange: "BETA_FUTURES", unifiedName: "C1/USDT:USDT").status == .ok)
        #expect(try resolver.contracts(exchange: nil, base: "C1", quote: "USDT").rows.map(\.exchangeId) == [2, 4])
        #expect(try resolver.find(base: "C1", quote: "USDT", kinds: .spot).rows.map(\.exchangeId) == [1, 3])
        #expect(try resolver.exchange(code: "ALPHA_SPOT") == image.exchange(code: "ALPHA_SPOT"))
        #expect(try resolver.exchange(id: 2) == image.exchange(id: 2))
        #expect(try resolver.exchanges(marketType: nil, activeOnly: true).rows.count == 3)
        #expect(try resolver.symbol(id: 5) == image.symbol(id: 5))
        #expect(
            try resolver.symbols(exchange: "BETA_FUTURES", activeOnly: false, afterSymbolId: 9, limit: 7).rows.count
                == 7)
        #expect(try resolver.search("c1", mode: .prefix, exchange: nil, limit: 5).rows.count == 5)
        #expect(resolver.source == .database && server.questionCount == 1)
    }

    @Test("a server that is not there yet is found when it comes")
    func realServer() throws {
        let folder = TemporaryFolder()
        let snapshot = Tables.snapshot()
        let clock = clock
        var resolver = FallbackResolver<LookupClient, SnapshotResolver>(
            .unix(path: folder.path("s")), client: ServerFixture.options(),
            secondary: { () throws(Never) in SnapshotResolver(snapshot) })
        resolver.now = { clock.now }
        let expected = SnapshotResolver(snapshot).resolve(exchange: "ALPHA_SPOT", symbol: "C1_USDT")
        #expect(try resolver.resolve(exchange: "ALPHA_SPOT", symbol: "C1_USDT") == expected)
        #expect(resolver.source == .database)

        let fixture = try ServerFixture(snapshot, in: folder)
        clock.now += 1_000_000_000
        #expect(try resolver.resolve(exchange: "ALPHA_SPOT", symbol: "C1_USDT") == expected)
        #expect(resolver.source == .server)

        fixture.stop()
        clock.now += 1_000_000_000
        #expect(try resolver.resolve(exchange: "ALPHA_SPOT", symbol: "C1_USDT") == expected)
        #expect(resolver.source == .database)
    }

    @Test("a server of another environment is no server to fall back from")
    func otherEnvironment() throws {
        let fixture = try ServerFixture(Tables.snapshot())
        defer { fixture.stop() }
        let snapshot = Tables.snapshot()
        var resolver = FallbackResolver<LookupClient, SnapshotResolver>(
            fixture.unix, client: ClientOptions(environment: "production"),
            secondary: { () throws(Never) in SnapshotResolver(snapshot) })
        #expect(throws: (any Error).self) { try resolver.exchange(id: 1) }
        #expect(resolver.source == nil)
    }
}
