/// What is pinned on every connection, so that no role, database or server default changes what a statement means.
///
/// Always pinned: `client_encoding` UTF8, `TimeZone` UTC, `standard_conforming_strings` on, the `search_path`, and
/// `row_security` off: where policies would hide rows from the role, a statement fails rather than work on a part of
/// its table. Times are in milliseconds,
/// 0 means no limit.
public struct SessionSettings: Sendable, Hashable {
    /// Shown in `pg_stat_activity`; a name inside the connection string or `PGAPPNAME` wins.
    public var applicationName: String
    /// Becomes the whole `search_path`. A schema that does not exist is refused.
    ///
    /// Nil pins the role's own path as it stands: `"$user"` is what it means now, schemas that do not exist are left
    /// out, and so is `pg_catalog`, which then comes first in every look-up, wherever the role has it, while what is
    /// created still goes into the first schema named. Where no schema exists the path is left alone.
    public var schema: String?
    /// Without `schema`: the one schema in which the role's own path finds this table becomes the whole path, so that
    /// its neighbours are found beside it and nowhere else. While there is no such table the path is left alone, and
    /// finds it as soon as there is.
    public var homeTable: String?
    public var statementTimeoutMilliseconds: Int32
    public var lockTimeoutMilliseconds: Int32
    public var idleInTransactionTimeoutMilliseconds: Int32
    /// Further settings of the server for this session, `jit` for instance; pinned in the same round trip.
    public var serverSettings: [String: String] = [:]
    /// A database in another encoding than UTF8 is refused: SQL_ASCII stores any bytes for text, and the first that are
    /// not UTF-8 stop every load; the others have no room for every key, and count other bytes than the wire does.
    /// True connects all the same, for whoever wants to say so in their own words.
    public var acceptsAnyEncoding = false

    public init(
        applicationName: String = "symbology", schema: String? = nil, statementTimeoutMilliseconds: Int32 = 30_000,
        lockTimeoutMilliseconds: Int32 = 5_000, idleInTransactionTimeoutMilliseconds: Int32 = 60_000
    ) {
        self.applicationName = applicationName
        self.schema = schema
        self.statementTimeoutMilliseconds = statementTimeoutMilliseconds
        self.lockTimeoutMilliseconds = lockTimeoutMilliseconds
        self.idleInTransactionTimeoutMilliseconds = idleInTransactionTimeoutMilliseconds
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
        let further = (0..<serverSettings.count).map { 6 + 2 * $0 }.map { index in
            "pg_catalog.set_config($\(index), $\(index + 1), false),\n"
        }
        return Statement(
            name: "pin session settings",
            sql: """
                SELECT \(further.joined()) pg_catalog.set_config('client_encoding', 'UTF8', false),
                       pg_catalog.set_config('TimeZone', 'UTC', false),
                       pg_catalog.set_config('standard_conforming_strings', 'on', false),
                       pg_catalog.set_config('row_security', 'off', false),
                       pg_catalog.set_config('statement_timeout', $1, false),
                       pg_catalog.set_config('lock_timeout', $2, false),
                       pg_catalog.set_config('idle_in_transaction_session_timeout', $3, false),
                       pg_catalog.set_config('idle_session_timeout', '0', false),
                       pg_catalog.set_config('search_path', \(Self.path), false),
                       $4::pg_catalog.text IS NULL
                           OR EXISTS (SELECT FROM pg_catalog.pg_namespace
                                       WHERE nspname OPERATOR(pg_catalog.=) $4::pg_catalog.text)
                """)
    }

    /// The path to pin; `$4` is the schema, `$5` the home table. Nothing in it is looked up by the path of the role.
    private static let path = """
        coalesce(
            pg_catalog.quote_ident($4::pg_catalog.text),
            (SELECT pg_catalog.quote_ident(n.nspname)
               FROM pg_catalog.pg_class c
               JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
              WHERE c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass($5::pg_catalog.text)),
            (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(entry), ', ' ORDER BY place)
               FROM pg_catalog.unnest(pg_catalog.current_schemas(false)) WITH ORDINALITY AS path (entry, place)
              WHERE $5::pg_catalog.text IS NULL AND entry OPERATOR(pg_catalog.<>) 'pg_catalog'),
            pg_catalog.current_setting('search_path'))
        """

    var pinParameters: [Parameter] {
        [
            .text(String(statementTimeoutMilliseconds)), .text(String(lockTimeoutMilliseconds)),
            .text(String(idleInTransactionTimeoutMilliseconds)), .text(optional: schema), .text(optional: homeTable),
        ] + serverSettings.flatMap { [.text($0.key), .text($0.value)] }
    }

    /// The keyword arrays for libpq. What stands before `dbname` is a default that the expanded connection string
    /// overrides; what stands behind it overrides the connection string.
    ///
    /// A TCP peer that is silently gone is noticed after some 20 s. A host may take 5 s to answer, unless
    /// `PGCONNECT_TIMEOUT` says otherwise; only the blocking initializer keeps to that: on an event loop the caller
    /// owns the timer.
    func keywords(_ target: ConnectionTarget, hasConnectTimeoutInEnvironment: Bool) -> [(String, String)] {
        var list = [
            ("fallback_application_name", applicationName), ("keepalives", "1"), ("keepalives_idle", "10"),
            ("keepalives_interval", "3"), ("keepalives_count", "3"), ("tcp_user_timeout", "20000"),
        ]
        if !hasConnectTimeoutInEnvironment { list.append(("connect_timeout", "5")) }
        if let conninfo = target.conninfo { list.append(("dbname", conninfo)) }
        list.append(("client_encoding", "UTF8"))
        return list
    }
}
