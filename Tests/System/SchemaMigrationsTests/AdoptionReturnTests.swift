import PostgreSQL
import SchemaMigrations
import TestSupport
import Testing

/// What a DBA made of the plan's tables binds while they are adopted, and is there again afterwards.
@Suite struct AdoptionReturnTests {
    let fixture: MigratorFixture
    var database: TestDatabase { fixture.database }

    init() throws { fixture = try .ofPlanTables() }

    /// What `schema` leaves out: who may do what, remarks on rules, whether rules are validated; and the rows.
    private func rest() throws -> String? {
        try fixture.text(
            """
            SELECT string_agg(line, E'\\n' ORDER BY line) FROM (
                SELECT concat_ws(' ', conname, convalidated, obj_description(oid, 'pg_constraint')) FROM pg_constraint
                WHERE conrelid = 'symbols'::regclass
                UNION ALL
                SELECT concat_ws(' ', attname, attacl) FROM pg_attribute
                WHERE attrelid = 'symbol_details'::regclass AND attnum > 0
                UNION ALL
                SELECT concat_ws(' ', relname, relacl, relowner::regrole) FROM pg_class
                WHERE relname = 'symbol_details'
                UNION ALL
                SELECT (to_jsonb(s) - 'updated_at')::text FROM symbols s
            ) AS list (line)
            """)
    }

    private static let own = """
        ALTER TABLE symbols
            ADD CONSTRAINT symbols_exchange_positive CHECK (exchange_id > 0),
            ADD CONSTRAINT symbols_tick_size_positive CHECK (tick_size >= 0.00000001),
            ADD CONSTRAINT symbols_step_size_positive CHECK (step_size > 0),
            ADD CONSTRAINT few_digits CHECK (precision_price <= 12),
            ADD CONSTRAINT few_amounts CHECK (precision_quote BETWEEN 0 AND 12) NOT VALID,
            ADD CONSTRAINT later CHECK (created_at > '2020-01-01') NOT VALID,
            DROP CONSTRAINT symbols_exchange_id_base_asset_quote_asset_key;
        COMMENT ON CONSTRAINT symbols_tick_size_positive ON symbols IS 'the venue''s word';
        CREATE INDEX idx_symbols_pair ON symbols (quote_asset, base_asset);
        UPDATE symbols SET precision_quote = 0 WHERE id = 9;
        UPDATE symbols SET step_size = 'NaN' WHERE id = 8;
        UPDATE symbols SET base_asset = E'B\\u200b' WHERE id IN (2, 7);
        UPDATE symbols SET is_active = false, base_asset = 'TWIN' WHERE id IN (12, 16);
        CREATE FUNCTION get_exchange_id(code text) RETURNS bigint LANGUAGE sql AS 'SELECT 7::bigint';
        COMMENT ON FUNCTION get_symbol_id IS 'the plan''s';
        REVOKE EXECUTE ON FUNCTION get_symbol_id FROM PUBLIC;
        COMMENT ON COLUMN symbol_details.tick_size IS 'the tick';
        """

    @Test func whatWasThereIsThereAgain() throws {
        let migrator = try fixture.migrator()
        try migrator.up(to: 1)
        let role = "dba_of_\(database.name)"
        try database.run(Self.own)
        try database.run(
            """
            CREATE ROLE \(role);
            GRANT EXECUTE ON FUNCTION get_symbol_id TO \(role);
            GRANT SELECT (base_asset), UPDATE (tick_size) ON symbol_details TO \(role);
            """)
        defer { try? database.run("DROP OWNED BY \(role); DROP ROLE \(role)") }
        let before = (try schema(database, withLedger: false), try rest())

        var warnings: [String] = []
        migrator.onEvent = { if case .warning(let text) = $0 { warnings.append(text) } }
        try migrator.up()
        #expect(warnings.count { $0.contains("is called symbols_") } == 2)
        let broken = [
            ("few_digits", "precision_price = 13"), ("few_amounts", "precision_quote = 13"),
            ("symbols_exchange_positive_own", "exchange_id = -1"),
            ("symbols_tick_size_positive_own", "tick_size = 0.000000001"),
            ("symbols_tick_size_positive", "tick_size = -1"), ("later", "created_at = '2019-01-01'"),
        ]
        for (rule, assignment) in broken {
            let error = #expect(throws: PostgreSQLError.self) {
                try database.run("UPDATE symbols SET \(assignment) WHERE id = 1")
            }
            #expect("\(String(describing: error))".contains(rule), "\(assignment)")
        }
        #expect(try fixture.text("get_exchange_id('MEXC_SPOT')") == "7")
        #expect(try fixture.text("obj_description('get_exchange_id'::regproc)") == nil)
        #expect(try fixture.text("has_column_privilege('\(role)', 'symbol_details', 'base_asset', 'SELECT')") == "true")
        #expect(
            try fixture.text("has_column_privilege('\(role)', 'symbol_details', 'quote_asset', 'SELECT')") == "false")

        try migrator.down(to: 1)
        #expect(try schema(database, withLedger: false) == before.0)
        #expect(try rest() == before.1)
        try migrator.up()
        try migrator.down(to: 1)
        #expect(try rest() == before.1)
    }

    /// A session may bring along what an earlier run, or anybody, left in it.
    @Test func grantsOfAnotherRunAreNotMade() throws {
        let fresh = try MigratorFixture()
        let connection = try fresh.database.connect()
        try connection.executeScript(
            "SET symbology.symbol_details_grants = '{GRANT DELETE ON symbol_details TO PUBLIC}'", name: "leave")
        try Migrator(connection: connection, folder: fresh.folder).up()
        #expect(try fresh.count("SELECT count(*) FROM pg_class WHERE relacl::text LIKE '%=d/%'") == 0)
    }
}
