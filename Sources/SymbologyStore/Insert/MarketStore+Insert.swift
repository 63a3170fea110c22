internal import MarketDataStore
internal import Platform
internal import PostgreSQL
import ReferenceData

extension MarketStore {
    // MARK: - One

    /// Writes one row and gives its id; waits on the calling thread.
    /// - Parameter wait: anything but `nothing` waits for the disk.
    /// - Throws: why it is not written; `notReachable` and `answerTookTooLong` where it may be.
    @available(*, noasync, message: "blocks its thread: a task awaits the other form")
    @discardableResult
    public func insert<Row: StorableRow>(_ row: Row, wait: CommitWait = .eachBatch) throws(MarketStoreError) -> Int64 {
        try run(.insertion(of: row, wait: wait))
    }

    /// Writes one row and gives its id, as the blocking form; waits without holding a thread of the caller's.
    @discardableResult
    public func insert<Row: StorableRow>(
        _ row: Row, wait: CommitWait = .eachBatch
    ) async throws(MarketStoreError) -> Int64 {
        try await run(.insertion(of: row, wait: wait))
    }

    // MARK: - Many

    /// Writes rows by COPY, batch by batch, on the calling thread. Rows are taken from the sequence as they are
    /// written: at most one batch, and one row, is in memory.
    /// - Throws: `InsertFailure` with what became of each row; what it has written stays.
    @available(*, noasync, message: "blocks its thread: a task awaits the other form")
    @discardableResult
    public func insert<Rows: Sequence>(
        _ rows: Rows, options: InsertOptions = InsertOptions()
    ) throws(InsertFailure) -> InsertReport where Rows.Element: StorableRow {
        try insertAll(rows, options) { rows, _, _ in Array(rows) }
    }

    /// Writes rows that spell their symbol out, as `insert(_:options:)`. A batch with an unknown name is not written,
    /// and all such names of it are named.
    @available(*, noasync, message: "blocks its thread: a task awaits the other form")
    @discardableResult
    public func insert<Rows: Sequence>(
        named rows: Rows, options: InsertOptions = InsertOptions()
    ) throws(InsertFailure) -> InsertReport where Rows.Element: NamedRow {
        try insertAll(rows, options) { rows, run, session throws(MarketStoreError) in try run.stored(rows, session) }
    }

    /// Writes rows by COPY, batch by batch, without holding a thread of the caller's.
    @discardableResult
    public func insert<Row: StorableRow>(
        _ rows: [Row], options: InsertOptions = InsertOptions()
    ) async throws(InsertFailure) -> InsertReport {
        try await detachedInsert { store throws(InsertFailure) in try store.insert(rows, options: options) }
    }

    /// Writes rows that spell their symbol out, without holding a thread of the caller's.
    @discardableResult
    public func insert<Row: NamedRow>(
        named rows: [Row], options: InsertOptions = InsertOptions()
    ) async throws(InsertFailure) -> InsertReport {
        try await detachedInsert { store throws(InsertFailure) in
            try store.insert(named: rows, options: options)
        }
    }

    private func detachedInsert(
        _ body: @escaping @Sendable (MarketStore) throws(InsertFailure) -> InsertReport
    ) async throws(InsertFailure) -> InsertReport {
        let outcome: Result<InsertReport, InsertFailure>
        do throws(MarketStoreError) {
            outcome = try await detached { [self] _, _ in Result { () throws(InsertFailure) in try body(self) } }
        } catch {
            throw InsertFailure(report: InsertReport(), reason: error)
        }
        return try outcome.get()
    }

    private func insertAll<Rows: Sequence, Row: StorableRow>(
        _ rows: Rows, _ options: InsertOptions,
        _ stored: (ArraySlice<Rows.Element>, inout InsertRun, StoreSession) throws(MarketStoreError) -> [Row]
    ) throws(InsertFailure) -> InsertReport {
        var run = try InsertRun(options)
        var iterator = rows.makeIterator()
        var next = iterator.next()
        var batch: [Rows.Element] = []
        while let first = next {
            batch.removeAll(keepingCapacity: true)
            batch.append(first)
            next = iterator.next()
            while batch.count < options.batchRowCount, let row = next {
                batch.append(row)
                next = iterator.next()
            }
            run.report.takenCount += batch.count
            try write(batch, isLast: next == nil, &run, stored)
        }
        return run.report
    }

    private func write<Element, Row: StorableRow>(
        _ batch: [Element], isLast: Bool, _ run: inout InsertRun,
        _ stored: (ArraySlice<Element>, inout InsertRun, StoreSession) throws(MarketStoreError) -> [Row]
    ) throws(InsertFailure) {
        let waits = run.options.wait == .eachBatch || (isLast && run.options.wait == .lastBatch)
        do throws(MarketStoreError) {
            var unanswered: UnansweredCommit?
            // Whoever has begun is not turned away for those who wait.
            let hasBegun = run.report.writtenCount > 0
            try pool.withSession(by: deadline, isQueued: hasBegun) { session in
                do {
                    try InsertRun.write(try stored(batch[...], &run, session)[...], waits: waits, session)
                } catch let commit as UnansweredCommit {
                    unanswered = commit
                }
            }
            if let unanswered {
                switch unanswered.outcome(pool, by: deadline) {
                case .written: break
                case .notWritten: throw unanswered.reason
                case .unknown:
                    run.report.unknownCount = batch.count
                    throw unanswered.reason
                }
            }
        } catch {
            throw run.failure(error)
        }
        run.report.writtenCount += batch.count
        if waits { run.report.durableCount = run.report.writtenCount }
    }
}

extension StoreQuery where Answer == Int64 {
    /// Writes one row and gives its id: `MarketStore.insert` of one.
    static func insertion<Row: StorableRow>(of row: Row, wait: CommitWait) -> StoreQuery {
        StoreQuery { session in
            var fields = RowFields(.bound)
            try row.write(to: &fields)
            let result = try session.change(Row.table.statements.insert, fields.bound, waits: wait != .nothing)
            guard result.rowCount > 0 else { throw MarketStoreError.unexpectedResult("no row was written") }
            return try ResultRow(result: result, row: 0).int64(0)
        }
    }
}
