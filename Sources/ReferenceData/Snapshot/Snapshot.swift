/// An immutable state of the reference data, with every lookup a server or an engine needs.
///
/// A new state is a new snapshot; a reader keeps the one it holds for as long as it likes. All members may be called
/// from any number of threads at once. The lookups by key and by id allocate, lock, retain and throw nothing.
///
/// The words of this project:
///
/// - **snapshot**: this type, one state of all rows, known by epoch and generation;
/// - **main image**: the large block of rows and indexes that successive snapshots share (`RowImage`);
/// - **overlay**: the few rows that changed since the main image was built, and the ids that they supersede
///   (`Overlay`);
/// - **image** (file): a snapshot as bytes, which a server writes and sends and replicas map (`SnapshotImage`);
/// - **`pg_snapshot`**: PostgreSQL's own name for the transactions that a read saw: `databaseSnapshot`, `Watermark`.
///
/// A lookup by key goes this way (`Snapshot+Resolve`):
///
/// 1. The key's 52 bytes are hashed, once, with the seed of the main image.
/// 2. The Bloom filter of its kind says whether anything but the main image can concern the key (`ChangedKeyFilters`).
///    Where there are no changes, refused rows or aliases there are no filters.
/// 3. If not, which is the rule: the perfect hash gives the only slot of the main image that can hold the key, and that
///    slot, one cache line, holds the answer (`SlotTable`).
/// 4. If so: the overlay is asked, which has all keys of the rows that it holds and supersedes; then the main image. A
///    live row answers. Without one an alias of a live row answers (unless a refused row has the string), then a dead
///    row, then a refused row (`refused`), then an alias of a dead one.
/// 5. One byte of the exchange (`ExchangeDirectory.flags`) tells `inactive` from `ok`, and in a miss `unknownExchange`
///    from `unknownSymbol`.
///
/// Any number of rows may have a key, one of them live and others dead; `KeyClaim` says which answers, and a change
/// decides anew on all keys that the changed rows have or had (`Overlay`). Live is what is active in the table and not
/// due at `judgedAt` (`Snapshot+Judging`).
///
/// A lookup by id goes through overlay, main image and refused ids. Lists join both images in the order asked for
/// (`MergeJoin`, `Snapshot+Pages`). `SnapshotEdit` makes the next snapshot; `rewritten` folds the overlay into a new
/// main image.
public final class Snapshot: @unchecked Sendable {
    /// The life of the process that built the image.
    public let epoch: UInt64
    /// Counts the images of one epoch upwards. A server's epochs have no generation in common: each begins at the
    /// number that names it.
    public let generation: UInt64
    /// False only for `empty`: then every lookup answers `notLoaded`.
    public let isLoaded: Bool
    /// The `pg_snapshot` whose rows the image shows, as PostgreSQL prints it.
    public let databaseSnapshot: String
    /// The time at which the rows were judged: those that are due then are inactive. Absent before all times: then none
    /// is due.
    public let judgedAt: Timestamp
    /// The moment whose state this is, for good; absent for a snapshot that follows the tables and the time.
    public let asOf: Timestamp
    /// Whose rows these are, as somebody last agreed to; nil where nobody knows.
    public let database: SourceDatabase?
    /// The greatest id that a symbol of that database is known to have had: it gives greater ones to the next.
    public let symbolIdMax: UInt32
    /// When the next symbol becomes inactive by itself; nil for never.
    public let nextDue: Timestamp?
    /// Symbols that resolve to a record.
    public let symbolCount: Int
    /// Symbols that are active on an active exchange.
    public let activeSymbolCount: Int

    // Owners of the memory below.
    let mainImage: RowImage
    let overlay: Overlay?
    let directory: ExchangeDirectory
    let aliases: AliasTable
    let refusedRows: RefusedRows
    /// The snapshot that this one was rewritten from; nil if it was not rewritten.
    let origin: Origin?

    // The data of lookups: plain pointers and masks, so that no reference count is touched. They stay valid because
    // every lookup is a method, whose caller holds the snapshot; see `resolve`.
    let mainRows: RowView
    let overlayRows: RowView
    /// Of the overlay.
    let changedIds: ChangedIds
    let changedSymbols: OverlayTable
    let changedPairs: OverlayTable
    let refusedSymbolIds: UnsafeBufferPointer<UInt32>
    let exchangeFlags: UnsafeRawPointer
    /// Whether the main image is not all there is.
    let hasFilters: Bool
    /// An empty slot, which answers for no key. Here, because a global constant would be asked for anew in each lookup.
    let slotOfChangedKeys = SlotTable.empty.slots
    let symbolFilter: BloomFilter
    let pairFilter: BloomFilter
    let refusedSymbols: SlotTable
    let refusedPairs: SlotTable
    let aliasTable: SlotTable
    let filters: ChangedKeyFilters?

    /// An image with no rows, shared by whoever has none.
    static let emptyImage = RowImage.empty()

    /// - Parameters:
    ///   - formerSymbolIdMax: what `symbolIdMax` was before these rows.
    ///   - previous: a snapshot that may have parts in common with this one.
    ///   - nextDue: `nextDue`, where it is known.
    init(
        mainImage: RowImage, overlay: Overlay?, directory: ExchangeDirectory, aliases: AliasTable,
        refusedRows: RefusedRows, epoch: UInt64, generation: UInt64, isLoaded: Bool, databaseSnapshot: String,
        judgedAt: Timestamp, asOf: Timestamp, database: SourceDatabase?, formerSymbolIdMax: UInt32,
        origin: Origin? = nil, after previous: Snapshot? = nil, nextDue: NextDue = .unknown
    ) {
        self.mainImage = mainImage
        self.overlay = overlay
        self.directory = directory
        self.aliases = aliases
        self.refusedRows = refusedRows
        self.epoch = epoch
        self.generation = generation
        self.isLoaded = isLoaded
        self.databaseSnapshot = databaseSnapshot
        self.judgedAt = judgedAt
        self.asOf = asOf
        self.database = database
        symbolIdMax = max(formerSymbolIdMax, Self.symbolIdGreatest(mainImage, overlay))
        self.origin = origin

        mainRows = mainImage.view
        overlayRows = overlay?.rows ?? Self.emptyImage.view
        changedIds = overlay?.ids ?? .none
        changedSymbols = overlay?.symbols ?? .empty
        changedPairs = overlay?.pairs ?? .empty
        exchangeFlags = directory.flags
        refusedSymbolIds = refusedRows.symbolIds
        refusedSymbols = refusedRows.bySymbol.view
        refusedPairs = refusedRows.byPair.view
        aliasTable = aliases.table.view
        filters = Self.filters(mainImage, overlay, refusedRows, aliases, after: previous)
        hasFilters = filters != nil
        symbolFilter = filters?.symbols ?? .empty
        pairFilter = filters?.pairs ?? .empty

        self.nextDue =
            switch nextDue {
            case .known(let time): time
            case .unknown: asOf.isAbsent ? Self.nextDue(after: judgedAt, mainRows, overlayRows, changedIds) : nil
            }
        symbolCount = mainRows.rowCount - (overlay?.supersededCount ?? 0) + (overlay?.rowCount ?? 0)
        var activeSymbolCount = 0
        for exchange in directory.exchanges where exchange.isActive {
            activeSymbolCount += mainRows.members(exchangeId: exchange.id).activeCount
            activeSymbolCount += overlay?.liveDifferences[exchange.id] ?? 0
        }
        self.activeSymbolCount = activeSymbolCount
    }

    /// Nothing loaded yet: every lookup answers `notLoaded`. Its generation is 0.
    public static func empty(epoch: UInt64) -> Snapshot { empty(epoch: epoch, asOf: .absent) }

    static func empty(epoch: UInt64, asOf: Timestamp) -> Snapshot {
        Snapshot(
            mainImage: emptyImage, overlay: nil, directory: .empty, aliases: AliasTable([]),
            refusedRows: RefusedRows(RefusedLedger()), epoch: epoch, generation: 0, isLoaded: false,
            databaseSnapshot: "", judgedAt: asOf, asOf: asOf, database: nil, formerSymbolIdMax: 0)
    }

    /// Of the rows that main image and overlay have, or had before one of these changes.
    private static func symbolIdGreatest(_ mainImage: RowImage, _ overlay: Overlay?) -> UInt32 {
        let main = mainImage.view
        let changed: ChangedIds = overlay?.ids ?? .none
        return max(
            main.rowCount == 0 ? 0 : main.id(at: main.rowCount - 1),
            changed.count == 0 ? 0 : changed[changed.count - 1].id)
    }

    /// The greatest id of a symbol that is served, or was before one of the newest changes. O(1).
    public var symbolIdGreatest: UInt32 { Self.symbolIdGreatest(mainImage, overlay) }

    /// Exchanges that are known, active or not.
    public var exchangeCount: Int { directory.exchanges.count }

    public var activeExchangeCount: Int { directory.activeCount }

    /// Rows of the database that it was made of: exchanges, symbols, aliases and refused ones. O(1).
    public var rowCount: Int { exchangeCount + symbolCount + aliases.aliases.count + refusedCount }

    /// Bytes of memory the image takes: main image, overlay, exchanges, aliases and refused rows.
    public var imageByteCount: Int {
        mainImage.byteCount + (overlay?.byteCount ?? 0) + directory.byteCount + aliases.byteCount
            + refusedRows.byteCount + (filters?.byteCount ?? 0)
    }

    /// Rows of the database that are not served as they stand now, exchanges first, each kind in id order. O(1).
    public var refused: [RefusedRow] { refusedRows.sorted }

    /// Refused rows; O(1).
    public var refusedCount: Int { refusedRows.ledger.rows.count }

    /// Those of a snapshot before, with what is new, where they will do.
    private static func filters(
        _ mainImage: RowImage, _ overlay: Overlay?, _ refused: RefusedRows, _ aliases: AliasTable,
        after previous: Snapshot?
    ) -> ChangedKeyFilters? {
        if let previous, previous.mainImage === mainImage, previous.refusedRows === refused,
            previous.aliases === aliases
        {
            if previous.overlay === overlay { return previous.filters }
            if let overlay, let before = previous.overlay, overlay.isNext(after: before),
                let filters = previous.filters?.adding(overlay.newHashes)
            {
                return filters
            }
        }
        return ChangedKeyFilters(mainImage.view.seed, overlay, refused, aliases)
    }
}
