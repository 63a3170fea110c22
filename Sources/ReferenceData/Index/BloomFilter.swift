/// A Bloom filter of hashes with one bit each: it may say yes wrongly and never says no wrongly.
struct BloomFilter: @unchecked Sendable, BitwiseCopyable {
    let bits: UnsafeRawPointer
    /// Bits less one; their count is a power of two, at least 64.
    let bitMask: UInt64

    /// Holds nothing.
    static let empty = BloomFilter(bits: UnsafeRawPointer(SlotTable.emptyBlock.start), bitMask: 63)

    @inline(__always)
    func mayContain(_ hash: UInt64) -> Bool {
        let bit = (hash >> 40) & bitMask
        let word = bits.load(fromByteOffset: Int(truncatingIfNeeded: bit >> 6) << 3, as: UInt64.self)
        return (word >> (bit & 63)) & 1 != 0
    }

    func insert(_ hash: UInt64, into memory: UnsafeMutableRawPointer) {
        let bit = (hash >> 40) & bitMask
        let offset = Int(bit >> 6) << 3
        let word = memory.load(fromByteOffset: offset, as: UInt64.self)
        memory.storeBytes(of: word | 1 << (bit & 63), toByteOffset: offset, as: UInt64.self)
    }
}
