import EventLoop
import Glibc
import Platform
import PostgreSQL

/// One libpq connection on the feed's loop: watches its socket and turns readiness into steps. Nothing here waits.
///
/// libpq may close its socket in any call that reads or writes, and opens others while it connects (next address, no
/// SSL). So the watch is of a duplicate, and the loop never holds a descriptor that is not its own.
///
/// Belongs to the loop's thread. `close()` may be called from inside `onStep`; after it nothing more is reported.
final class FeedConnection {
    /// A step of the connection, made of what its socket brought.
    enum Step {
        /// Connected, session settings pinned.
        case ready
        case result(QueryResult)
        /// The statement under way is over and was read to its end; with the error it ended in, if any.
        case statementOver(PostgreSQLError?)
        /// The channels of the notifications that came in; payloads are ignored.
        case notified(channels: Set<String>)
        /// The connection is of no more use.
        case lost(PostgreSQLError)
    }

    private enum Phase { case connecting, idle, running, copying, closed }

    private let loop: Loop
    private let onStep: (Step) -> Void
    private var connection: Connection?
    private var poll: Poll?
    private var watched: PollEvents = []
    private var phase = Phase.connecting
    private var statementError: PostgreSQLError?
    /// When something arrived last, or was asked.
    private var heardNanoseconds: UInt64 = 0
    /// Gets the rows of the COPY under way directly, not through `onStep`: there may be millions. Released at the end
    /// of the statement, because it holds all of them.
    private var copyReceiver: RunningRefresh?

    /// Call `open` next; until then nothing happens.
    init(on loop: Loop, onStep: @escaping (Step) -> Void) {
        self.loop = loop
        self.onStep = onStep
    }

    func open(_ target: ConnectionTarget, _ settings: SessionSettings) {
        do throws(PostgreSQLError) {
            connection = try Connection.startConnecting(target, settings: settings)
        } catch {
            return lose(error)
        }
        continueConnecting()
    }

    /// Starts a statement; its end is reported as `statementOver`.
    func send(_ statement: Statement, _ parameters: [Parameter] = []) {
        start { (connection) throws(PostgreSQLError) in try connection.send(statement, parameters) }
    }

    /// Starts statements that go out together; their end is reported as one `statementOver`.
    func sendPipeline(_ statements: [BoundStatement]) {
        start { (connection) throws(PostgreSQLError) in try connection.sendPipeline(statements) }
    }

    /// Starts a COPY … TO STDOUT whose rows go to `receiver`.
    func sendCopy(_ statement: Statement, to receiver: RunningRefresh) {
        copyReceiver = receiver
        sendSimple(statement)
    }

    /// Starts a text of several commands without parameters.
    func sendSimple(_ statement: Statement) {
        start { (connection) throws(PostgreSQLError) in try connection.sendSimple(statement) }
    }

    /// Takes what has arrived by now, without waiting for the loop to see it.
    func takeArrived() {
        guard phase != .connecting, let connection else { return }
        var descriptor = pollfd(fd: connection.socket, events: Int16(POLLIN), revents: 0)
        if Glibc.poll(&descriptor, 1, 0) > 0 { onEvents(.readable, nil) }
    }

    /// For how long nothing has arrived since the last statement was sent.
    var silentMilliseconds: UInt32 {
        UInt32(clamping: (MonotonicClock.nanoseconds() &- heardNanoseconds) / 1_000_000)
    }

    /// libpq's socket, which the loop does not watch; -1 when there is none.
    var socket: Int32 { connection?.socket ?? -1 }

    /// Ends the session at once; a statement under way is abandoned. Idempotent.
    func close() {
        phase = .closed
        stopWatching()
        connection?.close()
        connection = nil
        copyReceiver = nil
    }

    // MARK: - Steps

    private func start(_ send: (Connection) throws(PostgreSQLError) -> Void) {
        guard let connection, phase == .idle else {
            return lose(PostgreSQLError(kind: .usage, message: "a statement was sent on a busy connection"))
        }
        do throws(PostgreSQLError) {
            statementError = nil
            heardNanoseconds = MonotonicClock.nanoseconds()
            try send(connection)
            phase = .running
            try flush(connection)
        } catch {
            lose(error)
        }
    }

    private func onEvents(_ events: PollEvents, _ error: EventLoopError?) {
        if events.contains(.readable) { heardNanoseconds = MonotonicClock.nanoseconds() }
        // An error of the socket ends its watch, and libuv calls it EBADF whatever it is; libpq reads what it is, and
        // goes on to the next address where it is one of connecting.
        if error != nil { stopWatching() }
        switch phase {
        case .connecting: continueConnecting()
        case .closed: break
        case .idle, .running, .copying:
            do throws(PostgreSQLError) {
                guard let connection else { return }
                try flush(connection)
                try connection.consumeInput()
                try advance(connection)
                if poll == nil, phase != .closed { try watch(connection, watched) }
            } catch {
                // A server that ends the session over a statement says why before it goes.
                lose(phase == .idle ? error : statementError ?? error)
            }
        }
    }

    private func continueConnecting() {
        guard let connection else { return }
        do throws(PostgreSQLError) {
            switch connection.continueConnecting() {
            case .wantRead: try watch(connection, .readable)
            case .wantWrite: try watch(connection, .writable)
            case .failed(let error): throw error
            case .ready:
                phase = .idle
                try watch(connection, .readable)
                onStep(.ready)
            }
        } catch {
            lose(error)
        }
    }

    /// Watches the socket that libpq has now: while connecting it may be another one each time.
    private func watch(_ connection: Connection, _ events: PollEvents) throws(PostgreSQLError) {
        stopWatching()
        guard connection.socket >= 0 else { throw .lost("the connection has no socket") }
        do throws(EventLoopError) {
            let poll = try Poll(on: loop, duplicating: connection.socket) { [unowned self] in onEvents($0, $1) }
            self.poll = poll
            watched = events
            try poll.start(events)
        } catch {
            throw .lost(error.description)
        }
    }

    private func stopWatching() {
        poll?.close()
        poll = nil
    }

    private func flush(_ connection: Connection) throws(PostgreSQLError) {
        let wanted: PollEvents = try connection.flush() ? .readable : [.readable, .writable]
        guard wanted != watched else { return }
        watched = wanted
        do throws(EventLoopError) {
            try poll?.start(wanted)
        } catch {
            throw .lost(error.description)
        }
    }

    /// Hands out all that has arrived.
    private func advance(_ connection: Connection) throws(PostgreSQLError) {
        reportNotifications(connection)
        while phase == .running || phase == .copying {
            let hasMore = try phase == .copying ? takeCopyRows(connection) : takeResult(connection)
            if !hasMore { break }
        }
        guard phase != .closed else { return }
        // libpq finds notifications that follow the results only now; the socket need not become readable for them.
        reportNotifications(connection)
        guard phase != .closed else { return }
        guard connection.isUsable else {
            throw statementError ?? .lost("the server closed the connection")
        }
    }

    private func reportNotifications(_ connection: Connection) {
        let channels = Set(connection.notifications().map(\.channel))
        if !channels.isEmpty { onStep(.notified(channels: channels)) }
    }

    private func takeResult(_ connection: Connection) throws(PostgreSQLError) -> Bool {
        do throws(PostgreSQLError) {
            switch try connection.nextResult() {
            case .busy: return false
            case .result(let result): onStep(.result(result))
            case .copyOut: phase = .copying
            case .done:
                phase = .idle
                copyReceiver = nil
                onStep(.statementOver(statementError))
            }
        } catch {
            if error.isConnectionLost || !connection.isUsable { throw error }
            if statementError == nil { statementError = error }
        }
        return phase == .running || phase == .copying
    }

    /// All rows that have arrived; false when the rest is still to come.
    private func takeCopyRows(_ connection: Connection) throws(PostgreSQLError) -> Bool {
        while true {
            switch try connection.nextCopyRow() {
            case .row(let bytes): copyReceiver?.takeCopyRow(bytes)
            case .wouldBlock: return false
            case .finished:
                phase = .running
                return true
            }
        }
    }

    private func lose(_ error: PostgreSQLError) {
        guard phase != .closed else { return }
        close()
        onStep(.lost(error))
    }
}
