/// The keys that every peer is asked for, and the answer each of them holds.
///
/// One venue list and one generator serve all peers, so that a difference between two rows of a table is a difference
/// between two servers.
struct KeySet {
    struct Entry {
        let exchangeId: UInt16
        let symbolId: UInt32
        let symbol: String
        /// The key as a store of strings spells it.
        var flat: String { "\(exchangeId):\(symbol)" }
    }

    let entries: [Entry]

    /// Indexes of the keys to ask for, uniform, the same in every run with the same seed.
    func sequence(count: Int, seed: UInt64) -> [Int] {
        var generator = SplitMix(state: seed)
        return (0..<count).map { _ in Int.random(in: 0..<entries.count, using: &generator) }
    }
}

/// A small seeded generator: the standard library's cannot be seeded.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
