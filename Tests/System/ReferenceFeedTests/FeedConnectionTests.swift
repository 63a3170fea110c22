import EventLoop
import PostgreSQL
import ReferenceStore
import TestSupport
import Testing

@testable import ReferenceFeed

/// One connection on a loop that the test turns itself.
@Suite struct FeedConnectionTests {
    private final class Seen {
        var isReady = false
        var statementCount = 0
        var channels: Set<String> = []
        var error: PostgreSQLError?

        func take(_ step: FeedConnection.Step) {
            switch step {
            case .ready: isReady = true
            case .statementOver(let error):
                statementCount += 1
                self.error = error
            case .notified(let channels): self.channels.formUnion(channels)
            case .lost(let error): self.error = error
            case .result: break
            }
        }
    }

    private func turn(_ loop: Loop, until isDone: () -> Bool) throws -> Bool {
        let deadline = Deadline()
        let turn = try NextTurn(on: loop) { loop.stop() }
        defer { turn.close() }
        while !isDone() {
            if deadline.isOver { return false }
            turn.request()
            loop.run()
        }
        return true
    }

    private func connected(_ database: TestSession, _ loop: Loop, _ seen: Seen) throws -> FeedConnection {
        let connection = FeedConnection(on: loop) { seen.take($0) }
        connection.open(try ConnectionTarget(conninfo: database.conninfo), SessionSettings())
        #expect(try turn(loop) { seen.isReady }, "\(String(describing: seen.error))")
        return connection
    }

    /// Of a million symbols they are 200 MB, and nothing else is asked on the connection until something changes.
    @Test func theRowsOfACopyAreLetGoAtItsEnd() throws {
        let database = try TestSession()
        defer { database.keep() }
        let loop = try Loop()
        defer { loop.close() }
        let seen = Seen()
        let connection = try connected(database, loop, seen)
        defer { connection.close() }
        weak var held: RunningRefresh?
        do {
            let running = RunningRefresh(.fullLoad(.requested), changeCountMax: 10)
            held = running
            connection.sendCopy(
                Statement(name: "copy", sql: "COPY exchanges TO STDOUT (FORMAT binary)"), to: running)
        }
        #expect(held != nil)
        #expect(try turn(loop) { seen.statementCount == 1 })
        #expect(seen.error == nil && held == nil)
    }

    /// Between two turns of the loop, as when one of them took long: what is there counts as heard.
    @Test func whatHasArrivedIsTakenWithoutTheLoop() throws {
        let database = try TestSession()
        defer { database.keep() }
        let loop = try Loop()
        defer { loop.close() }
        let seen = Seen()
        let connection = try connected(database, loop, seen)
        defer { connection.close() }
        connection.sendSimple(Statement(name: "listen", sql: "LISTEN bell"))
        #expect(try turn(loop) { seen.statementCount == 1 })
        try database.run("NOTIFY bell")
        let isHeard = Deadline().poll {
            connection.takeArrived()
            return seen.channels == ["bell"]
        }
        #expect(isHeard && seen.error == nil)
    }
}
