import SymbologyWire

// The rules for texts of an image: UTF-8, padded with NULs only. A million rows have three million texts, nearly all
// short and ASCII, so whole words are compared first.

/// Whether a slot's key, behind the exchange, is a symbol string, and not an empty one.
@inline(__always)
func isSymbolSlotText(_ slot: UnsafeRawPointer) -> Bool {
    func word(_ index: Int) -> UInt64 { slot.load(fromByteOffset: index &* 8, as: UInt64.self) }
    // Two letters in place of the exchange, and nothing in place of the id.
    let first = word(0) & ~0xFFFF | 0x4141
    let last = UInt64(UInt32(truncatingIfNeeded: word(6)))
    var isASCII: Bool
    if word(3) | word(4) | word(5) | last == 0 {
        isASCII = isPaddedASCII(first, word(1), word(2))
    } else {
        isASCII = isFullASCII(first) && isFullASCII(word(1)) && isFullASCII(word(2))
        isASCII = isASCII && isFullASCII(word(3)) ? isPaddedASCII(word(4), word(5), last) : false
    }
    return (isASCII && first & 0xFF_0000 != 0) || isSymbolKeyText(slot)
}

/// Whether a slot's key, behind the exchange, is a base and a quote, neither empty.
@inline(__always)
func isPairSlotText(_ slot: UnsafeRawPointer) -> Bool {
    func word(_ index: Int) -> UInt64 { slot.load(fromByteOffset: index &* 8, as: UInt64.self) }
    let base = word(0) & ~0xFFFF | 0x4141
    let last = UInt64(UInt32(truncatingIfNeeded: word(6)))
    // The quote stands from byte 27 on. Assets of more than 22 or 24 bytes are rare.
    let quote = word(3) >> 24 | word(4) << 40
    let isASCII =
        word(3) & 0xFF_FFFF == 0 && last >> 24 == 0 && isPaddedASCII(base, word(1), word(2))
        && isPaddedASCII(quote, word(4) >> 24 | word(5) << 40, word(5) >> 24 | last << 40)
    return (isASCII && base & 0xFF_0000 != 0 && quote & 0xFF != 0) || isPairKeyText(slot)
}

/// Whether a key, behind the exchange, is a symbol string.
@inline(never)
func isSymbolKeyText(_ key: UnsafeRawPointer, mayBeEmpty: Bool = false) -> Bool {
    isPaddedText(key + 2, byteCountMax: SymbolText.byteCountMax, mayBeEmpty: mayBeEmpty)
}

/// Whether a key, behind the exchange, is a base and a quote and nothing else.
@inline(never)
func isPairKeyText(_ key: UnsafeRawPointer, mayBeEmpty: Bool = false) -> Bool {
    isPaddedText(key + 2, byteCountMax: AssetText.byteCountMax, mayBeEmpty: mayBeEmpty)
        && isPaddedText(key + 27, byteCountMax: AssetText.byteCountMax, mayBeEmpty: mayBeEmpty)
}

/// Whether an asset stands there, or none.
@inline(never)
func isAssetText(_ start: UnsafeRawPointer) -> Bool {
    isPaddedText(start, byteCountMax: AssetText.byteCountMax, mayBeEmpty: true)
}

/// Whether 24 bytes are ASCII without a NUL, if any, followed by nothing but NULs. Nearly all texts are, and most end
/// in the first words.
@inline(__always)
private func isPaddedASCII(_ first: UInt64, _ second: UInt64, _ third: UInt64) -> Bool {
    if third == 0 {
        if second == 0 { return isPaddedASCII(first) }
        return isFullASCII(first) && isPaddedASCII(second)
    }
    return isFullASCII(first) && isFullASCII(second) && isPaddedASCII(third)
}

@inline(__always)
private func isPaddedASCII(_ word: UInt64) -> Bool {
    // For each byte that is not zero, `ones` has a 1 and `filled` 0xFF. Without a gap `filled` is a row of ones from
    // the lowest bit up, and adding 1 clears them all.
    let ones = ((word &+ 0x7F7F_7F7F_7F7F_7F7F) >> 7) & 0x0101_0101_0101_0101
    let filled = ones &* 0xFF
    return word & 0x8080_8080_8080_8080 == 0 && filled & (filled &+ 1) == 0
}

/// Whether eight bytes are ASCII, none of them a NUL.
@inline(__always)
private func isFullASCII(_ word: UInt64) -> Bool {
    ((word &- 0x0101_0101_0101_0101) | word) & 0x8080_8080_8080_8080 == 0
}

/// Whether bytes are UTF-8 followed by nothing but NULs.
private func isPaddedText(_ start: UnsafeRawPointer, byteCountMax: Int, mayBeEmpty: Bool) -> Bool {
    let field = UnsafeRawBufferPointer(start: start, count: byteCountMax)
    let byteCount = field.firstIndex(of: 0) ?? byteCountMax
    return (byteCount > 0 || mayBeEmpty) && field[byteCount...].allSatisfy { $0 == 0 }
        && UnsafeRawBufferPointer(rebasing: field.prefix(byteCount)).isUTF8Text
}
