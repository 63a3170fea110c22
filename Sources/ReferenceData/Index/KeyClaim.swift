/// How good the claims of rows on a key are: the smaller the better.
enum KeyClaim {
    /// Of a live row that the key is meant for.
    static let preferredLive: UInt8 = 0
    static let live: UInt8 = 1
    static let preferredDead: UInt8 = 2
    static let dead: UInt8 = 3
    /// The row has the text and no claim on the key.
    static let none: UInt8 = 4

    /// The claim of a row on its string or its name.
    @inline(__always)
    static func rank(isLive: Bool) -> UInt8 { isLive ? live : dead }

    /// Whether a row of some kind may have a claim on its pair, whatever its exchange trades.
    static func mayClaimPair(kind: UInt8) -> Bool {
        kind == InstrumentKind.spot.rawValue || kind == InstrumentKind.perpetual.rawValue
    }

    /// The claim of a row on its pair, which depends on what the exchange trades: spot symbols of a spot exchange,
    /// perpetual contracts of a futures exchange, nothing of an exchange of options.
    /// - Parameter isPlain: whether a contract is linear and settles in the quote asset; asked of perpetual ones alone.
    @inline(__always)
    static func pairRank(kind: UInt8, marketType: MarketType?, isLive: Bool, isPlain: () -> Bool) -> UInt8 {
        switch marketType {
        case .spot where kind == InstrumentKind.spot.rawValue: rank(isLive: isLive)
        case .futures where kind == InstrumentKind.perpetual.rawValue: rank(isLive: isLive) - (isPlain() ? 1 : 0)
        default: none
        }
    }
}

/// Who answers for a key, found by looking at one claim after another, in any order: the best one. Of two equally good
/// ones of live rows neither (the key is ambiguous), of dead rows the one with the higher id, which was listed last.
struct KeyDecision: BitwiseCopyable {
    /// The row that answers, or the first that has the key where none does.
    private(set) var row: UInt32 = 0
    private var id: UInt32 = 0
    private(set) var rank = KeyClaim.none
    private(set) var isAmbiguous = false
    /// Whether more than one row has a claim.
    private(set) var isShared = false
    private var hasRow = false

    /// - Parameter row: whatever the caller knows the row by.
    @inline(__always)
    mutating func add(rank: UInt8, row: UInt32, id: UInt32) {
        if rank != KeyClaim.none, self.rank != KeyClaim.none { isShared = true }
        if hasRow, rank > self.rank || rank == KeyClaim.none { return }
        if hasRow, rank == self.rank {
            if rank <= KeyClaim.live {
                isAmbiguous = true
                return
            }
            if id < self.id { return }
        }
        hasRow = true
        isAmbiguous = false
        self.rank = rank
        self.row = row
        self.id = id
    }

    /// The key's own bits in a slot, all but `takenBit`.
    var keyBits: UInt8 {
        (isShared ? SlotLayout.sharedBit : 0) | (isAmbiguous ? SlotLayout.ambiguousBit : 0)
            | (rank == KeyClaim.none ? SlotLayout.unansweredBit : 0)
    }
}
