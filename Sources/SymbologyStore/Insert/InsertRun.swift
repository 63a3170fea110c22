internal import MarketDataStore
internal import Platform
internal import PostgreSQL
import ReferenceData

/// One insert of many rows: batch by batch, each a transaction, in order. What is known of the rows is always in
/// `report`.
struct InsertRun: Sendable {
    let options: InsertOptions
    var report = InsertReport()
    /// The ids of names that were looked up, by their bytes.
    private var ids: [ByteText: UInt32] = [:]

    /// Names of one insert that are kept; beyond that all are looked up anew.
    private static let idCountMax = 100_000

    init(_ options: InsertOptions) throws(InsertFailure) {
        self.options = options
        guard (1...1_000_000).contains(options.batchRowCount) else {
            let given = "batchRowCount is \(options.batchRowCount)"
            throw failure(.configuration("\(given): a number from 1 to 1000000 is wanted"))
        }
    }

    func failure(_ reason: MarketStoreError) -> InsertFailure { InsertFailure(report: report, reason: reason) }

    /// The rows by the ids of their symbols; all that are unknown are named together.
    mutating func stored<Row: NamedRow>(
        _ rows: ArraySlice<Row>, _ session: StoreSession
    ) throws(MarketStoreError) -> [Row.Stored] {
        var unknown: [ByteText: UnknownSymbol] = [:]
        var stored: [Row.Stored] = []
        stored.reserveCapacity(rows.count)
        if ids.count > Self.idCountMax { ids = [:] }
        for row in rows {
            let key = row.symbol.key
            if let id = ids[key] {
                stored.append(row.stored(symbolId: id))
            } else if unknown[key] == nil {
                do throws(MarketStoreError) {
                    let id = try session.symbolId(row.symbol)
                    ids[key] = id
                    stored.append(row.stored(symbolId: id))
                } catch .unknownSymbols(let symbols) {
                    unknown[key] = symbols.first
                }
            }
        }
        guard unknown.isEmpty else { throw .unknownSymbols(unknown.values.sorted { "\($0)" < "\($1)" }) }
        return stored
    }

    /// Writes one batch. What is thrown before the commit leaves nothing behind.
    /// - Parameter isLast: whether all the rows before it may have to be on the disk with it.
    /// - Throws: `PostgreSQLError`, `MarketStoreError`; `UnansweredCommit` when nobody knows.
    static func write<Row: StorableRow>(
        _ rows: ArraySlice<Row>, waits: Bool, _ session: StoreSession
    ) throws {
        let connection = session.connection
        try connection.query(InsertStatements.begin)
        session.hasWritten = true
        let transactionId: UInt64?
        do {
            var fields = RowFields(.copied)
            try connection.copyIn(Row.table.statements.copy) { writer in
                for row in rows {
                    fields.removeAll()
                    try row.write(to: &fields)
                    try writer.write(fields.copied)
                }
            }
            transactionId = try connection.queryPrepared(InsertStatements.prepareCommit, [.bool(waits)])
                .transactionId(0, 0)
        } catch {
            _ = try? connection.query(InsertStatements.rollback)
            throw error
        }
        do {
            try connection.query(InsertStatements.commit)
        } catch {
            guard MarketStoreError(error).isConnectionLost, let transactionId else { throw error }
            throw UnansweredCommit(
                transactionId: transactionId, serverLife: session.serverLife, reason: MarketStoreError(error))
        }
    }
}

/// The connection was lost behind a COMMIT: by the transaction's id the database can still be asked.
struct UnansweredCommit: Error {
    let transactionId: UInt64
    let serverLife: String
    let reason: MarketStoreError

    /// Asks over another connection; waits while the transaction is still under way.
    /// - Returns: `unknown` where the database cannot be asked, or was started anew meanwhile.
    func outcome(_ pool: SessionPool, by deadline: Deadline) -> RowOutcome {
        var pause = Backoff(millisecondsMin: 10, millisecondsMax: 500)
        repeat {
            let answer = try? pool.withSession(by: deadline, isQueued: true, isFresh: true) { session in
                guard session.serverLife == serverLife else { return "" }
                return try session.rows(InsertStatements.outcome, [.text("\(transactionId)")]).text(0, 0) ?? ""
            }
            switch answer {
            case "committed": return .written
            case "aborted": return .notWritten
            case "in progress", nil: continue
            default: return .unknown
            }
        } while pause.pause(by: deadline)
        return .unknown
    }
}
