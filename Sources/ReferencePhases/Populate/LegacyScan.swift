import PostgreSQL
import ReferenceStore

/// How far the reading of the legacy tables has come.
public struct LegacyScanProgress: Sendable, Hashable {
    public enum Unit: String, Sendable { case pairs, rows }

    public var source: LegacySource
    public var unit: Unit
    public var doneCount: Int64
    /// An estimate where the unit is rows.
    public var totalCount: Int64
}

/// Gathers, in a temporary table of the session, which pairs the legacy tables know and what their rows show of them.
///
/// Reads only, outside any transaction of its own: each statement is short, so that nothing holds the database's oldest
/// snapshot for the time of the whole scan. Not thread-safe.
struct LegacyScan {
    /// The newest rows of a pair and table that are looked at; nil is every row.
    var observedRowCountMax: Int?
    var onProgress: (LegacyScanProgress) -> Void = { _ in }

    /// So many pairs are looked at by one statement.
    static let pairBatchCount = 64
    /// So many rows are read by one statement where no index leads to the pairs.
    var chunkRowCount = 100_000

    let connection: Connection

    init(_ connection: Connection, observedRowCountMax: Int?) {
        self.connection = connection
        self.observedRowCountMax = observedRowCountMax
    }

    static let table = "pg_temp.symbology_legacy_scan"

    /// Fills the table anew.
    /// - Parameter observing: false leaves times and digits out, and only lists the pairs.
    /// - Returns: which tables were read, and how.
    func run(observing: Bool = true) throws(PostgreSQLError) -> [LegacySource: LegacySource.Access] {
        try connection.executeScript(Self.create.sql, name: Self.create.name)
        var accesses: [LegacySource: LegacySource.Access] = [:]
        for source in LegacySource.allCases {
            let access = try source.access(connection)
            accesses[source] = access
            switch access {
            case .absent, .notATable: break
            case .index where observing && observedRowCountMax == nil:
                // Every row counts, so the table is read in the order in which it lies.
                try readChunks(source)
            case .index:
                try connection.query(Self.skipScan(source))
                if observing { try observe(source) }
            case .chunks: try readChunks(source)
            case .whole: try connection.query(Self.readWhole(source))
            }
        }
        try connection.query(Self.analyze)
        return accesses
    }

    func drop() {
        _ = try? connection.query(Statement(name: "drop legacy pairs", sql: "DROP TABLE IF EXISTS \(Self.table)"))
    }

    /// Looks at each pair's newest rows, some pairs at a time.
    private func observe(_ source: LegacySource) throws(PostgreSQLError) {
        let range = try connection.query(Self.positions, [.int16(source.rawValue)])
        guard var first = try range.int64(0, 0), let last = try range.int64(0, 1) else { return }
        let start = first
        while first <= last {
            let end = min(last, first + Int64(Self.pairBatchCount) - 1)
            try connection.query(
                Self.observeNewest(source),
                [.int64(first), .int64(end), .int64(observedRowCountMax.map(Int64.init) ?? .max)])
            onProgress(
                LegacyScanProgress(
                    source: source, unit: .pairs, doneCount: end - start + 1, totalCount: last - start + 1))
            first = end + 1
        }
    }

    private func readChunks(_ source: LegacySource) throws(PostgreSQLError) {
        let range = try connection.query(Self.idRange(source))
        guard let first = try range.int64(0, 0), let last = try range.int64(0, 1) else { return }
        var next = first
        var doneCount: Int64 = 0
        while true {
            let chunk = try connection.query(
                Self.readChunk(source), [.int64(next), .int64(last), .int64(Int64(chunkRowCount))])
            guard let newest = try chunk.int64(0, 0), let count = try chunk.int64(0, 1), count > 0 else { break }
            doneCount += count
            // Ids may have gaps, and be any: what is left is guessed from how much of their range is done.
            let share = (Double(newest) - Double(first) + 1) / (Double(last) - Double(first) + 1)
            let guess = Int64(exactly: (Double(doneCount) / share).rounded()) ?? doneCount
            onProgress(
                LegacyScanProgress(
                    source: source, unit: .rows, doneCount: doneCount, totalCount: max(doneCount, guess)))
            guard newest < last else { break }
            next = newest + 1
        }
    }
}

extension LegacyScan {
    private static let create = Statement(
        name: "create the table of legacy pairs",
        sql: """
            DROP TABLE IF EXISTS \(table);
            CREATE TEMPORARY TABLE symbology_legacy_scan (
                position bigint GENERATED ALWAYS AS IDENTITY,
                source smallint NOT NULL, exchange text NOT NULL, base_asset text NOT NULL, quote_asset text NOT NULL,
                last_seen timestamptz, price_scale integer, quantity_scale integer, quote_scale integer,
                UNIQUE (source, exchange, base_asset, quote_asset), UNIQUE (position))
            """)

    private static let analyze = Statement(name: "analyze legacy pairs", sql: "ANALYZE \(table)")

    private static let positions = Statement(
        name: "positions of legacy pairs",
        sql: "SELECT min(position), max(position) FROM \(table) WHERE source = $1::int2")

    /// The distinct pairs: one descent of the index for each, whatever the number of rows between them.
    static func skipScan(_ source: LegacySource) -> Statement {
        Statement(
            name: "skip scan of \(source.tableName)",
            sql: """
                INSERT INTO \(table) (source, exchange, base_asset, quote_asset)
                WITH RECURSIVE pair AS (\(pairs(source)))
                SELECT \(source.rawValue), exchange, symbol_base, symbol_quote FROM pair
                """)
    }

    static func pairs(_ source: LegacySource) -> String {
        """
        (SELECT exchange, symbol_base, symbol_quote FROM \(source.tableName)
          ORDER BY exchange, symbol_base, symbol_quote LIMIT 1)
        UNION ALL
        SELECT following.exchange, following.symbol_base, following.symbol_quote
          FROM pair CROSS JOIN LATERAL (
               SELECT t.exchange, t.symbol_base, t.symbol_quote FROM \(source.tableName) t
                WHERE (t.exchange, t.symbol_base, t.symbol_quote)
                    > (pair.exchange, pair.symbol_base, pair.symbol_quote)
                ORDER BY t.exchange, t.symbol_base, t.symbol_quote LIMIT 1) following
        """
    }

    /// Pairs `$1` to `$2`, at most `$3` of each one's newest rows.
    private static func observeNewest(_ source: LegacySource) -> Statement {
        Statement(
            name: "newest rows of \(source.tableName)",
            sql: """
                UPDATE \(table) p
                   SET last_seen = o.last_seen, price_scale = o.price_scale, quantity_scale = o.quantity_scale,
                       quote_scale = o.quote_scale
                  FROM \(table) q CROSS JOIN LATERAL (
                       SELECT \(source.observations) FROM (
                           SELECT \(source.observedColumns) FROM \(source.tableName) t
                            WHERE t.exchange = q.exchange AND t.symbol_base = q.base_asset
                              AND t.symbol_quote = q.quote_asset
                            ORDER BY t."timestamp" DESC LIMIT $3::int8) newest) o
                 WHERE q.position BETWEEN $1::int8 AND $2::int8 AND p.position = q.position
                """)
    }

    private static func idRange(_ source: LegacySource) -> Statement {
        Statement(
            name: "range of \(source.tableName)",
            sql: "SELECT min(id)::int8, max(id)::int8 FROM \(source.tableName)")
    }

    /// The next `$3` rows from id `$1` on, none beyond `$2`, folded into what is known of their pairs.
    private static func readChunk(_ source: LegacySource) -> Statement {
        Statement(
            name: "chunk of \(source.tableName)",
            sql: """
                WITH chunk AS MATERIALIZED (
                    SELECT id, exchange, symbol_base, symbol_quote, \(source.observedColumns)
                      FROM \(source.tableName) WHERE id >= $1::int8 AND id <= $2::int8 ORDER BY id LIMIT $3::int8),
                folded AS (\(fold(source, from: "chunk")))
                SELECT max(id)::int8, count(*) FROM chunk
                """)
    }

    private static func readWhole(_ source: LegacySource) -> Statement {
        Statement(name: "all of \(source.tableName)", sql: fold(source, from: source.tableName))
    }

    private static func fold(_ source: LegacySource, from rows: String) -> String {
        """
        INSERT INTO \(table) AS known (source, exchange, base_asset, quote_asset, last_seen, price_scale,
                                       quantity_scale, quote_scale)
        SELECT \(source.rawValue), exchange, symbol_base, symbol_quote, \(source.observations)
          FROM \(rows) GROUP BY exchange, symbol_base, symbol_quote
        ON CONFLICT (source, exchange, base_asset, quote_asset) DO UPDATE
           SET last_seen = greatest(known.last_seen, excluded.last_seen),
               price_scale = greatest(known.price_scale, excluded.price_scale),
               quantity_scale = greatest(known.quantity_scale, excluded.quantity_scale),
               quote_scale = greatest(known.quote_scale, excluded.quote_scale)
        """
    }
}
