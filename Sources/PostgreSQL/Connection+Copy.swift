internal import CPQ

extension Connection {
    /// Runs a COPY … FROM STDIN: `write` supplies the data. Blocking.
    /// - Returns: how many rows were copied.
    /// - Throws: what `write` throws (nothing is copied then), or why the server refused the data.
    @discardableResult
    public func copyIn(_ statement: Statement, _ write: (inout CopyWriter) throws -> Void) throws -> Int {
        let handle = try beginCopy(statement, PGRES_COPY_IN)
        var writer = CopyWriter(handle: handle, statementName: statement.name, isBinary: isCopyBinary)
        do {
            try write(&writer)
            try writer.finish()
        } catch {
            PQputCopyEnd(handle, "abandoned by the client")
            // A refusal by the server explains a failed write better than the write itself does.
            let serverError = finishCopy(handle, statement.name).error
            if error is PostgreSQLError, let serverError, serverError.sqlState != "57014" { throw serverError }
            throw error
        }
        guard PQputCopyEnd(handle, nil) == 1 else {
            throw PostgreSQLError.connection(handle, statement: statement.name)
        }
        let (rowCount, error) = finishCopy(handle, statement.name)
        if let error { throw error }
        return rowCount
    }

    /// Runs a COPY … TO STDOUT and calls `row` for each row with its bytes, which are valid only inside. Blocking.
    ///
    /// In the binary format header and trailer are stripped: `BinaryRow` reads what is handed out. In text and CSV it
    /// is one line, its newline included. libpq allocates once a row.
    /// - Returns: how many rows were copied.
    /// - Throws: what `row` throws (the rest is cancelled), or the server's error.
    @discardableResult
    public func copyOut(_ statement: Statement, _ row: (UnsafeRawBufferPointer) throws -> Void) throws -> Int {
        let handle = try beginCopy(statement, PGRES_COPY_OUT)
        var decoder = copyDecoder
        var buffer: UnsafeMutablePointer<CChar>?
        while true {
            let length = PQgetCopyData(handle, &buffer, 0)
            guard length > 0, let bytes = buffer else { break }
            defer { PQfreemem(bytes) }
            do {
                let message = UnsafeRawBufferPointer(start: bytes, count: Int(length))
                if let rowBytes = try decoder.row(message, statement: statement.name) { try row(rowBytes) }
            } catch {
                abandonCopy(handle, PGRES_COPY_OUT)
                _ = finishCopy(handle, statement.name)
                throw error
            }
        }
        let (rowCount, error) = finishCopy(handle, statement.name)
        if let error { throw error }
        return rowCount
    }

    private func beginCopy(_ statement: Statement, _ wanted: ExecStatusType) throws(PostgreSQLError) -> OpaquePointer {
        let handle = try idle(statement.name)
        // The simple protocol: a failed COPY then needs no resynchronisation.
        guard let result = PQexec(handle, statement.sql) else {
            throw .connection(handle, statement: statement.name)
        }
        guard PQresultStatus(result) == wanted else {
            _ = try take(result, statement.name)
            throw .usage("the statement is not a COPY in this direction", statement: statement.name)
        }
        isCopyBinary = PQbinaryTuples(result) != 0
        copyDecoder = CopyDecoder(isBinary: isCopyBinary)
        PQclear(result)
        return handle
    }

    /// Reads the results behind COPY data until the statement is over.
    private func finishCopy(_ handle: OpaquePointer, _ statementName: String) -> (
        rowCount: Int, error: PostgreSQLError?
    ) {
        var rowCount = 0
        var firstError: PostgreSQLError?
        while let result = PQgetResult(handle) {
            do throws(PostgreSQLError) {
                rowCount = try take(result, statementName).affectedRowCount
            } catch {
                if firstError == nil { firstError = error }
            }
        }
        if firstError == nil, PQstatus(handle) != CONNECTION_OK {
            firstError = .connection(handle, statement: statementName)
        }
        return (rowCount, firstError)
    }
}
