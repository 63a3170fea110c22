import PostgreSQL

/// Keeps the partitions of the market data: makes those to come, takes off those past their age.
///
/// A partition is made as a table of its own and then attached, which no reader and no writer of the others notices:
/// CREATE TABLE … PARTITION OF would wait for the longest reader, and everybody behind it. Not thread-safe.
public struct PartitionMaintenance {
    public struct Options: Sendable {
        /// So many partitions after that of now.
        public var aheadCount = 8
        /// Of partitions made from now on; nil leaves what is set.
        public var width: PartitionWidth?
        /// Partitions all of whose rows are older are detached; nil keeps everything.
        public var keptDays: Int?
        /// What is detached is dropped too, with its rows.
        public var dropsDetached = false

        public init() {}
    }

    /// What was done.
    public struct Step: Sendable, Hashable {
        public enum Action: String, Sendable { case attached, detached, dropped }

        public var action: Action
        public var partition: String
        /// The times of its rows, from and to, as text in UTC; absent where the table is gone.
        public var startsAt: String?
        public var endsAt: String?
    }

    /// More of a table slow queries of all symbols down, and take every session's share of locks.
    static let partitionCountMax = 100

    let connection: Connection
    var ladder: LockLadder

    /// A timer runs it while everybody works: a writer may wait for a 40th of a second, so it asks more often.
    private static let limits = LockLadder.Limits(
        strongMilliseconds: 25, attemptCountMax: 40, pauseMilliseconds: 200)

    /// - Parameter connection: of the owner of the tables, not inside a transaction.
    public init(_ connection: Connection) { self.init(connection, Self.limits) }

    init(_ connection: Connection, _ limits: LockLadder.Limits) {
        self.connection = connection
        ladder = LockLadder(connection)
        ladder.limits = limits
    }

    /// One run over both tables. May be repeated, and broken off, at any time.
    /// - Parameter onStep: called after each step.
    /// - Throws: `.busy` when it runs already, `.blocked` when a lock is not granted, `.refused` for a table that has a
    ///   DEFAULT partition or is managed by pg_partman.
    public func run(_ options: Options, onStep: (Step) -> Void = { _ in }) throws(MarketDataError) {
        try MarketDataError.wrapping {
            try SessionLock.partitions.holding("symbology partitions", connection) {
                try noticePartitions()
                for source in MarketDataSource.allCases {
                    if let width = options.width {
                        try connection.query(
                            PartitionStatements.width, [.text(source.rawValue), .text(width.rawValue)])
                    }
                    try checkTable(source)
                    try makeAhead(source, options.aheadCount, onStep)
                }
                // Only now: who holds these up must not hold up the others.
                for source in MarketDataSource.allCases {
                    try finishDetaching(source, onStep)
                    if let days = options.keptDays { try detach(source, olderThanDays: days, onStep) }
                    if options.dropsDetached { try dropDetached(source, onStep) }
                }
            }
        }
    }

    /// Writes down what somebody attached or took off by hand.
    func noticePartitions() throws {
        try connection.transaction {
            for source in MarketDataSource.allCases {
                try connection.query(PartitionStatements.lockSource, [.text(source.rawValue)])
            }
            try connection.query(PartitionStatements.notice)
            for source in MarketDataSource.allCases { try writeSpan(source) }
        }
    }

    /// Lets the mirror know the partitions, in the transaction that changes them.
    private func writeSpan(_ source: MarketDataSource) throws {
        let function = try connection.query(PartitionStatements.writeSpan, [.text(source.rawValue)])
        guard function.rowCount > 0, let sql = try function.text(0, 0) else { return }
        try connection.query(Statement(name: "write the span of the partitions", sql: sql))
    }

    /// Refuses what others manage.
    func checkTable(_ source: MarketDataSource) throws {
        let state = try connection.query(PartitionStatements.state, [.text(source.rawValue)])
        guard state.rowCount == 1, let table = try state.text(0, 2) else {
            throw MarketDataError.refused(
                "market_data_sources has no row \(source.rawValue): migrate down and up again")
        }
        if try state.bool(0, 0) == true {
            throw MarketDataError.refused(
                "\(table) has a DEFAULT partition, with which none can be attached without reading all of it: move its "
                    + "rows and drop it")
        }
        if try state.bool(0, 1) == true {
            let managed = Statement(
                name: "look for pg_partman",
                sql: """
                    SELECT EXISTS (SELECT FROM partman.part_config
                                    WHERE to_regclass(parent_table) = to_regclass($1))
                    """)
            if try connection.query(managed, [.text(table)]).bool(0, 0) == true {
                throw MarketDataError.refused("\(table) is managed by pg_partman, which is left to it")
            }
        }
    }

    /// Ends a detaching that was broken off.
    private func finishDetaching(_ source: MarketDataSource, _ onStep: (Step) -> Void) throws {
        let pending = try connection.query(PartitionStatements.pending, [.text(source.rawValue)])
        for row in 0..<pending.rowCount {
            guard let name = try pending.text(row, 0) else { continue }
            try takeOff(source, name)
            onStep(Step(action: .detached, partition: name))
        }
    }

    private func makeAhead(_ source: MarketDataSource, _ count: Int, _ onStep: (Step) -> Void) throws {
        var time = try connection.query(Statement(name: "now", sql: "SELECT now()::text")).text(0, 0) ?? ""
        for _ in 0...max(0, count) {
            let span = try span(source, at: time)
            if let end = span.coveredTo {
                time = end
                continue
            }
            let name = try makeTable(source, span, isAside: false)
            try attach(source, name, span)
            onStep(Step(action: .attached, partition: name, startsAt: span.startsAt, endsAt: span.endsAt))
            time = span.endsAt
        }
    }

    struct Span {
        var startsAt: String
        var endsAt: String
        /// Where the partition ends that is there already.
        var coveredTo: String?
    }

    func span(_ source: MarketDataSource, at time: String) throws -> Span {
        let row = try connection.query(PartitionStatements.span, [.text(source.rawValue), .text(time)])
        return Span(
            startsAt: try row.text(0, 0) ?? "", endsAt: try row.text(0, 1) ?? "", coveredTo: try row.text(0, 2))
    }

    /// Makes the table of a partition, not attached yet.
    /// - Parameter isAside: it is written down as being built, and has no index: it is filled first.
    /// - Returns: its name as SQL writes it.
    func makeTable(_ source: MarketDataSource, _ span: Span, isAside: Bool) throws -> String {
        let found = try connection.query(
            PartitionStatements.name, [.text(source.targetName), .text(span.startsAt)])
        let name = try found.text(0, 0) ?? ""
        if try found.bool(0, 1) == true {
            // Made by a run that ended before it was attached, and empty; or somebody's own.
            let isFilled = try connection.query(
                Statement(name: "look into \(name)", sql: "SELECT EXISTS (SELECT FROM \(name))")
            ).bool(0, 0)
            guard isFilled == false else {
                throw MarketDataError.refused(
                    "there is a table \(name) already that is no partition and has rows: rename or drop it")
            }
            try connection.query(Statement(name: "drop \(name)", sql: "DROP TABLE \(name)"))
        }
        let indexes = isAside ? "" : "INCLUDING INDEXES "
        try connection.transaction {
            try connection.query(
                Statement(
                    name: "make \(name)",
                    sql: """
                        CREATE TABLE \(name) (LIKE \(source.targetName)
                            INCLUDING DEFAULTS INCLUDING CONSTRAINTS \(indexes)INCLUDING STORAGE,
                        CONSTRAINT market_data_span
                        CHECK ("timestamp" >= '\(span.startsAt)' AND "timestamp" < '\(span.endsAt)'))
                        """))
            guard isAside else { return }
            try connection.query(
                PartitionStatements.writeDown,
                [
                    .text(name), .text(source.rawValue), .text(span.startsAt), .text(span.endsAt), .text("building"),
                ])
        }
        return name
    }

    /// Makes a table a partition. The CHECK of its times saves the scan; it is taken off, because every INSERT would
    /// read it. `symbols` is locked because the foreign key comes with the attaching.
    func attach(_ source: MarketDataSource, _ name: String, _ span: Span, isWrittenDown: Bool = false) throws {
        let tables: [(String, LockLadder.Mode)] = [
            (source.targetName, .shareUpdateExclusive), ("symbols", .shareRowExclusive),
        ]
        try ladder.take("ATTACH of \(name)", tables) {
            try connection.executeScript(
                """
                ALTER TABLE \(source.targetName) ATTACH PARTITION \(name)
                    FOR VALUES FROM ('\(span.startsAt)') TO ('\(span.endsAt)');
                ALTER TABLE \(name) DROP CONSTRAINT market_data_span
                """, name: "attach \(name)")
            try connection.query(PartitionStatements.lockSource, [.text(source.rawValue)])
            if isWrittenDown {
                try connection.query(PartitionStatements.markAttached, [.text(name)])
            } else {
                try connection.query(
                    PartitionStatements.writeDown,
                    [
                        .text(name), .text(source.rawValue), .text(span.startsAt), .text(span.endsAt),
                        .text("attached"),
                    ])
            }
            try writeSpan(source)
        }
    }

    /// First it is written down that nothing goes there any more, so that the mirror's writers find no partition that
    /// is about to go; what comes for it waits in the queue, and is dropped there for its age.
    private func detach(_ source: MarketDataSource, olderThanDays days: Int, _ onStep: (Step) -> Void) throws {
        let expiry = try connection.query(
            Statement(name: "what is too old", sql: "SELECT (now() - $1 * interval '1 day')::text"),
            [.int32(Int32(clamping: days))]
        ).text(0, 0)
        let expired = try connection.query(
            PartitionStatements.expired, [.text(source.rawValue), .text(optional: expiry)])
        for row in 0..<expired.rowCount {
            guard let name = try expired.text(row, 0), let end = try expired.text(row, 1) else { continue }
            try connection.transaction {
                try connection.query(PartitionStatements.lockSource, [.text(source.rawValue)])
                try connection.query(PartitionStatements.keepFrom, [.text(source.rawValue), .text(end)])
                try connection.query(PartitionStatements.markDetached, [.text(name)])
                try writeSpan(source)
            }
            try takeOff(source, name)
            onStep(Step(action: .detached, partition: name, endsAt: end))
        }
    }

    /// Detaches beside readers, or goes on with that. At its end PostgreSQL asks for a strong lock on `symbols`, for
    /// the foreign key, in the same statement that waits for the readers of before: so no part of it may wait longer
    /// than a writer may. An autovacuum of the partition is made to give way beforehand.
    private func takeOff(_ source: MarketDataSource, _ name: String) throws {
        let table = source.targetName
        try ladder.repeating("DETACH of \(name)", [name, table, "symbols"]) {
            let state = try connection.query(PartitionStatements.isPending, [.text(name)])
            guard state.rowCount > 0 else { return }
            let manner = try state.bool(0, 0) == true ? "FINALIZE" : "CONCURRENTLY"
            try ladder.take("DETACH of \(name)", [(name, .shareUpdateExclusive)]) {}
            let timeout = Statement(
                name: "set the lock timeout", sql: "SET lock_timeout = \(ladder.limits.strongMilliseconds)")
            try connection.query(timeout)
            defer { _ = try? connection.query(Statement(name: "wait for locks again", sql: "RESET lock_timeout")) }
            try connection.query(
                Statement(name: "detach \(name)", sql: "ALTER TABLE \(table) DETACH PARTITION \(name) \(manner)"))
        }
    }

    /// The foreign key goes with the table, for which `symbols` is locked too.
    private func dropDetached(_ source: MarketDataSource, _ onStep: (Step) -> Void) throws {
        let detached = try connection.query(PartitionStatements.detached, [.text(source.rawValue)])
        for row in 0..<detached.rowCount {
            guard let name = try detached.text(row, 0) else { continue }
            try ladder.take("DROP of \(name)", [(name, .accessExclusive), ("symbols", .accessExclusive)]) {
                try connection.query(PartitionStatements.forget, [.text(name)])
                try connection.query(Statement(name: "drop \(name)", sql: "DROP TABLE \(name)"))
            }
            onStep(Step(action: .dropped, partition: name))
        }
    }
}
