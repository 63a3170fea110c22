import Foundation
import PostgreSQL
import ReferenceData
import TestSupport
import Testing

@testable import ReferenceStore

/// What was in the tables at a moment, against what was loaded at that moment.
@Suite("The state as of a moment")
struct HistoryTests {
    /// All that a load says, in an order of its own. When a row was last seen is not recorded.
    private struct State: Equatable {
        var exchanges: [Exchange]
        var symbols: [SymbolRecord]
        var aliases: [String]

        init(_ content: ReferenceContent) {
            exchanges = content.exchanges.sorted { $0.id < $1.id }
            symbols = content.symbols.sorted { $0.id < $1.id }.map { symbol in
                var symbol = symbol
                symbol.lastSeen = .absent
                return symbol
            }
            aliases = content.aliases.map { "\($0.key) \($0.symbolId)" }.sorted()
        }
    }

    private func now(_ database: TestSession) throws -> Timestamp {
        Timestamp(microsecondsSince2000: try database.run("SELECT clock_timestamp()").timestamp(0, 0))
    }

    @Test("rows that change by whatever SQL: at every moment the past is what was loaded then")
    func everyMoment() throws {
        var generator = SeededGenerator()
        let database = try TestSession()
        defer { database.keep() }
        let loader = ReferenceLoader(try database.connect())
        let history = ReferenceHistory(try database.connect())
        var recorded: [(time: Timestamp, state: State, after: String)] = []
        var nextName = 0
        for _ in 0..<Sanitizer.rounds(160) {
            nextName += 1
            let change = change(nextName, &generator)
            attempt(change, database)
            let state = State(try loader.load().content)
            recorded.append((try now(database), state, change))
        }
        let kinds = Set(recorded.flatMap { $0.state.symbols.map(\.kind) })
        #expect(kinds.count > 2 && recorded.contains { !$0.state.aliases.isEmpty }, "\(generator)")
        // Some of them in a random order: none leans on the one before.
        for (time, state, change) in recorded.shuffled(using: &generator).prefix(Sanitizer.rounds(60)) {
            let past = State(try history.content(asOf: time).content)
            #expect(past.exchanges == state.exchanges, "\(time) after \(change); \(generator)")
            #expect(past.symbols == state.symbols, "\(time) after \(change); \(generator)")
            #expect(past.aliases == state.aliases, "\(time) after \(change); \(generator)")
        }
        let last = try #require(recorded.last)
        #expect(State(try history.content(asOf: try now(database)).content) == last.state)
    }

    /// What the tables' own rules refuse changes nothing.
    private func attempt(_ change: String, _ database: TestSession) {
        do throws(PostgreSQLError) {
            try database.connection.executeScript(change, name: "change")
        } catch {
            #expect(error.kind == .server, "\(change): \(error)")
            if database.connection.isInTransaction { _ = try? database.run("ROLLBACK") }
        }
    }

    /// One transaction or more; some break a rule and so change nothing.
    private func change(_ number: Int, _ generator: inout SeededGenerator) -> String {
        func pick(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &generator) }
        let id = "(SELECT id FROM symbols ORDER BY id OFFSET \(pick(0...12)) LIMIT 1)"
        let venue = pick(1...3)
        let insert = "INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string"
        switch pick(0...16) {
        case 0...2:
            return "\(insert), precision_price) VALUES (\(venue), 'B\(number)', 'Q', 'S\(number)', \(pick(0...30)))"
        case 3:
            return "\(insert), kind, settle_asset, payoff, expires_at, contract_size) VALUES (3, 'B\(number)', 'USD', "
                + "'F\(number)', 'future', 'B\(number)', 'inverse', now() + '\(pick(0...3)) days', 100)"
        case 4:
            return "\(insert), kind, settle_asset, expires_at, strike, option_type) SELECT 3, 'B\(number)', 'USD', "
                + "'O\(number)-' || k, 'option', 'USD', '2026-12-25 08:00Z', k, 'call' FROM generate_series(1, 3) k"
        case 5:
            return "UPDATE symbols SET tick_size = \(pick(1...9)) / 1000.0, is_tiered = NOT is_tiered WHERE id = \(id)"
        case 6: return "UPDATE symbols SET is_active = NOT is_active WHERE id = \(id)"
        case 7: return "UPDATE symbols SET delists_at = clock_timestamp() + '\(pick(-1...1)) s' WHERE id = \(id)"
        case 8: return "DELETE FROM symbols WHERE id = \(id)"
        case 9:
            return "BEGIN; INSERT INTO symbol_aliases SELECT exchange_id, symbol_string, id, now(), now() + '1 day' "
                + "FROM symbols WHERE id = \(id) ON CONFLICT DO NOTHING; "
                + "UPDATE symbols SET symbol_string = 'R\(number)' WHERE id = \(id); COMMIT"
        case 10: return "UPDATE symbol_aliases SET symbol_string = symbol_string || '\(number % 10)'"
        case 11: return "DELETE FROM symbol_aliases WHERE symbol_id % 2 = 0"
        case 12:
            return
                "UPDATE exchanges SET is_active = NOT is_active, precision_default = \(pick(0...9)) WHERE id = \(venue)"
        case 13:
            return "INSERT INTO exchanges (name, enum_value, display_name, market_type) "
                + "VALUES ('V\(number)', 'V\(number)', 'V', 'OPTIONS')"
        case 14: return "UPDATE symbols SET quote_asset = 'Q\(number)', exchange_id = \(venue) WHERE id = \(id)"
        case 15:
            return "BEGIN; CREATE TEMP TABLE moved AS SELECT * FROM symbols WHERE id = \(id); "
                + "DELETE FROM symbols WHERE id IN (SELECT id FROM moved); "
                + "INSERT INTO symbols OVERRIDING SYSTEM VALUE SELECT * FROM moved; "
                + "UPDATE symbols SET precision_base = 3 WHERE id IN (SELECT id FROM moved); DROP TABLE moved; COMMIT"
        default: return number % 3 == 0 ? "TRUNCATE symbols CASCADE" : "UPDATE symbols SET last_seen = now()"
        }
    }

    @Test("before the audit, after it was pruned, in the future: said in words")
    func unknownMoments() throws {
        let database = try TestSession()
        defer { database.keep() }
        let history = ReferenceHistory(try database.connect())
        let columns = "exchange_id, base_asset, quote_asset, symbol_string"
        try database.run("INSERT INTO symbols (\(columns)) VALUES (2, 'A', 'Q', 'AQ')")
        let early = try now(database)
        #expect(try history.content(asOf: early).content.symbols.count == 1)
        func words(_ time: Timestamp) -> String {
            do {
                _ = try history.content(asOf: time)
                return "none"
            } catch {
                guard case .notKnown(let message) = error else { return "\(error)" }
                return message
            }
        }
        #expect(words(Timestamp("2001-01-01T00:00:00Z")!).contains("the audit began at"))
        #expect(words(Timestamp("2999-01-01T00:00:00Z")!).contains("not known yet"))
        #expect(words(Timestamp(microsecondsSince1970: .max)).contains("not known yet"))
        try database.run("UPDATE symbols SET precision_price = 3")
        try database.run("SELECT prune_reference_audit('0 s')")
        #expect(words(early).contains("pruned"))
        #expect(try history.content(asOf: try now(database)).content.symbols.count == 1)
    }

    @Test("whoever may read the tables may ask for their past, and export it as it would have been exported then")
    func export() throws {
        let database = try TestSession()
        defer { database.keep() }
        try database.run(
            "INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, tick_size) "
                + "VALUES (2, 'A', 'Q', 'AQ', 0.5), (1, 'B', 'Q', 'BQ', NULL)")
        func text(_ run: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void) throws -> String {
            var bytes: [UInt8] = []
            try run { bytes += $0 }
            return String(decoding: bytes, as: UTF8.self)
        }
        let then = try text { write in try SymbolExport(database.connection).run(write) }
        let time = try now(database)
        try database.run("UPDATE symbols SET tick_size = 0.25, symbol_string = 'X' WHERE id = 1")
        try database.run("DELETE FROM symbols WHERE id = 2")
        let reader = try Connection(ConnectionTarget(conninfo: database.readerConninfo()))
        #expect(try text { write in try SymbolExport(reader, asOf: time).run(write) } == then)
        #expect(try ReferenceHistory(reader).content(asOf: time).content.symbols.count == 2)
    }
}
