import Platform
import PostgreSQL
import ReferenceStore

/// The checks of one run so far.
final class ValidationRun {
    let connection: Connection
    let onCheck: (ValidationCheck) -> Void
    private(set) var checks: [ValidationCheck] = []

    init(connection: Connection, onCheck: @escaping (ValidationCheck) -> Void) {
        self.connection = connection
        self.onCheck = onCheck
    }

    /// Runs one check. Whatever it throws, but for a lost connection, is its verdict.
    @discardableResult
    func check(
        _ name: String, _ body: () throws -> ValidationFinding
    ) throws(StoreError) -> ValidationCheck.Verdict {
        let start = MonotonicClock.nanoseconds()
        var finding: ValidationFinding
        do {
            finding = try body()
        } catch {
            if connection.isInTransaction { _ = try? connection.query(ReferenceStatements.rollback) }
            let databaseError = (error as? PostgreSQLError) ?? (error as? StoreError)?.databaseError
            if let databaseError, databaseError.isConnectionLost || !connection.isUsable {
                throw .database(databaseError)
            }
            // A standby has all rows and takes no statement that writes.
            finding =
                databaseError?.sqlState == "25006"
                ? .skipped("the server is read-only") : .failed(String(describing: error))
        }
        let check = ValidationCheck(
            name: name, verdict: finding.verdict, detail: finding.detail,
            microseconds: (MonotonicClock.nanoseconds() - start) / 1_000)
        checks.append(check)
        onCheck(check)
        return check.verdict
    }

    /// The texts of the first column.
    func texts(_ name: String, _ sql: String, _ parameters: [Parameter] = []) throws(PostgreSQLError) -> [String] {
        let result = try connection.query(Statement(name: name, sql: sql), parameters)
        var list: [String] = []
        for row in 0..<result.rowCount { list.append(try result.text(row, 0) ?? "") }
        return list
    }

    func integer(_ name: String, _ sql: String, _ parameters: [Parameter] = []) throws(PostgreSQLError) -> Int64 {
        try connection.query(Statement(name: name, sql: sql), parameters).int64(0, 0) ?? 0
    }

    func checkServer() throws(StoreError) {
        try check("server.version") {
            let version = connection.serverVersion
            return version >= 150_000
                ? .passed("PostgreSQL \(version / 10_000).\(version % 10_000)")
                : .failed("PostgreSQL \(version / 10_000); 15 or newer is needed")
        }
        try check("server.encoding") {
            // No other command connects to such a database; `SessionSettings.acceptsAnyEncoding` says why.
            switch try texts("encoding", "SELECT current_setting('server_encoding')").first ?? "" {
            case "UTF8": .passed("UTF8")
            case let encoding: .failed("\(encoding): neither migrated nor served; use a UTF8 database")
            }
        }
    }
}
