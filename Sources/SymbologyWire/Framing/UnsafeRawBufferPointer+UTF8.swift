extension UnsafeRawBufferPointer {
    /// Whether the bytes are well-formed UTF-8: no overlong forms, no surrogates, nothing past U+10FFFF, nothing cut
    /// off. Runs of ASCII, which is nearly all a symbol ever is, are checked 8 bytes at a time. Allocates nothing.
    public var isValidUTF8: Bool {
        var index = 0
        while index < count {
            if index + 8 <= count,
                loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
            {
                index += 8
                continue
            }
            guard let byteCount = wellFormedCharacterByteCount(at: index) else { return false }
            index += byteCount
        }
        return true
    }

    /// Table 3-7 of the Unicode standard: the second byte's range depends on the first, the rest are 80 to BF.
    private func wellFormedCharacterByteCount(at index: Int) -> Int? {
        let first = self[index]
        let second: ClosedRange<UInt8>
        let byteCount: Int
        switch first {
        case 0x00...0x7F: return 1
        case 0xC2...0xDF: (second, byteCount) = (0x80...0xBF, 2)
        case 0xE0: (second, byteCount) = (0xA0...0xBF, 3)
        case 0xED: (second, byteCount) = (0x80...0x9F, 3)
        case 0xE1...0xEF: (second, byteCount) = (0x80...0xBF, 3)
        case 0xF0: (second, byteCount) = (0x90...0xBF, 4)
        case 0xF1...0xF3: (second, byteCount) = (0x80...0xBF, 4)
        case 0xF4: (second, byteCount) = (0x80...0x8F, 4)
        default: return nil
        }
        guard index + byteCount <= count, second.contains(self[index + 1]) else { return nil }
        for offset in 2..<Swift.max(byteCount, 2) where self[index + offset] & 0b1100_0000 != 0b1000_0000 { return nil }
        return byteCount
    }
}
