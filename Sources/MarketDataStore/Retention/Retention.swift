import PostgreSQL

/// Removes what is past its age, in one place: each table in batches of a bounded number of rows, each batch a
/// transaction of its own, so that it may be broken off at any time and nobody waits for it long.
///
/// Partitions of market data go by `PartitionMaintenance`, which drops them whole. Not thread-safe.
public struct Retention {
    public struct Options: Sendable {
        /// Days that is kept what a rule names; nil for ever.
        public var days: [RetentionRule: Int?] = [:]
        /// Rows of one transaction.
        public var batchSize: Int32 = 10_000
        /// Counts, and removes nothing.
        public var isDryRun = false

        public init() {}

        func days(_ rule: RetentionRule) -> Int? { days[rule] ?? rule.defaultDays }
    }

    /// What was removed by a rule, or would be.
    public struct Step: Sendable, Hashable {
        public var rule: RetentionRule
        /// Nil where it is kept for ever.
        public var days: Int?
        public var rowCount: Int64
        public var batchCount: Int
    }

    private let connection: Connection
    private let options: Options
    /// Asked between two batches.
    public var isStopped: () -> Bool = { false }

    /// - Parameter connection: of the owner of the tables, not inside a transaction.
    public init(_ connection: Connection, _ options: Options) {
        self.connection = connection
        self.options = options
    }

    /// One run over all tables that are there. What the database has not (yet) is left out.
    /// - Parameter onStep: called after each rule.
    /// - Throws: `.busy` when it runs already, `.database`.
    public func run(onStep: (Step) -> Void = { _ in }) throws(MarketDataError) {
        try MarketDataError.wrapping {
            try SessionLock.retention.holding("symbology retain", connection) {
                for rule in RetentionRule.allCases where try isThere(rule.table) {
                    if isStopped() { return }
                    onStep(try apply(rule))
                }
                // Executions that went, and those that came: the report is of 30 days.
                guard !options.isDryRun, !isStopped(), try isThere("hourly_trading_report") else { return }
                try connection.query(
                    Statement(name: "refresh the report", sql: "SELECT refresh_trading_report()"))
            }
        }
    }

    private func isThere(_ table: String) throws -> Bool {
        let isThere = Statement(name: "look for a table", sql: "SELECT to_regclass($1) IS NOT NULL")
        return try connection.query(isThere, [.text(table)]).bool(0, 0) == true
    }

    private func apply(_ rule: RetentionRule) throws -> Step {
        guard let days = options.days(rule) else { return Step(rule: rule, rowCount: 0, batchCount: 0) }
        var step = Step(rule: rule, days: days, rowCount: 0, batchCount: 0)
        let age = Parameter.int32(Int32(clamping: days))
        if options.isDryRun {
            step.rowCount = try connection.query(rule.count, [age]).int64(0, 0) ?? 0
            return step
        }
        while !isStopped() {
            let count = try connection.query(rule.remove, [age, .int32(options.batchSize)]).int64(0, 0) ?? 0
            if count > 0 { step.batchCount += 1 }
            step.rowCount += count
            if count < Int64(options.batchSize) { break }
        }
        return step
    }
}
