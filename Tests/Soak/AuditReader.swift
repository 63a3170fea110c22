import PostgreSQL

/// Reads what the audit trigger wrote: the oracle that knows nothing of the server.
final class AuditReader {
    private let conninfo: String
    private var connection: Connection?
    private var lastId: Int64 = 0
    private var exchanges: [Int64: Int] = [:]

    /// An entry gets its id before its transaction commits, so a reading goes back by more entries than can be open:
    /// each writer has some four, and a crash skips some 32 ids. `countAll` says at the end whether that was enough.
    private static let overlapCount: Int64 = 500

    init(conninfo: String) { self.conninfo = conninfo }

    /// Every entry that is visible now and may not have been read before. Throws while the database is away.
    func read() throws -> [AuditEntry] {
        do {
            let connection = try self.connection ?? Connection(ConnectionTarget(conninfo: conninfo))
            self.connection = connection
            if exchanges.isEmpty { try readExchanges(connection) }
            let result = try connection.query(Self.entries, [.int64(max(0, lastId - Self.overlapCount))])
            var entries: [AuditEntry] = []
            entries.reserveCapacity(result.rowCount)
            for index in 0..<result.rowCount {
                guard let entry = try entry(result, index) else { continue }
                entries.append(entry)
                lastId = max(lastId, entry.id)
            }
            return entries
        } catch {
            connection = nil
            throw error
        }
    }

    /// How many entries there are, by a connection that has read nothing before.
    func countAll() throws -> Int {
        let result = try Connection(ConnectionTarget(conninfo: conninfo)).query(
            Statement(
                name: "audit count", sql: "SELECT count(*) FROM reference_audit WHERE table_name = 'symbols'"))
        return Int(try result.int64(0, 0) ?? 0)
    }

    private func readExchanges(_ connection: Connection) throws {
        let result = try connection.query(
            Statement(name: "exchanges", sql: "SELECT id::bigint, enum_value::text FROM exchanges"))
        for index in 0..<result.rowCount {
            guard let id = try result.int64(index, 0), let code = try result.text(index, 1),
                let position = SoakKey.exchangeCodes.firstIndex(of: code)
            else { continue }
            exchanges[id] = position
        }
    }

    private func entry(_ result: QueryResult, _ index: Int) throws -> AuditEntry? {
        guard let id = try result.int64(index, 0), let transaction = try result.int64(index, 1),
            let symbolId = try result.int64(index, 2), let atMicroseconds = try result.int64(index, 8)
        else { return nil }
        var entry = AuditEntry(
            id: id, transaction: UInt64(transaction), atMicroseconds: atMicroseconds,
            symbolId: UInt32(clamping: symbolId), row: nil)
        if let exchangeId = try result.int64(index, 3), let exchange = exchanges[exchangeId],
            let symbolString = try result.text(index, 4), let isActive = try result.bool(index, 5),
            let price = try result.int16(index, 6), let base = try result.int16(index, 7),
            let key = SoakKey(exchange: exchange, symbolString: symbolString)
        {
            entry.row = SoakRow(
                id: entry.symbolId, key: key, isActive: isActive, precisionPrice: UInt8(clamping: price),
                precisionBase: UInt8(clamping: base))
        }
        return entry
    }

    private static let entries = Statement(
        name: "audit entries",
        sql: """
            SELECT sequence, transaction_id::text::bigint, row_id::bigint, (new_row->>'exchange_id')::bigint,
                   new_row->>'symbol_string', (new_row->>'is_active')::boolean,
                   (new_row->>'precision_price')::smallint, (new_row->>'precision_base')::smallint,
                   (extract(epoch FROM at) * 1000000)::bigint
            FROM reference_audit WHERE sequence > $1 AND table_name = 'symbols' ORDER BY sequence
            """)
}
