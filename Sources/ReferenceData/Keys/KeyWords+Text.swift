extension KeyWords {
    /// The key of a symbol string or a name.
    @inlinable
    @inline(__always)
    init(exchangeId: UInt16, _ text: ShortText) {
        self.init(
            word0: UInt64(exchangeId) | text.low << 16, word1: text.low >> 48 | text.high << 16,
            word2: text.high >> 48, word3: 0, word4: 0, word5: 0, word6: 0)
    }

    /// The key of a symbol string or a name; nil when its bytes are none, more than 50, or contain NUL.
    @inline(__always)
    init?(exchangeId: UInt16, text bytes: UnsafeRawBufferPointer) {
        if let text = ShortText(bytes) {
            self.init(exchangeId: exchangeId, text)
        } else {
            guard let words = KeyWords(exchangeId: exchangeId, longText: bytes) else { return nil }
            self = words
        }
    }

    /// The same for any string.
    @usableFromInline
    @inline(never)
    init?(exchangeId: UInt16, anyText text: borrowing String) {
        guard let words = text.withBorrowedUTF8({ KeyWords(exchangeId: exchangeId, text: $0) }) else { return nil }
        self = words
    }

    /// The same for a text that is not short.
    @inline(never)
    private init?(exchangeId: UInt16, longText bytes: UnsafeRawBufferPointer) {
        let count = bytes.count
        guard count > ShortText.byteCountMax, count <= SymbolText.byteCountMax, let start = bytes.baseAddress else {
            return nil
        }
        var zeros: UInt64 = 0
        /// Eight bytes of the text from a place on, padded with NUL.
        func text(_ offset: Int) -> UInt64 {
            let rest = count &- offset
            if rest <= 0 { return 0 }
            if rest >= 8 {
                let word = UInt64(littleEndian: start.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                zeros |= zeroBytes(word)
                return word
            }
            let last = UInt64(littleEndian: start.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self))
            let word = last &>> UInt64(truncatingIfNeeded: (8 &- rest) &* 8)
            zeros |= zeroBytes(word | .max &<< UInt64(truncatingIfNeeded: rest &* 8))
            return word
        }
        let (text0, text1, text2, text3) = (text(0), text(8), text(16), text(24))
        let (text4, text5, text6) = (text(32), text(40), text(48))
        guard zeros == 0 else { return nil }
        self.init(
            word0: UInt64(exchangeId) | text0 << 16, word1: text0 >> 48 | text1 << 16,
            word2: text1 >> 48 | text2 << 16, word3: text2 >> 48 | text3 << 16, word4: text3 >> 48 | text4 << 16,
            word5: text4 >> 48 | text5 << 16, word6: UInt32(truncatingIfNeeded: text5 >> 48 | text6 << 16))
    }

    /// The key of a pair.
    @inlinable
    @inline(__always)
    init(exchangeId: UInt16, base: ShortText, quote: ShortText) {
        self.init(
            word0: UInt64(exchangeId) | base.low << 16, word1: base.low >> 48 | base.high << 16,
            word2: base.high >> 48, word3: quote.low << 24, word4: quote.low >> 40 | quote.high << 24,
            word5: quote.high >> 40, word6: 0)
    }

    /// The key of a pair; nil when either of its texts is empty, longer than 25 bytes, or contains NUL.
    init?(exchangeId: UInt16, base: UnsafeRawBufferPointer, quote: UnsafeRawBufferPointer) {
        if let base = ShortText(base), let quote = ShortText(quote) {
            self.init(exchangeId: exchangeId, base: base, quote: quote)
            return
        }
        guard isKeyText(base, byteCountMax: AssetText.byteCountMax),
            isKeyText(quote, byteCountMax: AssetText.byteCountMax)
        else { return nil }
        var scratch = InlineArray<52, UInt8>(repeating: 0)
        self = withUnsafeMutableBytes(of: &scratch) { buffer in
            let start = buffer.baseAddress!
            start.storeBytes(of: exchangeId.littleEndian, as: UInt16.self)
            (start + 2).copyMemory(from: base.baseAddress!, byteCount: base.count)
            (start + 2 + AssetText.byteCountMax).copyMemory(from: quote.baseAddress!, byteCount: quote.count)
            return KeyWords(bytes: UnsafeRawPointer(start))
        }
    }

    @usableFromInline
    @inline(never)
    init?(exchangeId: UInt16, longBase base: String, quote: String) {
        let words = base.withBorrowedUTF8 { base in
            quote.withBorrowedUTF8 { KeyWords(exchangeId: exchangeId, base: base, quote: $0) }
        }
        guard let words else { return nil }
        self = words
    }
}

/// Whether the bytes can stand in a key: some, not too many, no NUL.
func isKeyText(_ bytes: UnsafeRawBufferPointer, byteCountMax: Int) -> Bool {
    !bytes.isEmpty && bytes.count <= byteCountMax && !bytes.contains(0)
}
