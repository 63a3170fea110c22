/// What a row has to do with its three slots: four bits for each.
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

    /// Whether bits say something that can be so: only an owner's slot is ambiguous or unanswered, and not both; an
    /// ambiguous one is shared, an unanswered one nobody's.
    static func isPossible(_ bits: UInt16) -> Bool {
        switch bits {
        case 0, owner, shared, owner | shared, owner | shared | ambiguous, owner | unanswered: true
        default: false
        }
    }

    /// The key's own bits in the slot's meta.
    @inline(__always)
    static func keyBits(_ bits: UInt16) -> UInt8 { UInt8(truncatingIfNeeded: bits >> 1) << 5 }
}
