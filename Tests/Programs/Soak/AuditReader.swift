import PostgreSQL

/// Reads what the audit trigger wrote: the oracle that knows nothing of the server.
final class AuditReader {
    private let conninfo: String
    private var connection: Connection?
    private var lastId: Int64 = 0
    /// The place of each exchange's code in `SoakKey.exchangeCodes`, by its id.
    private var places: [Int64: Int] = [:]

    /// An entry gets its id before its transaction commits, so a reading goes back by more entries than can be open:
    /// each writer has some four, and a crash skips some 32 ids. `countAll` says at the end whether that was enough.
    private static let overlapCount: Int64 = 500

    /// Not a name of the server's sessions, which faults look for.
    private static let settings = SessionSettings(applicationName: "soak audit")

    init(conninfo: String) { self.conninfo = conninfo }

    /// The exchanges as they are before anybody changes them, in the order of `SoakKey.exchangeCodes`. Must be called
    /// once before `read`.
    func readExchanges() throws -> [SoakExchange] {
        let result = try connect().query(
            Statement(name: "exchanges", sql: "SELECT id::bigint, enum_value::text, is_active FROM exchanges"))
        var exchanges = [SoakExchange?](repeating: nil, count: SoakKey.exchangeCodes.count)
        for index in 0..<result.rowCount {
            guard let id = try result.int64(index, 0), let code = try result.text(index, 1),
                let isActive = try result.bool(index, 2), let place = SoakKey.exchangeCodes.firstIndex(of: code)
            else { continue }
            places[id] = place
            exchanges[place] = SoakExchange(id: UInt16(clamping: id), isActive: isActive)
        }
        guard !exchanges.contains(nil) else { throw SoakFailure("the migrations have other exchanges") }
        return exchanges.compactMap { $0 }
    }

    private func connect() throws -> Connection {
        try Connection(ConnectionTarget(conninfo: conninfo), settings: Self.settings)
    }

    /// Every entry that is visible now and may not have been read before. Throws while the database is away.
    func read() throws -> [AuditEntry] {
        do {
            let connection = try self.connection ?? connect()
            self.connection = connection
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
        let result = try connect().query(
            Statement(name: "audit count", sql: "SELECT count(*) FROM reference_audit WHERE \(Self.isKnown)"))
        return Int(try result.int64(0, 0) ?? 0)
    }

    private func entry(_ result: QueryResult, _ index: Int) throws -> AuditEntry? {
        guard let id = try result.int64(index, 0), let transaction = try result.int64(index, 1),
            let rowId = try result.int64(index, 2), let isExchange = try result.bool(index, 3),
            let atMicroseconds = try result.int64(index, 4)
        else { return nil }
        let change: AuditEntry.Change
        if isExchange {
            guard let place = places[rowId], let isActive = try result.bool(index, 5) else { return nil }
            change = .exchange(place, isActive: isActive)
        } else {
            let symbolId = UInt32(clamping: rowId)
            change = .symbol(id: symbolId, row: try row(symbolId, result, index))
        }
        return AuditEntry(id: id, transaction: UInt64(transaction), atMicroseconds: atMicroseconds, change: change)
    }

    /// Nil when it is gone, or is none that the soak made.
    private func row(_ id: UInt32, _ result: QueryResult, _ index: Int) throws -> SoakRow? {
        guard let isActive = try result.bool(index, 5), let exchangeId = try result.int64(index, 6),
            let place = places[exchangeId], let symbolString = try result.text(index, 7),
            let price = try result.int16(index, 8), let base = try result.int16(index, 9),
            let quote = try result.int16(index, 10), let key = SoakKey(exchange: place, symbolString: symbolString)
        else { return nil }
        return SoakRow(
            id: id, key: key, isActive: isActive, precisionPrice: UInt8(clamping: price),
            precisionBase: UInt8(clamping: base), precisionQuote: UInt8(clamping: quote),
            dueMicroseconds: try result.int64(index, 11))
    }

    private static let isKnown = "table_name IN ('symbols', 'exchanges')"

    private static let entries = Statement(
        name: "audit entries",
        sql: """
            SELECT sequence, transaction_id::text::bigint, row_id::bigint, table_name = 'exchanges',
                   (extract(epoch FROM at) * 1000000)::bigint, (new_row->>'is_active')::boolean,
                   (new_row->>'exchange_id')::bigint, new_row->>'symbol_string',
                   (new_row->>'precision_price')::smallint, (new_row->>'precision_base')::smallint,
                   (new_row->>'precision_quote')::smallint,
                   (extract(epoch FROM least((new_row->>'expires_at')::timestamptz,
                                             (new_row->>'delists_at')::timestamptz)) * 1000000)::bigint
            FROM reference_audit WHERE sequence > $1 AND \(isKnown) ORDER BY sequence
            """)
}
