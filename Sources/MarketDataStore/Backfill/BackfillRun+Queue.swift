import PostgreSQL

extension BackfillRun {
    /// What a drain takes.
    enum Queued {
        /// Not what waits for somebody to do something about it, which may be much.
        case changed
        case all
    }

    /// Carries over what the writers have queued so far; what they queue meanwhile is the next time's, or they could
    /// keep it busy for ever.
    ///
    /// A queued row is looked up anew after it was taken: what it was changed to before is seen, and whoever changes it
    /// later queues it again. So it does not matter in which order, or how often, rows are queued.
    /// - Returns: false when it was stopped.
    func drain(_ queued: Queued) throws -> Bool {
        try settleTruncation()
        if queued == .all { try connection.query(BackfillStatements.forgetDoubles, [.text(source.rawValue)]) }
        let end = try connection.query(BackfillStatements.queueEnd, [.text(source.rawValue)]).int64(0, 0) ?? -1
        var last: Int64 = -1
        while last < end {
            if backfill.isStopped() { return false }
            let (batchEnd, doneCount) = try drainBatch(queued, behind: last)
            guard let batchEnd else { return true }
            last = batchEnd
            result.drainedCount += doneCount
            try advance("queue", by: 0)
        }
        return true
    }

    private func drainBatch(_ queued: Queued, behind last: Int64) throws -> (end: Int64?, doneCount: Int64) {
        try commitChunk {
            try connection.query(BackfillStatements.emptyBatch)
            try connection.query(
                statements.takeBatch,
                [
                    .text(source.rawValue), .int64(last), .int64(Int64(backfill.options.batchSize)),
                    .bool(queued == .all),
                ])
            guard let end = try connection.query(BackfillStatements.batchEnd).int64(0, 0) else { return (nil, 0) }
            try connection.query(statements.removeOld)
            try connection.query(statements.copyAnew)
            return (end, try connection.query(statements.finishBatch).int64(0, 0) ?? 0)
        }
    }

    /// After a TRUNCATE of the legacy table: every row that it does not have any more goes, page by page, of what was
    /// there before; what came later came through the mirror.
    private func settleTruncation() throws {
        let key = Parameter.text(source.rawValue)
        guard let last = try connection.query(BackfillStatements.lastTruncation, [key]).int64(0, 0) else { return }
        let tables = try connection.query(BackfillStatements.truncatedTables, [key])
        for row in 0..<tables.rowCount {
            guard let name = try tables.text(row, 0), let pageCount = try tables.int64(row, 1) else { continue }
            // Some 80 rows are on a page.
            let step = max(1, Int64(backfill.options.batchSize) / 80)
            let statement = statements.removeOrphans(of: name)
            for page in stride(from: 0, to: pageCount, by: Int(step)) {
                if backfill.isStopped() { return }
                try connection.query(statement, [.int64(page), .int64(page + step)])
                try advance("TRUNCATE", by: 0)
            }
        }
        try connection.query(BackfillStatements.forgetTruncation, [key, .int64(last)])
    }
}
