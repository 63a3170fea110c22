/// The last eight bytes of a slot: precisions, flags, row index.
struct SlotTail: BitwiseCopyable {
    let bits: UInt64

    @inline(__always)
    init(bits: UInt64) { self.bits = bits }

    /// The tail of a slot that holds a key without a row.
    static let ofKeyAlone = SlotTail(bits: UInt64(SlotLayout.takenBit) << 24)

    /// The tail of a slot that a stored row owns.
    /// - Parameter keyBits: of the key's own bits all but `takenBit`.
    init(row: UnsafeRawPointer, rowIndex: UInt32, keyBits: UInt8) {
        let meta = row[RowLayout.flags] & SlotLayout.rowBits | SlotLayout.takenBit | keyBits
        bits =
            UInt64(row[RowLayout.precisionPrice]) | UInt64(row[RowLayout.precisionBase]) << 8
            | UInt64(row[RowLayout.precisionQuote]) << 16 | UInt64(meta) << 24 | UInt64(rowIndex) << 32
    }

    @inline(__always) var meta: UInt8 { UInt8(truncatingIfNeeded: bits >> 24) }
    @inline(__always) var rowIndex: UInt32 { UInt32(truncatingIfNeeded: bits >> 32) }
    @inline(__always) var isTaken: Bool { meta & SlotLayout.takenBit != 0 }
    @inline(__always) var isActive: Bool { meta & SlotLayout.activeBit != 0 }
    @inline(__always) var isShared: Bool { meta & SlotLayout.sharedBit != 0 }
    @inline(__always) var isAmbiguous: Bool { meta & SlotLayout.ambiguousBit != 0 }
    @inline(__always) var isUnanswered: Bool { meta & SlotLayout.unansweredBit != 0 }
}
