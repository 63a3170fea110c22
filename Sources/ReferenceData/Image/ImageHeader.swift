/// The header of an image. Nothing in an image is an address, so the same bytes can be mapped from a file. All numbers
/// are little-endian, all offsets count from its start.
///
/// ```
/// 0       8         12            16          24         32      40           48, 56
/// | magic | version | headerBytes | byteCount | checksum | epoch | generation | seed |
///
/// 64         72            80
/// | rowCount | confirmedAt | flags |
///
/// 88                      96         104    112                120          124           128
/// | databaseSnapshotBytes | judgedAt | asOf | systemIdentifier | databaseId | symbolIdMax | sections: offset and count
///
/// 448 512
/// | 0 | the sections, each on a cache line
/// ```
///
/// In memory a main image ends behind its own sections, and what only a file needs is zero: the snapshot itself knows
/// epoch, generation and the rest.
enum ImageHeader {
    /// "SYMBOLOG" in memory order.
    static let magicNumber: UInt64 = 0x474F_4C4F_424D_5953
    /// Raised with any change to what the bytes mean, the hash functions included.
    static let currentVersion: UInt32 = 6
    static let byteCount = 512

    static let magic = ImageField<UInt64>(0)
    static let formatVersion = ImageField<UInt32>(8)
    static let headerByteCount = ImageField<UInt32>(12)
    static let imageByteCount = ImageField<UInt64>(16)
    /// Of all bytes, this field taken as zero; see `ImageChecksum`.
    static let checksum = ImageField<UInt64>(24)
    static let epoch = ImageField<UInt64>(32)
    static let generation = ImageField<UInt64>(40)
    static let seedFirst = ImageField<UInt64>(48)
    static let seedSecond = ImageField<UInt64>(56)
    static let rowCount = ImageField<UInt64>(64)
    /// When the content was last known to equal the tables.
    static let confirmedAt = ImageField<Timestamp>(72)
    /// `loadedFlag`.
    static let flags = ImageField<UInt64>(80)
    /// The first bytes of the texts are the `pg_snapshot`.
    static let databaseSnapshotByteCount = ImageField<UInt64>(88)
    /// The time at which the rows were judged: those that are due then are inactive.
    static let judgedAt = ImageField<Timestamp>(96)
    /// The moment whose state it is, for good; absent where it follows the tables.
    static let asOf = ImageField<Timestamp>(104)
    /// Whose rows these are; 0 where nobody knows.
    static let systemIdentifier = ImageField<UInt64>(112)
    static let databaseId = ImageField<UInt32>(120)
    /// The greatest id that a symbol of that database is known to have had.
    static let symbolIdMax = ImageField<UInt32>(124)
    static let sectionsOffset = 128

    static let loadedFlag: UInt64 = 1
}
