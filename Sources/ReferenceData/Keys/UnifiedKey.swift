/// A unified name as a ResolveUnified frame has it, as the key that finds it: that of the pair for a name without `:`
/// and with exactly one `/`, else that of the name.
struct UnifiedKey: BitwiseCopyable {
    let words: KeyWords
    let isPair: Bool
    /// Whether a row can have it: the exchange id is one, and each part of a pair an asset's length.
    let isPossible: Bool

    private init(_ words: KeyWords, isPair: Bool, isPossible: Bool) {
        self.words = words
        self.isPair = isPair
        self.isPossible = isPossible
    }

    /// The key of any name: reads 52 bytes at any alignment. Allocates nothing.
    @inline(never)
    init(frameBytes bytes: UnsafeRawPointer) {
        let words = KeyWords(bytes: bytes)
        if words.exchangeId & NameKey.markBit != 0 {
            self.init(words, isPair: false, isPossible: false)
            return
        }
        let name = UnsafeRawBufferPointer(start: bytes + 2, count: SymbolText.byteCountMax)
        guard let slash = NameKey.slash(ofPair: name) else {
            self.init(words.marked, isPair: false, isPossible: true)
            return
        }
        let text = name.prefix((name.lastIndex { $0 != 0 } ?? slash) + 1)
        let pair = PairKey(
            exchangeId: words.exchangeId, baseUTF8: UnsafeRawBufferPointer(rebasing: text[..<slash]),
            quoteUTF8: UnsafeRawBufferPointer(rebasing: text[(slash + 1)...]))
        self.init(pair?.words ?? words, isPair: true, isPossible: pair != nil)
    }
}

/// The first look at a unified name, as 52 bytes at any alignment: which kind of key it has, without a branch that
/// depends on how long the parts of a usual name are.
struct UnifiedNameLook: BitwiseCopyable {
    private let bytes: UnsafeRawPointer

    @inline(__always)
    init(_ bytes: UnsafeRawPointer) { self.bytes = bytes }

    @inline(__always)
    private func word(_ offset: Int) -> UInt64 { bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }

    /// The highest bit of each byte of a word that is a letter; perhaps of one behind it, too.
    @inline(__always)
    private static func places(of letter: Unicode.Scalar, in word: UInt64) -> UInt64 {
        zeroBytes(word ^ UInt64(UInt8(ascii: letter)) &* 0x0101_0101_0101_0101)
    }

    /// Whether the name has at most sixteen bytes.
    @inline(__always)
    private var isShort: Bool {
        word(18) | word(26) | word(34) | word(42) | UInt64(bytes.loadUnaligned(fromByteOffset: 50, as: UInt16.self))
            == 0
    }

    /// Whether the name has a `:`, as those of all contracts have, nearly all of them among the first sixteen bytes.
    @inline(__always)
    var hasColon: Bool {
        Self.places(of: ":", in: word(2)) | Self.places(of: ":", in: word(10)) != 0 || !isShort && hasLateColon
    }

    private var hasLateColon: Bool {
        @inline(never) get {
            UnsafeRawBufferPointer(start: bytes + 18, count: SymbolText.byteCountMax - 16).contains(UInt8(ascii: ":"))
        }
    }

    /// The key of the pair that a name without `:` is, put together in registers; nil for a name of more than sixteen
    /// bytes, or one that is no pair.
    @inline(__always)
    var shortPair: KeyWords? {
        let (low, high) = (Self.places(of: "/", in: word(2)), Self.places(of: "/", in: word(10)))
        let all = low >> 7 | high >> 6
        guard isShort, all & (all &- 1) == 0, all != 0 else { return nil }
        let bit = all.trailingZeroBitCount
        let slash = bit >> 3 | (bit & 1) << 3
        // Behind the slash; what would follow these sixteen bytes is NUL.
        let (quote0, quote1) = (word(3 + slash), word(11 + slash))
        // A base that ended with NULs would be another one.
        guard slash > 0, bytes.load(fromByteOffset: 1 + slash, as: UInt8.self) != 0, quote0 & 0xFF != 0 else {
            return nil
        }
        let base0 = word(2) & (low >> 7 &- 1)
        let base1 = word(10) & (high == 0 ? 0 : high >> 7 &- 1)
        let exchangeId = UInt64(bytes.loadUnaligned(as: UInt16.self))
        return KeyWords(
            word0: exchangeId | base0 << 16, word1: base0 >> 48 | base1 << 16, word2: base1 >> 48,
            word3: quote0 << 24, word4: quote0 >> 40 | quote1 << 24, word5: quote1 >> 40, word6: 0)
    }
}

extension KeyWords {
    /// With the mark that sets names apart from symbol strings.
    @inline(__always)
    var marked: KeyWords {
        KeyWords(
            word0: word0 | UInt64(NameKey.markBit), word1: word1, word2: word2, word3: word3, word4: word4,
            word5: word5, word6: word6)
    }
}
