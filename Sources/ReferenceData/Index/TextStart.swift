/// The first bytes of the texts of a key: sixteen of a symbol string, or eight of a base and eight of a quote asset.
struct TextStart: BitwiseCopyable, Equatable {
    let words: SIMD2<UInt64>

    static let symbolByteCount = 16
    static let assetByteCount = 8

    /// - Returns: also whether the text goes on.
    static func of(symbol key: KeyWords) -> (start: TextStart, isLong: Bool) {
        let start = SIMD2(key.word0 >> 16 | key.word1 << 48, key.word1 >> 16 | key.word2 << 48)
        let rest = key.word2 >> 16 | key.word3 | key.word4 | key.word5 | UInt64(key.word6)
        return (TextStart(words: start), rest != 0)
    }

    /// - Returns: also whether one of the texts goes on.
    static func of(pair key: KeyWords) -> (start: TextStart, isLong: Bool) {
        // The quote asset begins at byte 27.
        let start = SIMD2(key.word0 >> 16 | key.word1 << 48, key.word3 >> 24 | key.word4 << 40)
        let baseRest = key.word1 >> 16 | key.word2 | key.word3 & 0xFF_FFFF
        let quoteRest = key.word4 >> 24 | key.word5 | UInt64(key.word6)
        return (TextStart(words: start), baseRest | quoteRest != 0)
    }
}
