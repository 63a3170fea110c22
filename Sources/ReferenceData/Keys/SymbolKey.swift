/// A prepared key: an exchange and the venue's own symbol string, ready to be hashed and compared by words.
///
/// Its 52 bytes are those of a ResolveSymbol frame from offset 12: the exchange id, little-endian, then 50 bytes of
/// symbol padded with NUL. Keys match byte for byte. Copying allocates nothing.
@frozen
public struct SymbolKey: Sendable, Hashable, BitwiseCopyable {
    /// Significant bytes of a key.
    @inlinable public static var byteCount: Int { 52 }

    @usableFromInline
    let words: KeyWords

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
        guard isKeyText(bytes, byteCountMax: 50) else { return nil }
        words = withKeyScratch(exchangeId: exchangeId) {
            $0.copyMemory(from: bytes.baseAddress!, byteCount: bytes.count)
        }
    }

    /// The key of a string; nil when it is empty, longer than 50 bytes of UTF-8, or contains NUL.
    public init?(exchangeId: UInt16, symbol: String) {
        var symbol = symbol
        let key = symbol.withUTF8 { SymbolKey(exchangeId: exchangeId, utf8: UnsafeRawBufferPointer($0)) }
        guard let key else { return nil }
        self = key
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

/// A zeroed key with its exchange id set, whose 50 text bytes `fill` writes.
func withKeyScratch(exchangeId: UInt16, _ fill: (UnsafeMutableRawPointer) -> Void) -> KeyWords {
    var scratch = InlineArray<52, UInt8>(repeating: 0)
    return withUnsafeMutableBytes(of: &scratch) { buffer in
        let start = buffer.baseAddress!
        start.storeBytes(of: exchangeId.littleEndian, as: UInt16.self)
        fill(start + 2)
        return KeyWords(bytes: UnsafeRawPointer(start))
    }
}

/// Whether the bytes can stand in a key: some, not too many, no NUL.
func isKeyText(_ bytes: UnsafeRawBufferPointer, byteCountMax: Int) -> Bool {
    !bytes.isEmpty && bytes.count <= byteCountMax && !bytes.contains(0)
}
