import Platform
import PostgreSQL

/// Carries a legacy table over into the table by symbol while its writers go on, and keeps both equal.
///
/// A run hangs the mirror onto the legacy tables, copies what was there before it, empties the queue, and, where asked,
/// compares both tables chunk by chunk. What is done is committed chunk by chunk with where to go on: killed at any
/// moment and run again, it goes on there. Run again later it empties the queue. No legacy row is ever locked.
///
/// Memory does not grow with the tables. Not thread-safe.
public struct Backfill {
    public struct Options: Sendable {
        /// Rows that are copied, or compared, by one transaction.
        public var batchSize = 10_000
        /// At most so many; nil is as many as there come.
        public var rowsPerSecondMax: Int?
        /// It pauses while a standby, or a replication slot, is so far behind.
        public var replicationLagByteCountMax: Int64 = 256 << 20
        public var verifies = false
        public var sources = MarketDataSource.allCases

        public init() {}
    }

    let connection: Connection
    let options: Options
    /// Called for each thing that is worth a line, and after each chunk.
    public var onEvent: (BackfillEvent) -> Void = { _ in }
    /// Asked after each chunk; true ends the run, as if it had been killed.
    public var isStopped: () -> Bool = { false }

    /// - Parameter connection: of the owner of all the tables, not inside a transaction, with a session of its own.
    public init(_ connection: Connection, _ options: Options) {
        self.connection = connection
        self.options = options
    }

    /// - Returns: what the runs over the tables came to; tables that are not there are left out.
    /// - Throws: `.busy` when it runs already, `.refused` when a table cannot be taken over or there is no room,
    ///   `.blocked` when a lock is not granted. What was done before stays done.
    public func run() throws(MarketDataError) -> [BackfillResult] {
        try MarketDataError.wrapping {
            try SessionLock.backfill.holding("symbology backfill", connection) {
                try connection.executeScript(Self.settings, name: "settings of the backfill")
                try connection.executeScript(BackfillStatements.prepare.sql, name: BackfillStatements.prepare.name)
                try PartitionMaintenance(connection).noticePartitions()
                var results: [BackfillResult] = []
                for source in options.sources {
                    guard let table = try LegacyTable.find(source, connection) else { continue }
                    results.append(try BackfillRun(self, table).run())
                }
                return results
            }
        }
    }

    /// Chunks and where to go on are written by the same transactions, so that a crash of the server loses both or
    /// none. Hashes and sorts of whole tables are what the planner likes where it knows too little.
    private static let settings = """
        SET synchronous_commit = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off;
        SET work_mem = '64MB'; SET maintenance_work_mem = '256MB'
        """
}

/// What a run reports while it goes on.
public enum BackfillEvent: Sendable {
    case mirrored(table: String)
    case remark(String)
    case progress(BackfillProgress)
}

/// How far a run over one table is.
public struct BackfillProgress: Sendable, Hashable {
    public var source: MarketDataSource
    /// What it is at: a partition, the queue, the comparison.
    public var stage: String
    /// Rows that were copied, or compared, by this run and those before it.
    public var rowCount: Int64
    /// What it will be at the end; an estimate of the planner's.
    public var rowCountExpected: Int64
    /// Of this run.
    public var rowsPerSecond: Double

    public var secondsLeft: Double? {
        rowsPerSecond > 0 ? Double(max(0, rowCountExpected - rowCount)) / rowsPerSecond : nil
    }
}

/// What a run over one table came to.
public struct BackfillResult: Sendable, Hashable {
    public var source: MarketDataSource
    public var legacyTable: String
    /// Rows that this run copied.
    public var copiedCount: Int64 = 0
    /// Queued rows that this run carried over.
    public var drainedCount: Int64 = 0
    /// What waits in the queue, by reason.
    public var waiting: [String: Int64] = [:]
    public var isComplete = false
    /// Chunks that were compared, and those of them that differ; nil where nothing was compared.
    public var comparedCount: Int64?
    public var differing: [DifferingChunk] = []

    /// One chunk whose rows are not the same in both tables.
    public struct DifferingChunk: Sendable, Hashable {
        public var startsAt: String
        public var endsAt: String
        public var legacyCount: Int64
        public var count: Int64
        /// Some of its rows that are not the same, by id and time, each with what is the matter.
        public var rows: [String]
    }
}
