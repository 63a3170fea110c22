import PostgreSQL

extension BackfillRun {
    /// Compares both tables chunk by chunk, over all the time that has partitions. Rows that wait in the queue are
    /// known to differ and left out, as one snapshot shows them, so that writers do not disturb.
    /// - Returns: false when it was stopped.
    func compare() throws -> Bool {
        beginComparison()
        result.comparedCount = 0
        let rows = try connection.query(Self.spans, [.text(source.rawValue)])
        for row in 0..<rows.rowCount {
            guard var time = try rows.text(row, 0), let rangeEnd = try rows.text(row, 1) else { continue }
            while time != rangeEnd {
                if backfill.isStopped() { return false }
                let end =
                    try connection.query(
                        statements.chunkEnd,
                        [.text(time), .text(rangeEnd), .int64(Int64(backfill.options.batchSize))]
                    ).text(0, 0) ?? rangeEnd
                let found = try connection.query(statements.compare, [.text(time), .text(end)])
                let legacyCount = try found.int64(0, 0) ?? 0
                let count = try found.int64(0, 1) ?? 0
                if try found.bool(0, 2) != true || legacyCount != count {
                    let named = try connection.query(
                        statements.differing, [.text(time), .text(end), .int64(Self.namedCountMax)])
                    result.differing.append(
                        BackfillResult.DifferingChunk(
                            startsAt: time, endsAt: end, legacyCount: legacyCount, count: count,
                            rows: try (0..<named.rowCount).compactMap { try named.text($0, 0) }))
                }
                result.comparedCount? += 1
                time = end
                try advance("comparing", by: legacyCount)
            }
        }
        return true
    }

    private static let namedCountMax: Int64 = 3

    private static let spans = Statement(
        name: "partitions to be compared",
        sql: """
            SELECT starts_at::text, ends_at::text FROM market_data_partitions
             WHERE source = $1 AND state = 'attached' ORDER BY starts_at
            """)
}
