import PostgreSQL
import TestSupport
import Testing

@Suite struct SessionTests {
    func setting(_ name: String, _ connection: Connection) throws -> String? {
        try connection.query(Statement(name: "show", sql: "SELECT current_setting($1)"), [.text(name)]).text(0, 0)
    }

    @Test func everySettingIsPinnedWhateverTheDatabaseSays() throws {
        let database = try TestDatabase(.empty)
        try database.run(
            """
            CREATE SCHEMA "odd Schema";
            ALTER DATABASE \(database.name) SET TimeZone = 'Asia/Tokyo';
            ALTER DATABASE \(database.name) SET client_encoding = 'LATIN1';
            ALTER DATABASE \(database.name) SET statement_timeout = '1d';
            ALTER DATABASE \(database.name) SET idle_session_timeout = '1h';
            ALTER DATABASE \(database.name) SET row_security = on;
            ALTER DATABASE \(database.name) SET standard_conforming_strings = off;
            """)
        var settings = SessionSettings(applicationName: "pinned", schema: "odd Schema")
        settings.lockTimeoutMilliseconds = 250
        let connection = try database.connect(settings)
        #expect(try setting("TimeZone", connection) == "UTC")
        #expect(try setting("client_encoding", connection) == "UTF8")
        #expect(try setting("row_security", connection) == "off")
        #expect(try setting("standard_conforming_strings", connection) == "on")
        #expect(try setting("statement_timeout", connection) == "30s")
        #expect(try setting("lock_timeout", connection) == "250ms")
        #expect(try setting("idle_in_transaction_session_timeout", connection) == "1min")
        #expect(try setting("idle_session_timeout", connection) == "0")
        #expect(try setting("search_path", connection) == "\"odd Schema\"")
        #expect(try setting("application_name", connection) == "pinned")
        #expect(connection.serverVersion >= 150_000)
        #expect(connection.serverProcessId > 0)
    }

    /// The server's words are in its language; that rows would be hidden is known all the same.
    @Test func hiddenRowsAreAnError() throws {
        let database = try TestDatabase(.empty)
        let role = "half_\(database.name)"
        try database.run(
            """
            CREATE ROLE \(role) LOGIN;
            CREATE TABLE things (x int); INSERT INTO things VALUES (1), (2); GRANT SELECT, INSERT ON things TO \(role);
            ALTER TABLE things ENABLE ROW LEVEL SECURITY;
            CREATE POLICY half ON things FOR SELECT USING (x = 1)
            """)
        defer { _ = try? database.run("DROP TABLE things; DROP ROLE \(role)") }
        let conninfo = database.testCluster.cluster.conninfo(database: database.name, user: role)
        let connection = try Connection(ConnectionTarget(conninfo: conninfo))
        for sql in ["SELECT x FROM things", "SELECT count(*) FROM things", "INSERT INTO things VALUES (3)"] {
            let error = #expect(throws: PostgreSQLError.self) {
                try connection.query(Statement(name: "read", sql: sql))
            }
            #expect(error?.sqlState == "42501" && error?.hint == PostgreSQLError.rowSecurityHint, "\(sql)")
        }
        try database.run("ALTER TABLE things DISABLE ROW LEVEL SECURITY")
        #expect(try connection.query(Statement(name: "read", sql: "SELECT x FROM things")).rowCount == 2)
        connection.close()
    }

    @Test(arguments: ["LATIN1", "SQL_ASCII"]) func otherEncodingsAreRefused(encoding: String) throws {
        let database = try TestDatabase(.empty)
        let other = "\(database.name)_\(encoding.lowercased())"
        try database.run("CREATE DATABASE \(other) TEMPLATE template0 ENCODING '\(encoding)' LOCALE 'C'")
        defer { _ = try? database.run("DROP DATABASE \(other) WITH (FORCE)") }
        let target = try database.testCluster.target(database: other)
        let error = #expect(throws: PostgreSQLError.self) { try Connection(target) }
        #expect(error?.kind == .encoding, "\(String(describing: error))")
        #expect(error?.message.contains("is \(encoding), not UTF8") == true)
        var settings = SessionSettings()
        settings.acceptsAnyEncoding = true
        #expect(try setting("server_encoding", try Connection(target, settings: settings)) == encoding)
    }

    /// A database whose sessions find `other` before the system's own schema, and that before `public`.
    private func shadowed() throws -> TestDatabase {
        let database = try TestDatabase(.empty)
        try database.run(
            """
            CREATE SCHEMA other; CREATE TABLE public.things (x int); CREATE TABLE other.neighbours (x int);
            CREATE FUNCTION other.lower(text) RETURNS text LANGUAGE sql AS $$ SELECT 'shadow' $$;
            CREATE FUNCTION other.set_config(text, text, bool) RETURNS text LANGUAGE sql AS $$ SELECT 'shadow' $$;
            CREATE FUNCTION other.same(name, text) RETURNS bool LANGUAGE sql AS $$ SELECT false $$;
            CREATE OPERATOR other.= (LEFTARG = name, RIGHTARG = text, FUNCTION = other.same);
            CREATE FUNCTION other.same(oid, oid) RETURNS bool LANGUAGE sql AS $$ SELECT false $$;
            CREATE OPERATOR other.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = other.same);
            ALTER ROLE postgres IN DATABASE \(database.name) SET search_path = other, nowhere, pg_catalog, public
            """)
        return database
    }

    private let lower = Statement(name: "lower", sql: "SELECT lower('A')")

    @Test func whatTheServerOffersItselfIsNeverShadowed() throws {
        let database = try shadowed()
        let connection = try database.connect()
        #expect(try setting("search_path", connection) == "other, public")
        #expect(try connection.query(lower).text(0, 0) == "a")
        // What is created goes where it went before.
        try connection.executeScript("CREATE TABLE made (x int)", name: "create")
        let made = Statement(name: "look", sql: "SELECT to_regclass('other.made') IS NOT NULL")
        #expect(try connection.query(made).bool(0, 0) == true)
        let named = try database.connect(SessionSettings(schema: "public"))
        #expect(try setting("search_path", named) == "public")
        #expect(try named.query(lower).text(0, 0) == "a")
    }

    @Test func neighboursAreFoundBesideTheHomeTableAndNowhereElse() throws {
        let database = try shadowed()
        var settings = SessionSettings()
        settings.homeTable = "things"
        let connection = try database.connect(settings)
        #expect(try setting("search_path", connection) == "public")
        #expect(try connection.query(lower).text(0, 0) == "a")
        let neighbours = Statement(name: "look", sql: "SELECT to_regclass('neighbours') IS NULL")
        #expect(try connection.query(neighbours).bool(0, 0) == true)
        // Made while it is away: found as soon as it is there.
        settings.homeTable = "absent"
        let early = try database.connect(settings)
        try database.run("CREATE TABLE public.absent (x int)")
        #expect(try early.query(Statement(name: "read", sql: "SELECT x FROM absent")).rowCount == 0)
        #expect(try setting("search_path", database.connect(settings)) == "public")
    }

    @Test func aSchemaMadeLaterForTheUserChangesNothing() throws {
        let database = try TestDatabase(.empty)
        try database.run("CREATE TABLE things AS SELECT 1 AS x")
        let connection = try database.connect()
        #expect(try setting("search_path", connection) == "public")
        try database.run("CREATE SCHEMA postgres; CREATE TABLE postgres.things AS SELECT 2 AS x")
        #expect(try connection.query(Statement(name: "read", sql: "SELECT x FROM things")).int32(0, 0) == 1)
        try database.run("DROP SCHEMA postgres CASCADE; DROP SCHEMA public CASCADE")
        // There is none to pin: the role's own path stays, and what comes later is found.
        let empty = try database.connect()
        #expect(try setting("search_path", empty) == "\"$user\", public")
        try empty.executeScript("CREATE SCHEMA public; CREATE TABLE things (x int)", name: "create")
    }

    @Test func aNameInTheConnectionStringWins() throws {
        let conninfo = TestCluster.shared.cluster.conninfo() + " application_name=mine"
        let connection = try Connection(try ConnectionTarget(conninfo: conninfo))
        #expect(try setting("application_name", connection) == "mine")
    }

    @Test func aListenerIsNeverCutForBeingIdle() throws {
        let connection = try Connection(
            TestCluster.shared.target(database: "postgres"), settings: .listener())
        #expect(try setting("idle_in_transaction_session_timeout", connection) == "0")
        #expect(try setting("idle_session_timeout", connection) == "0")
    }

    @Test func anUnknownSchemaIsRefused() throws {
        let error = try #require(throws: PostgreSQLError.self) {
            try Connection(
                TestCluster.shared.target(database: "postgres"), settings: SessionSettings(schema: "nowhere"))
        }
        #expect(error.kind == .configuration)
        #expect(error.description.contains("nowhere"))
    }

    @Test func anUnreachableServerIsNamed() throws {
        let error = try #require(throws: PostgreSQLError.self) {
            try Connection(ConnectionTarget(conninfo: "host=/tmp/sy-nobody port=1 dbname=a user=b"))
        }
        #expect(error.kind == .connection)
        #expect(error.isConnectionLost)
        #expect(error.description.contains("/tmp/sy-nobody"))
        #expect(!error.description.contains("\n"))
    }

    @Test func anUnknownDatabaseIsNamed() throws {
        let error = try #require(throws: PostgreSQLError.self) { try TestCluster.shared.connect(database: "nowhere") }
        #expect(error.kind == .connection)
        #expect(error.description.contains("nowhere"))
    }

    @Test func noticesGoToWhoAsksForThem() throws {
        let connection = try TestCluster.shared.connect()
        var notices: [ServerNotice] = []
        connection.onNotice = { notices.append($0) }
        try connection.executeScript("DO $$ BEGIN RAISE WARNING 'mind the gap'; END $$", name: "notice")
        #expect(notices.map(\.severity) == ["WARNING"] && notices.map(\.message) == ["mind the gap"])
    }

    @Test func aTerminatedSessionIsLostAndSaysSo() throws {
        let connection = try TestCluster.shared.connect()
        try TestCluster.shared.connect().query(
            Statement(name: "terminate", sql: "SELECT pg_terminate_backend($1, 5000)"),
            [.int32(connection.serverProcessId)])
        let error = try #require(throws: PostgreSQLError.self) {
            try connection.query(Statement(name: "after", sql: "SELECT 1"))
        }
        #expect(error.isConnectionLost)
        #expect(error.statementName == "after")
        #expect(!connection.isUsable)
    }

    @Test func aClosedConnectionAnswersWithAnError() throws {
        let connection = try TestCluster.shared.connect()
        connection.close()
        connection.close()
        #expect(connection.socket == -1)
        #expect(connection.notifications().isEmpty)
        #expect(throws: PostgreSQLError.self) { try connection.query(Statement(name: "a", sql: "SELECT 1")) }
        #expect(throws: PostgreSQLError.self) { try connection.consumeInput() }
        #expect(throws: PostgreSQLError.self) { try connection.nextResult() }
    }
}
