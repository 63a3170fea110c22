import PostgreSQL
import TestSupport
import Testing

@Suite struct ClientEnvironmentTests {
    @Test("names the server that answered, the database and the user, and no service to look up again")
    func environmentOfASession() throws {
        let database = try TestDatabase(.empty)
        let connection = try database.connect()
        let environment = Dictionary(uniqueKeysWithValues: connection.clientEnvironment.map { ($0.name, $0.value) })
        #expect(environment["PGDATABASE"] == database.name)
        #expect(environment["PGHOST"] == database.testCluster.cluster.socketDirectory)
        #expect(environment["PGUSER"] == "postgres")
        #expect(environment["PGPORT"] == "5432")
        #expect(environment["PGSERVICE"] == .some(nil))
        connection.close()
        #expect(connection.clientEnvironment.isEmpty)
    }

    @Test("of several hosts it is the one that answered")
    func severalHosts() throws {
        let database = try TestDatabase(.empty)
        let target = try ConnectionTarget(
            conninfo: "host=/nonexistent,\(database.testCluster.cluster.socketDirectory) port=5432,5432 user=postgres "
                + "dbname=\(database.name)")
        let connection = try Connection(target)
        #expect(
            connection.clientEnvironment.contains {
                $0.name == "PGHOST" && $0.value == database.testCluster.cluster.socketDirectory
            })
    }
}
