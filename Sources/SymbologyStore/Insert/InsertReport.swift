/// What an insert waits for.
public enum CommitWait: Sendable, Hashable, CaseIterable {
    /// Each batch is on the disk before the next begins.
    case eachBatch
    /// The batches are on the disk when the insert returns; until then a crash of the database may take those back that
    /// it has confirmed, the last ones first.
    case lastBatch
    /// For no disk: a crash of the database may take back what it confirmed in its last second (`synchronous_commit`
    /// off). A lost connection or a crash of the program takes nothing back.
    case nothing
}

/// How many rows are written at once, and what is waited for.
public struct InsertOptions: Sendable, Hashable {
    /// A transaction, and the most rows of a sequence that are held in memory.
    public var batchRowCount = 10_000
    /// What is waited for.
    public var wait = CommitWait.eachBatch

    /// 10,000 rows a batch, each on the disk, or as given.
    public init(batchRowCount: Int = 10_000, wait: CommitWait = .eachBatch) {
        self.batchRowCount = batchRowCount
        self.wait = wait
    }
}

/// What became of a row.
public enum RowOutcome: Sendable, Hashable {
    /// It is in the table.
    case written
    /// It is not in the table, and will not be.
    case notWritten
    /// The connection was lost while its batch was being committed, and the database could not be asked since.
    case unknown
}

/// What became of the rows of an insert, in their order: some are written; behind them, where it failed, one batch may
/// be of an unknown fate; the rest is not written.
public struct InsertReport: Sendable, Hashable {
    /// The first so many are written.
    public internal(set) var writtenCount = 0
    /// So many behind them may be written or not, all of them or none.
    public internal(set) var unknownCount = 0
    /// The first so many are on the disk.
    public internal(set) var durableCount = 0
    /// So many were taken from the sequence that was given; of the others nothing was tried.
    public internal(set) var takenCount = 0

    /// What became of the row at an index, from 0; also of one that was never taken.
    public func outcome(ofRow index: Int) -> RowOutcome {
        if index < writtenCount { return .written }
        return index < writtenCount + unknownCount ? .unknown : .notWritten
    }
}

/// An insert that did not come to its end: why, and what became of the rows.
public struct InsertFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is in the table, what is not, and what nobody knows.
    public let report: InsertReport
    /// Why it ended.
    public let reason: MarketStoreError

    /// The reason, and how many rows are written.
    public var description: String {
        "\(reason); \(report.writtenCount) of \(report.takenCount) rows are written"
            + (report.unknownCount > 0 ? ", of \(report.unknownCount) more it is not known" : "")
    }
}
