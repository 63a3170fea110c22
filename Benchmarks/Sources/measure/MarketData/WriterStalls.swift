import CLoad
import Glibc
import Measuring

/// The longest that one statement of a writer took, of writers that write all the time: while a table is mirrored and
/// carried over, and while partitions come and go beside a reader of 3 s.
struct WriterStalls {
    private let surroundings: Surroundings
    private let rows: Int
    private let rounds: Int

    init(_ surroundings: Surroundings, rows: Int, rounds: Int) {
        self.surroundings = surroundings
        self.rows = rows
        self.rounds = rounds
    }

    func run(_ closed: MarketDataDatabase, _ report: inout Report) throws {
        try besideBackfill(&report)
        try besidePartitions(closed, &report)
        var table = Table(
            "The longest wait of a writer, worst of each round",
            header: ["while", "", "the same without", "above it"])
        table.rows.append(
            ["rows are mirrored and carried over"]
                + ["", ".control", ".above"].map { report.text("stall.backfill\($0)") })
        for (key, name) in [("legacy", "writer of the legacy table"), ("symbols", "writer of symbols")] {
            table.rows.append(
                ["partitions come and go beside a reader: \(name)"]
                    + ["", ".control", ".above"].map { report.text("stall.partitions.\(key)\($0)") })
        }
        report.tables.append(table)
    }

    /// Beside it the same writer, for as long, while rows are copied that nobody mirrors.
    private func besideBackfill(_ report: inout Report) throws {
        let template = try MarketDataDatabase("market_stalls", surroundings)
        try template.fill(rows, .pastWeeks)
        var worst: [Double] = []
        var control: [Double] = []
        for _ in 0..<rounds {
            let database = try MarketDataDatabase("market_stalled", surroundings, copyOf: template.name)
            let start = load_now()
            worst.append(
                try Self.longestWait(database) { _ = try CarryOver.backfill(database, surroundings) })
            let duration = load_now() - start
            let other = try MarketDataDatabase("market_stalled", surroundings, copyOf: template.name)
            let session = try other.connect()
            try session.run("CREATE TABLE bare (LIKE book_ticker_snapshots_v2)")
            control.append(
                try Self.longestWait(other) {
                    let start = load_now()
                    while load_now() - start < duration { try session.run(CarryOver.bareCopy) }
                })
            try other.drop()
        }
        try template.drop()
        Self.add("stall.backfill", worst, control, &report)
    }

    /// One is attached ahead, one is detached and dropped, of a table that a reader reads for 3 s.
    private func besidePartitions(_ database: MarketDataDatabase, _ report: inout Report) throws {
        let keys = ["legacy", "symbols"].map { "stall.partitions.\($0)" }
        var worst: [[Double]] = [[], []]
        var control: [[Double]] = [[], []]
        try database.symbology("partitions", "--ahead", "4")
        for round in 1...rounds {
            let reader = try database.connect()
            try reader.prepare("read", "SELECT count(*), pg_sleep($1::int4) FROM latest_book_ticker_snapshots")
            let waits = try Self.longestWaits(database) {
                try reader.start("read", 3)
                try database.symbology(
                    "partitions", "--ahead", String(4 + round),
                    "--keep", String(7 * (MarketDataDatabase.weekCount - round)), "--drop")
                try reader.finish("read")
            }
            let calm = try Self.longestWaits(database) {
                try reader.start("read", 3)
                try reader.finish("read")
            }
            for index in keys.indices {
                worst[index].append(waits[index])
                control[index].append(calm[index])
            }
        }
        for (index, key) in keys.enumerated() { Self.add(key, worst[index], control[index], &report) }
    }

    private static func add(_ key: String, _ worst: [Double], _ control: [Double], _ report: inout Report) {
        report.add(key, "ms", worst)
        report.add("\(key).control", "ms", control)
        report.add("\(key).above", "ms", zip(worst, control).map { $0 - $1 })
    }

    /// Milliseconds, of a writer of the legacy table beside `body`.
    private static func longestWait(_ database: MarketDataDatabase, _ body: () throws -> Void) throws -> Double {
        try longest([(try database.writer(), MarketDataDatabase.insert)], body)[0]
    }

    /// The same, and of a writer of `symbols` at a hundred changes a second.
    private static func longestWaits(_ database: MarketDataDatabase, _ body: () throws -> Void) throws -> [Double] {
        let symbols = try database.connect()
        try symbols.prepare("change", "UPDATE symbols SET last_seen = now() WHERE id = $1::int4")
        return try longest([(try database.writer(), MarketDataDatabase.insert), (symbols, "change")], body)
    }

    private static func longest(_ writers: [(Database, String)], _ body: () throws -> Void) throws -> [Double] {
        let running = writers.map { session, statement in
            SteadyWriter(session, statement: statement, idMax: MarketDataDatabase.symbolCount, rate: 500, seed: 1)
        }
        // Their first statement is planned before the clock counts.
        usleep(200_000)
        try body()
        return try running.map { writer in
            try writer.stop()
            return Double(writer.longestNanoseconds) / 1e6
        }
    }
}
