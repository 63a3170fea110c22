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

    /// Returned in registers, unlike a key.
    @usableFromInline
    @inline(never)
    init?(_ text: borrowing String) {
        guard let short = text.withBorrowedUTF8({ ShortText($0) }) else { return nil }
        self = short
    }
}

/// Not zero if one of the bytes of a word is.
@inline(__always)
func zeroBytes(_ word: UInt64) -> UInt64 { (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080 }
