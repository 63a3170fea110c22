/// Where things stand in a slot of 64 bytes.
///
/// ```
/// 0                                                 52    56    57   58    59   60     64
/// | key, 52 bytes, as in a frame                     | id  | price base quote meta | row |
/// ```
enum SlotLayout {
    static let byteCount = 64
    static let byteCountShift: UInt64 = 6
    static let symbolId = ImageField<UInt32>(52)
    static let tail = ImageField<UInt64>(56)

    // The bits of `meta`, and of a row's flags.
    static let activeBit: UInt8 = 1
    static let lastGoodBit: UInt8 = 2
    /// Set in every slot that holds a key.
    static let takenBit: UInt8 = 4

    static func flags(isActive: Bool, isLastGood: Bool) -> UInt8 {
        (isActive ? activeBit : 0) | (isLastGood ? lastGoodBit : 0)
    }

    /// Fills a slot.
    static func store(_ key: KeyWords, id: UInt32, tail: SlotTail, at slot: UnsafeMutableRawPointer) {
        key.copyBytes(to: slot)
        slot[symbolId] = id
        slot[Self.tail] = tail.bits
    }
}
