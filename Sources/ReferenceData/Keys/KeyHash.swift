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
    /// folded; the products are added.
    ///
    /// Keys of up to 30 bytes of text, which nearly all are, end after two multiplications side by side.
    @inline(__always)
    func hash(_ key: KeyWords) -> UInt64 {
        let short =
            foldedProduct(key.word0 ^ first, key.word1 ^ second)
            &+ foldedProduct(key.word2 ^ third, key.word3 ^ fourth)
        return key.word4 | key.word5 | UInt64(key.word6) == 0
            ? short : short &+ Self.hashOfEnd(key.word4, key.word5, key.word6, fifth, sixth, seventh)
    }

    /// Apart, so that the loops around need fewer registers.
    @inline(never)
    private static func hashOfEnd(
        _ word4: UInt64, _ word5: UInt64, _ word6: UInt32, _ fifth: UInt64, _ sixth: UInt64, _ seventh: UInt64
    ) -> UInt64 {
        foldedProduct(word4 ^ fifth, word5 ^ sixth)
            &+ foldedProduct(UInt64(word6) ^ fifth &* seventh, sixth ^ seventh)
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
