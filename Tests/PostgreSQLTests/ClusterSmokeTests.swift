import PostgreSQL
import PrivateCluster
import TestSupport
import Testing

@Test func smoke() throws {
    let database = try TestDatabase()
    let connection = try database.connect()
    let result = try connection.query(Statement(name: "count", sql: "SELECT count(*) FROM exchanges"))
    #expect(try result.int64(0, 0) == 3)
}
