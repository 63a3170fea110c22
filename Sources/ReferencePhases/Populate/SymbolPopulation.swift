import PostgreSQL
import ReferenceData
import ReferenceStore

/// Fills `exchanges` and `symbols` from the market data that spell venue and pair out in every row.
///
/// Each distinct pair of a known venue gets a symbol, active, under the string the venue itself would write: a spot
/// symbol or, where the venue trades futures, a linear perpetual that settles in the quote asset. Precision, tick and
/// step are read off the observed prices and quantities, and the row is marked as inferred; what was not observed is
/// NULL. `last_seen` is that of its newest row. A symbol that is there keeps its id, string, state and everything that
/// was set by hand; only what nobody has said, or what an earlier population wrote into a row that is still marked,
/// follows the observations. A pair that cannot be a
/// symbol, or whose symbol cannot be represented, is reported and skipped.
///
/// May be run again at any time; on the same data it then changes nothing and draws no identity value. The legacy
/// tables are read, never locked against writers; writing takes `SHARE ROW EXCLUSIVE` on `symbols` in one short
/// transaction. Cost: with the legacy index one descent per pair and `observedRowCountMax` rows of each; without it one
/// pass. Memory: one row per pair. Not thread-safe.
public struct SymbolPopulation {
    /// The newest rows of each pair and table whose digits are looked at; nil is every row. Without an index that leads
    /// with venue, base and quote every row is read in any case.
    public var observedRowCountMax: Int? = 10_000
    public var onProgress: (LegacyScanProgress) -> Void = { _ in }

    let connection: Connection

    /// - Parameter connection: not inside a transaction, and without a statement timeout that a long read would meet.
    public init(_ connection: Connection) { self.connection = connection }

    /// - Parameter isDryRun: says what would be done, and writes nothing but temporary tables.
    /// - Throws: `.database`, `.notMigrated`; the tables are then as they were.
    public func run(isDryRun: Bool = false) throws(StoreError) -> PopulationReport {
        var scan = LegacyScan(connection, observedRowCountMax: observedRowCountMax)
        scan.onProgress = onProgress
        return try run(scan, isDryRun: isDryRun, observing: true)
    }

    /// - Parameter observing: false compares pairs only; then nothing may be written.
    func run(_ scan: LegacyScan, isDryRun: Bool, observing: Bool) throws(StoreError) -> PopulationReport {
        precondition(observing || isDryRun, "what was not observed cannot be written")
        defer { scan.drop() }
        return try StoreError.wrapping("populate") {
            let accesses = try scan.run(observing: observing)
            let absent = accesses.filter { $0.value == .absent || $0.value == .notATable }.keys
            return try connection.transaction {
                var report = try populate(isDryRun: isDryRun)
                report.absentTables = absent.map(\.tableName).sorted()
                return report
            }
        }
    }

    private func populate(isDryRun: Bool) throws -> PopulationReport {
        if !isDryRun { try connection.query(ImportStatements.lock) }
        var venues = try legacyVenues()
        if !isDryRun { try add(&venues) }
        try stage(venues)
        for statement in [
            PopulationStatements.createPairs, PopulationStatements.analyze, PopulationStatements.matchSymbols,
            PopulationStatements.findUnservableSymbols, PopulationStatements.findAmbiguousPairs,
            PopulationStatements.findBadPairs, PopulationStatements.findTakenStrings,
            PopulationStatements.findTakenPairs, PopulationStatements.findCaseTwins,
            PopulationStatements.findStringTwins, PopulationStatements.inferValues, PopulationStatements.decide,
        ] { try connection.query(statement) }

        let seenCount = try connection.query(PopulationStatements.countSeen).int64(0, 0) ?? 0
        if !isDryRun {
            try connection.query(PopulationStatements.retire)
            try connection.query(PopulationStatements.insert)
            try connection.query(PopulationStatements.update)
            try connection.query(PopulationStatements.remember)
            try connection.query(PopulationStatements.matchSymbols)
        }
        return PopulationReport(
            isDryRun: isDryRun, absentTables: [], venues: venues.map(\.venue), pairs: try readPairs(),
            seenCount: Int(seenCount))
    }

    private func readPairs() throws -> [PopulatedPair] {
        let result = try connection.query(PopulationStatements.report)
        return try (0..<result.rowCount).map { row in
            let outcome = PopulatedPair.Outcome(rawValue: try result.text(row, 5) ?? "") ?? .skipped
            let isSkipped = outcome == .skipped
            func precision(_ column: Int) throws -> UInt8? {
                isSkipped ? nil : try result.int16(row, column).flatMap(UInt8.init(exactly:))
            }
            func decimal(_ column: Int) throws -> DecimalValue {
                guard !isSkipped, let bytes = result.rawBytes(row, column) else { return .absent }
                return try DecimalValue.decode(binaryNumeric: bytes)
            }
            return PopulatedPair(
                exchange: try result.text(row, 0) ?? "", baseAsset: try result.text(row, 1) ?? "",
                quoteAsset: try result.text(row, 2) ?? "",
                symbolId: try result.int32(row, 3).flatMap(UInt32.init(exactly:)),
                symbolString: isSkipped ? nil : try result.text(row, 4), outcome: outcome,
                remark: try result.text(row, 6), precisionPrice: try precision(7), precisionBase: try precision(8),
                precisionQuote: try precision(9), tickSize: try decimal(10), stepSize: try decimal(11),
                lastSeen: Timestamp(microsecondsSince2000: try result.timestamp(row, 12)),
                isInferred: try result.bool(row, 13) ?? false)
        }
    }
}
