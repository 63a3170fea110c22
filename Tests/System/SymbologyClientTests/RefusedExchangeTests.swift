import ReferenceData
import SymbologyClient
import TestSupport
import Testing

/// An exchange whose row cannot be served, refused by a rule or by who read it, gets one answer whoever is asked.
@Suite struct RefusedExchangeTests {
    /// Of 1 all is well. The name of 2 is taken, 3 was refused by its reader, 4 there never was.
    private static let snapshot: Snapshot = {
        var second = Tables.exchange(2, "SECOND_SPOT")
        second.name = Tables.exchange(1, "FIRST_SPOT").name
        var content = ReferenceContent(
            exchanges: [Tables.exchange(1, "FIRST_SPOT"), second],
            symbols: (1...4).map { Tables.symbol(UInt32($0), exchangeId: UInt16($0)) })
        content.refused = [RefusedRow(table: .exchange, id: 3, reason: "name is NULL", exchangeId: 3)]
        return Snapshot.build(content, epoch: 7, generation: 3, databaseSnapshot: "1:2:")
    }()

    private func expectOneAnswer<Source: SymbolResolving>(_ source: inout Source, _ name: String) throws {
        for (id, code) in [(UInt16(2), "SECOND_SPOT"), (3, "THIRD_SPOT")] {
            let symbol = Tables.symbol(UInt32(id), exchangeId: id)
            #expect(try source.exchange(id: id) == ExchangeLookup(status: .refused), "\(name)")
            #expect(try source.exchange(code: code) == ExchangeLookup(status: .unknownExchange), "\(name)")
            for answer in [
                try source.resolve(exchange: code, symbol: "\(symbol.symbolString)"),
                try source.resolve(exchange: code, symbol: "NONE"),
                try source.resolve(exchange: code, base: "\(symbol.baseAsset)", quote: "\(symbol.quoteAsset)"),
                try source.resolve(exchange: code, unifiedName: "A/B:B"),
            ] {
                #expect(answer.status == .unknownExchange && answer.exchangeId == 0 && answer.symbolId == 0, "\(name)")
            }
            #expect(try source.symbol(id: UInt32(id)).status == .refused, "\(name)")
            let lists = [
                try source.symbols(exchange: code, activeOnly: false, afterSymbolId: 0, limit: 9),
                try source.search("A", mode: .prefix, exchange: code, limit: 9),
                try source.contracts(exchange: code, base: "A", quote: "B"),
            ]
            for list in lists { #expect(list.status == .unknownExchange && list.rows.isEmpty, "\(name)") }
        }
        #expect(try source.exchange(id: 4).status == .unknownExchange, "\(name)")
        // What there is stays found; so the others are not missing for want of anything.
        #expect(try source.exchange(code: "FIRST_SPOT").status == .ok, "\(name)")
        #expect(try source.exchanges(marketType: nil, activeOnly: false).rows.map(\.id) == [1], "\(name)")
    }

    /// By key the exchange's id is known, and the row with the key is there.
    private func expectOneAnswer(_ name: String, _ resolve: (SymbolKey) throws -> SymbolResolution) throws {
        for id in UInt16(2)...4 {
            let answers = [
                try resolve(Tables.symbol(UInt32(id), exchangeId: id).symbolKey),
                try resolve(try #require(SymbolKey(exchangeId: id, symbol: "NONE"))),
            ]
            #expect(answers.map(\.status) == [.refused, .unknownExchange], "\(name)")
            #expect(answers.allSatisfy { $0.exchangeId == 0 && $0.symbolId == 0 }, "\(name)")
        }
    }

    @Test func everybodySaysTheSame() throws {
        let snapshot = Self.snapshot
        #expect(snapshot.refused.prefix(2).map(\.exchangeId) == [2, 3])
        let fixture = try ServerFixture(snapshot)
        var direct = SnapshotResolver(snapshot)
        try expectOneAnswer(&direct, "snapshot")
        try expectOneAnswer("snapshot") { snapshot.resolve($0) }

        let path = fixture.folder.path("image")
        try SnapshotImage(snapshot, confirmedAt: .absent).write(to: path)
        let opened = try SnapshotImage.open(path: path).snapshot
        var ofFile = SnapshotResolver(opened)
        try expectOneAnswer(&ofFile, "image")
        try expectOneAnswer("image") { opened.resolve($0) }

        for address in [fixture.unix, fixture.tcp] {
            var client = try LookupClient(address, options: ServerFixture.options())
            try expectOneAnswer(&client, "server")
            try expectOneAnswer("server") { try client.resolve($0) }
            let replica = try Replica(address, options: ReplicaOptions(environment: "test"))
            defer { replica.stop() }
            try replica.waitUntilLive(timeoutMilliseconds: patienceMilliseconds)
            var reader = replica.reader()
            try expectOneAnswer(&reader, "replica")
            try expectOneAnswer("replica") { reader.resolve($0) }
        }
        for address in [fixture.unix, .unix(path: fixture.folder.path("nobody"))] {
            var fallback = FallbackResolver(address, client: ServerFixture.options()) { () throws(Never) in
                SnapshotResolver(snapshot)
            }
            try expectOneAnswer(&fallback, "fallback")
        }
    }
}
