import PostgreSQL
import SchemaMigrations
import TestSupport
import Testing

@Suite struct MigratorTests {
    let fixture: MigratorFixture
    var folder: MigrationFolder { fixture.folder }
    var database: TestDatabase { fixture.database }

    init() throws { fixture = try MigratorFixture() }

    private func migrator(_ folder: MigrationFolder? = nil) throws -> Migrator { try fixture.migrator(folder) }

    private func count(_ sql: String) throws -> Int64? { try fixture.count(sql) }

    /// A function of somebody else's may have a name that begins as ours do.
    @Test func functionsOfOthersKeepTheirRightsAndTheirPath() throws {
        try fixture.database.run("CREATE FUNCTION reference_price(text) RETURNS int LANGUAGE sql AS 'SELECT 1'")
        try fixture.migrator().up()
        let untouched = "proname = 'reference_price' AND proacl IS NULL AND proconfig IS NULL"
        #expect(try fixture.count("SELECT count(*) FROM pg_proc WHERE \(untouched)") == 1)
    }

    @Test func upAppliesEverythingOnceInOrder() throws {
        let migrator = try migrator()
        #expect(try migrator.status().allSatisfy { $0.state == .pending })
        let steps = try migrator.up()
        #expect(steps.map(\.migration.version) == folder.migrations.map(\.version))
        #expect(try migrator.up().isEmpty)
        #expect(try migrator.verify().isEmpty)
        let status = try migrator.status()
        #expect(status.allSatisfy { $0.state == .applied && $0.checksum?.count == 64 && $0.appliedBy == "postgres" })
        #expect(try schema(database).contains("reference_tombstones"))
    }

    @Test func everyDownUndoesItsUpExactly() throws {
        let migrator = try migrator()
        var before: [String] = []
        for migration in folder.migrations {
            // The ledger is there from the first step on.
            before.append(try schema(database, withLedger: false))
            try migrator.up(to: migration.version)
        }
        let full = try schema(database)
        for (migration, wanted) in zip(folder.migrations, before).reversed() {
            #expect(try migrator.down().map(\.migration.version) == [migration.version])
            #expect(try schema(database, withLedger: false) == wanted, "\(migration.label)")
        }
        #expect(try migrator.down().isEmpty)
        try migrator.up()
        #expect(try schema(database) == full)
        try migrator.down(to: 2)
        #expect(try migrator.status().map(\.state.rawValue).prefix(3) == ["applied", "applied", "pending"])
        try migrator.down(to: 0)
        #expect(try migrator.status().allSatisfy { $0.state == .pending })
    }

    @Test func aDryRunChangesNothing() throws {
        let before = try schema(database)
        let steps = try migrator().up(isDryRun: true)
        #expect(steps.count == folder.migrations.count)
        #expect(try schema(database) == before)
        try migrator().up()
        let full = try schema(database)
        #expect(try migrator().down(to: 0, isDryRun: true).count == folder.migrations.count)
        #expect(try schema(database) == full)
    }

    @Test func psqlAppliesEachFileByHandAndUpAdopts() throws {
        for migration in folder.migrations {
            let result = database.psql((migration.up.isTransactional ? ["-1"] : []) + ["-f", migration.up.path])
            #expect(result.status == 0, "\(migration.label): \(result.output)")
        }
        #expect(folder.migrations.filter { !$0.up.isTransactional }.map(\.name) == ["symbol_indexes"])
        let byHand = try schema(database)
        try database.run(
            "INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string) VALUES (1, 'A', 'B', 'AB')")
        try migrator().up()
        #expect(try schema(database, withLedger: false) == byHand)
        #expect(try count("SELECT count(*) FROM symbols") == 1)
        #expect(try count("SELECT count(*) FROM exchanges") == 3)
        #expect(try migrator().verify().isEmpty)
    }

    @Test func exchangesApplyWithPlainPsqlAgainAndAgain() throws {
        let file = "\(TestDatabase.migrationsFolder)/002_exchanges.up.sql"
        for _ in 0..<3 {
            let result = database.psql(["-f", file])
            #expect(result.status == 0, "\(result.output)")
        }
        #expect(try count("SELECT max(id)::bigint FROM exchanges") == 3)
        #expect(try count("SELECT nextval(pg_get_serial_sequence('exchanges', 'id'))") == 4)
        let codes = try database.connect().query(
            Statement(name: "codes", sql: "SELECT string_agg(enum_value, ' ' ORDER BY id) FROM exchanges"))
        #expect(try codes.text(0, 0) == "MEXC_SPOT GATEIO_SPOT GATEIO_FUTURES")
    }

    @Test func everyFileMayRunTwiceWithPlainPsql() throws {
        for _ in 0..<2 {
            for file in TestDatabase.migrationFiles() {
                let result = database.psql(["-f", "\(TestDatabase.migrationsFolder)/\(file)"])
                #expect(result.status == 0, "\(file): \(result.output)")
            }
        }
        let byHand = try schema(database)
        let fresh = try TestDatabase(.migrated)
        #expect(try schema(fresh) == byHand)
    }

    @Test func aProductionTableIsAdoptedAsItIs() throws {
        try database.run(
            """
            CREATE TABLE book_ticker_snapshots (id bigint, exchange text, note text);
            INSERT INTO book_ticker_snapshots VALUES (1, 'MEXC_SPOT', 'ours');
            CREATE TABLE exchanges (
                id SMALLINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY, name VARCHAR(50) UNIQUE NOT NULL,
                enum_value VARCHAR(50) UNIQUE NOT NULL, display_name VARCHAR(100) NOT NULL,
                market_type VARCHAR(20) NOT NULL, is_active BOOLEAN NOT NULL DEFAULT true, base_url VARCHAR(255),
                websocket_url VARCHAR(255), rate_limit_requests_per_second INTEGER,
                precision_default SMALLINT DEFAULT 8, created_at TIMESTAMPTZ DEFAULT NOW() NOT NULL,
                updated_at TIMESTAMPTZ DEFAULT NOW() NOT NULL);
            INSERT INTO exchanges (name, enum_value, display_name, market_type)
            VALUES ('GATEIO_SPOT', 'GATEIO_SPOT', 'mine', 'SPOT'), ('ODD', 'ODD', 'odd', 'SWAPS');
            """)
        let migrator = try migrator()
        var warnings: [String] = []
        migrator.onEvent = { if case .warning(let text) = $0 { warnings.append(text) } }
        try migrator.up()
        #expect(try count("SELECT count(*) FROM book_ticker_snapshots WHERE note = 'ours'") == 1)
        #expect(try count("SELECT count(*) FROM exchanges") == 4)
        #expect(try count("SELECT count(*) FROM exchanges WHERE display_name = 'mine' AND id = 1") == 1)
        // The row nobody can serve is named, stays, and cannot be repeated.
        #expect(warnings.count == 1 && warnings[0].contains("exchanges_market_type_servable"))
        #expect(throws: PostgreSQLError.self) {
            try database.run(
                "INSERT INTO exchanges (name, enum_value, display_name, market_type) VALUES ('a', 'a', 'a', 'SWAPS')")
        }
    }

    @Test func recordedMarketDataAreNeverDropped() throws {
        let migrator = try migrator()
        try migrator.up()
        try database.run(
            """
            INSERT INTO trade_snapshots (exchange, symbol_base, symbol_quote, price, quantity, side, timestamp)
            VALUES ('MEXC_SPOT', 'BTC', 'USDT', 1, 1, 'buy', now())
            """)
        let error = #expect(throws: MigrationError.self) { try migrator.down(to: 0) }
        guard case .failed("001_legacy_market_data.down", let cause)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(cause.message.contains("trade_snapshots") && cause.hint != nil)
        #expect(try count("SELECT count(*) FROM trade_snapshots") == 1)
        try database.run("TRUNCATE trade_snapshots")
        try migrator.down(to: 0)
    }

    @Test func aFailureLeavesNothingOfItsStep() throws {
        let (broken, _) = try migrationFolder([
            "001_a.up.sql": "CREATE TABLE a (x int);",
            "002_b.up.sql": "CREATE TABLE b (x int);\nSELECT nonsense;",
        ])
        let migrator = try migrator(broken)
        let error = #expect(throws: MigrationError.self) { try migrator.up() }
        guard case .failed("002_b.up", let cause)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(cause.detail == "line 2")
        #expect(try migrator.status().map(\.state) == [.applied, .pending])
        #expect(try count("SELECT count(*) FROM pg_class WHERE relname = 'b'") == 0)
        #expect(throws: MigrationError.noWayBack(migration: "001_a")) { try migrator.down() }
        #expect(throws: MigrationError.unknownVersion(9)) { try migrator.up(to: 9) }
    }

    @Test(arguments: ["BEGIN; SELECT 1; COMMIT;", "SELECT 1;\n-- done\ncommit", "start transaction;"])
    func aFileThatEndsItsTransactionIsRefused(sql: String) throws {
        let (files, _) = try migrationFolder(["001_a.up.sql": "CREATE TABLE a (x int);\n" + sql])
        let error = #expect(throws: MigrationError.self) { try migrator(files).up() }
        guard case .endsTransaction? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try count("SELECT count(*) FROM pg_class WHERE relname = 'a'") == 0)
    }

    /// The semicolons and the END of such a body are the function's own.
    @Test(arguments: ["", "-- no transaction\n", "-- Twice.\r\n-- no transaction\r\nVACUUM;\r\n"])
    func aBodyOfStatementsIsOneStatement(head: String) throws {
        let (files, _) = try migrationFolder([
            "001_a.up.sql": head + """
                CREATE FUNCTION "begin"(x int) RETURNS int LANGUAGE sql Begin Atomic
                    SELECT 'end; commit';
                    SELECT CASE x WHEN 1 THEN CASE WHEN true THEN 2 END ELSE 3 END; -- end;
                END;
                CREATE TABLE a AS SELECT "begin"(1) AS weekend, 4 AS atomic$end;
                """
        ])
        try migrator(files).up()
        #expect(try count("SELECT weekend::bigint + atomic$end FROM a") == 6)
    }

    @Test func withoutTransactionConcurrentlyWorks() throws {
        let (files, _) = try migrationFolder([
            "001_a.up.sql": "CREATE TABLE a (x int, y text);",
            "002_b.up.sql": """
            -- An index on a table in use.
            -- no transaction

            DROP INDEX CONCURRENTLY IF EXISTS a_x;
            CREATE INDEX CONCURRENTLY a_x ON a (x);
            DO $body$ BEGIN PERFORM ';'; /* ; /* nested ; */ */ END $body$;
            INSERT INTO a (y) VALUES (';'), (E'\\';'), ($$;$$), ('--'); -- the end;
            """,
        ])
        try migrator(files).up()
        #expect(try count("SELECT count(*) FROM pg_class WHERE relname = 'a_x'") == 1)
        #expect(try count("SELECT count(*) FROM a") == 4)
        #expect(try migrator(files).verify().isEmpty)
    }

    @Test func aBlockedStepGivesUpSoonAndNamesTheBlocker() throws {
        try migrator().up(to: 4)
        let blocker = try database.connect(SessionSettings(applicationName: "forgotten console"))
        try blocker.query(Statement(name: "begin", sql: "BEGIN"))
        try blocker.query(Statement(name: "read", sql: "SELECT count(*) FROM exchanges"))
        let migrator = try migrator()
        var waits = 0
        migrator.onEvent = { if case .waiting = $0 { waits += 1 } }
        let error = #expect(throws: MigrationError.self) { try migrator.up() }
        guard case .blocked("005_change_feed", 2, let blockers)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(blockers.contains { $0.contains("process \(blocker.serverProcessId)") })
        #expect(blockers.contains { $0.contains("forgotten console") && $0.contains("exchanges") })
        #expect(waits == 1)
        try blocker.query(Statement(name: "end", sql: "ROLLBACK"))
        #expect(try migrator.up().count == folder.migrations.count - 4)
    }

    /// A prepared transaction has no process, and the schema a name that wants quoting.
    @Test func aBlockerIsNamedWhoeverItIsAndWhereverTheTablesAre() throws {
        try database.run("CREATE SCHEMA \"odd Schema\"")
        let settings = SessionSettings(applicationName: "odd console", schema: "odd Schema")
        let (files, _) = try migrationFolder([
            "001_a.up.sql": "CREATE TABLE a (x int);", "002_b.up.sql": "ALTER TABLE a ADD y int;",
        ])
        let migrator = Migrator(connection: try database.connect(settings), folder: files)
        migrator.limits.attemptCountMax = 1
        try migrator.up(to: 1)
        func blockers() throws -> [String] {
            let error = #expect(throws: MigrationError.self) { try migrator.up() }
            guard case .blocked(_, 1, let blockers)? = error else { return ["\(String(describing: error))"] }
            return blockers
        }
        let holder = try database.connect(settings)
        try holder.executeScript("BEGIN; INSERT INTO a VALUES (1)", name: "hold")
        #expect(try blockers().contains { $0.contains("odd console") && $0.contains("on a") })
        let name = "symbology_test_\(database.name)'s"
        let quoted = name.replacing("'", with: "''")
        try holder.executeScript("PREPARE TRANSACTION '\(quoted)'", name: "prepare")
        let named = try blockers()
        try #require(named.count == 1)
        #expect(named[0].hasPrefix("prepared transaction '\(quoted)' (user postgres), "), "\(named)")
        #expect(named[0].contains("holds RowExclusiveLock on a: "), "\(named)")
        try holder.executeScript("ROLLBACK PREPARED '\(quoted)'", name: "let go")
        try migrator.up()
    }

    @Test func downTogetherIsAllOrNothingAndNobodyWritesMeanwhile() throws {
        let migrator = try migrator()
        try migrator.up()
        let full = try schema(database)
        let writer = try database.connect(SessionSettings(lockTimeoutMilliseconds: 50))
        struct No: Error, CustomStringConvertible { let description = "not now" }
        let tables = ["exchanges", "symbols", "no_such_table"]
        var writeFailure: PostgreSQLError?
        let refused = #expect(throws: MigrationError.self) {
            try migrator.downTogether(to: 1, locking: tables) {
                do throws(PostgreSQLError) {
                    try writer.executeScript("UPDATE symbols SET is_active = false", name: "write")
                } catch {
                    writeFailure = error
                }
                let show = Statement(name: "show", sql: "SELECT current_setting('lock_timeout')")
                #expect(
                    try migrator.connection.query(show).text(0, 0) == "\(migrator.limits.lockTimeoutMilliseconds)ms")
                throw No()
            }
        }
        #expect(refused == .refused(reason: "not now"))
        #expect(writeFailure?.sqlState == "55P03")
        #expect(try schema(database) == full)

        // The last step fails, because somebody's own table refers to exchanges: the others are undone with it.
        try database.run("CREATE TABLE mine (exchange_id smallint REFERENCES exchanges (id))")
        let withMine = try schema(database)
        let failed = #expect(throws: MigrationError.self) { try migrator.downTogether(to: 1, locking: tables) }
        guard case .failed("002_exchanges.down", _)? = failed else {
            Issue.record("\(String(describing: failed))")
            return
        }
        // What the database says to the check is not the check's refusal.
        let lost = PostgreSQLError(kind: .connection, message: "gone", isConnectionLost: true)
        #expect(throws: MigrationError.failed(migration: "taking back \(folder.migrations.count - 1) migrations", lost))
        {
            try migrator.downTogether(to: 1, locking: tables) { throw lost }
        }
        #expect(try schema(database) == withMine)
        try database.run("DROP TABLE mine")

        try writer.executeScript("BEGIN; LOCK TABLE symbols IN ROW EXCLUSIVE MODE", name: "hold")
        let blocked = #expect(throws: MigrationError.self) { try migrator.downTogether(to: 1, locking: tables) }
        guard case .blocked(_, 2, let blockers)? = blocked else {
            Issue.record("\(String(describing: blocked))")
            return
        }
        #expect(blockers.contains { $0.contains("symbols") }, "\(blockers)")
        try writer.executeScript("ROLLBACK", name: "let go")
        #expect(try migrator.downTogether(to: 1, locking: tables).last?.migration.version == 2)
        #expect(try migrator.status().filter { $0.state == .applied }.map(\.version) == [1])
    }

    @Test func twoMigratorsTakeTurns() throws {
        let holder = try database.connect(SessionSettings(applicationName: "the other migrator"))
        try holder.query(
            Statement(name: "lock", sql: "SELECT pg_advisory_lock($1)"), [.int64(Migrator.lockKey)])
        let error = #expect(throws: MigrationError.self) { try self.migrator().up() }
        #expect(error?.description.contains("the other migrator") == true)
        holder.close()
        let migrator = try migrator()
        migrator.limits.attemptCountMax = 1_000
        #expect(try migrator.up().count == folder.migrations.count)
        // The lock and the session's own timeouts are as before.
        let held = """
            SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """
        #expect(try count(held) == 0)
        let timeout = Statement(name: "show", sql: "SELECT current_setting('statement_timeout')")
        #expect(try migrator.connection.query(timeout).text(0, 0) == "30s")
    }

    @Test(arguments: [
        ["1_a.up.sql": ""], ["001.up.sql": ""], ["abc_a.up.sql": ""], ["001_a.down.sql": ""],
        ["001_a.up.sql": "", "001_b.up.sql": ""], ["001_a.up.sql": "", "001_b.down.sql": ""], [:],
    ])
    func aMalformedFolderIsRefused(files: [String: String]) {
        #expect(throws: MigrationError.self) { try migrationFolder(files) }
    }

    @Test func theFolderMustBeThere() {
        #expect(throws: MigrationError.self) { try MigrationFolder(path: "/nowhere") }
    }
}
