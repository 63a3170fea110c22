import PostgreSQL
import ReferenceData
import TestSupport
import Testing

@testable import ReferencePhases
@testable import ReferenceStore

@Suite("Validation of the reference tables")
struct ReferenceValidationTests {
    let database: TestSession

    init() throws {
        database = try TestSession()
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, kind, settle_asset, payoff)
            SELECT e.id, a.base, 'USDT', a.base || '_USDT', k.kind, k.settle, k.payoff
              FROM exchanges e CROSS JOIN (VALUES ('BTC'), ('ETH')) a (base)
              JOIN (VALUES ('SPOT', 'spot', NULL, NULL), ('FUTURES', 'perpetual', 'USDT', 'linear'))
                   k (market, kind, settle, payoff) ON k.market = e.market_type
            """)
    }

    private func validate() throws -> [ValidationCheck] { try ReferenceValidation(database.connection).run() }

    private func failures() throws -> [String] {
        try validate().filter { $0.verdict == .failed }.map { "\($0.name): \($0.detail)" }
    }

    /// Everything that must be the same afterwards, sequences of other tables included.
    private func state() throws -> String {
        try database.text(
            """
            SELECT concat((SELECT string_agg(s::text || xmin::text, ';' ORDER BY id) FROM symbols s),
                          (SELECT string_agg(e::text || xmin::text, ';' ORDER BY id) FROM exchanges e),
                          (SELECT string_agg(format('%s %s', oid::regclass, pg_sequence_last_value(oid)), ';'
                                             ORDER BY oid) FROM pg_class WHERE relkind = 'S'),
                          (SELECT count(*) FROM reference_tombstones))
            """)
    }

    @Test("a migrated database passes every check, and nothing of it is changed")
    func soundDatabase() throws {
        let before = try state()
        var reported: [ValidationCheck] = []
        let checks = try ReferenceValidation(database.connection).run { reported.append($0) }
        #expect(reported == checks)
        #expect(checks.filter { $0.verdict == .failed } == [])
        #expect(checks.filter { $0.verdict == .skipped } == [])
        for group in [
            "server", "table", "columns", "index", "trigger", "constraint", "index_used", "refuses", "venues", "rows",
            "duplicates", "functions", "legacy", "lookup_time",
        ] { #expect(checks.contains { $0.name.hasPrefix("\(group).") }, "\(group)") }
        #expect(checks.count { $0.name.hasPrefix("refuses.") } >= 45)
        #expect(Set(checks.map(\.name)).count == checks.count, "each check has a name of its own")
        #expect(try state() == before)
        #expect(!database.connection.isInTransaction)
        #expect(try database.integer("SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND relkind = 'r'") == 0)
    }

    /// What is spoilt, and the check that must find it.
    private static let spoils: [(String, String)] = [
        ("DROP TABLE symbol_inferences", "table.symbol_inferences"),
        ("ALTER TABLE exchanges ALTER COLUMN precision_default TYPE integer", "columns.exchanges"),
        ("DROP INDEX idx_symbols_pair", "index.idx_symbols_pair"),
        ("DROP INDEX idx_symbols_pair", "index_used.venues_of_pair"),
        ("DROP INDEX idx_symbols_due", "index_used.next_due_symbol"),
        ("DROP INDEX idx_symbols_dead_string", "index_used.dead_symbol_by_string"),
        ("DROP FUNCTION reference_as_of(anyelement, timestamptz)", "function.reference_as_of"),
        ("DROP TRIGGER reference_truncating ON symbols", "trigger.symbols.reference_truncating"),
        ("DROP TRIGGER reference_pruned ON reference_audit", "trigger.reference_audit.reference_pruned"),
        ("ALTER TABLE symbols DROP CONSTRAINT symbols_kind_complete", "refuses.symbols.option_without_strike"),
        ("ALTER TABLE symbols DROP CONSTRAINT symbols_base_asset_servable", "refuses.symbols.base_asset_zero_width"),
        ("DROP INDEX idx_exchanges_market_type", "index_used.exchanges_by_market_type"),
        (
            "DROP INDEX idx_book_ticker_exchange_symbol, idx_book_ticker_exchange_symbol_timestamp",
            "index_used.pairs_of_book_ticker_snapshots"
        ),
        ("ALTER TABLE symbols DISABLE TRIGGER reference_updated", "trigger.symbols.reference_updated"),
        ("ALTER TABLE symbols ENABLE TRIGGER zz_reference_stamp", "trigger.symbols.zz_reference_stamp"),
        ("DROP TRIGGER zz_reference_stamp_new ON symbols", "trigger.symbols.zz_reference_stamp_new"),
        ("ALTER TABLE symbols ENABLE ALWAYS TRIGGER reference_replicated", "trigger.symbols.reference_replicated"),
        ("DROP TRIGGER reference_changed ON exchanges", "trigger.exchanges.reference_changed"),
        ("ALTER FUNCTION reference_symbols_changed() RESET search_path", "trigger.functions"),
        ("ALTER TABLE symbols DROP CONSTRAINT symbols_assets_differ", "refuses.symbols.assets_equal"),
        ("ALTER TABLE symbols DROP CONSTRAINT symbols_tick_size_servable", "refuses.symbols.tick_size_nan"),
        ("ALTER TABLE symbols DROP CONSTRAINT symbols_exchange_id_fkey", "refuses.symbols.unknown_exchange"),
        ("DROP INDEX symbols_live_string_unique", "refuses.symbols.string_twice"),
        ("DROP INDEX symbols_live_identity_unique", "refuses.symbols.instrument_twice"),
        ("ALTER TABLE symbols ALTER COLUMN id SET GENERATED BY DEFAULT", "refuses.symbols.id_by_hand"),
        ("UPDATE exchanges SET market_type = 'FUTURES' WHERE enum_value = 'MEXC_SPOT'", "venues.present"),
        ("UPDATE exchanges SET enum_value = 'OTHER' WHERE enum_value = 'MEXC_SPOT'", "venues.present"),
        (
            "ALTER TABLE symbols DROP CONSTRAINT symbols_exchange_id_fkey; "
                + "UPDATE symbols SET exchange_id = 99 WHERE id = 1",
            "rows.orphans"
        ),
        (
            "DROP INDEX symbols_live_identity_unique; UPDATE symbols SET base_asset = 'BTC'", "duplicates.instruments"
        ),
        (
            "ALTER TABLE symbols DROP CONSTRAINT symbols_tick_size_servable; "
                + "UPDATE symbols SET tick_size = 'NaN' WHERE id = 1",
            "rows.servable"
        ),
        (
            "CREATE OR REPLACE FUNCTION get_exchange_id(exchange_code text) RETURNS smallint LANGUAGE sql "
                + "AS 'SELECT 77::smallint'",
            "functions.lookup"
        ),
    ]

    @Test("what is spoilt is found", arguments: spoils)
    func spoiltDatabase(sql: String, check: String) throws {
        try database.database.run(sql)
        let found = try failures()
        #expect(found.contains { $0.hasPrefix("\(check): ") }, "\(found)")
    }

    @Test(
        "a legacy venue without an exchange and a legacy pair without a symbol are failures, an unusable pair is none")
    func legacyData() throws {
        try database.bookTicker("NOWHERE", "BTC", "USDT")
        try database.bookTicker("MEXC_SPOT", "SOL", "USDT")
        try database.bookTicker("MEXC_SPOT", "USDT", "USDT")
        let checks = try validate()
        func check(_ name: String) -> ValidationCheck? { checks.first { $0.name == name } }
        #expect(check("legacy.venues")?.verdict == .failed)
        #expect(check("legacy.venues")?.detail.contains("NOWHERE") == true)
        #expect(check("legacy.pairs")?.verdict == .failed)
        #expect(check("legacy.pairs")?.detail.contains("MEXC_SPOT SOL/USDT has no symbol") == true)
        #expect(check("legacy.unusable_pairs")?.verdict == .warning)

        _ = try SymbolPopulation(database.connection).run()
        try database.run("DELETE FROM book_ticker_snapshots WHERE exchange = 'NOWHERE'")
        #expect(try failures() == [])
    }

    @Test("codes this program does not know, and strings that differ only in case, are worth a look and no failure")
    func warnings() throws {
        try database.run(
            "INSERT INTO exchanges (name, enum_value, display_name, market_type) "
                + "VALUES ('K', 'KRAKEN_SPOT', 'K', 'SPOT')"
        )
        try database.run(
            "INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string) "
                + "SELECT exchange_id, 'btc', 'USDT', 'btc_usdt' FROM symbols WHERE symbol_string = 'BTC_USDT' LIMIT 1"
        )
        let checks = try validate()
        #expect(checks.filter { $0.verdict == .warning }.map(\.name) == ["venues.known", "duplicates.but_for_case"])
        let twins = checks.first { $0.name == "duplicates.but_for_case" }
        #expect(twins?.detail == "differ only in case: BTC_USDT and btc_usdt", "\(twins?.detail ?? "")")
        #expect(checks.allSatisfy { $0.verdict != .failed })
    }

    @Test("a symbol that has the last id there is makes no constraint fail")
    func lastId() throws {
        try database.run(
            "INSERT INTO symbols (id, exchange_id, base_asset, quote_asset, symbol_string) OVERRIDING SYSTEM VALUE "
                + "VALUES (2147483647, 1, 'LAST', 'USDT', 'LASTUSDT')")
        let checks = try validate()
        #expect(checks.filter { $0.verdict == .failed } == [])
        #expect(
            checks.filter { $0.verdict == .skipped }.map(\.name) == [
                "refuses.symbols.unknown_exchange", "refuses.symbols.instrument_twice", "refuses.symbols.string_twice",
            ])
        #expect(checks.first { $0.name == "rows.ids" }?.verdict == .passed, "the sequence is far from it")
    }

    @Test("a symbol that was delisted and is listed anew is no twin of itself")
    func relisted() throws {
        try database.run("UPDATE symbols SET is_active = false WHERE id = 1")
        try database.run(
            "INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string) "
                + "SELECT exchange_id, base_asset, quote_asset, symbol_string FROM symbols WHERE id = 1")
        #expect(try validate().first { $0.name == "duplicates.but_for_case" }?.verdict == .passed)
    }

    @Test("what contradicts itself, has the wrong kind for its venue, or is over is named, and is no failure")
    func sense() throws {
        try database.run(
            "UPDATE symbols SET precision_price = 2, tick_size = 0.00001, step_size = 1, min_order_size = 0.5 WHERE "
                + "id = 1"
        )
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, kind, settle_asset, expires_at)
            VALUES (3, 'SOL', 'USDT', 'SOL', 'spot', NULL, NULL), (3, 'SOL', 'USDT', 'SOL-1', 'future', 'USDT', now())
            """)
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, kind, settle_asset, payoff)
            VALUES (3, 'SOL', 'USDT', 'INV', 'perpetual', 'USDT', 'inverse')
            """)
        try database.run("SELECT setval('symbols_id_seq', 2147483000)")
        let checks = try validate()
        func detail(_ name: String, _ verdict: ValidationCheck.Verdict) -> String {
            checks.first { $0.name == name && $0.verdict == verdict }?.detail ?? "no such check"
        }
        let digits = detail("rows.digits", .warning)
        #expect(digits.contains("the tick has more digits than prices: MEXC_SPOT BTC_USDT (symbol 1, of 1)"))
        #expect(digits.contains("the smallest order is no multiple of the step"))
        #expect(detail("rows.kinds", .warning).contains("GATEIO_FUTURES SOL "))
        #expect(
            detail("rows.kinds", .warning).contains(
                "the payoff contradicts the settle asset: GATEIO_FUTURES INV (symbol 9, of 1)"))
        #expect(detail("rows.ids", .warning).hasPrefix("647 ids are left for new symbols"))
        #expect(detail("rows.expired", .information).contains("GATEIO_FUTURES SOL-1"))
        #expect(checks.allSatisfy { $0.verdict != .failed })
    }

    @Test("digits that the plan's default filled in are named where the increment has fewer, with what clears them")
    func defaultDigits() throws {
        func digits() throws -> ValidationCheck? { try validate().first { $0.name == "rows.digits" } }
        try database.run(
            "UPDATE symbols SET precision_price = 8, tick_size = 0.00000001, precision_base = 4, step_size = 0.01")
        #expect(try digits()?.verdict == .passed)
        try database.run("UPDATE symbols SET tick_size = 0.01 WHERE id <= 2")
        try database.run("UPDATE symbols SET precision_base = 8 WHERE id = 3")
        let found = try #require(try digits())
        #expect(found.verdict == .warning, "\(found)")
        let statements = found.detail.split(separator: "; ").compactMap { part in
            part.firstRange(of: "UPDATE ").map { String(part[$0.lowerBound...].prefix { $0 != ":" }) }
        }
        #expect(statements.count == 2 && found.detail.contains("(symbol 1, of 2)"), "\(found.detail)")
        for statement in statements { try database.run(statement) }
        #expect(try digits()?.verdict == .passed)
        #expect(try database.integer("SELECT count(*) FROM symbols WHERE precision_price IS NULL") == 2)
    }

    @Test("many rows: the planner's own choice is named, and the tables without any row still pass")
    func manyRowsAndNone() throws {
        try database.run("DELETE FROM symbols")
        let empty = try validate()
        #expect(empty.filter { $0.verdict == .failed } == [])
        #expect(empty.contains { $0.name == "lookup_time.symbol_by_id" && $0.verdict == .skipped })
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            SELECT 1 + g % 3, 'B' || g / 3, 'USDT', 'B' || g / 3 || 'USDT' FROM generate_series(3, 9002) g
            """)
        try database.run("ANALYZE symbols")
        let full = try validate()
        #expect(full.filter { $0.verdict == .failed } == [])
        #expect(full.first { $0.name == "index_used.symbol_by_pair" }?.detail == "idx_symbols_pair")
    }

    @Test("a database without the tables fails and is not looked at further")
    func bareDatabase() throws {
        let bare = try TestSession(.empty)
        defer { bare.keep() }
        let checks = try ReferenceValidation(bare.connection).run()
        #expect(checks.contains { $0.name == "table.exchanges" && $0.verdict == .failed })
        #expect(!checks.contains { $0.name.hasPrefix("refuses.") })
    }

    @Test("a connection that is lost ends it with an error")
    func lostConnection() throws {
        let connection = try database.connect()
        try database.run("SELECT pg_terminate_backend($1)", [.int32(connection.serverProcessId)])
        #expect(throws: StoreError.self) { try ReferenceValidation(connection).run() }
    }
}
