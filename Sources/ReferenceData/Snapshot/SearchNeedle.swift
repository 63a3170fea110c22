/// A search text: 1 to 50 bytes, folded.
struct SearchNeedle: BitwiseCopyable {
    let folded: FoldedText
    let byteCount: Int
    let first: UInt8
    let last: UInt8
    /// The text in memory order, eight bytes a word, and masks that keep so many of its bytes.
    private var words = InlineArray<7, UInt64>(repeating: 0)
    private var masks = InlineArray<7, UInt64>(repeating: 0)
    private let wordCount: Int

    /// How well a field matches; smaller is better.
    enum Rank {
        static let exact: UInt8 = 0
        static let prefix: UInt8 = 1
        static let substring: UInt8 = 2
        static let none: UInt8 = 3
    }

    init?(_ text: UnsafeRawBufferPointer) {
        guard isKeyText(text, byteCountMax: FoldedText.byteCountMax) else { return nil }
        folded = FoldedText(text)
        byteCount = text.count
        first = foldedByte(text[0])
        last = foldedByte(text[text.count - 1])
        wordCount = (text.count + 7) / 8
        for index in 0..<wordCount {
            words[index] = folded.words[index].byteSwapped
            let kept = min(text.count - index * 8, 8)
            masks[index] = .max >> UInt64(64 - kept * 8)
        }
    }

    /// `exact`, `prefix`, or `none` for a NUL-padded field, of which whole words can be read.
    @inline(__always)
    func prefixRank(_ field: UnsafeRawPointer, byteCountMax: Int) -> UInt8 {
        guard byteCount <= byteCountMax, isFound(foldedIn: field) else { return Rank.none }
        let isExact = byteCount == byteCountMax || field.load(fromByteOffset: byteCount, as: UInt8.self) == 0
        return isExact ? Rank.exact : Rank.prefix
    }

    /// Whether a NUL-padded field, of which whole words can be read, contains the text behind its first byte.
    func isInside(_ field: UnsafeRawPointer, byteCountMax: Int) -> Bool {
        var offset = 1
        while offset + byteCount <= byteCountMax {
            let byte = field.load(fromByteOffset: offset, as: UInt8.self)
            if byte == 0 { return false }
            if foldedByte(byte) == first, isFound(foldedIn: field + offset) { return true }
            offset += 1
        }
        return false
    }

    @inline(__always)
    private func isFound(foldedIn bytes: UnsafeRawPointer) -> Bool {
        for index in 0..<wordCount {
            let word = foldedASCII(bytes.loadUnaligned(fromByteOffset: index &* 8, as: UInt64.self))
            if word & masks[index] != words[index] { return false }
        }
        return true
    }

    /// Whether the text stands here in text that is folded already and can be read in whole words.
    @inline(__always)
    func isFound(in bytes: UnsafeRawPointer) -> Bool {
        for index in 0..<wordCount {
            let word = bytes.loadUnaligned(fromByteOffset: index &* 8, as: UInt64.self)
            if word & masks[index] != words[index] { return false }
        }
        return true
    }
}

@inline(__always)
func foldedByte(_ byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
}
