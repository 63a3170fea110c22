internal import CPQ

extension Connection {
    /// Runs one statement with bound parameters and waits for its rows, in binary form.
    /// - Throws: `.server` with the SQLSTATE when refused; `.connection` when the session broke; `.usage` when another
    ///   statement is under way, or the statement is a COPY.
    @discardableResult
    public func query(_ statement: Statement, _ parameters: [Parameter] = []) throws(PostgreSQLError) -> QueryResult {
        let handle = try idle(statement.name)
        let binding = try ParameterBinding(parameters, statement: statement)
        let result = binding.withValues { values in
            PQexecParams(
                handle, statement.sql, Int32(truncatingIfNeeded: binding.count), binding.types, values,
                binding.lengths, binding.formats, 1)
        }
        return try take(result, statement.name)
    }

    /// Runs SQL text of any number of statements without parameters, as `psql -c` would: one implicit transaction
    /// unless the text opens its own. For migration files.
    /// - Throws: the first error; `detail` names the line of the text where the server names a position.
    public func executeScript(_ sql: String, name: String) throws(PostgreSQLError) {
        guard !sql.utf8.contains(0) else { throw .usage("the script contains a NUL byte", statement: name) }
        let handle = try idle(name)
        guard PQsendQuery(handle, sql) == 1 else { throw .connection(handle, statement: name) }
        var firstError: PostgreSQLError?
        while let result = PQgetResult(handle) {
            var failure: PostgreSQLError?
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: break
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                failure = .usage("a script cannot COPY from or to the client", statement: name)
                abandonCopy(handle, PQresultStatus(result))
            default:
                failure = .server(result, connection: handle, statement: name)
                failure?.locate(result, in: sql)
            }
            PQclear(result)
            if firstError == nil { firstError = failure }
        }
        if let firstError { throw firstError }
        guard PQstatus(handle) == CONNECTION_OK else { throw .connection(handle, statement: name) }
    }

    /// The handle, when no statement is under way on it.
    func idle(_ statementName: String) throws(PostgreSQLError) -> OpaquePointer {
        let handle = try connected(statementName)
        guard PQtransactionStatus(handle) != PQTRANS_ACTIVE else {
            throw .usage("another statement is under way on this connection", statement: statementName)
        }
        return handle
    }

    /// Takes over a result that ends a statement, or throws what it says.
    func take(_ result: OpaquePointer?, _ statementName: String) throws(PostgreSQLError) -> QueryResult {
        guard let result else { throw .connection(handle, statement: statementName) }
        let status = PQresultStatus(result)
        switch status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
            return QueryResult(taking: result, statementName: statementName)
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            PQclear(result)
            if let handle {
                abandonCopy(handle, status)
                while let rest = PQgetResult(handle) { PQclear(rest) }
            }
            throw .usage("a COPY statement needs copyIn or copyOut", statement: statementName)
        default:
            defer { PQclear(result) }
            guard let handle else { throw .connection(nil, statement: statementName) }
            throw .server(result, connection: handle, statement: statementName)
        }
    }

    /// Leaves COPY mode in whatever direction, so that the results behind it can be read.
    func abandonCopy(_ handle: OpaquePointer, _ status: ExecStatusType) {
        if status == PGRES_COPY_IN || status == PGRES_COPY_BOTH { PQputCopyEnd(handle, "abandoned by the client") }
        guard status == PGRES_COPY_OUT else { return }
        // There may be millions of rows to come, so the server is asked to stop, over a connection of its own. If that
        // fails, all of them are read.
        if let cancel = PQgetCancel(handle) {
            var message = [CChar](repeating: 0, count: 256)
            PQcancel(cancel, &message, Int32(message.count))
            PQfreeCancel(cancel)
        }
        var row: UnsafeMutablePointer<CChar>?
        while PQgetCopyData(handle, &row, 0) > 0 {
            PQfreemem(row)
            row = nil
        }
    }
}

extension PostgreSQLError {
    /// Adds `line 12` to `detail` when the server named a position. Positions count characters from 1.
    mutating func locate(_ result: OpaquePointer, in sql: String) {
        guard let text = PQresultErrorField(result, Int32(UInt8(ascii: "P"))),
            let position = Int(String(cString: text)),
            position > 0
        else { return }
        let line = 1 + sql.unicodeScalars.prefix(position - 1).count { $0 == "\n" }
        detail = detail.map { "line \(line): \($0)" } ?? "line \(line)"
    }
}
