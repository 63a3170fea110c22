import SchemaMigrations
import TestSupport
import Testing

/// What the ledger and the folder disagree about, which stops everything.
@Suite struct LedgerTests {
    let fixture: MigratorFixture

    init() throws { fixture = try MigratorFixture() }

    @Test func anEditedAppliedFileStopsEverything() throws {
        let (first, files) = try migrationFolder([
            "001_a.up.sql": "CREATE TABLE a (x int);", "001_a.down.sql": "DROP TABLE a;",
            "002_b.up.sql": "CREATE TABLE b (x int);",
        ])
        try fixture.migrator(first).up(to: 1)
        files.write("001_a.up.sql", "CREATE TABLE a (x bigint);")
        let edited = try fixture.migrator(MigrationFolder(path: files.path))
        #expect(try edited.verify() == [.edited(label: "001_a", path: files.path("001_a.up.sql"))])
        #expect(try edited.status().map(\.state) == [.edited, .pending])
        #expect(throws: MigrationError.self) { try edited.up() }
        #expect(throws: MigrationError.self) { try edited.up(isDryRun: true) }
        #expect(throws: MigrationError.self) { try edited.down() }
        #expect(try fixture.count("SELECT count(*) FROM pg_class WHERE relname = 'b'") == 0)
        files.write("001_a.up.sql", "CREATE TABLE a (x int);")
        files.write("001_a.down.sql", "DROP TABLE IF EXISTS a;")
        #expect(try fixture.migrator(MigrationFolder(path: files.path)).verify().count == 1)
        files.write("001_a.down.sql", "DROP TABLE a;")
        #expect(try fixture.migrator(MigrationFolder(path: files.path)).up().count == 1)
    }

    /// As a database of before v0.2.0 says it was made: twelve migrations, or the first of them.
    @Test(arguments: [1, 12]) func aLedgerOfDevelopmentIsRefusedAndSaysWhatToDo(count: Int) throws {
        let names = [
            "create_legacy_market_data", "create_exchanges", "create_symbols", "create_change_feed",
            "create_reference_audit", "create_symbol_aliases", "refine_reference_triggers", "create_symbol_inferences",
            "prune_tombstones", "create_roles", "sweep_symbol_aliases", "complete_manager_grants",
        ].prefix(count)
        // The folder as it was then is content with it, and makes the ledger.
        let files = names.enumerated().map { index, name in
            ((index < 9 ? "00" : "0") + "\(index + 1)_\(name).up.sql", "SELECT 1;")
        }
        let (former, _) = try migrationFolder(Dictionary(uniqueKeysWithValues: files))
        try fixture.migrator(former).up()
        #expect(try fixture.migrator(former).verify().isEmpty)

        let before = try schema(fixture.database)
        let labels = files.map { String($0.0.dropLast(".up.sql".count)) }
        #expect(try fixture.migrator().verify() == [.unreleased(labels: labels)])
        let error = #expect(throws: MigrationError.self) { try fixture.migrator().up() }
        #expect(error == .inconsistent([.unreleased(labels: labels)]))
        #expect(error?.description.contains("symbology export") == true)
        #expect(error?.description.contains(".symbology") == true)
        #expect(throws: MigrationError.self) { try fixture.migrator().down(to: 0) }
        #expect(throws: MigrationError.self) { try fixture.migrator().downTogether(to: 0, locking: []) }
        #expect(try schema(fixture.database) == before)
    }

    /// The same made by psql left no ledger. Its triggers would go on beside today's and record everything twice.
    @Test func aSchemaOfDevelopmentWithoutALedgerIsRefused() throws {
        try fixture.database.run(
            "CREATE FUNCTION reference_audit_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$")
        let error = #expect(throws: (any Error).self) { try fixture.migrator().up() }
        #expect(error.map { "\($0)".contains("development's migrations") } == true, "\(String(describing: error))")
        #expect(
            try fixture.count(
                "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'symbols'::regclass AND NOT tgisinternal") == 0)
    }

    @Test func aMissingFileAndALateComerAreFound() throws {
        let (both, _) = try migrationFolder(["002_b.up.sql": "SELECT 1;", "003_c.up.sql": "SELECT 1;"])
        try fixture.migrator(both).up()
        let (other, _) = try migrationFolder(["001_a.up.sql": "SELECT 1;", "002_b.up.sql": "SELECT 1;"])
        let migrator = try fixture.migrator(other)
        #expect(
            try migrator.verify() == [
                .outOfOrder(label: "001_a", lastApplied: 3), .missing(version: 3, name: "c"),
            ])
        #expect(try migrator.status().map(\.state) == [.pending, .applied, .missing])
        #expect(throws: MigrationError.self) { try migrator.up() }
    }
}
