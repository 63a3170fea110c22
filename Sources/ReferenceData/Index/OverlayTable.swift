/// Finds the slots of an overlay by their keys: a hash table, at most half full, of numbers of slots.
///
/// A key has one slot that answers for it, which is taken as in a `SlotTable`. Besides there is one for each further
/// row of the overlay that claims the key. It is not taken, so no lookup matches it: it is for changes, which decide
/// such a key anew.
struct OverlayTable: @unchecked Sendable, BitwiseCopyable {
    let slots: UnsafeRawPointer
    private let entries: UnsafeRawPointer
    private let mask: Int

    /// What ends a search.
    private static let free: UInt32 = 0
    /// A slot that stays empty, for entries that lead nowhere any more.
    private static let vacant: UInt32 = 1
    /// The number of the first slot that may hold a key.
    static let firstSlot = 2

    /// Nothing.
    static let empty = OverlayTable(slots: UnsafeRawPointer(SlotTable.emptyBlock.start), SlotTable.emptyBlock, mask: 0)

    private init(slots: UnsafeRawPointer, _ entries: MemoryBlock, mask: Int) {
        self.slots = slots
        self.entries = UnsafeRawPointer(entries.start)
        self.mask = mask
    }

    @inline(__always)
    private func number(at position: Int) -> UInt32 {
        entries.load(fromByteOffset: (position & mask) &<< 2, as: UInt32.self)
    }

    @inline(__always)
    private func slot(_ number: UInt32) -> UnsafeRawPointer { slots + Int(number) &<< SlotLayout.byteCountShift }

    /// The slot that answers for a key, or nil: then no change concerns it.
    @inline(__always)
    func slot(of key: KeyWords, hash: UInt64) -> UnsafeRawPointer? {
        var position = Int(truncatingIfNeeded: hash)
        while true {
            let number = number(at: position)
            if number == Self.free { return nil }
            let slot = slot(number)
            if SlotTable.isKey(key, at: slot, tail: SlotTable.tail(at: slot)) { return slot }
            position &+= 1
        }
    }

    /// Calls `body` with every slot that is in use.
    func forEachSlot(_ body: (UnsafeRawPointer) -> Void) {
        for position in 0...mask {
            let number = number(at: position)
            if number > Self.vacant { body(slot(number)) }
        }
    }

    /// Calls `body` with every slot of a key.
    func forEachSlot(of key: KeyWords, hash: UInt64, _ body: (UnsafeRawPointer) -> Void) {
        var position = self.position(of: key, from: Int(truncatingIfNeeded: hash))
        while let found = position {
            body(slot(number(at: found)))
            position = self.position(of: key, from: found &+ 1)
        }
    }

    private func position(of key: KeyWords, from start: Int) -> Int? {
        var position = start
        while true {
            let number = number(at: position)
            if number == Self.free { return nil }
            if number != Self.vacant, KeyWords(bytes: slot(number)) == key { return position }
            position &+= 1
        }
    }

    /// The table while the next overlay is made: entries of its own, and slots behind those of the ones before.
    struct Builder {
        private(set) var table: OverlayTable
        private(set) var block: MemoryBlock
        private(set) var slotCount: Int
        /// The hashes of the keys that were decided on.
        private(set) var hashes: [UInt64] = []
        private(set) var entryCount: Int
        private let slots: UnsafeMutableRawPointer
        private let slotCountMax: Int
        private let firstNewSlot: Int
        private let seed: HashSeed

        /// A table of no keys, whose slots stand in a section of a store.
        init(_ store: OverlayStore, _ section: ImageSection, seed: HashSeed) {
            self.init(store, section, .zeroed(byteCount: 64), slotCount: OverlayTable.firstSlot, entryCount: 0, seed)
        }

        /// A table that goes on where another ended, whose entries these are.
        init(
            _ store: OverlayStore, _ section: ImageSection, after entries: MemoryBlock, slotCount: Int,
            entryCount: Int, seed: HashSeed
        ) {
            self.init(store, section, entries.copied(), slotCount: slotCount, entryCount: entryCount, seed)
        }

        private init(
            _ store: OverlayStore, _ section: ImageSection, _ block: MemoryBlock, slotCount: Int, entryCount: Int,
            _ seed: HashSeed
        ) {
            slots = store.start(section)
            slotCountMax = store.slotCountMax(section)
            self.block = block
            self.slotCount = slotCount
            self.entryCount = entryCount
            self.seed = seed
            firstNewSlot = slotCount
            table = OverlayTable(slots: UnsafeRawPointer(slots), block, mask: block.byteCount / 4 - 1)
        }

        /// A new slot for a key that does not answer for it; its number.
        mutating func append(_ key: KeyWords, id: UInt32, tail: SlotTail) -> UInt32 {
            precondition(slotCount < slotCountMax, "the store had room")
            SlotLayout.store(key, id: id, tail: tail, at: slots + slotCount * SlotLayout.byteCount)
            slotCount += 1
            return UInt32(slotCount - 1)
        }

        /// Lets a search for the key find a slot.
        mutating func insert(_ number: UInt32, hash: UInt64) {
            if (entryCount + 1) * 2 > table.mask + 1 { grow() }
            entryCount += 1
            place(number, hash)
        }

        private mutating func place(_ number: UInt32, _ hash: UInt64) {
            var position = Int(truncatingIfNeeded: hash)
            while table.number(at: position) != OverlayTable.free { position &+= 1 }
            set(position, number)
        }

        private mutating func set(_ position: Int, _ number: UInt32) {
            block.start.storeBytes(of: number, toByteOffset: (position & table.mask) * 4, as: UInt32.self)
        }

        /// Leaves out what leads nowhere; half of the entries at most are taken then, and a quarter at least is free
        /// for more.
        private mutating func grow() {
            let (old, oldBlock) = (table, block)
            defer { withExtendedLifetime(oldBlock) {} }
            entryCount = 0
            old.forEachSlot { _ in entryCount += 1 }
            var count = 16
            while count < (entryCount + 1) * 4 { count *= 2 }
            block = .zeroed(byteCount: count * 4)
            table = OverlayTable(slots: old.slots, block, mask: count - 1)
            for position in 0...old.mask {
                let number = old.number(at: position)
                if number > OverlayTable.vacant { place(number, seed.hash(KeyWords(bytes: old.slot(number)))) }
            }
        }

        /// Lets the slots of a key say who has it.
        ///
        /// - Parameters:
        ///   - answer: the slot that answers; `owner` is its row, if that is one of the overlay.
        ///   - row: the row of the overlay that claims the key by a slot, or nil.
        mutating func settle(
            _ key: KeyWords, hash: UInt64, answer: (id: UInt32, tail: SlotTail), owner: Int?,
            row: (UnsafeRawPointer) -> Int?
        ) {
            hashes.append(hash)
            var isAnswered = false
            var position = table.position(of: key, from: Int(truncatingIfNeeded: hash))
            while let found = position {
                let slot = table.slot(table.number(at: found))
                if let row = row(slot) {
                    let isAnswer = row == owner
                    isAnswered = isAnswered || isAnswer
                    let id = SlotTable.symbolId(at: slot)
                    replace(found, key, id: id, tail: isAnswer ? answer.tail : .claim(ofRow: row))
                } else {
                    set(found, OverlayTable.vacant)
                }
                position = table.position(of: key, from: found &+ 1)
            }
            if !isAnswered { insert(append(key, id: answer.id, tail: answer.tail), hash: hash) }
        }

        /// Readers of the overlays before have the slots that these have.
        private mutating func replace(_ position: Int, _ key: KeyWords, id: UInt32, tail: SlotTail) {
            let number = Int(table.number(at: position))
            let slot = slots + number * SlotLayout.byteCount
            if SlotTable.tail(at: UnsafeRawPointer(slot)).bits == tail.bits { return }
            if number >= firstNewSlot {
                slot[SlotLayout.tail] = tail.bits
            } else {
                set(position, append(key, id: id, tail: tail))
            }
        }
    }
}

extension SlotTail {
    /// The tail of a slot of a key that a row of the overlay claims and does not answer for.
    static func claim(ofRow row: Int) -> SlotTail { SlotTail(bits: UInt64(row) << 32) }
}
