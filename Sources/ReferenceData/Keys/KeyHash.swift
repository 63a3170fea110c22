/// The seeds of one image's hash function. Drawn at random, so that nobody can prepare keys that collide.
struct HashSeed: Sendable, Hashable, BitwiseCopyable {
    let first: UInt64
    let second: UInt64
    // Made from the two above, one for each further word: a lookup reads them instead of making them.
    private let third: UInt64
    private let fourth: UInt64
    private let fifth: UInt64
    private let sixth: UInt64
    private let seventh: UInt64

    init(first: UInt64, second: UInt64) {
        self.first = first
        self.second = second
        third = foldedProduct(first ^ 0xA076_1D64_78BD_642F, second | 1) ^ first
        fourth = foldedProduct(second ^ 0xE703_7ED1_A0B4_28DB, first | 1) ^ second
        fifth = foldedProduct(first ^ 0x8EBC_6AF0_9C88_C6E3, second | 1) ^ first
        sixth = foldedProduct(second ^ 0x5899_65CC_7537_4CC3, first | 1) ^ second
        seventh = foldedProduct(first ^ 0x1D8E_4E27_C47D_124F, second | 1) | 1
    }

    static func random() -> HashSeed {
        HashSeed(first: .random(in: .min ... .max), second: .random(in: .min ... .max))
    }

    /// The seed of this process's small tables. It is in no file, so that no file can be made whose keys collide.
    static let process = HashSeed.random()

    /// Mixes the 52 bytes of a key, two words at a time: each masked with a seed of its own, multiplied to 128 bits and
    /// folded; the products are added. The half word at the end, which only the longest texts reach, is added to the
    /// one before.
    ///
    /// Without a branch: names of contracts are now shorter and now longer than two products would do for.
    @inline(__always)
    func hash(_ key: KeyWords) -> UInt64 {
        let end = (key.word5 ^ sixth) &+ UInt64(key.word6) &* seventh
        return foldedProduct(key.word0 ^ first, key.word1 ^ second)
            &+ foldedProduct(key.word2 ^ third, key.word3 ^ fourth) &+ foldedProduct(key.word4 ^ fifth, end)
    }

    /// Mixes a hash of another seed.
    @inline(__always)
    func hash(hash: UInt64) -> UInt64 {
        foldedProduct(hash ^ first, second | 1)
    }

    /// Mixes a symbol id.
    @inline(__always)
    func hash(id: UInt32) -> UInt64 {
        foldedProduct(UInt64(id) ^ first, second | 1)
    }
}

/// The two halves of the full product, folded into one word.
@inline(__always)
func foldedProduct(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
}
