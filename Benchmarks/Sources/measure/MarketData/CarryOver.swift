import CLoad
import Glibc
import Measuring

/// A whole run of `symbology backfill`, process and all, beside the least that copying the same rows takes: one INSERT …
/// SELECT with a join of the names, into a table without indexes and keys.
struct CarryOver {
    private let database: MarketDataDatabase
    private let surroundings: Surroundings

    init(_ database: MarketDataDatabase, _ surroundings: Surroundings) {
        self.database = database
        self.surroundings = surroundings
    }

    static let bareCopy = """
        INSERT INTO bare (symbol_id, id, bid_price, bid_qty, ask_price, ask_qty, timestamp, created_at)
        SELECT s.id, l.id, l.bid_price, l.bid_qty, l.ask_price, l.ask_qty, l.timestamp, l.created_at
          FROM book_ticker_snapshots l JOIN exchanges e ON e.enum_value = l.exchange
          JOIN symbols s ON s.exchange_id = e.id AND s.base_asset = l.symbol_base AND s.quote_asset = l.symbol_quote
        """

    func run(_ kind: String, _ report: inout Report) throws {
        let rowCount = try database.integer("SELECT count(*) FROM book_ticker_snapshots")
        let session = try database.connect()
        try session.run("CHECKPOINT; CREATE TABLE bare (LIKE book_ticker_snapshots_v2)")
        let bareStart = load_now()
        try session.run(Self.bareCopy)
        let bareSeconds = Double(load_now() - bareStart) / 1e9
        try session.run("DROP TABLE bare; CHECKPOINT")

        let position = "SELECT (pg_current_wal_insert_lsn() - '0/0')::int8"
        let before = try database.integer(position)
        let start = load_now()
        let peak = try Self.backfill(database, surroundings)
        let seconds = Double(load_now() - start) / 1e9
        let byteCount = try database.integer(position) - before
        guard try database.integer("SELECT count(*) FROM book_ticker_snapshots_v2") == rowCount else {
            throw BenchmarkError("not all of \(rowCount) rows were carried over")
        }
        report.add("carry.\(kind)", "rows/s", [Double(rowCount) / seconds])
        report.add("carry.\(kind).bare", "rows/s", [Double(rowCount) / bareSeconds])
        report.add("carry.\(kind)OverBare", ratioOf: [bareSeconds], to: [seconds])
        report.add("carry.\(kind).wal", "bytes", [Double(byteCount) / Double(rowCount)])
        report.add("carry.\(kind).peak", "MB", [Double(peak) / 1e6])
    }

    /// - Returns: the most that was resident of the program.
    static func backfill(_ database: MarketDataDatabase, _ surroundings: Surroundings) throws -> Int {
        let logPath = "\(surroundings.directory)/backfill.log"
        let process = try ServerProcess(
            [
                surroundings.symbology, "backfill", "--database", surroundings.conninfo(database: database.name),
            ], core: -1, logPath: logPath)
        let account = ProcessAccount(processId: process.processId)
        var peak = 0
        while process.isRunning {
            peak = max(peak, account.peakResidentByteCount)
            usleep(5_000)
        }
        let status = process.waitForEnd()
        guard status == 0 else { throw BenchmarkError("backfill ended with status \(status): see \(logPath)") }
        return peak
    }
}
