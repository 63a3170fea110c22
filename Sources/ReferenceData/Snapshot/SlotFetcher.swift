internal import CPrefetch

/// What it takes to ask for slots, in the locals of a loop: the fields of an object would be read anew for each key.
struct SlotFetcher: BitwiseCopyable {
    private let seed: HashSeed
    private let table: SlotTable
    private let filter: BloomFilter
    private let hasFilter: Bool
    let slotOfChangedKeys: UnsafeRawPointer

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

/// The same for unified names, whose slots are those of names or of pairs.
struct NameFetcher: BitwiseCopyable {
    private let names: SlotFetcher
    private let pairs: SlotFetcher

    @inline(__always)
    init(_ snapshot: Snapshot) {
        names = SlotFetcher(snapshot, .name)
        pairs = SlotFetcher(snapshot, .pair)
    }

    /// - Parameter pair: room for a key, for a name that is a pair.
    @inline(__always)
    func fetch(_ frameBytes: UnsafeRawPointer, pair: UnsafeMutablePointer<KeyWords>) -> FetchedName {
        let look = UnifiedNameLook(frameBytes)
        if look.hasColon {
            return FetchedName(key: frameBytes, slot: names.fetch(KeyWords(bytes: frameBytes).marked))
        }
        guard let words = look.shortPair else {
            return FetchedName(key: frameBytes, slot: FetchedSlot(start: names.slotOfChangedKeys))
        }
        pair.initialize(to: words.marked)
        return FetchedName(key: UnsafeRawPointer(pair), slot: pairs.fetch(words))
    }
}

/// A unified name's slot, and the 52 bytes that are in it where it is the name's: but for the mark of names, which
/// stands either there or in the slot, never in both.
struct FetchedName: BitwiseCopyable {
    let key: UnsafeRawPointer
    let slot: FetchedSlot
}
