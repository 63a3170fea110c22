/// A unified name as a ResolveUnified frame has it, as the key that finds it: that of the pair for a name without `:`
/// and with exactly one `/`, else that of the name.
struct UnifiedKey: BitwiseCopyable {
    let words: KeyWords
    let isPair: Bool
    /// Whether a row can have it: the exchange id is one, and each part of a pair an asset's length.
    let isPossible: Bool

    @inline(__always)
    var kind: KeyKind { isPair ? .pair : .name }

    /// Reads 52 bytes at any alignment. Allocates nothing.
    @inline(__always)
    init(frameBytes bytes: UnsafeRawPointer) {
        let words = KeyWords(bytes: bytes)
        if words.exchangeId & NameKey.markBit != 0 {
            self.init(words, isPair: false, isPossible: false)
        } else if Self.hasColon(bytes) {
            self.init(words.marked, isPair: false, isPossible: true)
        } else {
            let slash = Self.slashOfShortPair(bytes)
            self =
                slash > 0 ? UnifiedKey(Self.pairWords(bytes, slash), isPair: true, isPossible: true) : Self.slow(words)
        }
    }

    @inline(__always)
    private init(_ words: KeyWords, isPair: Bool, isPossible: Bool) {
        self.words = words
        self.isPair = isPair
        self.isPossible = isPossible
    }

    /// Whether the name has a `:`, as those of all contracts have.
    @inline(__always)
    static func hasColon(_ bytes: UnsafeRawPointer) -> Bool {
        let colon = SIMD16<UInt8>(repeating: UInt8(ascii: ":"))
        func found(_ offset: Int) -> SIMDMask<SIMD16<Int8>> {
            bytes.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self) .== colon
        }
        // The last sixteen bytes overlap the ones before, so that nothing behind the name is read.
        let all = unsafeBitCast(found(2) .| found(18) .| found(34) .| found(36), to: SIMD2<UInt64>.self)
        return all[0] | all[1] != 0
    }

    /// Where the `/` of a name without `:` stands that is a pair of at most 24 bytes; 0 for one that is longer, is no
    /// pair, or begins or ends with its `/`.
    @inline(__always)
    static func slashOfShortPair(_ bytes: UnsafeRawPointer) -> Int {
        func load(_ offset: Int) -> UInt64 { bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
        // Bytes 26 on, behind the first 24 of the name.
        let rest = load(26) | load(34) | load(42) | UInt64(bytes.loadUnaligned(fromByteOffset: 50, as: UInt16.self))
        let (first, second, third) = (slashes(load(2)), slashes(load(10)), slashes(load(18)))
        let isFirst = first != 0
        let isSecond = second != 0
        let word = isFirst ? first : isSecond ? second : third
        let others = isFirst ? second | third : isSecond ? third : 0
        guard rest | others | word & (word &- 1) == 0, word != 0 else { return 0 }
        let slash = (isFirst ? 0 : isSecond ? 8 : 16) + word.trailingZeroBitCount >> 3
        // A base that ended with NULs would be another one.
        let areTexts =
            slash > 0 && bytes.load(fromByteOffset: 1 + slash, as: UInt8.self) != 0
            && bytes.load(fromByteOffset: 3 + slash, as: UInt8.self) != 0
        return areTexts ? slash : 0
    }

    /// The key of the pair that a name is, put together in registers.
    /// - Parameter slash: see `slashOfShortPair`.
    @inline(__always)
    static func pairWords(_ bytes: UnsafeRawPointer, _ slash: Int) -> KeyWords {
        func load(_ offset: Int) -> UInt64 { bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
        /// Eight bytes of the name, without those from the slash on.
        func base(_ start: Int) -> UInt64 {
            let kept = slash - start
            return kept >= 8 ? load(2 + start) : kept <= 0 ? 0 : load(2 + start) & (.max >> UInt64(64 - kept * 8))
        }
        let (base0, base1, base2) = (base(0), base(8), base(16))
        // Behind the slash, at most 23 bytes of which the last that can be read are NULs.
        let (quote0, quote1, quote2) = (load(3 + slash), load(11 + slash), load(19 + slash))
        let exchangeId = UInt64(bytes.loadUnaligned(as: UInt16.self))
        return KeyWords(
            word0: exchangeId | base0 << 16, word1: base0 >> 48 | base1 << 16, word2: base1 >> 48 | base2 << 16,
            word3: base2 >> 48 | quote0 << 24, word4: quote0 >> 40 | quote1 << 24,
            word5: quote1 >> 40 | quote2 << 24, word6: UInt32(truncatingIfNeeded: quote2 >> 40))
    }

    /// The highest bit of each byte that is a `/`.
    @inline(__always)
    private static func slashes(_ word: UInt64) -> UInt64 {
        let others = word ^ 0x2F2F_2F2F_2F2F_2F2F
        return ~(((others & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7F7F_7F7F_7F7F_7F7F) | others | 0x7F7F_7F7F_7F7F_7F7F)
    }

    /// The key of any name without `:`.
    @inline(never)
    private static func slow(_ words: KeyWords) -> UnifiedKey {
        withUnsafeBytes(of: words) { bytes in
            let name = UnsafeRawBufferPointer(rebasing: bytes[2..<52])
            guard let slash = name.firstIndex(of: UInt8(ascii: "/")), name.lastIndex(of: UInt8(ascii: "/")) == slash
            else { return UnifiedKey(words.marked, isPair: false, isPossible: true) }
            let text = name.prefix((name.lastIndex { $0 != 0 } ?? slash) + 1)
            let pair = PairKey(
                exchangeId: words.exchangeId, baseUTF8: UnsafeRawBufferPointer(rebasing: text[..<slash]),
                quoteUTF8: UnsafeRawBufferPointer(rebasing: text[(slash + 1)...]))
            return UnifiedKey(pair?.words ?? words, isPair: true, isPossible: pair != nil)
        }
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
