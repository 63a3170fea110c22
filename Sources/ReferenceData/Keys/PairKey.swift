/// A prepared key: an exchange with a base and a quote asset, ready to be hashed and compared by words.
///
/// Its 52 bytes are those of a ResolvePair frame from offset 12: the exchange id, little-endian, then base and quote of
/// 25 bytes each padded with NUL. Keys match byte for byte. Copying allocates nothing.
@frozen
public struct PairKey: Sendable, Hashable, BitwiseCopyable {
    /// Significant bytes of a key.
    @inlinable public static var byteCount: Int { 52 }

    @usableFromInline
    package let words: KeyWords

    /// Reads the 52 key bytes of a frame, at any alignment, without judging them: bytes that name no pair match none.
    @inlinable
    public init(frameBytes: UnsafeRawPointer) {
        words = KeyWords(bytes: frameBytes)
    }

    /// The key of two assets, which may be empty and then match nothing.
    public init(exchangeId: UInt16, base: AssetText, quote: AssetText) {
        words = withUnsafeBytes(of: (base.bytes, quote.bytes)) { bytes in
            func word(_ offset: Int) -> UInt64 { bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
            // The two texts lie side by side, as they do in the key.
            return KeyWords(
                word0: word(0) << 16 | UInt64(exchangeId), word1: word(6), word2: word(14), word3: word(22),
                word4: word(30), word5: word(38), word6: bytes.loadUnaligned(fromByteOffset: 46, as: UInt32.self))
        }
    }

    /// The key of some bytes; nil when either part is empty, longer than 25 bytes, or contains NUL. UTF-8 is not
    /// checked.
    public init?(exchangeId: UInt16, baseUTF8 base: UnsafeRawBufferPointer, quoteUTF8 quote: UnsafeRawBufferPointer) {
        guard let words = KeyWords(exchangeId: exchangeId, base: base, quote: quote) else { return nil }
        self.words = words
    }

    /// The key of two strings; nil when either is empty, longer than 25 bytes of UTF-8, or contains NUL.
    @inlinable
    @inline(__always)
    public init?(exchangeId: UInt16, base: String, quote: String) {
        if let baseText = ShortText(base), let quoteText = ShortText(quote) {
            words = KeyWords(exchangeId: exchangeId, base: baseText, quote: quoteText)
        } else {
            guard let words = KeyWords(exchangeId: exchangeId, longBase: base, quote: quote) else { return nil }
            self.words = words
        }
    }

    /// The exchange asked for.
    @inlinable
    public var exchangeId: UInt16 { words.exchangeId }

    /// The base asset. Bytes of a frame that are no padded text come out as they are.
    public var base: AssetText {
        withUnsafeBytes(of: words) { AssetText(paddedBytes: $0.baseAddress! + 2) }
    }

    /// The quote asset. Bytes of a frame that are no padded text come out as they are.
    public var quote: AssetText {
        withUnsafeBytes(of: words) { AssetText(paddedBytes: $0.baseAddress! + 27) }
    }

    /// Writes the 52 bytes as they stand in a frame.
    @inlinable
    public func copyBytes(to destination: UnsafeMutableRawPointer) { words.copyBytes(to: destination) }
}
