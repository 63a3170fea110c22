import PostgreSQL
import SchemaMigrations
import TestSupport

/// A database without a schema, and the product's migrations or others to apply to it.
struct MigratorFixture {
    let folder: MigrationFolder
    let database: TestDatabase

    /// With the plan's own tables and some hundred rows in them.
    static func ofPlanTables() throws -> MigratorFixture {
        let fixture = try MigratorFixture()
        try fixture.database.run(PlanTables.sql)
        try fixture.database.run(PlanTables.rows(400))
        return fixture
    }

    init() throws {
        folder = try MigrationFolder(path: TestDatabase.migrationsFolder)
        database = try TestDatabase(.empty)
    }

    /// One that gives up soon.
    func migrator(_ folder: MigrationFolder? = nil) throws -> Migrator {
        let migrator = Migrator(connection: try database.connect(), folder: folder ?? self.folder)
        migrator.limits.attemptCountMax = 2
        migrator.limits.pauseMilliseconds = 10
        return migrator
    }

    /// One value.
    func text(_ sql: String) throws -> String? {
        try database.connect().query(Statement(name: "test", sql: "SELECT (\(sql))::text")).text(0, 0)
    }

    func count(_ sql: String) throws -> Int64? {
        try database.connect().query(Statement(name: "count", sql: sql)).int64(0, 0)
    }
}

/// A folder of migrations made of texts: `["001_a.up.sql": "…"]`.
func migrationFolder(_ files: [String: String]) throws -> (MigrationFolder, TemporaryFolder) {
    let folder = TemporaryFolder()
    for (name, text) in files { folder.write(name, text) }
    return (try MigrationFolder(path: folder.path), folder)
}
