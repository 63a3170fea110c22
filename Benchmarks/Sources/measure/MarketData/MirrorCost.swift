import CLoad
import Measuring

/// Writers of one row at a time, with the mirror and without, in turn: two databases that are alike but for that.
struct MirrorCost {
    private let surroundings: Surroundings
    private let rounds: Int
    private let roundNanoseconds: UInt64

    init(_ surroundings: Surroundings, rounds: Int, milliseconds: Int) {
        self.surroundings = surroundings
        self.rounds = rounds
        roundNanoseconds = UInt64(milliseconds) * 1_000_000
    }

    func run(_ report: inout Report) throws {
        let plain = try MarketDataDatabase("market_plain", surroundings)
        let mirrored = try MarketDataDatabase("market_mirrored", surroundings, copyOf: plain.name)
        try mirrored.symbology("partitions")
        try mirrored.symbology("backfill")
        let sessions = try [plain, mirrored].map { try $0.writer() }
        var rates: [[Double]] = [[], []]
        // The first round warms up and is thrown away.
        for round in 0...rounds {
            for (index, session) in sessions.enumerated() {
                let rate = try rate(session)
                if round > 0 { rates[index].append(rate) }
            }
        }
        guard try mirrored.integer("SELECT count(*) FROM market_data_queue") == 0 else {
            throw BenchmarkError("rows of the mirrored writer were queued")
        }
        report.add("mirror.without", "rows/s", rates[0])
        report.add("mirror.with", "rows/s", rates[1])
        report.add("mirror.withOverWithout", ratioOf: rates[1], to: rates[0])
        var table = Table(
            "One writer, one row a statement", header: ["without the mirror", "with it", "with / without"])
        table.rows = [["without", "with", "withOverWithout"].map { report.text("mirror.\($0)") }]
        report.tables.append(table)
        for database in [plain, mirrored] { try database.drop() }
    }

    private func rate(_ session: Database) throws -> Double {
        let start = load_now()
        var count: UInt32 = 0
        while load_now() - start < roundNanoseconds {
            try session.execute(MarketDataDatabase.insert, 1 + count % UInt32(MarketDataDatabase.symbolCount))
            count += 1
        }
        return Double(count) * 1e9 / Double(load_now() - start)
    }
}
