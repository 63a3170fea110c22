internal import CPrefetch

/// What it takes to ask for slots, in the locals of a loop: the fields of an object would be read anew for each key.
struct SlotFetcher: BitwiseCopyable {
    private let seed: HashSeed
    private let table: SlotTable
    private let filter: BloomFilter
    private let hasFilter: Bool
    private let slotOfChangedKeys: UnsafeRawPointer

    @inline(__always)
    init(_ snapshot: Snapshot, _ kind: KeyKind) {
        seed = snapshot.mainRows.seed
        table = snapshot.mainRows.table(kind)
        filter = kind == .pair ? snapshot.pairFilter : snapshot.symbolFilter
        hasFilter = snapshot.hasFilters
        slotOfChangedKeys = snapshot.slotOfChangedKeys
    }

    /// The slot for a key, which is on its way to the cache from then on.
    @inline(__always)
    func fetch(_ key: KeyWords) -> FetchedSlot {
        let hash = seed.hash(key)
        let slot = table.candidate(hash)
        prefetch_line(slot)
        return FetchedSlot(start: hasFilter && filter.mayContain(hash) ? slotOfChangedKeys : slot)
    }
}

/// The only slot of the main image that can hold a key; `Snapshot.slotOfChangedKeys` where something else may concern
/// the key.
struct FetchedSlot: BitwiseCopyable {
    let start: UnsafeRawPointer
}

/// A unified name's key, which its bytes in memory begin with, and slot.
struct FetchedName: BitwiseCopyable {
    let key: UnifiedKey
    let slot: FetchedSlot

    /// Not zero for a name that no row can have.
    @inline(__always) var doubt: UInt64 { key.isPossible ? 0 : 1 }
}
