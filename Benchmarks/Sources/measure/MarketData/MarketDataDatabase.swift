import CLoad
import Measuring

/// A migrated database with some symbols and a legacy table of book tickers; nothing is carried over yet.
struct MarketDataDatabase {
    enum Span {
        /// Whole weeks before the current one.
        case pastWeeks
        case thisWeek

        var limits: (start: String, end: String) {
            let monday = "date_trunc('week', now(), 'UTC')"
            return switch self {
            case .pastWeeks: ("\(monday) - interval '\(MarketDataDatabase.weekCount) weeks'", monday)
            case .thisWeek: (monday, "now()")
            }
        }
    }

    static let symbolCount = 1_000
    static let weekCount = 20
    /// A writer's statement of one row, of the symbol of that number, now.
    static let insert = "insert"
    static let insertSQL = """
        INSERT INTO book_ticker_snapshots
               (exchange, symbol_base, symbol_quote, bid_price, bid_qty, ask_price, ask_qty, timestamp)
        VALUES ('MEXC_SPOT', 'B' || $1::int4, 'USDT', 1.5, 2, 1.6, 3, now())
        """

    let name: String
    let surroundings: Surroundings

    /// Makes it anew.
    init(_ name: String, _ surroundings: Surroundings, copyOf template: String? = nil) throws {
        self.name = name
        self.surroundings = surroundings
        let maintenance = try Database(surroundings.conninfo(database: "postgres"))
        try maintenance.run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
        try maintenance.run("CREATE DATABASE \(name)" + (template.map { " TEMPLATE \($0)" } ?? ""))
        guard template == nil else { return }
        try symbology("migrate", "up")
        try connect().run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            SELECT e.id, 'B' || g, 'USDT', 'B' || g || 'USDT'
              FROM exchanges e, generate_series(1, \(Self.symbolCount)) g WHERE e.enum_value = 'MEXC_SPOT'
            """)
    }

    func drop() throws {
        try Database(surroundings.conninfo(database: "postgres")).run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
    }

    /// A session whose commits do not wait for the disk.
    func connect() throws -> Database {
        let database = try Database(surroundings.conninfo(database: name))
        try database.run("SET synchronous_commit = off; SET jit = off")
        return database
    }

    /// A session that writes one row at a time.
    func writer() throws -> Database {
        let database = try connect()
        try database.prepare(Self.insert, Self.insertSQL)
        return database
    }

    /// Runs a command of Symbology on it to its end.
    func symbology(_ arguments: String...) throws {
        try surroundings.runSymbology(arguments + ["--database", surroundings.conninfo(database: name)])
    }

    /// Rows evenly over the time; indexes are made afterwards, which is faster.
    func fill(_ rowCount: Int, _ span: Span) throws {
        let session = try connect()
        let indexes = try session.query(
            """
            SELECT indexname, indexdef FROM pg_indexes
             WHERE tablename = 'book_ticker_snapshots' AND indexname LIKE 'idx\\_%'
            """)
        for index in indexes { try session.run("DROP INDEX \(index[0])") }
        let (start, end) = span.limits
        try session.run(
            """
            INSERT INTO book_ticker_snapshots
                   (exchange, symbol_base, symbol_quote, bid_price, bid_qty, ask_price, ask_qty, timestamp)
            SELECT 'MEXC_SPOT', 'B' || 1 + g::int8 * 7919 % \(Self.symbolCount), 'USDT', 100 + g % 1000 * 0.01,
                   1 + g % 7, 111.25, 3, \(start) + (\(end) - (\(start))) * ((g - 1) / \(rowCount)::float8)
              FROM generate_series(1, \(rowCount)) g
            """)
        try session.run("SET maintenance_work_mem = '256MB'")
        for index in indexes { try session.run(index[1]) }
        try session.run("VACUUM (ANALYZE) book_ticker_snapshots")
    }

    func integer(_ sql: String) throws -> Int {
        guard let text = try connect().query(sql).first?.first, let number = Int(text) else {
            throw BenchmarkError("no number: \(sql)")
        }
        return number
    }
}
