/// Where things stand in a slot of 64 bytes.
///
/// ```
/// 0                                                 52    56    57   58    59   60     64
/// | key, 52 bytes, as in a frame                     | id  | price base quote meta | row |
/// ```
///
/// `meta` holds the row's flags in its low two bits and, above them, the slot's distance from its home, counted from 1;
/// 0 there is an empty slot.
enum SlotLayout {
    static let byteCount = 64
    static let byteCountShift: UInt64 = 6
    static let symbolIdOffset = 52
    static let tailOffset = 56

    static let activeBit: UInt8 = 1
    static let lastGoodBit: UInt8 = 2
    /// The greatest distance that six bits can count.
    static let distanceMax = 63
    /// Slots behind the last home, so that probing never wraps.
    static let spareCount = distanceMax

    /// The last eight bytes of a slot.
    static func tail(record: SymbolRecord, isLastGood: Bool, distance: Int, rowIndex: UInt32) -> UInt64 {
        var meta = UInt8(distance) << 2
        if record.isActive { meta |= activeBit }
        if isLastGood { meta |= lastGoodBit }
        return tail(
            precisions: (record.precisionPrice, record.precisionBase, record.precisionQuote), meta: meta,
            rowIndex: rowIndex)
    }

    static func tail(precisions: (UInt8, UInt8, UInt8), meta: UInt8, rowIndex: UInt32) -> UInt64 {
        UInt64(precisions.0) | UInt64(precisions.1) << 8 | UInt64(precisions.2) << 16 | UInt64(meta) << 24
            | UInt64(rowIndex) << 32
    }
}

/// The last eight bytes of a slot, taken apart.
struct SlotTail: BitwiseCopyable {
    let bits: UInt64

    @inline(__always) var precisionPrice: UInt8 { UInt8(truncatingIfNeeded: bits) }
    @inline(__always) var precisionBase: UInt8 { UInt8(truncatingIfNeeded: bits >> 8) }
    @inline(__always) var precisionQuote: UInt8 { UInt8(truncatingIfNeeded: bits >> 16) }
    @inline(__always) var meta: UInt8 { UInt8(truncatingIfNeeded: bits >> 24) }
    @inline(__always) var distance: UInt64 { (bits >> 26) & 63 }
    @inline(__always) var rowIndex: UInt32 { UInt32(truncatingIfNeeded: bits >> 32) }
}

/// A hash table of keys in slots of one cache line each, read in place.
///
/// Slots lie in the order of their homes (what Robin Hood hashing arrives at), each with its distance from home. A
/// probe therefore ends at the first slot nearer to its home than the wanted key would be: a miss touches no more lines
/// than a hit, and no probe goes further than 63 slots whatever the bytes say.
struct SlotTable: @unchecked Sendable, BitwiseCopyable {
    let slots: UnsafeRawPointer
    /// Homes less one; their count is a power of two.
    let homeMask: UInt64

    /// A table of nothing: one home, empty.
    static let empty = SlotTable(slots: emptySlots, homeMask: 0)

    nonisolated(unsafe) private static let emptySlots: UnsafeRawPointer = {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: SlotLayout.byteCount, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: SlotLayout.byteCount)
        return UnsafeRawPointer(memory)
    }()

    @inline(__always)
    func home(_ hash: UInt64) -> UnsafeRawPointer {
        slots + Int(truncatingIfNeeded: (hash & homeMask) << SlotLayout.byteCountShift)
    }

    /// The slot that holds the key, or nil.
    @inline(__always)
    func slot(of key: KeyWords, hash: UInt64) -> UnsafeRawPointer? {
        slot(of: key, hash: hash, homeTail: Self.tail(at: home(hash)))
    }

    /// As `slot(of:hash:)`, with the tail of the home slot read beforehand.
    @inline(__always)
    func slot(of key: KeyWords, hash: UInt64, homeTail: SlotTail) -> UnsafeRawPointer? {
        var slot = home(hash)
        var tail = homeTail
        var distance: UInt64 = 1
        while true {
            let found = tail.distance
            if found < distance { return nil }
            // Only keys of the same home can stand at the same distance here.
            if found == distance, isKey(key, at: slot) { return slot }
            slot += SlotLayout.byteCount
            tail = Self.tail(at: slot)
            distance += 1
        }
    }

    @inline(__always)
    func isKey(_ key: KeyWords, at slot: UnsafeRawPointer) -> Bool {
        let first =
            (slot.load(as: UInt64.self) ^ key.word0) | (slot.load(fromByteOffset: 8, as: UInt64.self) ^ key.word1)
        let second =
            (slot.load(fromByteOffset: 16, as: UInt64.self) ^ key.word2)
            | (slot.load(fromByteOffset: 24, as: UInt64.self) ^ key.word3)
        let third =
            (slot.load(fromByteOffset: 32, as: UInt64.self) ^ key.word4)
            | (slot.load(fromByteOffset: 40, as: UInt64.self) ^ key.word5)
        let fourth = UInt64(slot.load(fromByteOffset: 48, as: UInt32.self) ^ key.word6)
        return (first | second) | (third | fourth) == 0
    }

    @inline(__always)
    static func symbolId(at slot: UnsafeRawPointer) -> UInt32 {
        slot.load(fromByteOffset: SlotLayout.symbolIdOffset, as: UInt32.self)
    }

    @inline(__always)
    static func tail(at slot: UnsafeRawPointer) -> SlotTail {
        SlotTail(bits: slot.load(fromByteOffset: SlotLayout.tailOffset, as: UInt64.self))
    }
}
