import Foundation
import Scenarios
import SymbologyClient
import TestSupport
import Testing

/// What users of a server see while its database is away.
@Suite("Command line: the database goes away")
struct DatabaseAwayTests {
    @Test("lookups go on, the age grows, and the log has a handful of lines", .scenario(.databaseAway))
    func awayWhileServing() throws {
        let cluster = try TestCluster()
        let database = try TestDatabase(in: cluster)
        let folder = TemporaryFolder()
        let socket = folder.path("s")
        try RunningSystem.mustSucceed(["import", Program.seedPath, "--database", database.conninfo])
        let server = try Program.start(["serve", "--database", database.readerConninfo(), "--unix", socket])
        defer { server.end() }
        let ready = try server.waitForLine(.error, "ready") { $0.contains(" ready ") }.next
        let client = try LookupClient(.unix(path: socket))
        let before = try client.resolve(exchange: "GATEIO_SPOT", symbol: "BTC_USDT")
        #expect(before.status == .ok)

        let replica = try Replica(.unix(path: socket))
        defer { replica.stop() }
        try replica.waitUntilLive(timeoutMilliseconds: 60_000)
        #expect(Deadline().poll { replica.isFresh(within: .seconds(60)) })

        cluster.cluster.stopImmediately()
        let lost = try server.waitForLine(.error, from: ready, "the loss") { $0.contains("database lost") }.next
        let first = try client.status()
        #expect(!first.isDatabaseConnected && first.isLoaded && !first.isFromFile)
        // Who trusts in a replica learns it from the server at once, be the answers ever so young.
        #expect(replica.wait(timeoutMilliseconds: 60_000) { $0.isDatabaseConnected == false })
        #expect(replica.status.state == .live && !replica.isFresh(within: .seconds(86_400)))
        let shown = try Program.run("status", "--unix", socket)
        #expect(shown.output.contains("the database cannot be reached"), "\(shown)")
        // The 4th attempt of a database that stays away is reported, the 3rd is not.
        let attempt = try server.waitForLine(.error, from: lost, "an attempt") { $0.contains("attempt 4 failed") }.next
        #expect(attempt - ready <= 8, "\(attempt - ready) lines")
        let last = try client.status()
        #expect(try #require(last.ageMilliseconds) > #require(first.ageMilliseconds))
        #expect(try client.resolve(exchange: "GATEIO_SPOT", symbol: "BTC_USDT") == before)
        server.signal(SIGTERM)
        #expect(try server.finish().exitCode == 0)
        withExtendedLifetime((folder, database)) {}
    }
}
