import Foundation
import PostgreSQL
import ReferenceData
import TestSupport
import Testing

@testable import ReferenceStore

@Suite("Symbols are managed")
struct SymbolManagementTests {
    let database: TestSession
    let store: ReferenceManagement

    init() throws {
        database = try TestSession()
        store = ReferenceManagement(try database.connect())
    }

    private func draft(_ base: String, _ exchange: String = "GATEIO_SPOT") -> SymbolFields {
        [
            .exchange: .text(exchange), .baseAsset: .text(base), .quoteAsset: .text("USDT"),
            .symbolString: .text("\(base)_USDT"),
        ]
    }

    private func faults(_ body: () throws -> Void) -> [FieldFault] {
        do {
            try body()
            return []
        } catch {
            let faults = (error as? ManagementError)?.faults
            if faults == nil { Issue.record("\(error)") }
            return faults ?? []
        }
    }

    private var lastValue: Int64 {
        get throws { try database.integer("SELECT coalesce(pg_sequence_last_value('symbols_id_seq'::regclass), 0)") }
    }

    @Test("a Chinese name, a maximum of 1e11 and a tick of 1e-8 come back as they were given")
    func insert() throws {
        defer { database.keep() }
        var new = draft("币安人生")
        new[.maxOrderSize] = .decimal(try #require(DecimalValue("100000000000")))
        new[.tickSize] = .decimal(try #require(DecimalValue("0.00000001")))
        new[.minOrderSize] = .decimal(try #require(DecimalValue("0.001")))
        new[.precisionPrice] = .integer(18)
        new[.isActive] = .flag(false)
        new[.lastSeen] = .time(try #require(Timestamp("2026-11-21T03:42:10.123456Z")))
        let added = try store.insertSymbol(new)
        #expect(added.symbol.id == 1)
        #expect(added.exchangeCode == "GATEIO_SPOT")
        #expect(new.written(over: added.fields) == added.fields)
        #expect(added.symbol.maxOrderSize.description == "100000000000")
        #expect(added.symbol.tickSize.description == "0.00000001")
        #expect(try store.symbol(id: 1) == added)
    }

    @Test("all that is wrong is reported at once, and a refused row draws no identity value")
    func refusedInserts() throws {
        defer { database.keep() }
        var bad = draft("币安人生币安人生币")
        bad[.kind] = .text("spot")
        bad[.quoteAsset] = bad[.baseAsset]
        bad[.symbolString] = .text(String(repeating: "币", count: 17))
        bad[.precisionBase] = .integer(-1)
        bad[.precisionPrice] = .integer(255)
        bad[.minOrderSize] = .decimal(DecimalValue(mantissa: 2, exponent: 0)!)
        bad[.maxOrderSize] = .decimal(DecimalValue(mantissa: 1, exponent: 0)!)
        bad[.tickSize] = .decimal(DecimalValue(mantissa: 1, exponent: -13)!)
        bad[.stepSize] = .decimal(DecimalValue(mantissa: -1, exponent: 12)!)
        let found = faults { _ = try store.insertSymbol(bad) }
        #expect(
            found.map(\.field) == [
                "base_asset", "quote_asset", "symbol_string", "precision_base", "precision_price", "min_order_size",
                "step_size", "quote_asset",
            ])
        #expect(found.first?.reason == .tooLong(byteCount: 27, byteCountMax: 25))
        #expect(found.dropFirst(2).first?.reason == .tooLong(byteCount: 51, byteCountMax: 50))
        #expect(found.dropFirst(5).first?.reason == .above(field: "max_order_size", value: "1"))
        #expect(found.last?.reason == .sameAs(field: "base_asset"))

        #expect(
            faults { _ = try store.insertSymbol(draft("A", "NOWHERE")) }.map(\.reason)
                == [.unknownExchange(similar: nil)])
        _ = try store.insertSymbol(draft("A"))
        var other = draft("B")
        other[.symbolString] = .text("A_USDT")
        #expect(
            faults { _ = try store.insertSymbol(other) } == [FieldFault("symbol_string", "A_USDT", .taken(byId: 1))])
        #expect(faults { _ = try store.insertSymbol(draft("A")) }.count == 2)
        #expect(try lastValue == 1)
        #expect(try store.insertSymbol(draft("A", "MEXC_SPOT")).symbol.id == 2)
    }

    /// Texts, because a `DecimalValue` cannot even hold some of them.
    @Test(
        "decimals are read exactly or refused by name",
        arguments: [
            ("100000000000", nil), ("0.00000001", nil), ("999999999999", nil), ("1234567890.12345678", nil),
            ("0.000000000001", nil), ("9999999999999", nil), ("0.0000000000001", nil),
            ("NaN", .notDecimal(.notFinite)), ("", .notDecimal(.noDigits)), ("1,5", .notDecimal(.unexpected(","))),
            ("123456789012.12345678", .notDecimal(.tooManyDigits(20))), ("0", .notPositive), ("-1", .notPositive),
        ] as [(String, FieldFault.Reason?)])
    func decimals(text: String, reason: FieldFault.Reason?) {
        let rules = SymbolColumn.tickSize.rules
        var faults: [FieldFault] = []
        var value: ColumnValue?
        do throws(FieldFault) {
            value = try rules.value(of: text)
            faults = value.map { rules.faults(of: $0) } ?? []
        } catch {
            faults = [error]
        }
        #expect(faults == (reason.map { [FieldFault("tick_size", text, $0)] } ?? []))
        if reason == nil { #expect(value == DecimalValue(text).map { .decimal($0) }) }
    }

    @Test("an update changes what it names and is checked against what it leaves")
    func update() throws {
        defer { database.keep() }
        var new = draft("A")
        new[.maxOrderSize] = .decimal(DecimalValue(mantissa: 5, exponent: 0)!)
        new[.tickSize] = .decimal(DecimalValue(mantissa: 1, exponent: -2)!)
        _ = try store.insertSymbol(new)
        var edit: SymbolFields = [
            .minOrderSize: .decimal(DecimalValue(mantissa: 6, exponent: 0)!), .precisionBase: .integer(3),
        ]
        #expect(
            faults { _ = try store.updateSymbol(id: 1, edit) }.map(\.reason)
                == [.above(field: "max_order_size", value: "5")])
        edit[.maxOrderSize] = .null
        edit[.baseAsset] = .text("AA")
        let change = try store.updateSymbol(id: 1, edit)
        #expect(change.after.symbol.maxOrderSize.isAbsent)
        #expect(change.after.symbol.minOrderSize.description == "6")
        #expect(change.after.symbol.baseAsset.description == "AA")
        #expect(change.after.symbol.tickSize.description == "0.01")
        #expect(try !store.updateSymbol(id: 1, edit).isChange)
        #expect(try !store.updateSymbol(id: 1, [.isActive: .flag(false)]).after.symbol.isActive)
        #expect(try store.updateSymbol(id: 1, [.isActive: .flag(true)]).isChange)
        let error = #expect(throws: ManagementError.self) { try store.updateSymbol(id: 9, edit) }
        #expect(error?.description == "there is no symbol 9")
        #expect(try lastValue == 1)
    }

    @Test("two spellings of one character are two names: the database compares bytes")
    func names() throws {
        defer { database.keep() }
        let (composed, decomposed) = ("\u{E9}", "e\u{301}")
        #expect(composed == decomposed, "as Swift compares")
        var new = draft("A")
        new[.baseAsset] = .text(composed)
        new[.quoteAsset] = .text(decomposed)
        new[.symbolString] = .text(composed)
        #expect(try store.insertSymbol(new).symbol.id == 1)
        let rename = try store.renameSymbol(id: 1, to: decomposed)
        #expect(rename.change.isChange && rename.aliasExpiresAt != nil)
        #expect(try store.symbol(id: 1).symbol.symbolString.description.utf8.elementsEqual(decomposed.utf8))
        var edit: SymbolFields = [.baseAsset: .text("AA"), .quoteAsset: .text(composed)]
        #expect(try store.updateSymbol(id: 1, edit).isChange)
        edit[.quoteAsset] = .text(decomposed)
        #expect(try store.updateSymbol(id: 1, edit).isChange)
        _ = try store.updateExchange(id: 1, [.displayName: .text(composed)])
        #expect(try store.updateExchange(id: 1, [.displayName: .text(decomposed)]).isChange)
    }

    @Test("market data that touches last_seen in between neither conflicts nor is undone")
    func lastSeenIsNoConflict() throws {
        defer { database.keep() }
        let seen = try store.insertSymbol(draft("A"))
        try database.run("UPDATE symbols SET last_seen = '2026-01-01 00:00:00Z' WHERE id = 1")
        var edit: SymbolFields = [.precisionBase: .integer(3)]
        let change = try store.updateSymbol(id: 1, edit, if: .version(seen.version))
        #expect(change.after.symbol.lastSeen.description == "2026-01-01T00:00:00.000000Z")
        edit[.lastSeen] = .null
        #expect(try store.updateSymbol(id: 1, edit).after.symbol.lastSeen.isAbsent)
    }

    /// The other writer holds the row until ours waits for it, and then commits.
    @Test("a row that changes between reading and writing is not overwritten")
    func raceWhileUpdating() throws {
        defer { database.keep() }
        _ = try store.insertSymbol(draft("A"))
        let other = try database.connect()
        try other.executeScript("BEGIN; UPDATE symbols SET tick_size = 1 WHERE id = 1", name: "other")
        let conninfo = database.conninfo
        let outcomes = EventQueue<ManagementError?>()
        // A thread of its own: a task would wait for one that other tests block.
        Thread.detachNewThread {
            do {
                let settings = SessionSettings(applicationName: "ours", lockTimeoutMilliseconds: 30_000)
                let connection = try Connection(ConnectionTarget(conninfo: conninfo), settings: settings)
                let tick = ColumnValue.decimal(DecimalValue(mantissa: 2, exponent: 0)!)
                _ = try ReferenceManagement(connection).updateSymbol(id: 1, [.tickSize: tick])
                outcomes.push(nil)
            } catch {
                outcomes.push(error as? ManagementError)
            }
        }
        let waiting =
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'ours' AND wait_event_type = 'Lock'"
        #expect(try Deadline().poll { try database.integer(waiting) == 1 })
        try other.executeScript("COMMIT", name: "other")
        let outcome = try #require(outcomes.next())
        let conflict = try #require(outcome?.conflict)
        #expect(conflict.lastChange?.changedFields == ["tick_size"])
        #expect(try store.symbol(id: 1).symbol.tickSize.description == "1")
    }

    @Test("statistics count symbols, active ones and exchanges")
    func statistics() throws {
        defer { database.keep() }
        for new in [draft("A"), draft("B"), draft("C", "MEXC_SPOT")] { _ = try store.insertSymbol(new) }
        _ = try store.updateSymbol(id: 2, [.isActive: .flag(false)])
        let statistics = try store.symbolStatistics()
        #expect((statistics.totalCount, statistics.activeCount, statistics.exchangeCount) == (3, 2, 2))
    }

    @Test("an update leaves exchange, symbol string and what the database writes as they are, and says so")
    func fixedColumns() throws {
        defer { database.keep() }
        _ = try store.insertSymbol(draft("A"))
        let edit: SymbolFields = [
            .exchange: .text("MEXC_SPOT"), .symbolString: .text("B"), .id: .integer(7), .tickSize: .null,
        ]
        let found = faults { _ = try store.updateSymbol(id: 1, edit) }
        #expect(found.map(\.field) == ["exchange", "symbol_string", "id"])
        #expect(found.allSatisfy { $0.reason == .fixed })
    }

    @Test("a rename keeps the id and leaves a dated alias; renaming back takes it away")
    func rename() throws {
        defer { database.keep() }
        _ = try store.insertSymbol(draft("A"))
        let rename = try store.renameSymbol(id: 1, to: "A2_USDT", aliasDayCount: 3)
        #expect(rename.change.after.symbol.id == 1)
        #expect(rename.change.after.symbol.symbolString.description == "A2_USDT")
        let aliases = "SELECT string_agg(symbol_string || '=' || symbol_id, ' ' ORDER BY 1) FROM symbol_aliases"
        #expect(try database.text(aliases) == "A_USDT=1")
        #expect(try database.text("SELECT (expires_at - created_at)::text FROM symbol_aliases") == "3 days")
        #expect(try store.symbolStatistics().aliasCount == 1)

        // The venue uses the name again and gives that up too: the last that bore it is meant.
        var again = draft("B")
        again[.symbolString] = .text("A_USDT")
        _ = try store.insertSymbol(again)
        _ = try store.renameSymbol(id: 2, to: "B_USDT")
        #expect(try database.text(aliases) == "A_USDT=2")

        _ = try store.renameSymbol(id: 2, to: "A_USDT", aliasDayCount: nil)
        #expect(try database.text(aliases) == "NULL")
        #expect(try !store.renameSymbol(id: 2, to: "A_USDT").change.isChange)
        #expect(faults { _ = try store.renameSymbol(id: 2, to: "A2_USDT") }.map(\.reason) == [.taken(byId: 1)])
        #expect(faults { _ = try store.renameSymbol(id: 2, to: "") }.map(\.reason) == [.empty])
        #expect(faults { _ = try store.renameSymbol(id: 2, to: "C", aliasDayCount: 0) }.count == 1)
    }

    @Test("history tells each change with its author, old and new, aliases and truncation included")
    func history() throws {
        defer { database.keep() }
        let inserted = try store.insertSymbol(draft("A"))
        _ = try store.updateSymbol(id: 1, [.tickSize: .decimal(DecimalValue(mantissa: 1, exponent: -8)!)])
        _ = try store.renameSymbol(id: 1, to: "A2_USDT")
        let lines = try store.history(.symbol, id: 1, limit: 100)
        #expect(lines.map(\.action) == [.insert, .update, .update, .insert])
        #expect(lines.map(\.table) == ["symbols", "symbols", "symbols", "symbol_aliases"])
        #expect(lines[0].transactionId == inserted.version.transactionId)
        #expect(lines.allSatisfy { $0.userName == "postgres" && $0.applicationName == "symbology" && !$0.at.isAbsent })
        #expect(lines[1].changedFields == ["tick_size"])
        #expect((lines[1].oldRow, lines[1].newRow) == (#"{"tick_size": null}"#, #"{"tick_size": 0.00000001}"#))
        #expect(lines[2].newRow == #"{"symbol_string": "A2_USDT"}"#)
        #expect(lines[0].oldRow == nil)
        #expect(try store.history(.symbol, id: 1, limit: 2).map(\.table) == ["symbols", "symbol_aliases"])
        #expect(try store.history(.symbol, id: 2, limit: 2).isEmpty)
        try database.run("TRUNCATE symbols CASCADE")
        #expect(try store.history(.symbol, id: 1, limit: 2).map(\.action) == [.truncate, .truncate])
    }
}
