/// A prepared key: an exchange and the venue's own symbol string, ready to be hashed and compared by words.
///
/// Its 52 bytes are those of a ResolveSymbol frame from offset 12: the exchange id, little-endian, then 50 bytes of
/// symbol padded with NUL. Keys match byte for byte. Copying allocates nothing.
@frozen
public struct SymbolKey: Sendable, Hashable, BitwiseCopyable {
    /// Significant bytes of a key.
    @inlinable public static var byteCount: Int { 52 }

    @usableFromInline
    package let words: KeyWords

    /// Reads the 52 key bytes of a frame, at any alignment, without judging them: bytes that name no symbol match none.
    @inlinable
    public init(frameBytes: UnsafeRawPointer) {
        words = KeyWords(bytes: frameBytes)
    }

    /// The key of a symbol text, which may be empty and then matches nothing.
    public init(exchangeId: UInt16, symbol: SymbolText) {
        words = withUnsafeBytes(of: symbol.bytes) { bytes in
            func word(_ offset: Int) -> UInt64 { bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
            return KeyWords(
                word0: word(0) << 16 | UInt64(exchangeId), word1: word(6), word2: word(14), word3: word(22),
                word4: word(30), word5: word(38), word6: bytes.loadUnaligned(fromByteOffset: 46, as: UInt32.self))
        }
    }

    /// The key of some bytes; nil when they are none, more than 50, or contain NUL. UTF-8 is not checked: bytes that
    /// are none match nothing. O(length), allocates nothing.
    public init?(exchangeId: UInt16, utf8 bytes: UnsafeRawBufferPointer) {
        guard let words = KeyWords(exchangeId: exchangeId, text: bytes) else { return nil }
        self.words = words
    }

    /// The key of a string; nil when it is empty, longer than 50 bytes of UTF-8, or contains NUL.
    @inlinable
    @inline(__always)
    public init?(exchangeId: UInt16, symbol: borrowing String) {
        // Inlined, so that the key is put together where it is used: a copy of what was just written is waited for.
        if let text = ShortText(small: symbol) {
            words = KeyWords(exchangeId: exchangeId, text)
        } else {
            guard let words = KeyWords(exchangeId: exchangeId, anyText: symbol) else { return nil }
            self.words = words
        }
    }

    /// The exchange asked for.
    @inlinable
    public var exchangeId: UInt16 { words.exchangeId }

    /// The venue's own string. Bytes of a frame that are no padded text come out as they are.
    public var symbol: SymbolText {
        withUnsafeBytes(of: words) { SymbolText(paddedBytes: $0.baseAddress! + 2) }
    }

    /// Writes the 52 bytes as they stand in a frame.
    @inlinable
    public func copyBytes(to destination: UnsafeMutableRawPointer) { words.copyBytes(to: destination) }
}
