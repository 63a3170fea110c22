/// What went wrong between this process and PostgreSQL. Never contains a password.
public struct PostgreSQLError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Kind: Sendable, Equatable {
        /// The connection string cannot be used as it is (unparsable, or it contains a password). The caller must fix
        /// it.
        case configuration
        /// The database is in another encoding than UTF8.
        case encoding
        /// The server could not be reached, refused the login, or went away.
        case connection
        /// The server refused the statement; `sqlState` says why.
        case server
        /// A value from the server has another type or length than the statement promised.
        case value
        /// This API was used wrongly (a COPY through `query`, two statements at once).
        case usage
    }

    public var kind: Kind
    /// Five characters, `42P01` for instance; nil where the server never spoke.
    public var sqlState: String?
    public var message: String
    public var detail: String?
    public var hint: String?
    /// The `Statement.name` of the statement that failed, nil outside any statement.
    public var statementName: String?
    /// The name of the violated constraint, where one was.
    public var constraintName: String?
    /// Whether the connection is of no more use and must be made anew.
    public var isConnectionLost: Bool

    public init(
        kind: Kind, sqlState: String? = nil, message: String, detail: String? = nil, hint: String? = nil,
        statementName: String? = nil, constraintName: String? = nil, isConnectionLost: Bool = false
    ) {
        self.kind = kind
        self.sqlState = sqlState
        self.message = message
        self.detail = detail
        self.hint = hint
        self.statementName = statementName
        self.constraintName = constraintName
        self.isConnectionLost = isConnectionLost
    }

    /// One line: what, where, why, and what to do next.
    public var description: String {
        var text = statementName.map { "\($0): " } ?? ""
        text += message
        if let sqlState { text += " (SQLSTATE \(sqlState))" }
        if let detail { text += "; \(detail)" }
        if let hint { text += "; hint: \(hint)" }
        return text
    }

    /// Whether the same work may succeed when it is simply done again: serialization failure, deadlock, lock timeout.
    public var isRetriable: Bool {
        switch sqlState {
        case "40001", "40P01", "55P03": true
        default: false
        }
    }
}

extension PostgreSQLError {
    /// The `hint` where policies would hide rows (`SessionSettings` says why that is an error).
    public static let rowSecurityHint =
        "policies would hide rows from this role, and a part of a table is never taken for the whole: "
        + "ALTER ROLE … BYPASSRLS for the role, or ALTER TABLE … DISABLE ROW LEVEL SECURITY"

    /// The connection is of no more use, for a reason that libpq does not know.
    public static func lost(_ message: String) -> PostgreSQLError {
        PostgreSQLError(kind: .connection, message: message, isConnectionLost: true)
    }

    static func usage(_ message: String, statement: String?) -> PostgreSQLError {
        PostgreSQLError(kind: .usage, message: message, statementName: statement)
    }

    static func value(_ message: String, statement: String?) -> PostgreSQLError {
        PostgreSQLError(kind: .value, message: message, statementName: statement)
    }
}
