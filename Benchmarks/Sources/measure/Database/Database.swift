import CLibPQ
import Glibc

/// A session with PostgreSQL over plain libpq: what is measured against must not run through Symbology's own code.
///
/// Blocking, one thread at a time, closed with its last reference.
final class Database {
    private let handle: OpaquePointer

    init(_ conninfo: String) throws {
        guard let handle = PQconnectdb(conninfo), PQstatus(handle) == CONNECTION_OK else {
            throw BenchmarkError("cannot connect to PostgreSQL with \(conninfo)")
        }
        self.handle = handle
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
    }

    deinit { PQfinish(handle) }

    /// The server process that serves this session.
    var backendProcessId: pid_t { PQbackendPID(handle) }

    /// Runs any number of statements.
    func run(_ sql: String) throws {
        PQclear(try checked(PQexec(handle, sql), [PGRES_COMMAND_OK, PGRES_TUPLES_OK], sql))
    }

    /// The rows as text; null reads as the empty text.
    func query(_ sql: String) throws -> [[String]] {
        let result = try checked(PQexec(handle, sql), [PGRES_TUPLES_OK], sql)
        defer { PQclear(result) }
        return (0..<PQntuples(result)).map { row in
            (0..<PQnfields(result)).map { String(cString: PQgetvalue(result, row, $0)) }
        }
    }

    // MARK: - COPY

    /// Reads a COPY … TO STDOUT to its end and throws the bytes away.
    func drain(copy sql: String) throws -> (rowCount: Int, byteCount: Int) {
        PQclear(try checked(PQexec(handle, sql), [PGRES_COPY_OUT], sql))
        var rowCount = 0
        var byteCount = 0
        var row: UnsafeMutablePointer<CChar>?
        while true {
            let length = PQgetCopyData(handle, &row, 0)
            guard length > 0 else { break }
            rowCount += 1
            byteCount += Int(length)
            PQfreemem(row)
        }
        try finish(sql)
        return (rowCount, byteCount)
    }

    /// Sends lines to a COPY … FROM STDIN; `next` returns nil at the end.
    func fill(copy sql: String, next: () -> String?) throws {
        PQclear(try checked(PQexec(handle, sql), [PGRES_COPY_IN], sql))
        while let lines = next() {
            guard PQputCopyData(handle, lines, Int32(lines.utf8.count)) == 1 else { throw failure(sql) }
        }
        guard PQputCopyEnd(handle, nil) == 1 else { throw failure(sql) }
        try finish(sql)
    }

    // MARK: - One row at a time

    /// Prepares a statement of one integer parameter.
    func prepare(_ name: String, _ sql: String) throws {
        PQclear(try checked(PQprepare(handle, name, sql, 1, nil), [PGRES_COMMAND_OK], sql))
    }

    /// Runs a prepared statement and waits for its end.
    func execute(_ name: String, _ parameter: UInt32) throws {
        try start(name, parameter)
        try finish(name)
    }

    /// Sends a prepared statement and returns at once.
    func start(_ name: String, _ parameter: UInt32) throws {
        let isSent = String(parameter).withCString { text in
            PQsendQueryPrepared(handle, name, 1, [text], nil, nil, 0)
        }
        guard isSent == 1, PQflush(handle) == 0 else { throw failure(name) }
    }

    /// Waits for the end of what is under way.
    func finish(_ what: String) throws {
        while let result = PQgetResult(handle) {
            PQclear(try checked(result, [PGRES_COMMAND_OK, PGRES_TUPLES_OK], what))
        }
    }

    // MARK: - NOTIFY

    /// Sleeps until a notification is there. What comes before is forgotten: call `forgetNotifications` first.
    func awaitNotification() throws {
        while true {
            guard PQconsumeInput(handle) == 1 else { throw failure("waiting for a notification") }
            if let notification = PQnotifies(handle) { return PQfreemem(notification) }
            var entry = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, 10_000) != 0 else { throw BenchmarkError("no notification within 10 s") }
        }
    }

    func forgetNotifications() {
        PQconsumeInput(handle)
        while let notification = PQnotifies(handle) { PQfreemem(notification) }
    }

    private func checked(
        _ result: OpaquePointer?, _ expected: [ExecStatusType], _ what: String
    ) throws -> OpaquePointer? {
        guard expected.contains(PQresultStatus(result)) else {
            PQclear(result)
            throw failure(what)
        }
        return result
    }

    private func failure(_ what: String) -> BenchmarkError {
        BenchmarkError("PostgreSQL: \(what.prefix(80)): \(String(cString: PQerrorMessage(handle)))")
    }
}
