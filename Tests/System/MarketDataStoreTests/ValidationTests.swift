import PostgreSQL
import TestSupport
import Testing

@testable import MarketDataStore

@Suite("Market data: validation")
struct ValidationTests {
    private let fixture: MarketDataFixture

    init() throws { fixture = try MarketDataFixture() }

    /// What did not pass, by its name.
    private func complaints() throws -> [String: MarketDataCheck.Verdict] {
        var found: [String: MarketDataCheck.Verdict] = [:]
        try MarketDataValidation(try fixture.database.connect()).run {
            if $0.verdict != .passed { found[$0.name] = $0.verdict }
        }
        return found
    }

    private func backfill(stoppedAfter chunkCount: Int = .max) throws {
        try fixture.backfill(
            {
                $0.sources = MarketDataSource.allCases
                $0.batchSize = 100
            }, stoppedAfter: chunkCount)
    }

    @Test("partitions to come, partitions to be filled, what is not mirrored: named until they are there")
    func unfinished() throws {
        try fixture.fill(1_000)
        #expect(
            try complaints() == [
                "partitions_ahead.book_ticker": .failed, "partitions_ahead.trade": .failed,
                "rows.book_ticker": .skipped, "samples.book_ticker": .skipped,
                "rows.trade": .skipped, "samples.trade": .skipped,
            ])
        var options = PartitionMaintenance.Options()
        options.aheadCount = 3
        _ = try fixture.partitions(options)
        try backfill(stoppedAfter: 3)
        let begun = try complaints()
        #expect(begun["partitions_ahead.trade"] == .failed, "3 are too few")
        #expect(begun["partitions_filled.book_ticker"] == .warning && begun["rows.book_ticker"] == .skipped)
        _ = try fixture.partitions()
        try backfill()
        #expect(try complaints().isEmpty)
    }

    @Test("a column that a mirrored table is given is named, by backfill too, and all others are carried on")
    func newColumn() throws {
        try fixture.fill(1_000)
        _ = try fixture.partitions()
        try backfill()
        try fixture.database.run("ALTER TABLE book_ticker_snapshots ADD COLUMN note text DEFAULT 'new'")
        try fixture.fill(100)
        #expect(try complaints() == ["columns.book_ticker": .warning])
        var options = Backfill.Options()
        options.sources = [.bookTicker]
        options.verifies = true
        var again = Backfill(try fixture.database.connect(), options)
        var remarks: [String] = []
        again.onEvent = { if case .remark(let text) = $0 { remarks.append(text) } }
        #expect(try again.run().allSatisfy(\.isComplete))
        #expect(remarks.contains { $0.contains("book_ticker_snapshots has note since it is mirrored") })
    }

    @Test("a DEFAULT partition, a row that was written past the mirror, a schema that is not there")
    func faults() throws {
        try fixture.fill(1_000)
        _ = try fixture.partitions()
        try backfill()
        try fixture.database.run("CREATE TABLE rest PARTITION OF trade_snapshots_v2 DEFAULT")
        #expect(try complaints() == ["default_partition.trade": .failed])
        try fixture.database.run("DROP TABLE rest")
        try fixture.database.run("ALTER TABLE book_ticker_snapshots DISABLE TRIGGER market_data_deleted")
        try fixture.say("DELETE FROM book_ticker_snapshots WHERE id <= 950")
        try fixture.database.run("ALTER TABLE book_ticker_snapshots ENABLE ALWAYS TRIGGER market_data_deleted")
        #expect(try complaints() == ["rows.book_ticker": .failed, "samples.book_ticker": .failed])
        try fixture.database.run("DROP VIEW latest_trade_snapshots")
        #expect(try complaints() == ["schema.tables": .failed])
    }
}
