import PostgreSQL
import ReferenceData
import TestSupport
import Testing

@testable import ReferenceStore

@Suite("Instruments are managed by what they are")
struct InstrumentManagementTests {
    let database: TestSession
    let store: ReferenceManagement

    init() throws {
        database = try TestSession()
        store = ReferenceManagement(try database.connect())
    }

    private func draft(_ string: String, _ fields: SymbolFields = [:]) -> SymbolFields {
        var draft = fields
        draft[.exchange] = .text("GATEIO_FUTURES")
        (draft[.baseAsset], draft[.quoteAsset], draft[.symbolString]) = (.text("BTC"), .text("USDT"), .text(string))
        return draft
    }

    private func faults(_ body: () throws -> Void) throws -> [FieldFault] {
        do {
            try body()
            return []
        } catch ManagementError.invalid(let faults) {
            return faults
        }
    }

    private func time(_ text: String) throws -> ColumnValue { .time(try #require(Timestamp(text))) }

    @Test("what nobody says is what the exchange trades, and no digits are invented")
    func defaults() throws {
        defer { database.keep() }
        let added = try store.insertSymbol(draft("BTC_USDT")).symbol
        #expect((added.kind, added.payoff, added.settleAsset.description) == (.perpetual, .linear, "USDT"))
        #expect(added.precisionPrice == SymbolRecord.unknownPrecision)
        let exchange = try store.insertExchange([.enumValue: .text("OKX_SPOT"), .marketType: .text("SPOT")])
        #expect(exchange.exchange.precisionDefault == nil)
        let spot: SymbolFields = [
            .exchange: .text("OKX_SPOT"), .baseAsset: .text("BRK/B"), .quoteAsset: .text("USD"),
            .symbolString: .text("BRK/B-USD"), .precisionBase: .integer(0),
        ]
        #expect(try store.insertSymbol(spot).symbol.kind == .spot)
    }

    @Test("a kind has what it has, and nothing else")
    func kinds() throws {
        defer { database.keep() }
        let expiry = try time("2090-01-05T08:00:00Z")
        let future: SymbolFields = [.kind: .text("future"), .settleAsset: .text("USDT")]
        #expect(
            try faults { _ = try store.insertSymbol(draft("F", future)) }
                == [FieldFault("expires_at", "", .neededBy(kind: "future"))])
        var odd = future
        (odd[.kind], odd[.strike]) = (.text("spot"), .decimal(try #require(DecimalValue("1"))))
        #expect(
            try faults { _ = try store.insertSymbol(draft("F", odd)) }.map(\.reason)
                == [.notOf(kind: "spot"), .notOf(kind: "spot")])
        var good = future
        good[.expiresAt] = expiry
        #expect(try store.insertSymbol(draft("F", good)).symbol.kind == .future)
        #expect(
            try faults { _ = try store.updateSymbol(id: 1, [.kind: .text("perpetual")]) }.map(\.field) == ["expires_at"]
        )
        #expect(try store.insertSymbol(draft("P")).symbol.id == 2)
        #expect(
            try faults { _ = try store.insertSymbol(draft("P2")) }.map(\.reason) == [.taken(byId: 2)])
        #expect(
            try faults { _ = try store.insertSymbol(draft("F", [.kind: .text("other")])) } == [
                FieldFault("symbol_string", "F", .taken(byId: 1))
            ])
    }

    @Test("who is dead or has expired holds nobody up, and cannot come back while another one is there")
    func dead() throws {
        defer { database.keep() }
        let expired: SymbolFields = [
            .kind: .text("future"), .settleAsset: .text("USDT"), .expiresAt: try time("2020-01-05T08:00:00Z"),
        ]
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, kind, settle_asset, expires_at)
            VALUES (3, 'BTC', 'USDT', 'F', 'future', 'USDT', '2020-01-05T08:00:00Z')
            """)
        var next = expired
        next[.expiresAt] = try time("2090-01-05T08:00:00Z")
        #expect(try store.insertSymbol(draft("F", next)).symbol.id == 2)
        #expect(try !store.symbol(id: 1).symbol.isActive)
        // One that has expired is never active.
        #expect(try !store.insertSymbol(draft("F", expired)).symbol.isActive)

        _ = try store.updateSymbol(id: 2, [.isActive: .flag(false)])
        #expect(try store.insertSymbol(draft("F", next)).symbol.id == 4)
        #expect(
            try faults { _ = try store.updateSymbol(id: 2, [.isActive: .flag(true)]) }.map(\.reason)
                == [.taken(byId: 4), .taken(byId: 4)])
        #expect(try store.symbolId(exchangeId: 3, symbolString: "F") == 4)
        _ = try store.updateSymbol(id: 4, [.isActive: .flag(false)])
        #expect(try store.symbolId(exchangeId: 3, symbolString: "F") == 4)
        #expect(try store.symbolId(exchangeId: 3, symbolString: "NONE") == nil)
        _ = try store.updateSymbol(id: 2, [.isActive: .flag(true)])
        #expect(try store.symbolId(exchangeId: 3, symbolString: "F") == 2)
        _ = try store.renameSymbol(id: 2, to: "G")
        #expect(try store.symbolId(exchangeId: 3, symbolString: "F") == 2)
    }

    @Test("what a person says was not inferred, and is no longer the last good")
    func given() throws {
        defer { database.keep() }
        var new = draft("P")
        new[.isInferred] = .flag(true)
        _ = try store.insertSymbol(new)
        try database.run("UPDATE symbols SET is_last_good = true")
        let untouched = try store.updateSymbol(id: 1, [.listedAt: try time("2025-01-01T00:00:00Z")]).after.symbol
        #expect(untouched.isInferred && untouched.isLastGood)
        let tick = ColumnValue.decimal(try #require(DecimalValue("0.1")))
        let given = try store.updateSymbol(id: 1, [.tickSize: tick]).after.symbol
        #expect(!given.isInferred && !given.isLastGood)
    }

    @Test("a row that keeps its last good rules says so in its answers, until a list gives new ones")
    func lastGood() throws {
        defer { database.keep() }
        let header = "exchange,base_asset,quote_asset,symbol_string,tick_size\n"
        func run(_ tick: String) throws {
            let text = header + "GATEIO_SPOT,A,USDT,A,\(tick)\nGATEIO_SPOT,B,USDT,B,1\n"
            _ = try SymbolImport(database.connection).run(
                csv: Array(text.utf8), SymbolImportOptions(skipsBad: true, deactivatesMissing: true))
        }
        func flags() throws -> ResolutionFlags {
            let content = try ReferenceLoader(database.connection).load().content
            let snapshot = Snapshot.build(content, epoch: 1, generation: 1, databaseSnapshot: "")
            let answer = snapshot.resolve(try #require(SymbolKey(exchangeId: 2, symbol: "A")))
            #expect(snapshot.symbolRecord(id: 1).record.isLastGood == answer.flags.contains(.lastGood))
            return answer.flags
        }
        try run("0.5")
        #expect(try !flags().contains(.lastGood))
        try run("0.1234567890123456789")
        #expect(try flags().contains([.lastGood, .active]))
        try run("0.25")
        #expect(try !flags().contains(.lastGood))
    }
}
