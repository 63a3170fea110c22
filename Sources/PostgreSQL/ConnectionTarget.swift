internal import CPQ

/// Which database to connect to: a libpq connection string or URI passed through untouched, or none, in which case
/// libpq's own environment (`PGHOST`, `PGSERVICE`, `PGPASSFILE`…) and files decide.
public struct ConnectionTarget: Sendable, Hashable, CustomStringConvertible {
    /// Exactly what the caller gave. It holds no password: `init` refuses one.
    public let conninfo: String?

    /// - Parameter conninfo: `host=/run/postgresql dbname=md`, `postgresql://…`, a bare database name, or nil.
    /// - Throws: `kind == .configuration` when the string cannot be parsed, or contains a password (`password` or
    ///   `sslpassword`, in either form): command lines are public. No message repeats the secret.
    public init(conninfo: String?) throws(PostgreSQLError) {
        if let conninfo {
            guard !conninfo.utf8.contains(0) else {
                throw PostgreSQLError(kind: .configuration, message: "the connection string contains a NUL byte")
            }
            if Self.isConnectionString(conninfo) { try Self.refusePassword(conninfo) }
        }
        self.conninfo = conninfo
    }

    public var description: String { conninfo ?? "libpq environment" }

    /// libpq's own test: everything else is the name of a database.
    private static func isConnectionString(_ text: String) -> Bool {
        text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") || text.contains("=")
    }

    private static func refusePassword(_ conninfo: String) throws(PostgreSQLError) {
        var parseMessage: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(conninfo, &parseMessage) else {
            let reason = PostgreSQLError.trimmed(parseMessage)
            PQfreemem(parseMessage)
            throw PostgreSQLError(
                kind: .configuration, message: "the connection string cannot be parsed",
                detail: mayHoldSecret(conninfo) ? nil : reason,
                hint: "write host=… dbname=… or postgresql://host/database")
        }
        defer { PQconninfoFree(options) }
        var option = options
        while let keyword = option.pointee.keyword {
            let name = String(cString: keyword)
            if name == "password" || name == "sslpassword", let value = option.pointee.val, value.pointee != 0 {
                throw PostgreSQLError(
                    kind: .configuration, message: "the connection string contains a password (\(name))",
                    detail: "arguments are visible to every user of this machine",
                    hint: "put it into a password file (PGPASSFILE, ~/.pgpass), a service file (PGSERVICE) "
                        + "or PGPASSWORD")
            }
            option += 1
        }
    }

    /// libpq quotes the part it stumbled over, which may be the rest of a password with a space in it.
    private static func mayHoldSecret(_ conninfo: String) -> Bool {
        conninfo.contains("@") || conninfo.lowercased().contains("pass")
    }
}
