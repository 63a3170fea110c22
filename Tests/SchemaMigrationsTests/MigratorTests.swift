import PostgreSQL
import SchemaMigrations
import TestSupport
import Testing

@Suite struct MigratorTests {
    let folder: MigrationFolder

    init() throws { folder = try MigrationFolder(path: TestDatabase.migrationsFolder) }

    func migrator(_ database: TestDatabase, folder: MigrationFolder? = nil) throws -> Migrator {
        let migrator = Migrator(connection: try database.connect(), folder: folder ?? self.folder)
        migrator.limits.attemptCountMax = 2
        migrator.limits.pauseMilliseconds = 10
        return migrator
    }

    @Test func upAppliesEverythingOnceInOrder() throws {
        let database = try TestDatabase(.empty)
        let migrator = try migrator(database)
        #expect(try migrator.status().allSatisfy { $0.state == .pending })
        let steps = try migrator.up()
        #expect(steps.map(\.migration.version) == folder.migrations.map(\.version))
        #expect(try migrator.up().isEmpty)
        #expect(try migrator.verify().isEmpty)
        let status = try migrator.status()
        #expect(status.allSatisfy { $0.state == .applied && $0.checksum?.count == 64 && $0.appliedBy == "postgres" })
        #expect(try schema(database).contains("reference_tombstones"))
    }
}
