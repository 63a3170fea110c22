import Foundation
import PostgreSQL
import ReferenceData
import Scenarios
import SymbologyClient
import TestSupport
import Testing

/// What expires while engines listen.
@Suite("Command line: expiries and delistings")
struct DueCommandTests {
    private func change(_ client: LookupClient) throws -> ReferencePush {
        let deadline = Deadline()
        while !deadline.isOver {
            if case .change(let push)? = try client.nextPush(timeoutMilliseconds: 1_000) { return push }
        }
        throw RunningCommand.Failure(description: "no change was pushed")
    }

    @Test("a future expires with PostgreSQL stopped: it is pushed, and inactive from then on", .scenario(.databaseAway))
    func databaseStopped() throws {
        let cluster = try TestCluster()
        let database = try TestDatabase(in: cluster)
        let folder = TemporaryFolder()
        let socket = folder.path("s")
        try database.run(
            """
            INSERT INTO symbols
                (exchange_id, base_asset, quote_asset, symbol_string, kind, settle_asset, payoff, expires_at)
            VALUES (3, 'BTC', 'USDT', 'BTC-SOON', 'future', 'USDT', 'linear', clock_timestamp() + '4 s'),
                   (3, 'BTC', 'USDT', 'BTC-LATER', 'future', 'USDT', 'linear', clock_timestamp() + '400 days')
            """)
        let server = try Program.start(["serve", "--database", database.readerConninfo(), "--unix", socket])
        defer { server.end() }
        try server.waitForLine(.error, "ready") { $0.contains(" ready ") }
        let client = try LookupClient(.unix(path: socket))
        #expect(try client.resolve(exchange: "GATEIO_FUTURES", symbol: "BTC-SOON").status == .ok)
        _ = try client.subscribe(withRecords: true)
        cluster.cluster.stopImmediately()

        let push = try change(client)
        #expect(push.change == ReferenceChange(kind: .symbol, action: .modify, id: 1))
        guard case .symbol(let record, let flags)? = push.record else {
            Issue.record("the push carries no record: \(push)")
            return
        }
        #expect(record.symbolString.description == "BTC-SOON" && !flags.contains(.active))
        let answer = try client.resolve(exchange: "GATEIO_FUTURES", symbol: "BTC-SOON")
        #expect(answer.status == .inactive && answer.symbolId == 1 && answer.generation == push.generation)
        #expect(try client.resolve(exchange: "GATEIO_FUTURES", symbol: "BTC-LATER").status == .ok)
        #expect(try !client.status().isDatabaseConnected)
        withExtendedLifetime((folder, database)) {}
    }

    @Test("20,000 symbols that expire in the same moment cost one push, of everything")
    func manyAtOnce() throws {
        let system = try RunningSystem(isSeeded: false)
        // Which of them the server had read when it began does not matter: it hears of them by one doorbell.
        try system.execute(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, delists_at)
            SELECT 1, 'B' || g, 'Q', 'S' || g, CASE WHEN g <= 20000 THEN now() + '12 s' END
            FROM generate_series(1, 20100) g
            """)
        let client = try LookupClient(.unix(path: system.unixPath))
        let isLoaded = try Deadline().poll {
            try client.resolve(exchange: "MEXC_SPOT", symbol: "S20100").status == .ok
        }
        #expect(isLoaded)
        let first = try client.subscribe()
        let push = try change(client)
        #expect(push.change == ReferenceChange(kind: .everything, action: .modify, id: 0))
        #expect(push.sequence == first.sequence + 1)
        #expect(try client.resolve(exchange: "MEXC_SPOT", symbol: "S7").status == .inactive)
        // Nothing more of it follows: the next push is of the next change.
        try system.execute("UPDATE symbols SET precision_price = 3 WHERE id = 20100")
        let next = try change(client)
        #expect(next.change == ReferenceChange(kind: .symbol, action: .modify, id: 20_100))
        #expect(next.sequence == push.sequence + 1)
    }

    @Test("what is past already is said to be inactive, by every command that leaves it so")
    func saidAtOnce() throws {
        let database = try TestDatabase()
        func told(_ arguments: String...) throws -> String {
            let finished = try Program.run(["symbols"] + arguments + ["--database", database.conninfo])
            #expect(finished.exitCode == 0, "\(finished.error)")
            return finished.error
        }
        let past = "2020-01-02T08:00:00Z"
        func sentence(_ what: String, _ column: String = "expires_at") -> String {
            "symbology: symbol 1 is \(what): its \(column), 2020-01-02T08:00:00.000000Z, is past\n"
        }
        let future = ["--kind", "future", "--settle-asset", "USDT", "--base-asset", "B", "--quote-asset", "USDT"]
        let added = try Program.run(
            ["symbols", "add", "GATEIO_FUTURES", "F", "--expires-at", past, "--database", database.conninfo] + future)
        #expect(added.error == sentence("inactive from the start"))
        #expect(try told("activate", "1") == sentence("inactive all the same"))
        #expect(try told("update", "1", "--tick-size", "1") == sentence("inactive"))
        #expect(try told("deactivate", "1") == "")
        #expect(
            try told("update", "1", "--expires-at", "2090-01-02T08:00:00Z", "--delists-at", past)
                .hasSuffix("\n" + sentence("inactive", "delists_at")), "behind that it is another contract now")
        #expect(try told("update", "1", "--delists-at", "", "--is-active", "true") == "")
        #expect(try told("activate", "1") == "")
    }
}
