/// What a slot says to whoever asks for its key: eight bytes, from the id to the meta, most of which answers take over.
struct SlotAnswer: BitwiseCopyable {
    private let bits: UInt64

    @inline(__always)
    init(at slot: UnsafeRawPointer) {
        bits = slot.loadUnaligned(fromByteOffset: SlotLayout.symbolId.offset, as: UInt64.self)
    }

    /// The id and behind it the three precisions and a zero, as they lie in an answer.
    @inline(__always) var idAndPrecisions: UInt64 { bits & 0x00FF_FFFF_FFFF_FFFF }

    @inline(__always) private var meta: UInt8 { UInt8(truncatingIfNeeded: bits &>> 56) }

    /// `SlotLayout.activeBit` alone where one live row has the key, and answers for it.
    @inline(__always) var claimBits: UInt8 {
        meta & (SlotLayout.activeBit | SlotLayout.ambiguousBit | SlotLayout.unansweredBit)
    }

    /// The flags of the row but `active`, as answers carry them.
    @inline(__always) var otherFlags: UInt32 {
        UInt32(meta & SlotLayout.rowBits & ~SlotLayout.activeBit) &<< UInt32(SlotLayout.resolutionFlagShift)
    }
}
