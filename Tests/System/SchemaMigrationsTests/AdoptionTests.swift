import Foundation
import PostgreSQL
import SchemaMigrations
import Synchronization
import TestSupport
import Testing

/// The plan's own tables become those of this schema, with what is in them, and those of the plan again.
@Suite struct AdoptionTests {
    let fixture: MigratorFixture
    var database: TestDatabase { fixture.database }

    init() throws { fixture = try .ofPlanTables() }

    /// The lines of a schema without what adoption leaves for the way back.
    private func lines(_ schema: String) -> Set<Substring> {
        Set(schema.split(separator: "\n").filter { !$0.contains("_adopted") && !$0.contains("our_own_rule") })
    }

    @Test func theSchemaBecomesThatOfANewDatabaseAndWhatItWas() throws {
        let migrator = try fixture.migrator()
        try migrator.up(to: 1)
        let before = try schema(database, withLedger: false)
        let role = "dba_of_\(database.name)"
        try database.run(
            """
            CREATE ROLE \(role);
            GRANT SELECT ON symbol_details TO \(role);
            REVOKE EXECUTE ON FUNCTION get_symbol_id(text, text, text) FROM PUBLIC;
            GRANT EXECUTE ON FUNCTION get_symbol_id(text, text, text) TO \(role);
            """)
        var warnings: [String] = []
        migrator.onEvent = { if case .warning(let text) = $0 { warnings.append(text) } }
        try migrator.up()
        #expect(warnings == [])
        let fresh = try MigratorFixture()
        try fresh.migrator().up()
        let isOfFunction = { (line: Substring) in line.contains("get_symbol_id(") || line.contains("Id of the spot") }
        let adopted = lines(try schema(database)).filter { !isOfFunction($0) }
        let wanted = lines(try schema(fresh.database)).filter { !isOfFunction($0) }
        #expect(wanted.subtracting(adopted) == [])
        #expect(
            adopted.subtracting(wanted).filter { $0.hasPrefix("index") || $0.hasPrefix("constraint") }.map {
                $0.suffix(40)
            }
                == ["INDEX of_base ON public.symbols USING btree (base_asset)".suffix(40)])
        #expect(try fixture.text("SELECT convalidated FROM pg_constraint WHERE conname = 'our_own_rule'") == "true")
        #expect(try fixture.text("has_table_privilege('\(role)', 'symbol_details', 'SELECT')") == "true")
        #expect(
            try fixture.text("has_function_privilege('\(role)', 'get_symbol_id(text, text, text)', 'EXECUTE')")
                == "true")
        #expect(
            try fixture.text("has_function_privilege('public', 'get_symbol_id(text, text, text)', 'EXECUTE')")
                == "false")

        try migrator.down(to: 1)
        try database.run(
            "DROP OWNED BY \(role); DROP ROLE \(role); GRANT EXECUTE ON FUNCTION get_symbol_id TO PUBLIC")
        func comparable(_ schema: String) -> String {
            schema.split(separator: "\n").filter { !$0.hasPrefix("function") && !$0.hasPrefix("{") && $0 != " -- " }
                .joined(separator: "\n")
        }
        #expect(comparable(try schema(database, withLedger: false)) == comparable(before))
        #expect(try fixture.text("SELECT count(*) FROM symbols WHERE exchange_id = 3") == "100")
        #expect(
            try fixture.text("get_symbol_id('GATEIO_FUTURES', 'B1', 'USDT')")
                == fixture.text(
                    "SELECT id FROM symbols WHERE "
                        + "exchange_id = 3 AND base_asset = 'B1'"))
    }

    @Test func rowsGetTheKindOfTheirVenueAndKeepWhatTheyHold() throws {
        let before = try fixture.text(
            "SELECT string_agg(concat_ws(' ', id, base_asset, tick_size, is_active), ',' ORDER BY id) FROM symbols")
        try fixture.migrator().up()
        #expect(
            try fixture.text(
                """
                SELECT string_agg(line, '; ' ORDER BY line) FROM (
                    SELECT concat_ws(' ', e.market_type, kind, payoff, settle_asset, count(*)) FROM symbols s
                    JOIN exchanges e ON e.id = s.exchange_id
                    GROUP BY e.market_type, kind, payoff, settle_asset) t (line)
                """) == "FUTURES perpetual linear USDT 100; OPTIONS other 100; SPOT spot 200")
        #expect(
            try fixture.text(
                "SELECT string_agg(concat_ws(' ', id, base_asset, tick_size, is_active), ',' ORDER BY id) FROM symbols")
                == before)
        #expect(try fixture.text("get_symbol_id('GATEIO_FUTURES', 'B1', 'USDT')") != nil)
        #expect(try fixture.text("get_symbol_id('DERIBIT_OPTIONS', 'B1', 'USDT')") == nil)
        #expect(
            try fixture.text("SELECT unified_name FROM symbol_details WHERE exchange_id = 3 AND base_asset = 'B7'")
                == "B7/USDT:USDT")
        // What the table could not hold before.
        try database.run(
            """
            UPDATE symbols SET tick_size = 0.0000000000001, precision_price = NULL WHERE id = 1;
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, kind, settle_asset, expires_at)
            SELECT 3, 'B1', 'USDT', 'B1-' || g, 'future', 'USDT', now() + g * interval '1 day' FROM generate_series(1,
                3) g
            """)
        #expect(try fixture.text("SELECT tick_size FROM symbols WHERE id = 1") == "0.0000000000001")
    }

    @Test func aSecondRunOfEachFileChangesNothing() throws {
        try fixture.migrator().up()
        // A program that still inserts futures as the plan's table had them.
        try database.run(
            "INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string) VALUES (3, 'N', 'USDT', 'N')")
        let before = try schema(database)
        for file in TestDatabase.migrationFiles() {
            let result = database.psql(["-f", "\(TestDatabase.migrationsFolder)/\(file)"])
            #expect(result.status == 0, "\(file): \(result.output)")
        }
        #expect(try schema(database) == before)
        #expect(try fixture.text("SELECT kind FROM symbols WHERE symbol_string = 'N'") == "spot")
    }

    /// Inserts and updates all the while, the rows that adoption writes too: none fails, none waits long.
    @Test func writersGoOn() throws {
        try database.run("DELETE FROM symbols; \(PlanTables.rows(40_000))")
        let isOver = Atomic(false)
        let failures = Mutex<[String]>([])
        let longestMilliseconds = Mutex<[Int]>([])
        let done = DispatchGroup()
        for writer in 0..<2 {
            // Used by that thread alone.
            nonisolated(unsafe) let connection = try database.connect()
            done.enter()
            Thread.detachNewThread {
                var number = 0
                var longest = 0
                while !isOver.load(ordering: .relaxed) {
                    number += 1
                    let start = DispatchTime.now().uptimeNanoseconds
                    do throws(PostgreSQLError) {
                        try connection.executeScript(
                            """
                            UPDATE symbols SET step_size = 0.2 WHERE id IN (SELECT id FROM symbols
                                ORDER BY id LIMIT 20 OFFSET \(number * 37 % 30_000));
                            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
                            VALUES (1, 'W\(writer)', 'N\(number)', 'W\(writer)N\(number)');
                            """, name: "write")
                    } catch {
                        failures.withLock { $0.append("\(error)") }
                    }
                    longest = max(longest, Int((DispatchTime.now().uptimeNanoseconds - start) / 1_000_000))
                }
                longestMilliseconds.withLock { $0.append(longest) }
                done.leave()
            }
        }
        let migrator = try fixture.migrator()
        migrator.limits.attemptCountMax = 50
        migrator.limits.pauseMilliseconds = 50
        defer { isOver.store(true, ordering: .relaxed) }
        try migrator.up()
        isOver.store(true, ordering: .relaxed)
        done.wait()
        #expect(failures.withLock { $0 } == [])
        // An unmoved machine gives 0.1 s, a rewriting ALTER TABLE or a plain CREATE INDEX here more than this.
        #expect(longestMilliseconds.withLock { $0.max() ?? 0 } < 2_000)
        #expect(
            try fixture.text(
                """
                SELECT count(*) FROM symbols s JOIN exchanges e ON e.id = s.exchange_id
                WHERE e.market_type <> 'SPOT' AND kind = 'spot'
                """) == "0")
        #expect(try fixture.text("SELECT count(*) FROM pg_constraint WHERE NOT convalidated") == "0")
    }

    /// It is passed over and not waited for, so no lock's time is up.
    @Test func aRowThatSomebodyHoldsEndsTheStepInTime() throws {
        try fixture.migrator().up(to: 8)
        let writer = try database.connect(SessionSettings(applicationName: "a long writer"))
        try writer.executeScript(
            """
            BEGIN; UPDATE symbols SET last_seen = now()
            WHERE exchange_id IN (SELECT id FROM exchanges WHERE market_type = 'FUTURES')
            """, name: "hold")
        let migrator = try fixture.migrator()
        migrator.limits.concurrentLockTimeoutMilliseconds = 300
        let error = #expect(throws: MigrationError.self) { try migrator.up() }
        guard case .blocked("009_symbol_indexes", _, let blockers)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(blockers.contains { $0.contains("a long writer") }, "\(blockers)")
        try writer.executeScript("ROLLBACK", name: "end")
        migrator.limits.concurrentLockTimeoutMilliseconds = 30_000
        #expect(try migrator.up().map(\.migration.version) == Array(9...fixture.folder.migrations.count))
    }

    @Test func anIndexWhoseBuildingWasBrokenOffIsBuiltAgain() throws {
        try fixture.migrator().up(to: 8)
        // It only looks, and yet its snapshot is waited for.
        let reader = try database.connect(SessionSettings(applicationName: "a long report"))
        try reader.executeScript("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM exchanges", name: "look")
        let migrator = try fixture.migrator()
        migrator.limits.concurrentLockTimeoutMilliseconds = 100
        let error = #expect(throws: MigrationError.self) { try migrator.up() }
        guard case .blocked("009_symbol_indexes", 2, let blockers)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(blockers.contains { $0.contains("a long report") }, "\(blockers)")
        let broken = "SELECT string_agg(indexrelid::regclass::text, ',') FROM pg_index WHERE NOT indisvalid"
        #expect(try fixture.text(broken) != nil)
        // The old rules hold until the new ones do.
        #expect(throws: PostgreSQLError.self) {
            try database.run(
                "INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string) VALUES (1, 'B1', 'USDT', "
                    + "'X')"
            )
        }
        try reader.executeScript("COMMIT", name: "end")
        migrator.limits.concurrentLockTimeoutMilliseconds = 30_000
        #expect(try migrator.up().map(\.migration.version) == Array(9...fixture.folder.migrations.count))
        #expect(try fixture.text(broken) == nil)
        #expect(try fixture.text("SELECT count(*) FROM pg_class WHERE relname LIKE '%\\_broken'") == "0")
        #expect(try fixture.text("SELECT count(*) FROM pg_constraint WHERE conname = 'one_string'") == "0")
    }

    /// What a DBA made, and what is said of it: the statement behind the colon is the way out.
    private static let hindrances = [
        (
            "ALTER TABLE symbols DROP COLUMN last_seen CASCADE",
            "last_seen: ALTER TABLE symbols ADD COLUMN last_seen TIMESTAMPTZ"
        ),
        ("CREATE VIEW mine AS SELECT tick_size FROM symbols", "VIEW mine: DROP VIEW mine"),
        (
            "CREATE MATERIALIZED VIEW mine AS SELECT base_asset FROM symbols",
            "MATERIALIZED VIEW mine: DROP MATERIALIZED VIEW mine"
        ),
        ("CREATE VIEW mine AS SELECT symbol_id FROM symbol_details", "VIEW mine: DROP VIEW mine"),
        (
            "CREATE FUNCTION mine() RETURNS numeric LANGUAGE sql RETURN (SELECT max(tick_size) FROM symbols)",
            "function mine(): DROP FUNCTION mine()"
        ),
        (
            "CREATE FUNCTION mine(symbol_details) RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "function mine(symbol_details): DROP FUNCTION mine(symbol_details)"
        ),
        (
            "ALTER TABLE symbols ADD COLUMN twice numeric GENERATED ALWAYS AS (tick_size * 2) STORED",
            "generated column twice: ALTER TABLE symbols DROP COLUMN twice"
        ),
        (
            """
            CREATE FUNCTION mine() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE TRIGGER mine BEFORE UPDATE OF tick_size ON symbols FOR EACH ROW EXECUTE FUNCTION mine()
            """, "trigger mine: DROP TRIGGER mine ON symbols"
        ),
        ("CREATE POLICY mine ON symbols USING (base_asset <> 'X')", "policy mine: DROP POLICY mine ON symbols"),
        (
            "CREATE RULE mine AS ON UPDATE TO symbols WHERE old.tick_size > 5 DO INSTEAD NOTHING",
            "rule mine: DROP RULE mine ON symbols"
        ),
        (
            "CREATE PUBLICATION mine_%DATABASE% FOR TABLE symbols (id, tick_size)",
            "publication mine_%DATABASE%: ALTER PUBLICATION mine_%DATABASE% DROP TABLE symbols"
        ),
        (
            "CREATE INDEX mine ON symbols (quote_asset) WHERE exchange_id = 1",
            "index mine: DROP INDEX CONCURRENTLY mine"
        ),
        (
            """
            CREATE TABLE mine (e smallint, b varchar(20), q varchar(20),
                CONSTRAINT mine_fk FOREIGN KEY (e, b, q) REFERENCES symbols (exchange_id, base_asset, quote_asset))
            """, "foreign key mine_fk: ALTER TABLE mine DROP CONSTRAINT mine_fk"
        ),
        ("CREATE TABLE mine (s symbols)", "column s of type symbols: ALTER TABLE mine DROP COLUMN s"),
        (
            """
            DROP VIEW symbol_details; DROP FUNCTION get_symbol_id;
            CREATE FUNCTION get_symbol_id(text, text, text) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'
            """,
            "function get_symbol_id(text,text,text), made otherwise than here: DROP FUNCTION "
                + "get_symbol_id(text,text,text)"
        ),
    ]

    @Test func whatExchangesLackIsNamed() throws {
        try database.run("ALTER TABLE exchanges DROP COLUMN base_url CASCADE")
        let error = #expect(throws: MigrationError.self) { try fixture.migrator().up() }
        guard case .failed("002_exchanges.up", let cause)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(cause.detail == "base_url: ALTER TABLE exchanges ADD COLUMN base_url VARCHAR(255)")
    }

    @Test(arguments: hindrances)
    func whatOthersMadeIsNamedAndNothingIsChanged(sql: String, line: String) throws {
        let line = line.replacing("%DATABASE%", with: database.name)
        try database.run(sql.replacing("%DATABASE%", with: database.name))
        let migrator = try fixture.migrator()
        try migrator.up(to: 2)
        let before = try schema(database)
        let error = #expect(throws: MigrationError.self) { try migrator.up() }
        guard case .failed("003_symbols.up", let cause)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(cause.detail?.split(separator: "\n").map(String.init) == [line])
        #expect(cause.hint?.contains("Nothing was changed") == true)
        #expect(try schema(database) == before)
        let colon = try #require(line.firstRange(of: ": "))
        try database.run(String(line[colon.upperBound...]))
        try migrator.up()
    }

    /// Changes that the plan's table cannot hold, and what is said of them.
    private static let losses = [
        (
            "UPDATE symbols SET tick_size = 0.0000000000001 WHERE id = 7",
            "tick_size does not fit numeric(20,8): 1 rows, symbol 7 first"
        ),
        ("UPDATE symbols SET max_order_size = 9999999999999 WHERE id = 7", "max_order_size does not fit numeric(20,8)"),
        (
            "UPDATE symbols SET base_asset = repeat('x', 21) WHERE id = 7",
            "base_asset does not fit character varying(20)"
        ),
        (
            "UPDATE symbols SET precision_base = 0 WHERE id = 7",
            "rule symbols_precision_base_check does not hold: 1 rows"
        ),
        ("UPDATE symbols SET precision_price = NULL WHERE id = 7", "precision_price is not given"),
        ("UPDATE symbols SET kind = 'other' WHERE id = 4", "the kind is not the one of its exchange"),
        (
            "UPDATE symbols SET contract_size = 1 WHERE exchange_id = 3",
            "there is no column for contract_size: 100 rows"
        ),
        ("UPDATE symbols SET min_notional = 1 WHERE id = 7", "there is no column for min_notional"),
        ("UPDATE symbols SET is_tiered = true WHERE id = 7", "there is no column for is_tiered"),
        (
            """
            UPDATE symbols SET is_active = false WHERE exchange_id = 1 AND base_asset = 'B5';
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, precision_base, precision_quote,
                precision_price) VALUES (1, 'B5', 'USDT', 'NEW', 8, 8, 8)
            """, "more than one row has the same base_asset, exchange_id, quote_asset: 2 rows"
        ),
    ]

    @Test(arguments: losses)
    func whatWouldBeLostIsRefusedBeforeAnythingIsUndone(sql: String, line: String) throws {
        let migrator = try fixture.migrator()
        try migrator.up(to: 10)
        try database.run(sql)
        let before = try schema(database)
        let error = #expect(throws: MigrationError.self) { try migrator.down(to: 1) }
        guard case .failed("010_symbols_adopted.down", let cause)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(cause.detail?.contains(line) == true, "\(cause)")
        #expect(try schema(database) == before)
    }

    /// Rows from before that break a rule stay as they are, are named, and every rule binds what is written from now
    /// on.
    @Test func rowsThatBreakTheNewRulesAreNamed() throws {
        try database.run("UPDATE symbols SET base_asset = E'B\\u200b' WHERE id IN (3, 4)")
        let migrator = try fixture.migrator()
        var warnings: [String] = []
        migrator.onEvent = { if case .warning(let text) = $0 { warnings.append(text) } }
        try migrator.up()
        #expect(warnings.count { $0.contains("stays a spot symbol") } == 1, "only that of the futures venue is written")
        #expect(warnings.last?.contains("rows of symbols violate symbols_base_asset_servable") == true)
        #expect(
            try fixture.text("SELECT string_agg(conname, ',') FROM pg_constraint WHERE NOT convalidated")
                == "symbols_base_asset_servable")
        #expect(try fixture.text("SELECT count(*) FROM symbols WHERE exchange_id > 2 AND kind = 'spot'") == "1")
        #expect(throws: PostgreSQLError.self) {
            try database.run("UPDATE symbols SET base_asset = E'C\\u200b' WHERE id = 5")
        }
    }
}
