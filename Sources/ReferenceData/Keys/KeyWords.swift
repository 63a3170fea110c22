/// The 52 bytes of a key as machine words, so that keys are compared and hashed a word at a time.
///
/// Word `n` holds bytes `8n ..< 8n+8` in memory order, which on this little-endian layout is also the frame's order.
@frozen
@usableFromInline
package struct KeyWords: Sendable, Hashable, BitwiseCopyable {
    @usableFromInline let word0: UInt64
    @usableFromInline let word1: UInt64
    @usableFromInline let word2: UInt64
    @usableFromInline let word3: UInt64
    @usableFromInline let word4: UInt64
    @usableFromInline let word5: UInt64
    @usableFromInline let word6: UInt32

    @inlinable
    @inline(__always)
    init(
        word0: UInt64, word1: UInt64, word2: UInt64, word3: UInt64, word4: UInt64, word5: UInt64, word6: UInt32
    ) {
        self.word0 = word0
        self.word1 = word1
        self.word2 = word2
        self.word3 = word3
        self.word4 = word4
        self.word5 = word5
        self.word6 = word6
    }

    /// Reads 52 bytes at any alignment.
    @inlinable
    @inline(__always)
    init(bytes: UnsafeRawPointer) {
        word0 = bytes.loadUnaligned(as: UInt64.self)
        word1 = bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        word2 = bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
        word3 = bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
        word4 = bytes.loadUnaligned(fromByteOffset: 32, as: UInt64.self)
        word5 = bytes.loadUnaligned(fromByteOffset: 40, as: UInt64.self)
        word6 = bytes.loadUnaligned(fromByteOffset: 48, as: UInt32.self)
    }

    /// Words 0 to 3. As its front and its back a key is passed in registers; whole it would be copied to the stack, and
    /// the copy be waited for.
    @frozen
    @usableFromInline
    package struct Front: Sendable, BitwiseCopyable {
        @usableFromInline let words: (UInt64, UInt64, UInt64, UInt64)

        @inlinable
        @inline(__always)
        init(_ key: KeyWords) { words = (key.word0, key.word1, key.word2, key.word3) }
    }

    /// The other words.
    @frozen
    @usableFromInline
    package struct Back: Sendable, BitwiseCopyable {
        @usableFromInline let words: (UInt64, UInt64, UInt32)

        @inlinable
        @inline(__always)
        init(_ key: KeyWords) { words = (key.word4, key.word5, key.word6) }
    }

    @inlinable
    @inline(__always)
    package var front: Front { Front(self) }

    @inlinable
    @inline(__always)
    package var back: Back { Back(self) }

    @inline(__always)
    init(_ front: Front, _ back: Back) {
        (word0, word1, word2, word3) = front.words
        (word4, word5, word6) = back.words
    }

    /// A key of nothing.
    static var zero: KeyWords {
        KeyWords(word0: 0, word1: 0, word2: 0, word3: 0, word4: 0, word5: 0, word6: 0)
    }

    /// One word for a hasher, which takes them one by one: sets of keys are made by the ten thousand where many symbols
    /// expire at once. Keys that meet in it are told apart by comparing them.
    @usableFromInline
    package func hash(into hasher: inout Hasher) {
        let first = foldedProduct(word0 ^ 0x9E37_79B9_7F4A_7C15, word1 ^ 0xC2B2_AE3D_27D4_EB4F)
        let second = foldedProduct(word2 ^ 0xA076_1D64_78BD_642F, word3 ^ 0xE703_7ED1_A0B4_28DB)
        let third = foldedProduct(word4 ^ 0x8EBC_6AF0_9C88_C6E3, word5 ^ UInt64(word6))
        hasher.combine(foldedProduct(first ^ second, third ^ 0x5899_65CC_7537_4CC3))
    }

    /// The exchange id, which every kind of key begins with.
    @inlinable
    var exchangeId: UInt16 { UInt16(truncatingIfNeeded: word0) }

    /// Writes the 52 bytes.
    @inlinable
    func copyBytes(to destination: UnsafeMutableRawPointer) {
        withUnsafeBytes(of: self) { destination.copyMemory(from: $0.baseAddress!, byteCount: 52) }
    }
}
