import PostgreSQL
import TestSupport
import Testing

/// What is left in the database of a command that was killed.
@Suite("Command line: killed")
struct KilledCommandTests {
    let database: TestSession
    let folder = TemporaryFolder()

    init() throws { database = try TestSession() }

    /// Waits until there are so many sessions of imports for which a condition holds.
    private func awaitImports(_ count: Int64, where condition: String = "true") throws {
        let deadline = Deadline()
        let imports = """
            SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = 'symbology import' AND \(condition)
            """
        while try database.integer(imports) != count {
            try #require(!deadline.isOver, "never were there \(count)")
            try database.run("SELECT pg_sleep(0.05)")
        }
    }

    @Test("an import that is killed while its statement runs ends in the database too, with its locks")
    func killedImport() throws {
        let path = folder.write(
            "list.csv", "exchange,base_asset,quote_asset,symbol_string\nGATEIO_SPOT,A,USDT,A\n")
        try database.connection.executeScript(
            """
            CREATE FUNCTION sleep() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN PERFORM pg_sleep(3600); RETURN NULL; END $$;
            CREATE TRIGGER sleep AFTER INSERT ON symbols FOR EACH ROW EXECUTE FUNCTION sleep()
            """, name: "sleep")
        let command = try Program.start(["import", path, "--database", database.conninfo])
        try awaitImports(1, where: "wait_event = 'PgSleep'")
        command.signal(9)
        _ = try command.finish()
        // A session lets go of its locks before it is gone from the list, and some time after its statement ends.
        try awaitImports(0)
        let locks = "SELECT count(*) FROM pg_locks WHERE relation = 'symbols'::regclass AND mode LIKE '%Exclusive%'"
        #expect(try database.integer(locks) == 0)
    }
}
