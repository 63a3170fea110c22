/// Text for search: ASCII capitals made small, padded with zero to 56 bytes and read as seven big-endian words, so that
/// comparing words compares text.
struct FoldedText: Sendable, BitwiseCopyable {
    static let byteCountMax = 50

    var words: InlineArray<7, UInt64>

    /// Folds at most `byteCountMax` bytes.
    init(_ bytes: UnsafeRawBufferPointer) {
        words = InlineArray(repeating: 0)
        withUnsafeMutableBytes(of: &words) { destination in
            destination.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.byteCountMax)))
        }
        for index in 0..<7 { words[index] = foldedASCII(words[index]).byteSwapped }
    }

    init<let count: Int>(_ text: FixedText<count>) {
        self = Swift.withUnsafeBytes(of: text.bytes) { FoldedText($0) }
    }

    static func < (left: FoldedText, right: FoldedText) -> Bool {
        for index in 0..<7 where left.words[index] != right.words[index] {
            return left.words[index] < right.words[index]
        }
        return false
    }

    static func == (left: FoldedText, right: FoldedText) -> Bool {
        for index in 0..<7 where left.words[index] != right.words[index] { return false }
        return true
    }

    /// The same text cut to its first bytes, by which a prefix is recognised.
    func prefix(_ byteCount: Int) -> FoldedText {
        var cut = self
        for index in 0..<7 {
            let kept = min(max(byteCount - index * 8, 0), 8)
            cut.words[index] &= kept == 0 ? 0 : UInt64.max << UInt64(64 - kept * 8)
        }
        return cut
    }
}

/// Makes the ASCII capitals among eight bytes small, all at once and without carries between bytes.
@inline(__always)
func foldedASCII(_ word: UInt64) -> UInt64 {
    let highBits: UInt64 = 0x8080_8080_8080_8080
    let low = word & ~highBits
    // The high bit of each byte becomes set where the byte is at least "A", and where it is beyond "Z".
    let fromA = low &+ 0x3F3F_3F3F_3F3F_3F3F
    let beyondZ = low &+ 0x2525_2525_2525_2525
    let capitals = fromA & ~beyondZ & ~word & highBits
    return word | (capitals >> 2)
}
