/// What a row has to do with its three slots: four bits for each, and one for the assets in the slot of its pair.
struct SlotClaims: BitwiseCopyable, Equatable {
    var bits: UInt16 = 0

    /// The slot says what this row says: its id, flags, digits and index.
    static let owner: UInt16 = 1
    /// The row is one of several that claim the key.
    static let shared: UInt16 = 2
    /// Of an owner: the slot says that more than one live row has the best claim.
    static let ambiguous: UInt16 = 4
    /// Of an owner: the slot says that no row answers for the key.
    static let unanswered: UInt16 = 8

    private static let equalAssetsBit: UInt16 = 1 << 12
    private static let allBits: UInt16 = 0x1FFF

    /// Whether base and quote are one asset, as those of a spot symbol never are. It stands here so that an image from
    /// outside can be judged without a look at the slot.
    var hasEqualAssets: Bool {
        get { bits & Self.equalAssetsBit != 0 }
        set { bits = newValue ? bits | Self.equalAssetsBit : bits & ~Self.equalAssetsBit }
    }

    /// Whether the row is one of several for any of its keys.
    var isAnyShared: Bool { (self[.symbol] | self[.name] | self[.pair]) & Self.shared != 0 }

    /// Whether each part says something that can be so.
    @inline(__always)
    var arePossible: Bool {
        bits & ~Self.allBits == 0 && Self.isPossible(self[.symbol]) && Self.isPossible(self[.name])
            && Self.isPossible(self[.pair])
    }

    @inline(__always)
    subscript(kind: KeyKind) -> UInt16 {
        get { bits >> Self.shift(kind) & 0xF }
        set { bits = bits & ~(0xF << Self.shift(kind)) | newValue << Self.shift(kind) }
    }

    @inline(__always)
    private static func shift(_ kind: KeyKind) -> UInt16 {
        switch kind {
        case .symbol: 0
        case .name: 4
        case .pair: 8
        }
    }

    /// Whether the bits of a slot say something that can be so: only an owner's slot is ambiguous or unanswered, and
    /// not both; an ambiguous one is shared, an unanswered one nobody's.
    private static func isPossible(_ bits: UInt16) -> Bool {
        switch bits {
        case 0, owner, shared, owner | shared, owner | shared | ambiguous, owner | unanswered: true
        default: false
        }
    }

    /// The key's own bits in the slot's meta.
    @inline(__always)
    static func keyBits(_ bits: UInt16) -> UInt8 { UInt8(truncatingIfNeeded: bits >> 1) << 5 }
}
