/// The key that a unified name is asked by: a name without a colon and with exactly one slash is a pair, every other
/// has a key of its own.
package enum NameOrPair: Sendable, Hashable, BitwiseCopyable {
    case pair(PairKey)
    case name(NameKey)

    /// Nil when nothing can have the name: it is empty, longer than 50 bytes of UTF-8, contains NUL, or is a pair of
    /// which an asset is empty or too long. O(length), allocates nothing.
    package init?(exchangeId: UInt16, name: String) {
        let key = name.withBorrowedUTF8 { NameOrPair(exchangeId: exchangeId, utf8: $0) }
        guard let key else { return nil }
        self = key
    }

    /// The same for bytes, which are not checked to be UTF-8.
    package init?(exchangeId: UInt16, utf8 bytes: UnsafeRawBufferPointer) {
        guard let slash = NameKey.slash(ofPair: bytes) else {
            guard let name = NameKey(exchangeId: exchangeId, utf8: bytes) else { return nil }
            self = .name(name)
            return
        }
        let pair = PairKey(
            exchangeId: exchangeId, baseUTF8: UnsafeRawBufferPointer(rebasing: bytes[..<slash]),
            quoteUTF8: UnsafeRawBufferPointer(rebasing: bytes[(slash + 1)...]))
        guard let pair, bytes.count <= SymbolText.byteCountMax else { return nil }
        self = .pair(pair)
    }
}
