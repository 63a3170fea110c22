/// The rows of keys that more than one row claims, for changes, which decide such a key anew: eight bytes a claim, in
/// ascending order.
///
/// ```
/// bit 63: whether the slot is one of pairs | 32...62: the slot | 0...31: the row's index
/// ```
struct SharedKeys: @unchecked Sendable, BitwiseCopyable {
    let entries: UnsafeRawPointer
    let count: Int

    /// The most slots of a table: what an entry has room for.
    static let slotCountMax = 1 << 31

    static func entry(_ kind: KeyKind, slot: UInt32, row: UInt32) -> UInt64 {
        let table: UInt64 = kind == .pair ? 1 << 63 : 0
        return table | UInt64(slot) << 32 | UInt64(row)
    }

    @inline(__always)
    subscript(position: Int) -> UInt64 { entries.load(fromByteOffset: position &* 8, as: UInt64.self) }

    /// Where the claims on a slot's key stand. O(log count).
    func positions(_ kind: KeyKind, slot: Int) -> Range<Int> {
        let first = Self.entry(kind, slot: UInt32(truncatingIfNeeded: slot), row: 0)
        let lower = partitionPoint(count) { self[$0] < first }
        let rest = partitionPoint(count - lower) { self[lower + $0] >> 32 == first >> 32 }
        return lower..<lower + rest
    }
}
