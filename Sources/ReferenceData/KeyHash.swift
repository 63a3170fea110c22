/// The seeds of one image's hash function. Drawn at random, so that nobody can prepare keys that collide.
struct HashSeed: Sendable, Hashable, BitwiseCopyable {
    let first: UInt64
    let second: UInt64

    static func random() -> HashSeed {
        HashSeed(first: .random(in: .min ... .max), second: .random(in: .min ... .max))
    }

    /// The seed of this process's small tables. It is in no file, so that no file can be made whose keys collide.
    static let process = HashSeed.random()

    /// Mixes the 52 bytes of a key, a word at a time: each pair of words is multiplied to 128 bits and folded.
    ///
    /// Distinct constants per pair keep words from being exchanged unnoticed. Four multiplications, two in sequence.
    @inline(__always)
    func hash(_ key: KeyWords) -> UInt64 {
        let low = foldedProduct(key.word0 ^ first, key.word1 ^ second)
        let middle = foldedProduct(key.word2 ^ first ^ 0xA076_1D64_78BD_642F, key.word3 ^ second)
        let high = foldedProduct(key.word4 ^ first ^ 0xE703_7ED1_A0B4_28DB, key.word5 ^ second)
        return foldedProduct(
            (low &+ middle) ^ 0x8EBC_6AF0_9C88_C6E3, (high ^ UInt64(key.word6)) ^ second ^ 0x5899_65CC_7537_4CC3)
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
