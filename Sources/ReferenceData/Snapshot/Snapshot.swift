/// An immutable image of the reference data, with every lookup a server or an engine needs.
///
/// A new state is a new snapshot; a reader keeps the one it holds for as long as it likes. All members may be called
/// from any number of threads at once. The lookups by key and by id allocate, lock, retain and throw nothing.
///
/// Inside: a large base that changes share, and a small overlay of what changed since, looked up first.
public final class Snapshot: @unchecked Sendable {
    /// The life of the process that built the image; generations of different epochs cannot be compared.
    public let epoch: UInt64
    /// Counts the images of one epoch upwards.
    public let generation: UInt64
    /// False only for `empty`: then every lookup answers `notLoaded`.
    public let isLoaded: Bool
    /// The `pg_snapshot` whose rows the image shows, as PostgreSQL prints it.
    public let databaseSnapshot: String
    /// Symbols that resolve to a record.
    public let symbolCount: Int
    /// Symbols that are active on an active exchange.
    public let activeSymbolCount: Int

    // Owners of the memory below.
    let baseImage: RowImage
    let overlay: Overlay?
    let directory: ExchangeDirectory
    let aliases: AliasTable
    let refusedRows: RefusedRows
    /// What this snapshot was rewritten from, if it was.
    let origin: Origin?

    // What lookups read: plain pointers and masks, so that a lookup touches no reference count. They stay valid because
    // every lookup is a method, whose caller holds the snapshot; see `resolve`.
    let seed: HashSeed
    let base: RowView
    let overlayRows: RowView
    let supersededIds: UnsafeBufferPointer<UInt32>
    let refusedSymbolIds: UnsafeBufferPointer<UInt32>
    let symbolTable: SlotTable
    let pairTable: SlotTable
    let exchangeFlags: UnsafeRawPointer
    /// Whether the base is not all there is; see `KeyFilters`.
    let hasFilters: Bool
    let symbolFilter: KeyFilter
    let pairFilter: KeyFilter
    let refusedSymbols: SlotTable
    let refusedPairs: SlotTable
    let aliasTable: SlotTable
    private let filters: KeyFilters?

    /// What a key consists of besides the exchange.
    enum KeyKind {
        case symbol
        case pair
    }

    /// An image with no rows, shared by whoever has none.
    static let emptyImage = RowImage.empty()

    init(
        baseImage: RowImage, overlay: Overlay?, directory: ExchangeDirectory, aliases: AliasTable,
        refusedRows: RefusedRows, epoch: UInt64, generation: UInt64, isLoaded: Bool, databaseSnapshot: String,
        origin: Origin? = nil
    ) {
        self.baseImage = baseImage
        self.overlay = overlay
        self.directory = directory
        self.aliases = aliases
        self.refusedRows = refusedRows
        self.epoch = epoch
        self.generation = generation
        self.isLoaded = isLoaded
        self.databaseSnapshot = databaseSnapshot
        self.origin = origin

        base = baseImage.view
        seed = baseImage.view.seed
        overlayRows = overlay?.image.view ?? Self.emptyImage.view
        supersededIds = overlay?.supersededIds ?? UnsafeBufferPointer(start: nil, count: 0)
        symbolTable = base.symbolTable
        pairTable = base.pairTable
        exchangeFlags = directory.flags
        refusedSymbolIds = refusedRows.symbolIds
        refusedSymbols = refusedRows.bySymbol.view
        refusedPairs = refusedRows.byPair.view
        aliasTable = aliases.table.view
        filters = KeyFilters(base, overlayRows, supersededIds, refusedRows, aliases)
        hasFilters = filters != nil
        symbolFilter = filters?.symbols ?? .empty
        pairFilter = filters?.pairs ?? .empty

        symbolCount = base.rowCount - supersededIds.count + overlayRows.rowCount
        activeSymbolCount = Self.activeSymbolCount(base, overlayRows, supersededIds, directory)
    }

    /// Nothing loaded yet: every lookup answers `notLoaded`. Its generation is 0.
    public static func empty(epoch: UInt64) -> Snapshot {
        Snapshot(
            baseImage: emptyImage, overlay: nil, directory: .empty, aliases: AliasTable([]),
            refusedRows: RefusedRows(RefusedLedger()), epoch: epoch, generation: 0, isLoaded: false,
            databaseSnapshot: "")
    }

    /// Exchanges that are known, active or not.
    public var exchangeCount: Int { directory.exchanges.count }

    public var activeExchangeCount: Int { directory.activeCount }

    /// Bytes of memory the image takes: base, overlay, exchanges, aliases and refused rows.
    public var imageByteCount: Int {
        baseImage.byteCount + (overlay?.byteCount ?? 0) + directory.byteCount + aliases.byteCount
            + refusedRows.byteCount + (filters?.byteCount ?? 0)
    }

    /// Rows of the database that are not served as they stand now, exchanges first, each kind in id order. O(1).
    public var refused: [RefusedRow] { refusedRows.sorted }

    /// Refused rows; O(1).
    public var refusedCount: Int { refusedRows.ledger.rows.count }

    /// O(exchanges + overlay): the base knows its count per exchange.
    private static func activeSymbolCount(
        _ base: RowView, _ overlay: RowView, _ supersededIds: UnsafeBufferPointer<UInt32>,
        _ directory: ExchangeDirectory
    ) -> Int {
        func isTradable(_ view: RowView, _ index: Int) -> Bool {
            view.rowFlags(at: index) & SlotLayout.activeBit != 0
                && directory.exchange(id: view.exchangeId(at: index))?.isActive == true
        }
        var count = 0
        for exchange in directory.exchanges where exchange.isActive {
            count += base.members(exchangeId: exchange.id).activeCount
        }
        for id in supersededIds {
            if let index = base.rowIndex(id: id), isTradable(base, index) { count -= 1 }
        }
        for index in 0..<overlay.rowCount where isTradable(overlay, index) { count += 1 }
        return count
    }
}

/// Further keys of symbols, and the table that finds them.
final class AliasTable: @unchecked Sendable {
    let aliases: [SymbolAlias]
    let table: KeyTable

    var byteCount: Int { table.byteCount + aliases.count * 64 }

    /// Of equal keys the first wins.
    init(_ aliases: [SymbolAlias]) {
        self.aliases = aliases
        table = KeyTable(aliases.map { ($0.key.words, $0.symbolId) })
    }
}
