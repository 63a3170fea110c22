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
        let colons = Self.positions(of: UInt8(ascii: ":"), bytes)
        let slashes = Self.positions(of: UInt8(ascii: "/"), bytes)
        if words.exchangeId & NameKey.markBit != 0 {
            self.init(words, isPair: false, isPossible: false)
        } else if colons == 0, slashes != 0, slashes & (slashes &- 1) == 0 {
            self = Self.pair(words, slash: slashes.trailingZeroBitCount)
        } else {
            self.init(words.marked, isPair: false, isPossible: true)
        }
    }

    @inline(__always)
    private init(_ words: KeyWords, isPair: Bool, isPossible: Bool) {
        self.words = words
        self.isPair = isPair
        self.isPossible = isPossible
    }

    /// - Parameter slash: where in the name the `/` stands.
    private static func pair(_ words: KeyWords, slash: Int) -> UnifiedKey {
        let assetByteCount = AssetText.byteCountMax
        var isPossible = false
        let pair = Swift.withUnsafeBytes(of: words) { name in
            withKeyScratch(exchangeId: words.exchangeId) { target in
                let name = name.baseAddress! + 2
                var end = slash + 1
                while end < SymbolText.byteCountMax, name.load(fromByteOffset: end, as: UInt8.self) != 0 { end += 1 }
                let quoteByteCount = end - slash - 1
                isPossible =
                    slash > 0 && slash <= assetByteCount && quoteByteCount > 0 && quoteByteCount <= assetByteCount
                    && UnsafeRawBufferPointer(start: name + end, count: SymbolText.byteCountMax - end).allSatisfy {
                        $0 == 0
                    }
                guard isPossible else { return }
                target.copyMemory(from: name, byteCount: slash)
                (target + assetByteCount).copyMemory(from: name + slash + 1, byteCount: quoteByteCount)
            }
        }
        return UnifiedKey(pair, isPair: true, isPossible: isPossible)
    }

    /// A bit for each of the 50 bytes of a name that is the one asked for.
    @inline(__always)
    private static func positions(of byte: UInt8, _ bytes: UnsafeRawPointer) -> UInt64 {
        let wanted = SIMD16<UInt8>(repeating: byte)
        let bits = SIMD16<UInt8>(1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128)
        func mask(_ offset: Int) -> UInt64 {
            let found = SIMD16<UInt8>(repeating: 0).replacing(
                with: bits, where: bytes.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self) .== wanted)
            return UInt64(found.lowHalf.wrappedSum()) | UInt64(found.highHalf.wrappedSum()) << 8
        }
        // The last sixteen bytes overlap the ones before, so that nothing behind the name is read.
        return mask(2) | mask(18) << 16 | mask(34) << 32 | mask(36) << 34
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
