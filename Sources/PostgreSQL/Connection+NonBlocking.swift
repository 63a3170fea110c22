internal import CPQ
import Glibc

/// For an event loop: none of these calls waits for the server. One statement, or one pipeline, at a time:
///
///     send → flush until true → (socket readable → consumeInput → nextResult …) until .done
extension Connection {
    /// Begins to connect. Poll `socket` for writability, then drive `continueConnecting()`.
    ///
    /// The look-up of a host name does block: name an address or a socket folder where that matters. There is no
    /// timeout here; the caller owns the timer and closes the connection.
    public static func startConnecting(
        _ target: ConnectionTarget, settings: SessionSettings = SessionSettings()
    ) throws(PostgreSQLError) -> Connection {
        try requireMemory()
        let connection = Connection(handle: connect(target, settings, PQconnectStartParams), settings: settings)
        guard let handle = connection.handle, PQstatus(handle) != CONNECTION_BAD else {
            throw .connection(connection.handle, statement: "connect")
        }
        return connection
    }

    /// The descriptor to poll; -1 when there is none. It belongs to libpq: never close it.
    public var socket: Int32 { PQsocket(handle) }

    /// Takes the next step. Harmless when the socket was not ready after all.
    public func continueConnecting() -> ConnectStep {
        do throws(PostgreSQLError) {
            switch phase {
            case .connecting: return try pollConnecting()
            case .pinning: return try pollPinning()
            case .ready: return .ready
            case .failed: throw .connection(handle, statement: "connect")
            }
        } catch {
            phase = .failed
            return .failed(error)
        }
    }

    /// Starts a statement. What does not fit into the socket now goes out by `flush()`.
    /// - Throws: `.usage` when a statement is under way.
    public func send(_ statement: Statement, _ parameters: [Parameter] = []) throws(PostgreSQLError) {
        let handle = try idle(statement.name)
        let binding = try ParameterBinding(parameters, statement: statement)
        let sent = binding.withValues { values in
            PQsendQueryParams(
                handle, statement.sql, Int32(truncatingIfNeeded: binding.count), binding.types, values,
                binding.lengths, binding.formats, 1)
        }
        try didSend(sent, statement.name)
    }

    /// Starts a COPY … TO STDOUT, or a text of several commands. It takes no parameters: PostgreSQL binds none there.
    public func sendSimple(_ statement: Statement) throws(PostgreSQLError) {
        let handle = try idle(statement.name)
        try didSend(PQsendQuery(handle, statement.sql), statement.name)
    }

    /// Writes what is queued. True when all of it is out; otherwise call again when the socket is writable, and
    /// `consumeInput()` when it is readable.
    public func flush() throws(PostgreSQLError) -> Bool {
        switch PQflush(try connected(sentStatementName)) {
        case 0: return true
        case 1: return false
        default: throw .connection(handle, statement: sentStatementName)
        }
    }

    /// Reads what has arrived. Also when no statement is under way: that is how notifications come in.
    /// - Throws: `.connection` when the session broke.
    public func consumeInput() throws(PostgreSQLError) {
        let handle = try connected(sentStatementName)
        guard PQconsumeInput(handle) == 1 else {
            var error = PostgreSQLError.connection(handle, statement: sentStatementName)
            error.isConnectionLost = true
            throw error
        }
    }

    /// The next result of the statement under way, if it is there.
    /// - Throws: the statement's error. The statement is then still to be read to `.done`.
    public func nextResult() throws(PostgreSQLError) -> AsyncStep {
        let handle = try connected(sentStatementName)
        if isInPipeline { return try nextPipelineResult(handle) }
        guard PQisBusy(handle) == 0 else { return .busy }
        guard let result = PQgetResult(handle) else { return .done }
        guard PQresultStatus(result) == PGRES_COPY_OUT else {
            return .result(try take(result, sentStatementName ?? ""))
        }
        copyDecoder = CopyDecoder(isBinary: PQbinaryTuples(result) != 0)
        PQclear(result)
        return .copyOut
    }

    /// The next row of a COPY … TO STDOUT, framed as `copyOut` frames it.
    public func nextCopyRow() throws(PostgreSQLError) -> CopyStep {
        let handle = try connected(sentStatementName)
        while true {
            PQfreemem(copyBuffer)
            copyBuffer = nil
            let length = PQgetCopyData(handle, &copyBuffer, 1)
            switch length {
            case 0: return .wouldBlock
            case -1: return .finished
            case ..<0: throw .connection(handle, statement: sentStatementName)
            default: break
            }
            let message = UnsafeRawBufferPointer(start: copyBuffer, count: Int(length))
            if let row = try copyDecoder.row(message, statement: sentStatementName) { return .row(row) }
        }
    }

    private func didSend(_ outcome: Int32, _ statementName: String) throws(PostgreSQLError) {
        guard outcome == 1 else { throw .connection(handle, statement: statementName) }
        sentStatementName = statementName
    }

    private func pollConnecting() throws(PostgreSQLError) -> ConnectStep {
        // libpq wants to be called only when the socket is ready: before, an unfinished connect() looks like an error.
        if PQstatus(handle) == CONNECTION_STARTED {
            var descriptor = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
            if poll(&descriptor, 1, 0) == 0 { return .wantWrite }
        }
        switch PQconnectPoll(handle) {
        case PGRES_POLLING_READING: return .wantRead
        case PGRES_POLLING_WRITING: return .wantWrite
        case PGRES_POLLING_OK:
            PQsetnonblocking(handle, 1)
            phase = .pinning
            try checkEncoding()
            try send(settings.pinStatement, settings.pinParameters)
            return try flush() ? .wantRead : .wantWrite
        default: throw .connection(handle, statement: "connect")
        }
    }

    private func pollPinning() throws(PostgreSQLError) -> ConnectStep {
        guard try flush() else { return .wantWrite }
        try consumeInput()
        while true {
            switch try nextResult() {
            case .busy: return .wantRead
            case .result(let result): try checkPinned(result)
            case .copyOut: throw .usage("unexpected COPY", statement: sentStatementName)
            case .done:
                phase = .ready
                sentStatementName = nil
                return .ready
            }
        }
    }
}
