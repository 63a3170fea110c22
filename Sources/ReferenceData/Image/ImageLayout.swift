/// The header of an image and the sections it points to. Nothing in it is an address, so the same bytes can be mapped
/// from a file. All numbers are little-endian, all offsets count from its start.
///
/// ```
/// 0       8         12            16          24         32      40           48, 56
/// | magic | version | headerBytes | byteCount | checksum | epoch | generation | seed |
///
/// 64         72            80
/// | rowCount | confirmedAt | flags |
///
/// 88                          128                           512
/// | databaseSnapshotBytes | 0 | sections: offset and count | 0 | the sections, each on a cache line, in order
/// ```
///
/// In memory a base ends behind its own sections, and what only a file needs is zero: the snapshot itself knows epoch,
/// generation and the rest.
enum ImageLayout {
    /// "SYMBOLOG" in memory order.
    static let magic: UInt64 = 0x474F_4C4F_424D_5953
    /// Raised with any change to what the bytes mean, the hash functions included.
    static let formatVersion: UInt32 = 1
    static let headerByteCount = 512
    /// Every section begins on a cache line.
    static let sectionAlignment = 64

    static let magicOffset = 0
    static let formatVersionOffset = 8
    static let headerByteCountOffset = 12
    static let byteCountOffset = 16
    /// Of all bytes, this field taken as zero; see `ImageChecksum`.
    static let checksumOffset = 24
    static let epochOffset = 32
    static let generationOffset = 40
    static let seedFirstOffset = 48
    static let seedSecondOffset = 56
    static let rowCountOffset = 64
    /// Microseconds since 1970: when the content was last known to equal the tables.
    static let confirmedAtOffset = 72
    /// `loadedFlag`.
    static let flagsOffset = 80
    /// The first bytes of the texts are the `pg_snapshot`.
    static let databaseSnapshotByteCountOffset = 88
    static let sectionsOffset = 128
    /// A section's entry: byte offset and count of elements, 8 bytes each.
    static let sectionEntryByteCount = 16

    static let loadedFlag: UInt64 = 1

    static func aligned(_ byteCount: Int) -> Int {
        (byteCount + sectionAlignment - 1) & ~(sectionAlignment - 1)
    }
}

/// The sections of an image, in the order in which they lie. Those after `searchIndex` are in files only.
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
    /// Places in the symbol order, by folded base, then quote, then exchange: finds pairs and base prefixes.
    case pairOrder
    /// Places in the symbol order, by folded quote; ascending within a quote.
    case quoteOrder
    /// See `SearchIndex`.
    case searchIndex
    /// Exchanges in id order.
    case exchanges
    case aliases
    case refusedRows
    /// UTF-8: the `pg_snapshot`, then the reasons of the refused rows.
    case texts

    /// The sections of a base.
    static let baseCases = allCases.prefix(through: ImageSection.searchIndex.rawValue)

    /// Bytes of one element.
    var elementByteCount: Int {
        switch self {
        case .symbolSlots, .pairSlots: SlotLayout.byteCount
        case .symbolPilots, .pairPilots, .searchIndex, .texts: 1
        case .rows: RowLayout.byteCount
        case .idEntries: 8
        case .exchangeRanges: 12
        case .exchangeMembers, .symbolOrder, .pairOrder, .quoteOrder: 4
        case .exchanges: ExchangeLayout.byteCount
        case .aliases: AliasLayout.byteCount
        case .refusedRows: RefusedRowLayout.byteCount
        }
    }
}

/// Where things stand in an exchange of 768 bytes. Texts are padded with NUL.
enum ExchangeLayout {
    static let byteCount = 768
    static let idOffset = 0
    static let marketTypeOffset = 2
    /// The bits below.
    static let flagsOffset = 3
    static let rateLimitOffset = 4
    static let createdAtOffset = 8
    static let updatedAtOffset = 16
    static let precisionDefaultOffset = 24
    static let nameOffset = 32
    static let enumValueOffset = nameOffset + Exchange.nameByteCountMax
    static let displayNameOffset = enumValueOffset + Exchange.enumValueByteCountMax
    static let baseURLOffset = displayNameOffset + Exchange.displayNameByteCountMax
    static let websocketURLOffset = baseURLOffset + Exchange.urlByteCountMax

    static let activeBit: UInt8 = 1
    static let lastGoodBit: UInt8 = 2
    // What is not absent.
    static let baseURLBit: UInt8 = 4
    static let websocketURLBit: UInt8 = 8
    static let rateLimitBit: UInt8 = 16
    static let precisionDefaultBit: UInt8 = 32
    static let allBits: UInt8 = 63
}

/// Where things stand in an alias of 56 bytes: the key as in a frame, and the symbol's id.
enum AliasLayout {
    static let byteCount = 56
    static let symbolIdOffset = 52
}

/// Where things stand in a refused row of 136 bytes.
enum RefusedRowLayout {
    static let byteCount = 136
    static let idOffset = 0
    /// In the texts.
    static let reasonOffsetOffset = 8
    static let reasonByteCountOffset = 16
    static let exchangeIdOffset = 20
    static let tableOffset = 22
    /// The bits below.
    static let flagsOffset = 23
    static let symbolKeyOffset = 24
    static let pairKeyOffset = 80

    static let symbolKeyBit: UInt8 = 1
    static let pairKeyBit: UInt8 = 2
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
