internal import CPQ

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
        return PostgreSQLError(
            kind: sqlState == nil ? .connection : .server, sqlState: sqlState, message: message,
            detail: field(UInt8(ascii: "D")), hint: field(UInt8(ascii: "H")), statementName: statement,
            constraintName: field(UInt8(ascii: "n")), isConnectionLost: isLost)
    }

    /// The error the connection itself carries: it could not be made, or broke.
    static func connection(_ connection: OpaquePointer?, statement: String?) -> PostgreSQLError {
        var message = trimmed(PQerrorMessage(connection))
        if message.isEmpty { message = "the connection is not usable" }
        let isLost = connection == nil || PQstatus(connection) == CONNECTION_BAD
        return PostgreSQLError(kind: .connection, message: message, statementName: statement, isConnectionLost: isLost)
    }

    /// Class 08 is "connection exception"; 57P01 to 57P05 are sent by a backend that is about to exit.
    private static func endsConnection(_ sqlState: String) -> Bool {
        sqlState.hasPrefix("08") || ["57P01", "57P02", "57P03", "57P05"].contains(sqlState)
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
