import PostgreSQL
import ReferenceStore

/// One of the market-data tables that spell venue and pair out in every row.
public enum LegacySource: Int16, Sendable, CaseIterable {
    case bookTicker = 1
    case trade = 2

    public var tableName: String {
        switch self {
        case .bookTicker: "book_ticker_snapshots"
        case .trade: "trade_snapshots"
        }
    }

    /// How the table can be read, decided by what is there and never by its size.
    enum Access: Sendable, Hashable {
        /// Not there.
        case absent
        /// There, but no table: after a cut-over a view stands in its place, and there is nothing to learn from it.
        case notATable
        /// A btree leads with venue, base and quote: pairs come by skip scan, and each pair's newest rows by index.
        case index
        /// No such index, but one on `id`: the table is read once, in chunks.
        case chunks
        /// Neither: the table is read once, in one statement.
        case whole
    }

    /// `$1` is the table.
    private static let describe = Statement(
        name: "look at a legacy table",
        sql: """
            SELECT c.relkind::text,
                   EXISTS (SELECT FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
                                        JOIN pg_am a ON a.oid = x.relam
                            WHERE i.indrelid = c.oid AND i.indisvalid AND i.indpred IS NULL AND a.amname = 'btree'
                              AND i.indnkeyatts >= 3 AND i.indoption[0] = 0 AND i.indoption[1] = 0
                              AND i.indoption[2] = 0
                              AND pg_get_indexdef(i.indexrelid, 1, true) = 'exchange'
                              AND pg_get_indexdef(i.indexrelid, 2, true) = 'symbol_base'
                              AND pg_get_indexdef(i.indexrelid, 3, true) = 'symbol_quote'),
                   EXISTS (SELECT FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
                                        JOIN pg_am a ON a.oid = x.relam
                            WHERE i.indrelid = c.oid AND i.indisvalid AND i.indpred IS NULL AND a.amname = 'btree'
                              AND pg_get_indexdef(i.indexrelid, 1, true) = 'id')
              FROM pg_class c WHERE c.oid = to_regclass($1)
            """)

    func access(_ connection: Connection) throws(PostgreSQLError) -> Access {
        let result = try connection.query(Self.describe, [.text(tableName)])
        guard result.rowCount == 1, let kind = try result.text(0, 0) else { return .absent }
        guard kind == "r" || kind == "p" else { return .notATable }
        if try result.bool(0, 1) == true { return .index }
        return try result.bool(0, 2) == true ? .chunks : .whole
    }

    /// The columns whose digits tell the tick, the step and the precision of quote amounts.
    var priceColumns: [String] {
        switch self {
        case .bookTicker: ["bid_price", "ask_price"]
        case .trade: ["price"]
        }
    }

    var quantityColumns: [String] {
        switch self {
        case .bookTicker: ["bid_qty", "ask_qty"]
        case .trade: ["quantity"]
        }
    }

    var quoteQuantityColumns: [String] {
        switch self {
        case .bookTicker: []
        case .trade: ["quote_quantity"]
        }
    }

    var observedColumns: String {
        (["timestamp"] + priceColumns + quantityColumns + quoteQuantityColumns)
            .map { "\"\($0)\"" }.joined(separator: ", ")
    }

    /// Four aggregates over rows with `observedColumns`: newest finite time, and the most digits behind the point of
    /// prices, quantities and quote quantities, trailing zeros not counted. NaN and NULL say nothing.
    var observations: String {
        """
        max("timestamp") FILTER (WHERE isfinite("timestamp")) AS last_seen, \
        \(Self.scale(priceColumns)) AS price_scale, \(Self.scale(quantityColumns)) AS quantity_scale, \
        \(Self.scale(quoteQuantityColumns)) AS quote_scale
        """
    }

    private static func scale(_ columns: [String]) -> String {
        guard !columns.isEmpty else { return "NULL::int4" }
        let scales = columns.map { "scale(trim_scale(\"\($0)\"::numeric))" }
        return "max(\(scales.count == 1 ? scales[0] : "greatest(\(scales.joined(separator: ", ")))"))"
    }
}
