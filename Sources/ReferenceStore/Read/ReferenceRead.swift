import PostgreSQL
import ReferenceData

/// One read-only transaction on the reference tables, as a conversation: it says which statement comes next and takes
/// the rows. It does no I/O itself, so that the feed drives it from an event loop and a tool from blocking calls.
///
/// ```
///   increment: [begin, lock, changes, commit]
///   reconcile: [begin, lock, changes] ─▶ exchanges ─▶ aliases ─▶ symbols ─▶ commit
///   full load: [begin, lock, snapshot] ─▶ exchanges ─▶ aliases ─▶ symbols ─▶ commit
/// ```
/// What stands in brackets goes out together: an increment costs one round trip.
///
/// Usage: while `step` is not nil, run its statement, hand every result and row over, then call `stepFinished()`.
/// After any error: roll back and drop it.
public struct ReferenceRead {
    /// What to run next.
    public enum Step: Sendable {
        /// Statements to send together, none waiting for the answer to the one before.
        case pipeline([BoundStatement])
        case copyOut(Statement)
    }

    /// An increment of more rows is cheaper to load whole, by COPY, in bounded memory.
    public static let changeCountMax = 10_000

    /// The aliases come all at once when one of them changed, some 100 bytes each: these do not count as changes. More
    /// of them are left to COPY, in bounded memory.
    public static let aliasCountMax = 100_000

    private enum Stage { case opening, exchanges, aliases, symbols, commit, over }

    public let refresh: Refresh
    private var stage = Stage.opening
    /// The snapshot that was read; known once `step` is nil.
    public private(set) var watermark: Watermark?
    /// Why the increment cannot be had; there is then no delta, and no content either.
    public private(set) var expiry: FullLoadReason?
    /// The increment; in a reconcile too.
    public private(set) var delta: ReferenceDelta?
    /// Everything; in a full load and a reconcile.
    public private(set) var content: ReferenceContent?
    /// The rows of everything that there is, refused ones too.
    public private(set) var rowCount = 0
    private let rowCountMax: Int
    private let changeCountMax: Int
    private let aliasCountMax: Int

    /// - Parameter rowCountMax: of more rows than these no content is kept; `rowCount` says how many there are.
    public init(
        _ refresh: Refresh, rowCountMax: Int = .max, changeCountMax: Int = ReferenceRead.changeCountMax,
        aliasCountMax: Int = ReferenceRead.aliasCountMax
    ) {
        self.refresh = refresh
        self.rowCountMax = rowCountMax
        self.changeCountMax = changeCountMax
        self.aliasCountMax = aliasCountMax
    }

    /// The statements to run now; nil when the transaction is over.
    public var step: Step? {
        switch stage {
        case .opening: .pipeline(opening)
        case .exchanges, .aliases, .symbols: .copyOut(copyStatement)
        case .commit: .pipeline([BoundStatement(ReferenceStatements.commit)])
        case .over: nil
        }
    }

    private var opening: [BoundStatement] {
        var statements = [BoundStatement(ReferenceStatements.begin), BoundStatement(ReferenceStatements.lock)]
        if let since = refresh.since {
            statements.append(
                BoundStatement(
                    ReferenceStatements.changes,
                    [
                        .text(since.text), .int64(Int64(changeCountMax) + 1),
                        .timestamp(microsecondsSince2000: since.readAtMicroseconds),
                        .int64(Int64(aliasCountMax) + 1),
                    ]))
        } else {
            statements.append(BoundStatement(ReferenceStatements.currentSnapshot))
        }
        if refresh.isIncrement {
            statements.append(BoundStatement(ReferenceStatements.commit))
        } else {
            statements.append(BoundStatement(ReferenceStatements.allowScan))
        }
        return statements
    }

    /// The statements of the current step are over without an error.
    public mutating func stepFinished() throws(StoreError) {
        switch stage {
        case .opening:
            guard watermark != nil else { throw shape(openingStatement, "no row that names the snapshot") }
            if refresh.isIncrement {
                stage = .over
            } else {
                stage = expiry == nil ? .exchanges : .commit
            }
        case .exchanges: stage = .aliases
        case .aliases: stage = .symbols
        case .symbols: stage = .commit
        case .commit: stage = .over
        case .over: break
        }
        if stage == .exchanges { content = ReferenceContent() }
    }

    private var openingStatement: Statement {
        refresh.since == nil ? ReferenceStatements.currentSnapshot : ReferenceStatements.changes
    }

    /// Everything that was read, and no longer held here.
    public mutating func takeContent() -> ReferenceContent? { content.take() }

    /// Takes one of the results of a pipeline step; those without columns are of no interest.
    public mutating func take(_ result: QueryResult) throws(StoreError) {
        guard stage == .opening, result.columnCount > 0 else { return }
        if refresh.since == nil {
            do throws(PostgreSQLError) {
                guard result.rowCount == 1, let text = try result.text(0, 0), let now = try result.timestamp(0, 1)
                else { return }
                watermark = Watermark(
                    text: text, readAtMicroseconds: now, aliasExpiryMicroseconds: try result.timestamp(0, 2))
            } catch {
                throw StoreError(error)
            }
        } else {
            do throws(RowShapeError) {
                try takeChanges(result)
            } catch {
                throw shape(ReferenceStatements.changes, error.reason)
            }
        }
    }

    /// Takes one row of a COPY step. The bytes are not kept. Allocates nothing for a symbol that can be held, but for
    /// the list that grows.
    public mutating func takeCopyRow(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
        rowCount += 1
        if rowCount > rowCountMax {
            content = nil
            return
        }
        guard var row = BinaryRow(bytes) else { throw shape(copyStatement, "a row without a field count") }
        do throws(RowShapeError) {
            switch stage {
            case .exchanges:
                switch try RowDecoder.exchange(&row) {
                case .row(let exchange): content?.exchanges.append(exchange)
                case .refused(let refused): content?.refused.append(refused)
                }
            case .aliases:
                if let alias = try RowDecoder.alias(&row) { content?.aliases.append(alias) }
            default:
                guard content != nil else { return }
                if let refused = try RowDecoder.addSymbol(&row, to: &content!.symbols) {
                    content!.refused.append(refused)
                }
            }
        } catch {
            throw shape(copyStatement, error.reason)
        }
        guard row.isAtEnd else { throw shape(copyStatement, "a row with more fields than asked for") }
    }

    private var copyStatement: Statement {
        switch stage {
        case .exchanges: ReferenceStatements.loadExchanges
        case .aliases: ReferenceStatements.loadAliases
        default: ReferenceStatements.loadSymbols
        }
    }

    // MARK: - Changes

    private mutating func takeChanges(_ result: QueryResult) throws(RowShapeError) {
        guard result.columnCount == 2 else { throw RowShapeError(reason: "\(result.columnCount) columns, not two") }
        var delta = ReferenceDelta()
        var aliases: [SymbolAlias] = []
        var hasAliases = false
        var counts = (exchanges: 0, symbols: 0, tombstones: 0, aliases: 0)
        for row in 0..<result.rowCount {
            guard let kindBytes = result.rawBytes(row, 0), kindBytes.count == 2,
                let kind = ChangeRowKind(rawValue: Int64(kindBytes.bigEndian(Int16.self, at: 0))),
                let recordBytes = result.rawBytes(row, 1)
            else { throw RowShapeError(reason: "a row of no known kind") }
            var record = try BinaryRecord(recordBytes)
            switch kind {
            case .header: hasAliases = try takeHeader(&record)
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
            case .alias:
                counts.aliases += 1
                if let alias = try RowDecoder.alias(&record) { aliases.append(alias) }
            }
        }
        if hasAliases { delta.aliases = aliases }
        if max(counts.exchanges, counts.symbols, counts.tombstones) > changeCountMax || counts.aliases > aliasCountMax {
            expiry = .tooManyChanges
        }
        self.delta = expiry == nil ? delta : nil
    }

    /// - Returns: whether all aliases follow.
    private mutating func takeHeader(_ record: inout BinaryRecord) throws(RowShapeError) -> Bool {
        guard let text = try record.nextText(), let isPruned = try record.nextBool(),
            let now = try record.nextInteger(), let hasAliases = try record.nextBool()
        else { throw RowShapeError(reason: "a header row without a snapshot") }
        watermark = Watermark(
            text: text, readAtMicroseconds: now, aliasExpiryMicroseconds: try record.nextInteger())
        if isPruned { expiry = .pruned }
        return hasAliases
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
