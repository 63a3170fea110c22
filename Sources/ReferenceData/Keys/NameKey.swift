/// A prepared key: an exchange and a unified name, ready to be hashed and compared by words.
///
/// It lies in the same tables as the keys of symbol strings, apart from them by the top bit of the exchange id, which
/// no exchange has. Its other bytes are those of a ResolveUnified frame from offset 12. Keys match byte for byte.
/// Copying allocates nothing.
@frozen
public struct NameKey: Sendable, Hashable, BitwiseCopyable {
    /// Significant bytes of a key.
    @inlinable public static var byteCount: Int { 52 }

    /// The bit of the exchange id that sets names apart from symbol strings.
    @usableFromInline static let markBit: UInt16 = 0x8000

    @usableFromInline
    package let words: KeyWords

    /// The key of some bytes; nil when they are none, more than 50, or contain NUL, for an exchange id that none has,
    /// and for a pair, which has no key of its own: `PairKey`. UTF-8 is not checked: bytes that are none match nothing.
    /// O(length), allocates nothing.
    public init?(exchangeId: UInt16, utf8 bytes: UnsafeRawBufferPointer) {
        guard exchangeId & Self.markBit == 0, Self.slash(ofPair: bytes) == nil,
            let words = KeyWords(exchangeId: exchangeId | Self.markBit, text: bytes)
        else { return nil }
        self.words = words
    }

    /// Reads 52 bytes at any alignment whose exchange id is marked.
    init(markedBytes bytes: UnsafeRawPointer) { words = KeyWords(bytes: bytes) }

    /// The key of a string; nil when it is empty, longer than 50 bytes of UTF-8, contains NUL, or is a pair.
    public init?(exchangeId: UInt16, name: borrowing String) {
        let key = name.withBorrowedUTF8 { NameKey(exchangeId: exchangeId, utf8: $0) }
        guard let key else { return nil }
        self = key
    }

    /// Where the slash of a name stands that is a pair: one without a colon and with exactly one slash; nil for others.
    static func slash(ofPair name: UnsafeRawBufferPointer) -> Int? {
        let slash = UInt8(ascii: "/")
        guard let first = name.firstIndex(of: slash), name.lastIndex(of: slash) == first,
            !name.contains(UInt8(ascii: ":"))
        else { return nil }
        return first
    }

    /// The exchange asked for.
    public var exchangeId: UInt16 { words.exchangeId & ~Self.markBit }

    /// The unified name.
    public var name: SymbolText { withUnsafeBytes(of: words) { SymbolText(paddedBytes: $0.baseAddress! + 2) } }

    /// Writes the 52 bytes as they stand in a frame, where the exchange id has no mark.
    @inlinable
    public func copyBytes(to destination: UnsafeMutableRawPointer) {
        words.copyBytes(to: destination)
        destination.storeBytes(of: (words.exchangeId & ~Self.markBit).littleEndian, as: UInt16.self)
    }
}
