import PostgreSQL

/// An advisory lock: of each command that moves or removes market data one runs at a time in a database.
enum SessionLock: Int64 {
    /// `symbopar`, `symbofil` and `symboret` as numbers.
    case partitions = 0x7379_6D62_6F70_6172
    case backfill = 0x7379_6D62_6F66_696C
    case retention = 0x7379_6D62_6F72_6574

    /// Runs `body` while this session alone holds the lock. It ends with the session, however that ends.
    func holding<Value>(_ what: String, _ connection: Connection, _ body: () throws -> Value) throws -> Value {
        let key = [Parameter.int64(rawValue)]
        guard try connection.query(Self.take, key).bool(0, 0) == true else {
            let holder = try connection.query(Self.holder, key)
            throw MarketDataError.busy(
                what: what, holder: holder.rowCount > 0 ? try holder.text(0, 0) ?? "" : "it has just ended, try again")
        }
        defer { _ = try? connection.query(Self.release, key) }
        return try body()
    }

    private static let take = Statement(name: "take the lock", sql: "SELECT pg_try_advisory_lock($1)")
    private static let release = Statement(name: "release the lock", sql: "SELECT pg_advisory_unlock($1)")
    private static let holder = Statement(
        name: "look for the holder of the lock",
        sql: """
            SELECT format('process %s (%s, user %s)', a.pid, a.application_name, a.usename)
              FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
             WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
               AND l.classid = ($1::bigint >> 32)::oid AND l.objid = ($1::bigint & 4294967295)::oid
               AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """)
}
