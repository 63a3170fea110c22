/// Up to sixteen bytes of text as a key holds them, padded with NUL: put together in registers, because bytes that are
/// stored one by one and loaded as words are waited for.
@frozen
@usableFromInline
struct ShortText: BitwiseCopyable {
    @usableFromInline let low: UInt64
    @usableFromInline let high: UInt64

    static let byteCountMax = 16

    /// Nil unless there are 1 to 16 bytes, none of them NUL.
    @inline(__always)
    init?(_ bytes: UnsafeRawBufferPointer) {
        let count = bytes.count
        guard count &- 1 < Self.byteCountMax, count > 0, let start = bytes.baseAddress else { return nil }
        func load<Word: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _ type: Word.Type) -> UInt64 {
            UInt64(truncatingIfNeeded: Word(littleEndian: start.loadUnaligned(fromByteOffset: offset, as: type)))
        }
        let bitCount = UInt64(truncatingIfNeeded: count &* 8)
        // What is loaded overlaps, and nothing behind the text is read.
        if count >= 8 {
            low = load(0, UInt64.self)
            // Shifts of 64 give zero.
            high = load(count &- 8, UInt64.self) >> (128 &- bitCount)
            guard zeroBytes(low) | zeroBytes(high | .max << (bitCount &- 64)) == 0 else { return nil }
        } else {
            low =
                count >= 4
                ? load(0, UInt32.self) | load(count &- 4, UInt32.self) &<< (bitCount &- 32)
                : load(0, UInt8.self) | load(count &>> 1, UInt8.self) &<< UInt64(truncatingIfNeeded: count &>> 1 &* 8)
                    | load(count &- 1, UInt8.self) &<< (bitCount &- 8)
            high = 0
            guard zeroBytes(low | .max &<< bitCount) == 0 else { return nil }
        }
    }

    /// Nil unless there are 1 to 16 bytes, none of them NUL.
    @inlinable
    @inline(__always)
    init?(_ text: borrowing String) {
        if let small = ShortText(small: text) {
            self = small
        } else {
            guard let short = ShortText(anyText: text) else { return nil }
            self = short
        }
    }

    /// Returned in registers, unlike a key.
    @usableFromInline
    @inline(never)
    init?(anyText text: borrowing String) {
        guard let short = text.withBorrowedUTF8({ ShortText($0) }) else { return nil }
        self = short
    }

    /// The text of a string that holds its bytes in its own two words, as those of up to fifteen bytes do; nil for any
    /// other, and for no key.
    ///
    /// They are taken as they are, which nothing but a look at the words can do: through a pointer they are stored
    /// first, and what is loaded across both is waited for. The layout is frozen, since code of the standard library
    /// that relies on it is inlined into every program, and `KeyTests` compares all lengths. From the lowest bit on:
    /// fifteen bytes of text padded with NUL, their number (4 bits), one that says whether they are ASCII, and, third
    /// from the top, one that no other string has.
    @inlinable
    @inline(__always)
    init?(small text: borrowing String) {
        let words = withUnsafeBytes(of: text) { $0.loadUnaligned(as: SIMD2<UInt64>.self) }
        let (low, high) = (UInt64(littleEndian: words[0]), UInt64(littleEndian: words[1]))
        guard high & 1 << 61 != 0 else { return nil }
        let count = high >> 56 & 0xF
        self.low = low
        self.high = high & 0x00FF_FFFF_FFFF_FFFF
        // Where the first NUL stands: behind the text, and nowhere in it.
        let (lowZeros, highZeros) = (zeroBytes(low), zeroBytes(self.high))
        let end = lowZeros != 0 ? lowZeros.trailingZeroBitCount : 64 &+ highZeros.trailingZeroBitCount
        guard count > 0, UInt64(truncatingIfNeeded: end &>> 3) == count else { return nil }
    }
}

/// Not zero if one of the bytes of a word is.
@inlinable
@inline(__always)
func zeroBytes(_ word: UInt64) -> UInt64 { (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080 }
