import Platform
import PostgreSQL

/// One run over one legacy table.
final class BackfillRun {
    let backfill: Backfill
    let table: LegacyTable
    let statements: BackfillStatements
    let partitions: PartitionMaintenance
    var result: BackfillResult
    private var pace: BackfillPace
    private var progress: BackfillProgress
    private var rowCountOfRun: Int64 = 0
    private var beganAt = MonotonicClock.nanoseconds()

    var connection: Connection { backfill.connection }
    var source: MarketDataSource { table.source }

    init(_ backfill: Backfill, _ table: LegacyTable) {
        self.backfill = backfill
        self.table = table
        statements = BackfillStatements(table: table)
        partitions = PartitionMaintenance(backfill.connection, LockLadder.Limits())
        result = BackfillResult(source: table.source, legacyTable: table.name)
        pace = BackfillPace(backfill.connection, backfill.options)
        progress = BackfillProgress(
            source: table.source, stage: "beginning", rowCount: 0, rowCountExpected: 0, rowsPerSecond: 0)
    }

    func run() throws -> BackfillResult {
        let remarks = try BackfillConditions(table, connection, backfill.options).check()
        for remark in remarks { backfill.onEvent(.remark(remark)) }
        if !table.uncarriedColumns.isEmpty {
            backfill.onEvent(
                .remark(
                    "\(table.name) has \(table.uncarriedColumns.joined(separator: ", ")) since it is mirrored, which "
                        + "is not carried along: symbology rollback --phase 2 and a new backfill would"))
        }
        try partitions.checkTable(source)
        try makePartitionOfNow()
        try begin()
        if try Mirror(connection, ladder: partitions.ladder).install(table) {
            backfill.onEvent(.mirrored(table: table.name))
        }
        try planRanges()
        result.isComplete = try copyRanges() && drain(.all)
        if result.isComplete, backfill.options.verifies { result.isComplete = try compare() }
        try describeQueue()
        try show(backfill.isStopped() ? "stopped" : "done")
        return result
    }

    /// Writers need somewhere to write to; those to come are `symbology partitions`' business.
    private func makePartitionOfNow() throws {
        let now = try connection.query(Statement(name: "now", sql: "SELECT now()::text")).text(0, 0) ?? ""
        let span = try partitions.span(source, at: now)
        guard span.coveredTo == nil else { return }
        let name = try partitions.makeTable(source, span, isAside: false)
        try partitions.attach(source, name, span)
    }

    /// Each time that rows were written for and no partition is there for becomes one that is to be built.
    private func planRanges() throws {
        var time = "-infinity"
        let end = try connection.query(Self.lastEnd, [.text(source.rawValue)]).text(0, 0) ?? ""
        let keptFrom = try connection.query(Self.keptFrom, [.text(source.rawValue)]).text(0, 0)
        if let keptFrom { time = keptFrom }
        var spans: [PartitionMaintenance.Span] = []
        while true {
            guard let first = try connection.query(statements.firstTime, [.text(time)]).text(0, 0),
                try connection.query(Self.isBefore, [.text(first), .text(end)]).bool(0, 0) == true
            else { break }
            let span = try partitions.span(source, at: first)
            time = span.coveredTo ?? span.endsAt
            if span.coveredTo == nil { spans.append(span) }
        }
        let count = try connection.query(Self.count, [.text(source.rawValue)]).int64(0, 0) ?? 0
        guard spans.count + Int(count) <= PartitionMaintenance.partitionCountMax else {
            throw MarketDataError.refused(
                "\(table.name) would become \(spans.count + Int(count)) partitions, and "
                    + "\(PartitionMaintenance.partitionCountMax) are the most that serve: symbology partitions "
                    + "--width month, or quarter, or delete what is old")
        }
        for span in spans { _ = try partitions.makeTable(source, span, isAside: true) }
    }

    /// - Returns: whether all are copied; false when it was stopped.
    private func copyRanges() throws -> Bool {
        let rows = try connection.query(Self.unfinished, [.text(source.rawValue)])
        let ranges = try (0..<rows.rowCount).map { row in
            PartitionRange(
                name: try rows.text(row, 0) ?? "", startsAt: try rows.text(row, 1) ?? "",
                endsAt: try rows.text(row, 2) ?? "", copiedTo: try rows.text(row, 3) ?? "",
                isAside: try rows.text(row, 4) == "building")
        }
        for range in ranges {
            try connection.query(BackfillStatements.forgetNames)
            guard try copy(range) else { return false }
            if range.isAside { try finish(range) }
            guard try drain(.changed) else { return false }
        }
        return true
    }

    private func copy(_ range: PartitionRange) throws -> Bool {
        var time = range.copiedTo
        var chunkCount = 0
        let copy = statements.copy(into: range.name, isAside: range.isAside)
        while time != range.endsAt {
            if backfill.isStopped() { return false }
            let end =
                try connection.query(
                    statements.chunkEnd,
                    [.text(time), .text(range.endsAt), .int64(Int64(backfill.options.batchSize))]
                ).text(0, 0) ?? range.endsAt
            let chunk = [Parameter.text(time), .text(end)]
            let count: Int64 = try commitChunk {
                if range.isAside { try connection.query(BackfillStatements.seeOneMoment) }
                try connection.query(BackfillStatements.letHash)
                let there = try connection.query(statements.learnNames, chunk).int64(0, 0) ?? 0
                let copied = Int64(try connection.query(copy, chunk).affectedRowCount)
                // Where all of this sees one moment, so many are the same ones.
                if !range.isAside || copied != there { try connection.query(statements.queueRest, chunk) }
                try connection.query(
                    BackfillStatements.advance, [.text(range.name), .text(end), .int64(copied)])
                return copied
            }
            result.copiedCount += count
            time = end
            chunkCount += 1
            try advance("\(range.name)", by: count)
            // Writers that only change rows would let it grow meanwhile.
            if chunkCount % 100 == 0, try !drain(.changed) { return false }
        }
        return true
    }

    /// Builds what a partition has, then makes it one. Each step may be the last one of this run.
    private func finish(_ range: PartitionRange) throws {
        try show("indexing \(range.name)")
        let parts = try connection.query(Self.indexes, [.text(source.targetName), .text(range.name)])
        for row in 0..<parts.rowCount {
            guard let sql = try parts.text(row, 0) else { continue }
            try connection.query(Statement(name: "index \(range.name)", sql: sql))
        }
        let hasKey = try connection.query(Self.hasForeignKey, [.text(range.name)]).bool(0, 0) == true
        if !hasKey {
            try partitions.ladder.take("the foreign key of \(range.name)", [("symbols", .shareRowExclusive)]) {
                try connection.query(
                    Statement(
                        name: "add the foreign key of \(range.name)",
                        sql: """
                            ALTER TABLE \(range.name) ADD CONSTRAINT \(source.targetName)_symbol_id_fkey
                                FOREIGN KEY (symbol_id) REFERENCES symbols (id) NOT VALID
                            """))
            }
        }
        try validate(range)
        try connection.query(Statement(name: "analyze \(range.name)", sql: "ANALYZE \(range.name)"))
        try partitions.attach(
            source, range.name, PartitionMaintenance.Span(startsAt: range.startsAt, endsAt: range.endsAt),
            isWrittenDown: true)
    }

    /// Rows whose symbol was deleted since they were copied are taken out. From the key on no further one can be.
    private func validate(_ range: PartitionRange) throws {
        let validation = Statement(
            name: "validate \(range.name)",
            sql: "ALTER TABLE \(range.name) VALIDATE CONSTRAINT \(source.targetName)_symbol_id_fkey")
        func validate() throws {
            try connection.transaction {
                try connection.query(BackfillStatements.letHash)
                try connection.query(validation)
            }
        }
        do {
            try validate()
        } catch let error as PostgreSQLError where error.sqlState == Self.foreignKeyViolation {
            try connection.query(statements.queueOrphans(of: range.name))
            try validate()
        }
    }

    private static let foreignKeyViolation = "23503"

    /// Runs `body` in a transaction, again where a symbol was deleted under its hands. Where a writer holds a row that
    /// it needs it gives way soon: were they waiting for each other, PostgreSQL would end one of them after a second.
    func commitChunk<Value>(_ body: () throws -> Value) throws -> Value {
        for _ in 0..<5 {
            do {
                return try partitions.ladder.repeating("a chunk of \(table.name)", [table.name]) {
                    try connection.transaction {
                        try connection.query(Self.impatience)
                        return try body()
                    }
                }
            } catch let error as PostgreSQLError where error.sqlState == Self.foreignKeyViolation {
                try connection.query(BackfillStatements.forgetNames)
            }
        }
        throw MarketDataError.refused("symbols of \(table.name) are deleted faster than its rows can be copied")
    }

    // Progress

    private func begin() throws {
        let expected = try connection.query(Self.estimate, [.text(table.name), .text(source.rawValue)])
        progress.rowCountExpected = try expected.int64(0, 0) ?? 0
        progress.rowCount = try expected.int64(0, 1) ?? 0
        try show("beginning")
    }

    /// Counts rows, says so, and waits where it is to go slower.
    func advance(_ stage: String, by count: Int64) throws {
        progress.rowCount += count
        rowCountOfRun += count
        let seconds = Double(MonotonicClock.nanoseconds() - beganAt) / 1e9
        progress.rowsPerSecond = seconds > 0 ? Double(rowCountOfRun) / seconds : 0
        try show(stage)
        try pace.wait(after: count, isStopped: backfill.isStopped) { try show("waiting for \($0)") }
    }

    func show(_ stage: String) throws {
        progress.stage = stage
        try connection.query(
            Self.writeProgress,
            [
                .text(source.rawValue), .text(stage), .int64(progress.rowCount), .int64(progress.rowCountExpected),
                .text(String(progress.rowsPerSecond)),
            ])
        backfill.onEvent(.progress(progress))
    }

    /// A comparison counts anew.
    func beginComparison() {
        progress.rowCount = 0
        rowCountOfRun = 0
        beganAt = MonotonicClock.nanoseconds()
    }

    private func describeQueue() throws {
        let rows = try connection.query(Self.waiting, [.text(source.rawValue)])
        for row in 0..<rows.rowCount {
            result.waiting[try rows.text(row, 0) ?? ""] = try rows.int64(row, 1) ?? 0
        }
    }
}

/// A partition, or a table that becomes one, into which rows are copied.
struct PartitionRange {
    let name: String
    let startsAt: String
    let endsAt: String
    let copiedTo: String
    let isAside: Bool
}
