/// The last eight bytes of a slot: precisions, flags, row index.
struct SlotTail: BitwiseCopyable {
    let bits: UInt64

    @inline(__always)
    init(bits: UInt64) { self.bits = bits }

    /// The tail of a slot that holds a key without a row.
    static let ofKeyAlone = SlotTail(bits: UInt64(SlotLayout.takenBit) << 24)

    init(_ record: SymbolRecord, isLastGood: Bool, rowIndex: UInt32) {
        let flags = SlotLayout.flags(isActive: record.isActive, isLastGood: isLastGood) | SlotLayout.takenBit
        bits =
            UInt64(record.precisionPrice) | UInt64(record.precisionBase) << 8 | UInt64(record.precisionQuote) << 16
            | UInt64(flags) << 24 | UInt64(rowIndex) << 32
    }

    @inline(__always) var meta: UInt8 { UInt8(truncatingIfNeeded: bits >> 24) }
    @inline(__always) var rowIndex: UInt32 { UInt32(truncatingIfNeeded: bits >> 32) }
    @inline(__always) var isTaken: Bool { meta & SlotLayout.takenBit != 0 }
}
