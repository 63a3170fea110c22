/// Where things stand in a slot of 64 bytes.
///
/// ```
/// 0                                                 52    56    57   58    59   60     64
/// | key, 52 bytes, as in a frame                     | id  | price base quote meta | row |
/// ```
///
/// A slot holds one key, of however many rows, and names the row that answers for it. Where none does it names the
/// first of them all the same, so that every slot has an owner among the rows (`SlotClaims`).
enum SlotLayout {
    static let byteCount = 64
    static let byteCountShift = 6
    static let symbolId = ImageField<UInt32>(52)
    static let tail = ImageField<UInt64>(56)

    // The bits of `meta`. Those of the row that answers, which stand in its flags too:

    static let activeBit: UInt8 = 1
    static let lastGoodBit: UInt8 = 4
    static let derivedBit: UInt8 = 8
    static let tieredBit: UInt8 = 16
    static let rowBits = activeBit | lastGoodBit | derivedBit | tieredBit

    // And those of the key:

    /// Set in every slot that holds a key.
    static let takenBit: UInt8 = 2
    /// More than one row claims it: see `SharedKeys`.
    static let sharedBit: UInt8 = 32
    /// More than one live row has the best claim.
    static let ambiguousBit: UInt8 = 64
    /// No row answers for it. It is here for its text, as the pair of options is.
    static let unansweredBit: UInt8 = 128

    /// How far the flags from `lastGoodBit` on stand below those of `ResolutionFlags`.
    static let resolutionFlagShift: UInt8 = 2

    /// Fills a slot.
    static func store(_ key: KeyWords, id: UInt32, tail: SlotTail, at slot: UnsafeMutableRawPointer) {
        key.copyBytes(to: slot)
        slot[symbolId] = id
        slot[Self.tail] = tail.bits
    }
}
