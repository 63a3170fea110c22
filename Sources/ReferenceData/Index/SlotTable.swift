/// A hash table of keys in slots of one cache line each, read in place.
///
/// Its contents never change, so no key need ever stand aside for another: the keys are dealt into small buckets by
/// some bits of their hashes, and each bucket has a pilot, one byte found when the table was built (`PerfectHash`),
/// which sends all keys of the bucket to free slots. A lookup reads the pilot (a byte for every two keys or so: these
/// stay in the near caches) and then exactly one slot, hit or miss. Probing from a home slot instead would mispredict a
/// branch on every other key.
struct SlotTable: @unchecked Sendable, BitwiseCopyable {
    let slots: UnsafeRawPointer
    let pilots: UnsafeRawPointer
    /// At most 2^32.
    let slotCount: Int
    /// One less than the number of buckets, a power of two.
    let pilotMask: UInt64

    init(slots: UnsafeRawPointer, slotCount: Int, pilots: UnsafeRawPointer, pilotCount: Int) {
        self.slots = slots
        self.pilots = pilots
        self.slotCount = slotCount
        pilotMask = UInt64(pilotCount - 1)
    }

    /// A table of nothing.
    static let empty = SlotTable(
        slots: UnsafeRawPointer(emptyBlock.start), slotCount: 2, pilots: UnsafeRawPointer(emptyBlock.start),
        pilotCount: 2)

    static let emptyBlock = MemoryBlock.zeroed(byteCount: 2 * SlotLayout.byteCount)

    /// The bucket of a hash.
    @inline(__always)
    static func bucket(_ hash: UInt64, mask: UInt64) -> Int {
        Int(truncatingIfNeeded: hash & mask)
    }

    /// Scrambles a hash for a pilot: the upper half of a product, which all lower bits reach, chooses the slot. (One
    /// product for both, with the pilot added to its factor, leaves a few keys together under every pilot: one table of
    /// thirty could not be built.)
    @inline(__always)
    private static func scrambled(_ hash: UInt64, _ pilot: UInt8) -> UInt64 {
        (hash ^ (UInt64(pilot) &* 0x9E37_79B9_7F4A_7C15)) &* 0xD6E8_FEB8_6659_FD93
    }

    /// The slot to which a pilot sends a hash: a product with their number in place of a remainder.
    @inline(__always)
    static func position(_ hash: UInt64, pilot: UInt8, slotCount: Int) -> Int {
        Int(truncatingIfNeeded: ((scrambled(hash, pilot) &>> 32) &* UInt64(truncatingIfNeeded: slotCount)) &>> 32)
    }

    /// The only slot that can hold a key of this hash.
    @inline(__always)
    func candidate(_ hash: UInt64) -> UnsafeRawPointer {
        let pilot = pilots.load(fromByteOffset: Self.bucket(hash, mask: pilotMask), as: UInt8.self)
        return slot(at: Self.position(hash, pilot: pilot, slotCount: slotCount))
    }

    @inline(__always)
    func slot(at index: Int) -> UnsafeRawPointer { slots + index &<< SlotLayout.byteCountShift }

    /// The number of a slot of this table.
    @inline(__always)
    func index(of slot: UnsafeRawPointer) -> Int { (slot - slots) &>> SlotLayout.byteCountShift }

    /// The slot that holds the key, or nil.
    @inline(__always)
    func slot(of key: KeyWords, hash: UInt64) -> UnsafeRawPointer? {
        let slot = candidate(hash)
        return Self.isKey(key, at: slot, tail: Self.tail(at: slot)) ? slot : nil
    }

    /// Whether a slot, whose tail was read already, holds the key. One branch for the whole comparison.
    @inline(__always)
    static func isKey(_ key: KeyWords, at slot: UnsafeRawPointer, tail: SlotTail) -> Bool {
        // An empty slot is all zero, and so can be the bytes that a peer sends.
        difference(key, at: slot) | (~tail.bits & (UInt64(SlotLayout.takenBit) << 24)) == 0
    }

    /// Not zero where the 52 bytes of a slot are not those of a key.
    @inline(__always)
    static func difference(_ key: KeyWords, at slot: UnsafeRawPointer) -> UInt64 {
        let first =
            (slot.load(as: UInt64.self) ^ key.word0) | (slot.load(fromByteOffset: 8, as: UInt64.self) ^ key.word1)
        let second =
            (slot.load(fromByteOffset: 16, as: UInt64.self) ^ key.word2)
            | (slot.load(fromByteOffset: 24, as: UInt64.self) ^ key.word3)
        let third =
            (slot.load(fromByteOffset: 32, as: UInt64.self) ^ key.word4)
            | (slot.load(fromByteOffset: 40, as: UInt64.self) ^ key.word5)
        let fourth = slot.load(fromByteOffset: 48, as: UInt32.self) ^ key.word6
        return (first | second) | (third | UInt64(fourth))
    }

    /// Not zero where the 52 bytes of a slot are not those of a key at any alignment: sixteen at a time are compared,
    /// and the last eight, which overlap those before.
    /// - Parameter expected: the bits in which the first eight bytes differ all the same.
    @inline(__always)
    static func difference(_ key: UnsafeRawPointer, at slot: UnsafeRawPointer, expected: UInt64 = 0) -> UInt64 {
        func difference(_ offset: Int) -> SIMD2<UInt64> {
            slot.load(fromByteOffset: offset, as: SIMD2<UInt64>.self)
                ^ key.loadUnaligned(fromByteOffset: offset, as: SIMD2<UInt64>.self)
        }
        let last =
            slot.loadUnaligned(fromByteOffset: 44, as: UInt64.self)
            ^ key.loadUnaligned(fromByteOffset: 44, as: UInt64.self)
        let words = difference(0) ^ SIMD2(expected, 0) | difference(16) | difference(32)
        return words[0] | words[1] | last
    }

    @inline(__always)
    static func symbolId(at slot: UnsafeRawPointer) -> UInt32 {
        slot[SlotLayout.symbolId]
    }

    @inline(__always)
    static func tail(at slot: UnsafeRawPointer) -> SlotTail {
        SlotTail(bits: slot[SlotLayout.tail])
    }
}
