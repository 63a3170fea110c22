/// The header of an image and the sections it points to. Nothing in it is an address, so the same bytes can be mapped
/// from a file; checksum, epoch and generation are for that and are zero in memory, where the snapshot itself knows
/// them. All numbers are little-endian, all offsets count from its
/// start.
///
/// ```
/// 0        8         12            16          24         32      40           48, 56   64          128
/// | magic  | version | headerBytes | byteCount | checksum | epoch | generation | seed   | counts  | sections … | 512
/// ```
enum ImageLayout {
    /// "SYMBOLOG" in memory order.
    static let magic: UInt64 = 0x474F_4C4F_424D_5953
    static let formatVersion: UInt32 = 1
    static let headerByteCount = 512
    /// Every section begins on a cache line.
    static let sectionAlignment = 64

    static let magicOffset = 0
    static let formatVersionOffset = 8
    static let headerByteCountOffset = 12
    static let byteCountOffset = 16
    static let checksumOffset = 24
    static let epochOffset = 32
    static let generationOffset = 40
    static let seedFirstOffset = 48
    static let seedSecondOffset = 56
    static let rowCountOffset = 64
    static let sectionsOffset = 128
    /// A section's entry: byte offset and count of elements, 8 bytes each.
    static let sectionEntryByteCount = 16

    static func aligned(_ byteCount: Int) -> Int {
        (byteCount + sectionAlignment - 1) & ~(sectionAlignment - 1)
    }
}

/// The sections of an image, in the order in which they lie.
enum ImageSection: Int, CaseIterable {
    /// Slots keyed by exchange and symbol string.
    case symbolSlots
    /// Slots keyed by exchange, base and quote.
    case pairSlots
    /// One byte per bucket of each of the two.
    case symbolPilots
    case pairPilots
    /// Rows in id order.
    case rows
    /// Hash table from id to row.
    case idEntries
    /// By exchange id: where its members begin, how many they are, how many of them are active.
    case exchangeRanges
    /// Row indexes, by exchange, then in id order.
    case exchangeMembers
    /// Row indexes in folded order of the symbol string.
    case symbolOrder
    /// Row indexes in folded order of base, then quote: finds pairs and base prefixes.
    case pairOrder
    /// Row indexes in folded order of quote.
    case quoteOrder

    /// Bytes of one element.
    var elementByteCount: Int {
        switch self {
        case .symbolSlots, .pairSlots: SlotLayout.byteCount
        case .symbolPilots, .pairPilots: 1
        case .rows: RowLayout.byteCount
        case .idEntries: 8
        case .exchangeRanges: 12
        case .exchangeMembers, .symbolOrder, .pairOrder, .quoteOrder: 4
        }
    }
}

/// Where things stand in a row of 80 bytes. Its texts stand in its two slots and nowhere else.
enum RowLayout {
    static let byteCount = 80
    static let idOffset = 0
    static let exchangeIdOffset = 4
    /// `SlotLayout.activeBit` and `lastGoodBit`.
    static let flagsOffset = 6
    static let precisionBaseOffset = 7
    static let precisionQuoteOffset = 8
    static let precisionPriceOffset = 9
    /// Four signed bytes, in the order of the mantissas.
    static let exponentsOffset = 10
    static let symbolSlotOffset = 16
    static let pairSlotOffset = 20
    /// Minimum and maximum order size, tick and step, 8 bytes each.
    static let mantissasOffset = 24
    static let createdAtOffset = 56
    static let updatedAtOffset = 64
    static let lastSeenOffset = 72
}
