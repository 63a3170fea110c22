import PostgreSQL

/// The objects that the plan's second phase added to a database, for `rollback`, which takes them back.
public enum MarketDataPhase {
    /// What it drops, and what loses a foreign key by that; in the order in which they are locked.
    public static let tables = ["symbols", "book_ticker_snapshots_v2", "trade_snapshots_v2"]

    /// Takes the mirror off every legacy table, under its writers. From then on nothing arrives by symbol.
    /// - Returns: whether there was one.
    /// - Throws: `.blocked`, naming who held the lock.
    public static func removeMirrors(_ connection: Connection) throws(MarketDataError) -> Bool {
        try MarketDataError.wrapping {
            let isThere = Statement(
                name: "look for market data", sql: "SELECT to_regclass('market_data_sources') IS NOT NULL")
            guard try connection.query(isThere).bool(0, 0) == true else { return false }
            let rows = try connection.query(mirrored)
            for row in 0..<rows.rowCount {
                guard let table = try rows.text(row, 0) else { continue }
                try LockLadder(connection).take("the mirror of \(table)", [(table, .accessExclusive)]) {
                    for name in MirrorStatements.triggerNames {
                        let sql = "DROP TRIGGER IF EXISTS \(name) ON \(table)"
                        try connection.query(Statement(name: "remove the mirror of \(table)", sql: sql))
                    }
                }
            }
            return rows.rowCount > 0
        }
    }

    private static let mirrored = Statement(
        name: "look for mirrored tables",
        sql: """
            SELECT legacy::text FROM market_data_sources
             WHERE legacy IS NOT NULL AND EXISTS (SELECT FROM pg_class c WHERE c.oid = legacy)
            """)

    /// Rows of the tables by symbol, and of them those that no legacy table has, which only a dump keeps.
    public static func rowCounts(
        _ connection: Connection
    ) throws(MarketDataError) -> [(table: String, rowCount: Int64, ownCount: Int64)] {
        try MarketDataError.wrapping {
            var counts: [(String, Int64, Int64)] = []
            for source in MarketDataSource.allCases {
                guard try isThere(source, connection) else { continue }
                let row = try connection.query(
                    Statement(
                        name: "count \(source.targetName)",
                        sql: """
                            SELECT count(*), count(*) FILTER (WHERE id >= \(MarketDataSource.ownIdMin))
                              FROM \(source.targetName)
                            """))
                counts.append((source.targetName, try row.int64(0, 0) ?? 0, try row.int64(0, 1) ?? 0))
            }
            return counts
        }
    }

    /// Something that differs where rows that no legacy table has came, went or were changed. One look at each of them.
    public static func ownRows(_ connection: Connection) throws(MarketDataError) -> [String] {
        try MarketDataError.wrapping {
            try MarketDataSource.allCases.compactMap { source in
                guard try isThere(source, connection) else { return nil }
                return try connection.query(
                    Statement(
                        name: "look at own rows of \(source.targetName)",
                        sql: """
                            SELECT format('%s %s', count(*), sum(hashtextextended(t::text, 0)))
                              FROM \(source.targetName) t WHERE id >= \(MarketDataSource.ownIdMin)
                            """)
                ).text(0, 0)
            }
        }
    }

    private static func isThere(_ source: MarketDataSource, _ connection: Connection) throws -> Bool {
        let isThere = Statement(name: "look for a table", sql: "SELECT to_regclass($1) IS NOT NULL")
        return try connection.query(isThere, [.text(source.targetName)]).bool(0, 0) == true
    }
}
