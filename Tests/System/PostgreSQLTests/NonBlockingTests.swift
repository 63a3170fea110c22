import Glibc
import TestSupport
import Testing

@testable import PostgreSQL

/// Drives a connection as an event loop does: waits on its socket only, and only for what was asked.
@Suite struct NonBlockingTests {
    let database: TestDatabase

    init() throws { database = try TestDatabase(.empty) }

    private func wait(_ connection: Connection, _ events: Int32, _ deadline: Deadline) throws {
        var descriptor = pollfd(fd: connection.socket, events: Int16(events), revents: 0)
        try #require(poll(&descriptor, 1, deadline.remainingMilliseconds) == 1, "the socket stayed silent")
    }

    private func connect(_ settings: SessionSettings = SessionSettings()) throws -> Connection {
        let connection = try Connection.startConnecting(database.target, settings: settings)
        let deadline = Deadline()
        while true {
            switch connection.continueConnecting() {
            case .wantRead: try wait(connection, POLLIN, deadline)
            case .wantWrite: try wait(connection, POLLOUT, deadline)
            case .ready: return connection
            case .failed(let error): throw error
            }
        }
    }

    /// Runs what was sent to its end; the error, if any, is thrown only then.
    private func finish(_ connection: Connection, _ body: (AsyncStep) throws -> Void) throws {
        let deadline = Deadline()
        var failure: PostgreSQLError?
        while try !connection.flush() {
            try wait(connection, POLLOUT | POLLIN, deadline)
            try connection.consumeInput()
        }
        while true {
            do throws(PostgreSQLError) {
                let step = try connection.nextResult()
                switch step {
                case .busy:
                    do { try wait(connection, POLLIN, deadline) } catch { fatalError("\(error)") }
                    try connection.consumeInput()
                case .done:
                    if let failure { throw failure }
                    return
                default: do { try body(step) } catch { Issue.record(error) }
                }
            } catch {
                guard failure == nil, !error.isConnectionLost else { throw error }
                failure = error
            }
        }
    }

    /// The first column of each result that has one, in order.
    private func pipeline(_ connection: Connection, _ statements: [BoundStatement]) throws -> [Int32?] {
        var values: [Int32?] = []
        try connection.sendPipeline(statements)
        try finish(connection) { step in
            if case .result(let result) = step, result.columnCount > 0 { values.append(try result.int32(0, 0)) }
        }
        return values
    }

    @Test func pipelineAnswersInOrderAndPreparesOnce() throws {
        let connection = try connect()
        let add = Statement(name: "add", sql: "SELECT $1::int4 + 1")
        let begin = Statement(name: "begin", sql: "BEGIN")
        let commit = Statement(name: "commit", sql: "COMMIT")
        for round in Int32(0)..<3 {
            let values = try pipeline(
                connection,
                [
                    BoundStatement(begin), BoundStatement(add, [.int32(round)]),
                    BoundStatement(add, [.int32(10 * round)]), BoundStatement(commit),
                ])
            #expect(values == [round + 1, 10 * round + 1])
            #expect(!connection.isInTransaction)
        }
        let count = Statement(name: "count", sql: "SELECT count(*)::int4 FROM pg_prepared_statements")
        #expect(try connection.query(count).int32(0, 0) == 3)
    }

    @Test func pipelineEndsAtItsFirstFailure() throws {
        let connection = try connect()
        let begin = Statement(name: "begin", sql: "BEGIN")
        let bad = Statement(name: "bad", sql: "SELECT 1 / $1::int4")
        let nonsense = Statement(name: "nonsense", sql: "SELECT nothing_of_the_kind")
        let good = Statement(name: "good", sql: "SELECT 5::int4")
        for failing in [BoundStatement(bad, [.int32(0)]), BoundStatement(nonsense)] {
            var failure: PostgreSQLError?
            do { _ = try pipeline(connection, [BoundStatement(begin), failing, BoundStatement(good)]) } catch {
                failure = error as? PostgreSQLError
            }
            #expect(failure?.statementName == failing.statement.name)
            #expect(failure?.sqlState == (failing.parameters.isEmpty ? "42703" : "22012"))
            // What was opened before the failure is open and failed; what was not run is not taken for prepared.
            #expect(connection.isInTransaction)
            try connection.query(Statement(name: "rollback", sql: "ROLLBACK"))
            #expect(try pipeline(connection, [BoundStatement(good), BoundStatement(bad, [.int32(1)])]) == [5, 1])
        }
        #expect(throws: PostgreSQLError.self) { try connection.sendPipeline([]) }
    }

    @Test func connectsPinsAndAnswers() throws {
        let connection = try connect(SessionSettings(applicationName: "loop"))
        try connection.send(
            Statement(name: "settings", sql: "SELECT current_setting('TimeZone'), $1"), [.int32(5)])
        #expect(throws: PostgreSQLError.self) { try connection.send(Statement(name: "second", sql: "SELECT 1")) }
        #expect(throws: PostgreSQLError.self) { try connection.query(Statement(name: "blocking", sql: "SELECT 1")) }
        var rows = 0
        try finish(connection) { (step: AsyncStep) throws -> Void in
            guard case .result(let result) = step else { return }
            rows += result.rowCount
            #expect(try result.text(0, 0) == "UTC")
            #expect(try result.int32(0, 1) == 5)
        }
        #expect(rows == 1)
    }

    @Test func aConnectionThatCannotBeMadeFails() throws {
        func outcome(_ target: ConnectionTarget, _ settings: SessionSettings = SessionSettings()) throws
            -> PostgreSQLError?
        {
            do throws(PostgreSQLError) {
                let connection = try Connection.startConnecting(target, settings: settings)
                let deadline = Deadline()
                while !deadline.isOver {
                    switch connection.continueConnecting() {
                    case .wantRead: do { try wait(connection, POLLIN, deadline) } catch { return nil }
                    case .wantWrite: do { try wait(connection, POLLOUT, deadline) } catch { return nil }
                    case .ready: return nil
                    case .failed(let error):
                        guard case .failed = connection.continueConnecting() else { return nil }
                        return error
                    }
                }
                return nil
            } catch {
                return error
            }
        }
        #expect(try outcome(ConnectionTarget(conninfo: "host=/tmp/sy-nobody user=a dbname=b"))?.kind == .connection)
        #expect(try outcome(ConnectionTarget(conninfo: "host=127.0.0.1 port=1 user=a dbname=b"))?.kind == .connection)
        let cluster = database.testCluster.cluster
        let unknown = try outcome(ConnectionTarget(conninfo: cluster.conninfo(database: "nowhere")))
        #expect(unknown?.message.contains("nowhere") == true)
        #expect(try outcome(database.target, SessionSettings(schema: "nowhere"))?.kind == .configuration)
    }

    @Test func anErrorLeavesTheConnectionUsable() throws {
        let connection = try connect()
        try connection.send(Statement(name: "bad", sql: "SELECT 1 / $1"), [.int32(0)])
        let error = #expect(throws: PostgreSQLError.self) { try finish(connection) { _ in } }
        #expect(error?.sqlState == "22012")
        #expect(error?.statementName == "bad")
        try connection.send(Statement(name: "good", sql: "SELECT 1"))
        try finish(connection) { _ in }
    }

    @Test func aParameterLargerThanTheSocketIsFlushed() throws {
        let connection = try connect()
        let big = String(repeating: "x", count: 8 << 20)
        try connection.send(Statement(name: "big", sql: "SELECT length($1::text), $1::text"), [.text(big)])
        try finish(connection) { (step: AsyncStep) throws -> Void in
            guard case .result(let result) = step else { return }
            #expect(try result.int32(0, 0) == 8 << 20)
            #expect(result.rawBytes(0, 1)?.count == 8 << 20)
        }
    }

    @Test func copyComesRowByRowWithoutWaiting() throws {
        let rowCount = 200_000
        let connection = try connect()
        let deadline = Deadline()
        try connection.sendSimple(
            Statement(
                name: "out",
                sql: "COPY (SELECT x - 1 FROM generate_series(1, \(rowCount)) x) TO STDOUT (FORMAT binary)"))
        var seen = 0
        var waits = 0
        try finish(connection) { (step: AsyncStep) throws -> Void in
            guard case .copyOut = step else { return }
            while true {
                switch try connection.nextCopyRow() {
                case .row(let bytes):
                    var row = BinaryRow(bytes)
                    guard case .value(let value)? = row?.next() else { throw CopyTestError() }
                    #expect(BinaryValue.int32(value) == Int32(seen))
                    seen += 1
                case .wouldBlock:
                    waits += 1
                    try wait(connection, POLLIN, deadline)
                    try connection.consumeInput()
                case .finished: return
                }
            }
        }
        #expect(seen == rowCount)
        #expect(waits > 0)
        try connection.sendSimple(Statement(name: "in", sql: "COPY pg_class FROM STDIN"))
        let error = #expect(throws: PostgreSQLError.self) { try finish(connection) { _ in } }
        #expect(error?.kind == .usage)
        try connection.send(Statement(name: "good", sql: "SELECT 1"))
        try finish(connection) { _ in }
    }

    @Test func notificationsArriveInCommitOrderAndFold() throws {
        let listener = try connect(.listener())
        try listener.send(Statement(name: "listen", sql: "LISTEN channel"))
        try finish(listener) { _ in }
        let writer = try database.connect()
        let notify = Statement(name: "notify", sql: "SELECT pg_notify($1, $2)")
        try writer.transaction {
            for payload in ["a", "a", "b"] {
                try writer.query(notify, [.text("channel"), .text(payload)])
            }
        }
        try writer.query(notify, [.text("other"), .text("x")])
        try writer.query(notify, [.text("channel"), .text("c")])
        var received: [Notification] = []
        let deadline = Deadline()
        while received.count < 3 {
            try wait(listener, POLLIN, deadline)
            try listener.consumeInput()
            received += listener.notifications()
        }
        #expect(received.map(\.payload) == ["a", "b", "c"])
        #expect(received.allSatisfy { $0.channel == "channel" })
        let quiet = try database.connect()
        try quiet.listen(channel: "quiet")
        #expect(try quiet.waitForNotifications(timeoutMilliseconds: 1).isEmpty)
        try writer.query(notify, [.text("quiet"), .text("")])
        #expect(try quiet.waitForNotifications(timeoutMilliseconds: Int32(patienceMilliseconds)).count == 1)
    }

    @Test func aKilledBackendIsNoticedBetweenStatements() throws {
        let connection = try connect()
        try database.connect().query(
            Statement(name: "terminate", sql: "SELECT pg_terminate_backend($1, 5000)"),
            [.int32(connection.serverProcessId)])
        let deadline = Deadline()
        let error = #expect(throws: PostgreSQLError.self) {
            // libpq may need two reads: the farewell message, then the end of the stream.
            while !deadline.isOver {
                try wait(connection, POLLIN, deadline)
                try connection.consumeInput()
                if case .result = try connection.nextResult() { continue }
            }
        }
        #expect(error?.isConnectionLost == true)
    }
}
