internal import CPQ
import Glibc

extension PostgreSQLError {
    /// The error a result carries. `result` stays with the caller.
    static func server(_ result: OpaquePointer, connection: OpaquePointer, statement: String?) -> PostgreSQLError {
        func field(_ code: UInt8) -> String? {
            guard let text = PQresultErrorField(result, Int32(code)) else { return nil }
            return String(cString: text)
        }
        let sqlState = field(UInt8(ascii: "C"))
        let isLost = PQstatus(connection) == CONNECTION_BAD || sqlState.map(endsConnection) ?? false
        var message = field(UInt8(ascii: "M")) ?? trimmed(PQresultErrorMessage(result))
        if message.isEmpty { message = "the server reported a failure without a message" }
        // The message is in the server's language; the name of its function is not.
        let isRowSecurity = sqlState == "42501" && field(UInt8(ascii: "R")) == "check_enable_rls"
        return PostgreSQLError(
            kind: sqlState == nil ? .connection : .server, sqlState: sqlState, message: message,
            detail: field(UInt8(ascii: "D")), hint: isRowSecurity ? rowSecurityHint : field(UInt8(ascii: "H")),
            statementName: statement,
            constraintName: field(UInt8(ascii: "n")), isConnectionLost: isLost)
    }

    /// The error the connection itself carries: it could not be made, or broke.
    static func connection(_ connection: OpaquePointer?, statement: String?) -> PostgreSQLError {
        var message = trimmed(PQerrorMessage(connection))
        if message.isEmpty { message = "the connection is not usable" }
        let isLost = connection == nil || PQstatus(connection) == CONNECTION_BAD
        return PostgreSQLError(
            kind: .connection, message: message, hint: passwordAdvice(connection), statementName: statement,
            isConnectionLost: isLost)
    }

    /// Why there was no password where the server wanted one; nil where that was not the trouble. libpq passes over a
    /// password file that others may read and tells stderr alone, not the error.
    private static func passwordAdvice(_ connection: OpaquePointer?) -> String? {
        guard PQconnectionNeedsPassword(connection) == 1 else { return nil }
        guard let path = option("passfile", connection), !path.isEmpty else {
            return "put the password into a password file, and name it in PGPASSFILE"
        }
        var status = stat()
        guard stat(path, &status) == 0 else {
            return "put the password into \(path), with mode 0600, or name another password file in PGPASSFILE"
        }
        guard status.st_mode & S_IFMT == S_IFREG else { return "the password file \(path) is not a plain file" }
        guard status.st_mode & (S_IRWXG | S_IRWXO) == 0 else {
            return "the password file \(path) was ignored because others may read it: chmod 0600 \(path)"
        }
        return "the password file \(path) has no line for this host, port, database and user"
    }

    /// What a connection was made with, defaults and environment included.
    private static func option(_ name: String, _ connection: OpaquePointer?) -> String? {
        guard let options = PQconninfo(connection) else { return nil }
        defer { PQconninfoFree(options) }
        var option = options
        while let keyword = option.pointee.keyword {
            if String(cString: keyword) == name { return option.pointee.val.map { String(cString: $0) } }
            option += 1
        }
        return nil
    }

    /// Class 08 is "connection exception"; 57P01 (shutdown, terminated), 57P02 (crash), 57P03 (starting) and
    /// 57P05 (idle too long) are sent by a backend that is about to exit, as 57P04 (database dropped) is.
    private static func endsConnection(_ sqlState: String) -> Bool {
        sqlState.hasPrefix("08") || ["57P01", "57P02", "57P03", "57P04", "57P05"].contains(sqlState)
    }

    /// libpq ends its messages with a newline and folds several attempts into several lines; errors here are one line.
    static func trimmed(_ text: UnsafePointer<CChar>?) -> String {
        guard let text else { return "" }
        let lines = String(cString: text).split(whereSeparator: { $0 == "\n" || $0 == "\r\n" })
        return lines.map { line in
            line.drop { $0 == "\t" || $0 == " " }
        }.joined(separator: "; ")
    }
}
