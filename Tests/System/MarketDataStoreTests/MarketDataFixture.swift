import Glibc
import PostgreSQL
import TestSupport

@testable import MarketDataStore

/// A migrated database with some symbols, whose legacy table of book tickers has one of its two shapes, and a collector
/// that may write it and nothing else.
final class MarketDataFixture {
    enum Shape: CaseIterable {
        /// As migration 001 makes it.
        case byId
        /// As in production: its key is what a row is of, and it has columns of its own.
        case byMoment
    }

    let database: TestSession
    let shape: Shape
    /// The old collector's session.
    let collector: Connection

    static let legacy = "book_ticker_snapshots"

    init(_ shape: Shape = .byId, in cluster: TestCluster = .shared) throws {
        self.shape = shape
        database = try TestSession(in: cluster)
        if shape == .byMoment { try database.connection.executeScript(Self.production, name: "production's shape") }
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            SELECT e.id, 'B' || g, 'USDT', 'B' || g || '_USDT'
              FROM exchanges e, generate_series(1, 20) g WHERE e.market_type = 'SPOT'
            """)
        try database.connection.executeScript(
            """
            DO $$ BEGIN CREATE ROLE test_collector LOGIN;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
            GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON book_ticker_snapshots, trade_snapshots TO test_collector;
            GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO test_collector
            """, name: "make the collector")
        collector = try Self.connect(as: "test_collector", to: database.database)
    }

    static func connect(as role: String, to database: TestDatabase) throws -> Connection {
        let conninfo = database.testCluster.cluster.conninfo(database: database.name, user: role)
        return try Connection(ConnectionTarget(conninfo: conninfo))
    }

    private static let production = """
        DROP TABLE book_ticker_snapshots;
        CREATE TABLE book_ticker_snapshots (
            id bigserial NOT NULL, exchange varchar(20) NOT NULL, symbol_base varchar(20) NOT NULL,
            symbol_quote varchar(20) NOT NULL, bid_price numeric(20,8) NOT NULL, bid_qty numeric(20,8) NOT NULL,
            ask_price numeric(20,8) NOT NULL, ask_qty numeric(20,8) NOT NULL, sequence_number bigint,
            update_type varchar(10), "timestamp" timestamptz NOT NULL, created_at timestamptz DEFAULT now(),
            PRIMARY KEY ("timestamp", exchange, symbol_base, symbol_quote))
        """

    // What the old collector says

    func insert(
        _ base: String = "B1", exchange: String = "MEXC_SPOT", bid: String = "1.5", at time: String = "now()"
    ) throws {
        try say(
            """
            INSERT INTO book_ticker_snapshots
                   (exchange, symbol_base, symbol_quote, bid_price, bid_qty, ask_price, ask_qty, timestamp)
            VALUES ($1, $2, 'USDT', $3::numeric, 2, $3::numeric + 0.1, 3, \(time))
            """, [.text(exchange), .text(base), .text(bid)])
    }

    /// Its only batch writer: one row a statement, in a loop.
    func upsert(_ base: String = "B1", bid: String, at time: String) throws {
        try say(
            """
            INSERT INTO book_ticker_snapshots
                   (exchange, symbol_base, symbol_quote, bid_price, bid_qty, ask_price, ask_qty, timestamp)
            VALUES ('MEXC_SPOT', $1, 'USDT', $2::numeric, 2, $2::numeric + 0.1, 3, \(time))
            ON CONFLICT (timestamp, exchange, symbol_base, symbol_quote) DO UPDATE
               SET bid_price = EXCLUDED.bid_price, bid_qty = EXCLUDED.bid_qty, ask_price = EXCLUDED.ask_price,
                   ask_qty = EXCLUDED.ask_qty
            """, [.text(base), .text(bid)])
    }

    static let plainInsert = """
        INSERT INTO book_ticker_snapshots
               (exchange, symbol_base, symbol_quote, bid_price, bid_qty, ask_price, ask_qty, timestamp)
        VALUES ('MEXC_SPOT', 'B1', 'USDT', 1, 1, 1, 1, now())
        """

    /// Waits for what the collector was sent.
    func finishSent() throws {
        let deadline = Deadline()
        while !deadline.isOver {
            try collector.consumeInput()
            switch try collector.nextResult() {
            case .done: return
            case .busy: usleep(1_000)
            default: continue
            }
        }
        throw PostgreSQLError(kind: .usage, message: "the collector's statement does not end")
    }

    @discardableResult
    func say(_ sql: String, _ parameters: [Parameter] = []) throws(PostgreSQLError) -> QueryResult {
        try collector.query(Statement(name: "collector", sql: sql), parameters)
    }

    /// So many rows, evenly over so many days up to now, or from a Monday's beginning on.
    func fill(_ rowCount: Int, days: Int = 30, fromMonday: Bool = false) throws {
        let end = fromMonday ? "date_trunc('week', now(), 'UTC')" : "now()"
        try database.run(
            """
            INSERT INTO book_ticker_snapshots
                   (exchange, symbol_base, symbol_quote, bid_price, bid_qty, ask_price, ask_qty, timestamp)
            SELECT CASE g % 2 WHEN 0 THEN 'MEXC_SPOT' ELSE 'GATEIO_SPOT' END, 'B' || 1 + g % 20, 'USDT', 1 + g % 7, 2,
                   10, 3, \(end) - interval '\(days) days' * (1 - (g - 1) / \(rowCount).0)
              FROM generate_series(1, \(rowCount)) g
            """)
    }

    // What is done about it

    func partitions(_ options: PartitionMaintenance.Options = .init()) throws -> [PartitionMaintenance.Step] {
        var steps: [PartitionMaintenance.Step] = []
        try PartitionMaintenance(try database.connect()).run(options) { steps.append($0) }
        return steps
    }

    /// - Parameter chunkCount: it is stopped after so many.
    @discardableResult
    func backfill(
        _ adjust: (inout Backfill.Options) -> Void = { _ in }, stoppedAfter chunkCount: Int = .max
    ) throws -> BackfillResult {
        var options = Backfill.Options()
        options.sources = [.bookTicker]
        adjust(&options)
        var backfill = Backfill(try database.connect(), options)
        var left = chunkCount
        backfill.isStopped = {
            left -= 1
            return left < 0
        }
        return try backfill.run().first ?? BackfillResult(source: .bookTicker, legacyTable: "none")
    }

    /// Rows that only one of both tables has, by all that both have in common.
    func differences() throws -> Int64 {
        let columns = "id, exchange, symbol_base, symbol_quote, bid_price, bid_qty, ask_price, ask_qty, \"timestamp\""
        let old = "SELECT \(columns), created_at FROM book_ticker_snapshots"
        let new = "SELECT \(columns), created_at FROM book_ticker_snapshots_legacy"
        return try database.integer(
            "SELECT count(*) FROM ((\(old) EXCEPT ALL \(new)) UNION ALL (\(new) EXCEPT ALL \(old))) d")
    }

    func queue() throws -> [String] {
        let rows = try database.run("SELECT reason FROM market_data_queue ORDER BY queue_id")
        return try (0..<rows.rowCount).map { try rows.text($0, 0) ?? "" }
    }

    func count(_ table: String) throws -> Int64 { try database.integer("SELECT count(*) FROM \(table)") }
}
