import PostgreSQL
import ReferenceData

/// One read-only transaction on the reference tables, as a conversation: it says which statement comes next and takes
/// the rows. It does no I/O itself, so that the feed drives it from an event loop and a tool from blocking calls.
///
/// ```
///   begin+lock ─▶ refresh:   changes ─────────────────────────────────▶ commit
///              ├▶ reconcile: changes ─▶ exchanges ─▶ symbols ─────────▶ commit
///              └▶ full load: snapshot ─▶ exchanges ─▶ symbols ────────▶ commit
/// ```
/// Usage: while `step` is not nil, run its statement, hand every result and row over, then call `stepFinished()`.
/// After any error: roll back and drop it.
public struct ReferenceRead {
    public enum Mode: Sendable, Hashable {
        case fullLoad
        case refresh(since: Watermark)
        /// The increment, then everything, in the same snapshot: what the second adds to the first is drift.
        case reconcile(since: Watermark)

        var since: Watermark? {
            switch self {
            case .fullLoad: nil
            case .refresh(let since), .reconcile(let since): since
            }
        }
    }

    /// What to run next.
    public enum Step: Sendable {
        /// Several commands in one text, without parameters and without rows.
        case script(Statement)
        case query(Statement, [Parameter])
        case copyOut(Statement)
    }

    /// Why an increment cannot be had.
    public enum Expiry: Sendable, Hashable {
        /// Tombstones that the watermark still needs were pruned.
        case pruned
        /// A table was truncated since.
        case truncated
        /// More rows changed than `changeCountMax`.
        case tooManyChanges
    }

    /// An increment of more rows is cheaper to load whole, by COPY, in bounded memory.
    public static let changeCountMax = 10_000

    private enum Stage { case begin, changes, snapshot, exchanges, symbols, commit, over }

    public let mode: Mode
    private var stage = Stage.begin
    /// The snapshot that was read; known once `step` is nil.
    public private(set) var watermark: Watermark?
    /// Set when the increment cannot be had; there is then no delta, and no content either.
    public private(set) var expiry: Expiry?
    /// The increment, in refresh and reconcile.
    public private(set) var delta: ReferenceDelta?
    /// Everything, in full load and reconcile.
    public private(set) var content: ReferenceContent?
    private let changeCountMax: Int

    public init(mode: Mode, changeCountMax: Int = ReferenceRead.changeCountMax) {
        self.mode = mode
        self.changeCountMax = changeCountMax
    }

    /// The statement to run now; nil when the transaction is over.
    public var step: Step? {
        switch stage {
        case .begin: .script(ReferenceStatements.begin)
        case .changes:
            .query(
                ReferenceStatements.changes,
                [.text(mode.since?.text ?? ""), .int64(Int64(changeCountMax) + 1)])
        case .snapshot: .query(ReferenceStatements.currentSnapshot, [])
        case .exchanges: .copyOut(ReferenceStatements.loadExchanges)
        case .symbols: .copyOut(ReferenceStatements.loadSymbols)
        case .commit: .script(ReferenceStatements.commit)
        case .over: nil
        }
    }

    /// The statement of the current step is over without an error.
    public mutating func stepFinished() throws(StoreError) {
        switch stage {
        case .begin: stage = mode.since == nil ? .snapshot : .changes
        case .changes:
            guard watermark != nil else { throw shape(ReferenceStatements.changes, "no header row") }
            if expiry == nil, case .reconcile = mode { stage = .exchanges } else { stage = .commit }
        case .snapshot:
            guard watermark != nil else { throw shape(ReferenceStatements.currentSnapshot, "no row") }
            stage = .exchanges
        case .exchanges: stage = .symbols
        case .symbols: stage = .commit
        case .commit: stage = .over
        case .over: break
        }
        if stage == .exchanges { content = ReferenceContent() }
    }

    /// Takes the result of a query step; results of scripts are of no interest and may be handed over too.
    public mutating func take(_ result: QueryResult) throws(StoreError) {
        switch stage {
        case .snapshot:
            do throws(PostgreSQLError) {
                guard result.rowCount == 1, let text = try result.text(0, 0) else { return }
                watermark = Watermark(text: text)
            } catch {
                throw StoreError(error)
            }
        case .changes:
            do throws(RowShapeError) {
                try takeChanges(result)
            } catch {
                throw shape(ReferenceStatements.changes, error.reason)
            }
        default: break
        }
    }

    /// Takes one row of a COPY step. The bytes are not kept.
    public mutating func takeCopyRow(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
        let statement = stage == .exchanges ? ReferenceStatements.loadExchanges : ReferenceStatements.loadSymbols
        guard var row = BinaryRow(bytes) else { throw shape(statement, "a row without a field count") }
        do throws(RowShapeError) {
            if stage == .exchanges {
                switch try RowDecoder.exchange(&row) {
                case .row(let exchange): content?.exchanges.append(exchange)
                case .refused(let refused): content?.refused.append(refused)
                }
            } else {
                switch try RowDecoder.symbol(&row) {
                case .row(let symbol): content?.symbols.append(symbol)
                case .refused(let refused): content?.refused.append(refused)
                }
            }
        } catch {
            throw shape(statement, error.reason)
        }
        guard row.isAtEnd else { throw shape(statement, "a row with more fields than asked for") }
    }

    // MARK: - Changes

    private mutating func takeChanges(_ result: QueryResult) throws(RowShapeError) {
        var delta = ReferenceDelta()
        var counts = (exchanges: 0, symbols: 0, tombstones: 0)
        for row in 0..<result.rowCount {
            guard let kindBytes = result.rawBytes(row, 0), kindBytes.count == 2,
                let kind = ChangeRowKind(rawValue: Int64(kindBytes.bigEndian(Int16.self, at: 0))),
                let recordBytes = result.rawBytes(row, 1)
            else { throw RowShapeError(reason: "a row of no known kind") }
            var record = try BinaryRecord(recordBytes)
            switch kind {
            case .header: try takeHeader(&record)
            case .exchange:
                counts.exchanges += 1
                switch try RowDecoder.exchange(&record) {
                case .row(let exchange): delta.exchanges.append(exchange)
                case .refused(let refused): delta.refused.append(refused)
                }
            case .symbol:
                counts.symbols += 1
                switch try RowDecoder.symbol(&record) {
                case .row(let symbol): delta.symbols.append(symbol)
                case .refused(let refused): delta.refused.append(refused)
                }
            case .tombstone:
                counts.tombstones += 1
                try takeTombstone(&record, &delta)
            }
        }
        if max(counts.exchanges, counts.symbols, counts.tombstones) > changeCountMax { expiry = .tooManyChanges }
        self.delta = expiry == nil ? delta : nil
    }

    private mutating func takeHeader(_ record: inout BinaryRecord) throws(RowShapeError) {
        guard let text = try record.nextText(), let isPruned = try record.nextBool() else {
            throw RowShapeError(reason: "a header row without a snapshot")
        }
        watermark = Watermark(text: text)
        if isPruned { expiry = .pruned }
    }

    private mutating func takeTombstone(
        _ record: inout BinaryRecord, _ delta: inout ReferenceDelta
    ) throws(RowShapeError) {
        guard let kind = try record.nextInteger(), let id = try record.nextInteger() else {
            throw RowShapeError(reason: "a tombstone without kind and id")
        }
        switch UInt8(exactly: kind).flatMap(ReferenceKind.init(rawValue:)) {
        case .everything: expiry = .truncated
        case .exchange:
            if let id = UInt16(exactly: id) { delta.deletedExchangeIds.append(id) }
        case .symbol:
            if let id = UInt32(exactly: id) { delta.deletedSymbolIds.append(id) }
        // A kind that a later version of the schema knows: whatever it says, reading everything is right.
        case nil: expiry = .truncated
        }
    }

    private func shape(_ statement: Statement, _ reason: String) -> StoreError {
        .unexpectedResult(statementName: statement.name, reason: reason)
    }
}
