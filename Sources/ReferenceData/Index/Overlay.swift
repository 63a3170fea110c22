/// The changes since a main image was built: the changed rows, the ids of its rows that were changed or deleted, and
/// who answers now for every key that any of them has or had.
///
/// It is immutable, and shares nearly all of its memory with the one that it was made of (`OverlayStore`): for a change
/// only the changed ids, two tables of numbers and two filters are copied. A slot here may name a row that lies in the
/// main image, or none at all where nobody is left who has the key.
final class Overlay: @unchecked Sendable {
    /// The most changed ids, deletions and rows together, before the main image is better rewritten in the background.
    static let rowCountMax = 4_096
    /// How many times as much an overlay may hold before a change waits for a new main image: when nobody rewrote in
    /// time.
    static let limitFactor = 4
    private static let rowCountFloor = 64
    /// Over a large main image an overlay may hold one row for so many of its: all options of a venue expire in the
    /// same second, and to write such an image anew would take too long for that.
    private static let mainRowCountPerRow = 16

    /// The most over a main image of so many rows: small ones are cheap to build, and their overlay counts against the
    /// memory the whole image may take.
    static func rowCountMax(mainRowCount: Int) -> Int {
        min(rowCountMax, max(rowCountFloor, mainRowCount / 16))
    }

    /// The maximum that no overlay exceeds.
    static func rowCountLimit(mainRowCount: Int) -> Int {
        max(rowCountMax(mainRowCount: mainRowCount) * limitFactor, mainRowCount / mainRowCountPerRow)
    }

    /// All rows that were appended, those too that are served no more: `ids` has the others.
    let rows: RowView
    let ids: ChangedIds
    let symbols: OverlayTable
    let pairs: OverlayTable
    /// Rows that are served.
    let rowCount: Int
    /// Rows of the main image that are not.
    let supersededCount: Int
    /// By exchange: how many live rows it has more than in the main image.
    let liveDifferences: [UInt16: Int]
    /// The hashes of the keys that are new in it or answered anew since the one that it shares memory with; none where
    /// it was made from scratch.
    let newHashes: (symbols: [UInt64], pairs: [UInt64])

    private let store: OverlayStore
    private let version: Int
    private let counts: OverlayStore.Counts
    private let idBlock: MemoryBlock
    private let symbolEntries: (block: MemoryBlock, count: Int)
    private let pairEntries: (block: MemoryBlock, count: Int)

    var byteCount: Int {
        OverlayStore.byteCount(counts) + idBlock.byteCount + symbolEntries.block.byteCount + pairEntries.block.byteCount
    }

    /// Slots that a search for a key may lead to, or more.
    var keyCount: Int { symbolEntries.count + pairEntries.count }

    /// The overlay after some changes.
    ///
    /// - Parameters:
    ///   - previous: nil for none so far. The first overlay made of it shares its memory; any other, and one for which
    ///     there is no room, is made from scratch.
    ///   - changed: in id order; what was served before is what `previous` says.
    ///   - context: of all rows; those of the main image that did not change are live or dead as it says.
    ///
    /// O(changed · log main); the rest, O(ids), is a copy of some ten bytes for each. From scratch O(ids · log main).
    static func changing(
        _ previous: Overlay?, _ changed: [RowChange], over main: RowView, _ context: RowContext
    ) -> Overlay {
        if let previous, previous.hasRoom(for: changed.count),
            previous.store.claim(after: previous.version)
        {
            return Overlay(previous, changed, over: main, context)
        }
        return Overlay(changed: previous.map { $0.all(with: changed, over: main) } ?? changed, over: main, context)
    }

    /// The first in a new store.
    private convenience init(changed: [RowChange], over main: RowView, _ context: RowContext) {
        let store = OverlayStore(changeCount: changed.count, seed: main.seed)
        self.init(
            store, version: 0, OverlayStore.Counts(),
            symbols: OverlayTable.Builder(store, .symbolSlots, seed: main.seed),
            pairs: OverlayTable.Builder(store, .pairSlots, seed: main.seed),
            ids: .none, rowCount: 0, supersededCount: 0, liveDifferences: [:], changed, main, context)
    }

    private convenience init(
        _ previous: Overlay, _ changed: [RowChange], over main: RowView, _ context: RowContext
    ) {
        let (store, counts) = (previous.store, previous.counts)
        self.init(
            store, version: previous.version + 1, counts,
            symbols: OverlayTable.Builder(
                store, .symbolSlots, after: previous.symbolEntries.block, slotCount: counts.symbolSlots,
                entryCount: previous.symbolEntries.count, seed: main.seed),
            pairs: OverlayTable.Builder(
                store, .pairSlots, after: previous.pairEntries.block, slotCount: counts.pairSlots,
                entryCount: previous.pairEntries.count, seed: main.seed),
            ids: previous.ids, rowCount: previous.rowCount, supersededCount: previous.supersededCount,
            liveDifferences: previous.liveDifferences, changed, main, context)
    }

    private init(
        _ store: OverlayStore, version: Int, _ counts: OverlayStore.Counts, symbols: OverlayTable.Builder,
        pairs: OverlayTable.Builder, ids: ChangedIds, rowCount: Int, supersededCount: Int,
        liveDifferences: [UInt16: Int], _ changed: [RowChange], _ main: RowView, _ context: RowContext
    ) {
        self.store = store
        self.version = version
        (self.ids, idBlock) = ids.changing(changed, firstRow: counts.rows, over: main)
        var builder = OverlayBuilder(
            store, counts, symbols: symbols, pairs: pairs, ids: self.ids, over: main, context)
        builder.append(changed, after: ids)
        self.counts = builder.counts
        rows = store.view(builder.counts)
        self.symbols = builder.symbols.table
        self.pairs = builder.pairs.table
        symbolEntries = (builder.symbols.block, builder.symbols.entryCount)
        pairEntries = (builder.pairs.block, builder.pairs.entryCount)
        newHashes = version > 0 ? (builder.symbols.hashes, builder.pairs.hashes) : ([], [])

        var (rowCount, supersededCount, liveDifferences) = (rowCount, supersededCount, liveDifferences)
        for change in changed {
            let entry = ids.entry(change.id)
            if entry == nil, main.rowIndex(id: change.id) != nil { supersededCount += 1 }
            rowCount += (change.after == nil ? 0 : 1) - (entry?.rowIndex == nil ? 0 : 1)
            if let row = change.before, row.isLive { liveDifferences[row.record.exchangeId, default: 0] -= 1 }
            if let row = change.after, row.isLive { liveDifferences[row.record.exchangeId, default: 0] += 1 }
        }
        self.supersededCount = supersededCount
        self.liveDifferences = liveDifferences
        self.rowCount = rowCount
    }

    /// Whether it was made of another one and shares the memory of that.
    func isNext(after other: Overlay) -> Bool { store === other.store && version == other.version + 1 }

    /// Whether so many changes can be appended to what it shares.
    func hasRoom(for changeCount: Int) -> Bool { store.hasRoom(for: changeCount, behind: counts) }

    /// How many ids would be changed after some changes, or more.
    func idCount(with changed: [RowChange]) -> Int { ids.count + changed.count { !ids.contains($0.id) } }

    /// Everything that changed since the main image, with some changes more.
    private func all(with changed: [RowChange], over main: RowView) -> [RowChange] {
        var all: [RowChange] = []
        all.reserveCapacity(ids.count + changed.count)
        func add(_ id: UInt32, _ after: ServedRow?) {
            let before = main.rowIndex(id: id).map { main.servedRow(at: $0) }
            all.append(RowChange(id: id, before: before, after: after))
        }
        var join = MergeJoin((0..<ids.count).lazy.map { self.ids[$0] }.makeIterator(), changed.makeIterator())
        while let (entry, change) = join.next() {
            if let change {
                add(change.id, change.after)
            } else if let entry {
                add(entry.id, entry.rowIndex.map { rows.servedRow(at: $0) })
            }
        }
        return all
    }
}
