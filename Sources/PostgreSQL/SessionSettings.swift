/// What is pinned on every connection, so that no role, database or server default changes what a statement means.
///
/// Always pinned: `client_encoding` UTF8 and `TimeZone` UTC. Times are in milliseconds, 0 means no limit.
public struct SessionSettings: Sendable, Hashable {
    /// Shown in `pg_stat_activity`; a name inside the connection string or `PGAPPNAME` wins.
    public var applicationName: String
    /// Becomes the whole `search_path`; nil leaves the role's own. A schema that does not exist is refused.
    public var schema: String?
    public var statementTimeoutMilliseconds: Int32
    public var lockTimeoutMilliseconds: Int32
    public var idleInTransactionTimeoutMilliseconds: Int32
    /// How long one host may take to answer; the connection string or `PGCONNECT_TIMEOUT` wins. libpq rounds 1 up to 2.
    /// Only the blocking initializer enforces it: on an event loop the caller owns the timer.
    public var connectTimeoutSeconds: Int32
    /// A TCP peer that is silently gone is noticed after about twice this. Without effect on a Unix socket.
    public var keepaliveIdleSeconds: Int32
    /// Further settings of the server for this session, `jit` for instance; pinned in the same round trip.
    public var serverSettings: [String: String] = [:]

    public init(
        applicationName: String = "symbology", schema: String? = nil, statementTimeoutMilliseconds: Int32 = 30_000,
        lockTimeoutMilliseconds: Int32 = 5_000, idleInTransactionTimeoutMilliseconds: Int32 = 60_000,
        connectTimeoutSeconds: Int32 = 5, keepaliveIdleSeconds: Int32 = 10
    ) {
        self.applicationName = applicationName
        self.schema = schema
        self.statementTimeoutMilliseconds = statementTimeoutMilliseconds
        self.lockTimeoutMilliseconds = lockTimeoutMilliseconds
        self.idleInTransactionTimeoutMilliseconds = idleInTransactionTimeoutMilliseconds
        self.connectTimeoutSeconds = connectTimeoutSeconds
        self.keepaliveIdleSeconds = keepaliveIdleSeconds
    }

    /// For a connection that only LISTENs: it is idle for hours, outside any transaction, and must not be cut for it.
    public static func listener(applicationName: String = "symbology listener", schema: String? = nil)
        -> SessionSettings
    {
        SessionSettings(
            applicationName: applicationName, schema: schema, statementTimeoutMilliseconds: 10_000,
            lockTimeoutMilliseconds: 0, idleInTransactionTimeoutMilliseconds: 0)
    }

    /// One round trip pins everything. `set_config` takes bound values where `SET` would want quoting. Idle sessions
    /// (outside a transaction) are never cut: every connection of ours waits for work now and then.
    var pinStatement: Statement {
        let further = (0..<serverSettings.count).map { 5 + 2 * $0 }.map { index in
            "pg_catalog.set_config($\(index), $\(index + 1), false),\n"
        }
        return Statement(
            name: "pin session settings",
            sql: """
                SELECT \(further.joined()) pg_catalog.set_config('client_encoding', 'UTF8', false),
                       pg_catalog.set_config('TimeZone', 'UTC', false),
                       pg_catalog.set_config('statement_timeout', $1, false),
                       pg_catalog.set_config('lock_timeout', $2, false),
                       pg_catalog.set_config('idle_in_transaction_session_timeout', $3, false),
                       pg_catalog.set_config('idle_session_timeout', '0', false),
                       CASE WHEN $4::text IS NOT NULL
                            THEN pg_catalog.set_config('search_path', pg_catalog.quote_ident($4::text), false) END,
                       $4::text IS NULL
                           OR EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $4::text)
                """)
    }

    var pinParameters: [Parameter] {
        [
            .text(String(statementTimeoutMilliseconds)), .text(String(lockTimeoutMilliseconds)),
            .text(String(idleInTransactionTimeoutMilliseconds)), .text(optional: schema),
        ] + serverSettings.flatMap { [.text($0.key), .text($0.value)] }
    }

    /// The keyword arrays for libpq. What stands before `dbname` is a default that the expanded connection string
    /// overrides; what stands behind it overrides the connection string.
    func keywords(_ target: ConnectionTarget, hasConnectTimeoutInEnvironment: Bool) -> [(String, String)] {
        let keepalive = String(keepaliveIdleSeconds)
        var list = [
            ("fallback_application_name", applicationName), ("keepalives", "1"), ("keepalives_idle", keepalive),
            ("keepalives_interval", String(max(1, keepaliveIdleSeconds / 3))), ("keepalives_count", "3"),
            ("tcp_user_timeout", String(keepaliveIdleSeconds &* 2_000)),
        ]
        if !hasConnectTimeoutInEnvironment { list.append(("connect_timeout", String(connectTimeoutSeconds))) }
        if let conninfo = target.conninfo { list.append(("dbname", conninfo)) }
        list.append(("client_encoding", "UTF8"))
        return list
    }
}
