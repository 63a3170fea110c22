import PostgreSQL

/// A legacy table of market data that can be mirrored, of whatever shape.
struct LegacyTable {
    let source: MarketDataSource
    /// As SQL writes it.
    let name: String
    /// The columns besides the names of venue and assets, which both tables have, in the legacy table's order.
    let columns: [String]
    /// Of these, what the table by symbol does not have yet, with its type as SQL writes it.
    let newColumns: [(name: String, type: String)]
    /// What the table was given since it is mirrored: the mirror knows nothing of it.
    let uncarriedColumns: [String]

    /// Looks for the table: the one that is mirrored, else the first that has rows, else the first that is there.
    /// - Returns: nil when there is none.
    /// - Throws: `.refused`, naming what hinders, when the table cannot be mirrored.
    static func find(_ source: MarketDataSource, _ connection: Connection) throws -> LegacyTable? {
        var names: [String] = []
        let known = try connection.query(mirrored, [.text(source.rawValue)])
        if known.rowCount > 0 { names = [try known.text(0, 0) ?? ""] }
        for name in source.legacyNames where known.rowCount == 0 {
            let kind = try connection.query(relationKind, [.text(name)])
            guard kind.rowCount > 0, let quoted = try kind.text(0, 0) else { continue }
            guard try kind.text(0, 1) == "r" else {
                throw MarketDataError.refused("\(name) is no plain table and cannot be mirrored")
            }
            names.append(quoted)
        }
        let occupied = try names.first { name in
            let probe = Statement(name: "look into \(name)", sql: "SELECT EXISTS (SELECT FROM \(name))")
            return try connection.query(probe).bool(0, 0) == true
        }
        guard let name = occupied ?? names.first else { return nil }
        return try LegacyTable(source, name, isMirrored: known.rowCount > 0, connection)
    }

    private init(
        _ source: MarketDataSource, _ name: String, isMirrored: Bool, _ connection: Connection
    ) throws {
        self.source = source
        self.name = name
        let rows = try connection.query(Self.describe, [.text(name), .text(source.targetName)])
        var types: [String: String] = [:]
        var nullable: Set<String> = []
        var columns: [String] = []
        var newColumns: [(name: String, type: String)] = []
        var uncarriedColumns: [String] = []
        for row in 0..<rows.rowCount {
            guard let column = try rows.text(row, 0), let type = try rows.text(row, 1) else { continue }
            types[column] = type
            if try rows.bool(row, 2) != true { nullable.insert(column) }
            guard !["exchange", "symbol_base", "symbol_quote"].contains(column) else { continue }
            let isNew = try rows.bool(row, 3) != true
            guard !isNew || !isMirrored else {
                uncarriedColumns.append(column)
                continue
            }
            columns.append(column)
            if isNew { newColumns.append((column, type)) }
        }
        self.columns = columns
        self.newColumns = newColumns
        self.uncarriedColumns = uncarriedColumns
        let hindrances = try Self.hindrances(source, name, types, nullable, connection)
        guard hindrances.isEmpty else {
            throw MarketDataError.refused("\(name) cannot be mirrored: \(hindrances.joined(separator: "; "))")
        }
    }

    private static func hindrances(
        _ source: MarketDataSource, _ name: String, _ types: [String: String], _ nullable: Set<String>,
        _ connection: Connection
    ) throws -> [String] {
        var list: [String] = []
        for column in MarketDataSource.keyColumns + source.requiredColumns {
            guard let type = types[column] else {
                list.append("it has no column \(column)")
                continue
            }
            let isRightType =
                switch column {
                case "id": ["bigint", "integer"].contains(type)
                case "timestamp": type.hasPrefix("timestamp") && type.hasSuffix("with time zone")
                case "exchange", "symbol_base", "symbol_quote", "side", "trade_id":
                    type == "text" || type.hasPrefix("character varying")
                default: type.hasPrefix("numeric") || type == "bigint" || type == "integer"
                }
            if !isRightType { list.append("its column \(column) is of type \(type)") }
            if MarketDataSource.keyColumns.contains(column), nullable.contains(column) {
                list.append("its column \(column) may be NULL: ALTER TABLE \(name) ALTER COLUMN \(column) SET NOT NULL")
            }
        }
        for (column, type) in types where column.contains("\"") || column == "symbol_id" {
            list.append("its column \(column) (\(type)) has a name that is not carried along")
        }
        let rows = try connection.query(state, [.text(name)])
        if try rows.bool(0, 0) != true {
            list.append(
                "no index begins with the time: CREATE INDEX CONCURRENTLY ON \(name) (\"timestamp\")")
        }
        if try rows.bool(0, 1) == true {
            list.append("logical replication writes it, which fires no statement triggers: mirror it at its origin")
        }
        if try rows.bool(0, 2) == true { list.append("it has partitions or children, or is one") }
        return list
    }

    /// The columns of the table by symbol that are copied.
    var targetColumns: String { (["symbol_id"] + columns.map { "\"\($0)\"" }).joined(separator: ", ") }

    /// The same, of a legacy row `row`, behind the symbol's id.
    func values(of row: String) -> String {
        columns.map { source.converted($0, of: row) }.joined(separator: ", ")
    }

    private static let mirrored = Statement(
        name: "look for the mirrored table",
        sql: """
            SELECT legacy::text FROM market_data_sources
             WHERE source = $1 AND legacy IS NOT NULL AND EXISTS (SELECT FROM pg_class c WHERE c.oid = legacy)
            """)

    private static let relationKind = Statement(
        name: "look for a legacy table",
        sql: "SELECT oid::regclass::text, relkind::text FROM pg_class WHERE oid = to_regclass($1)")

    private static let describe = Statement(
        name: "columns of a legacy table",
        sql: """
            SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                   EXISTS (SELECT FROM pg_attribute b WHERE b.attrelid = to_regclass($2) AND b.attname = a.attname
                              AND NOT b.attisdropped)
              FROM pg_attribute a WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
             ORDER BY a.attnum
            """)

    private static let state = Statement(
        name: "look at a legacy table",
        sql: """
            SELECT EXISTS (SELECT FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
                             JOIN pg_am m ON m.oid = x.relam AND m.amname = 'btree'
                            WHERE i.indrelid = t AND i.indisvalid AND i.indpred IS NULL
                              AND pg_get_indexdef(i.indexrelid, 1, true) = '"timestamp"'),
                   EXISTS (SELECT FROM pg_subscription_rel r WHERE r.srrelid = t),
                   EXISTS (SELECT FROM pg_inherits h WHERE t IN (h.inhrelid, h.inhparent))
              FROM (SELECT to_regclass($1)::oid AS t) named
            """)
}
