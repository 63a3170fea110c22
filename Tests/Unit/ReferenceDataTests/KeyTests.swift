import Testing

@testable import ReferenceData

struct KeyTests {
    @Test func symbolKeyIsLaidOutAsInTheFrame() throws {
        let key = try #require(SymbolKey(exchangeId: 0x0102, symbol: "BTC_USDT"))
        var bytes = [UInt8](repeating: 0xFF, count: 52)
        bytes.withUnsafeMutableBytes { key.copyBytes(to: $0.baseAddress!) }
        #expect(bytes == [2, 1] + Array("BTC_USDT".utf8) + [UInt8](repeating: 0, count: 42))
        #expect(bytes.withUnsafeBytes { SymbolKey(frameBytes: $0.baseAddress!) } == key)
        #expect(key.exchangeId == 0x0102)
        #expect(key.symbol == SymbolText("BTC_USDT"))
        #expect(MemoryLayout<SymbolKey>.size == 52)
        #expect(MemoryLayout<SymbolKey>.size == SymbolKey.byteCount)
    }

    @Test func pairKeyIsLaidOutAsInTheFrame() throws {
        let key = try #require(PairKey(exchangeId: 3, base: "BTC", quote: "USDT"))
        var bytes = [UInt8](repeating: 0xFF, count: 52)
        bytes.withUnsafeMutableBytes { key.copyBytes(to: $0.baseAddress!) }
        let base = Array("BTC".utf8) + [UInt8](repeating: 0, count: 22)
        let quote = Array("USDT".utf8) + [UInt8](repeating: 0, count: 21)
        #expect(bytes == [3, 0] + base + quote)
        // At any alignment, as a frame may lie in a read buffer.
        let shifted = [0] + bytes
        #expect(shifted.withUnsafeBytes { PairKey(frameBytes: $0.baseAddress! + 1) } == key)
        #expect(key.base == AssetText("BTC") && key.quote == AssetText("USDT"))
    }

    @Test func keysRefuseWhatCannotStandInThem() {
        #expect(SymbolKey(exchangeId: 1, symbol: "") == nil)
        #expect(SymbolKey(exchangeId: 1, symbol: "a\0") == nil)
        #expect(SymbolKey(exchangeId: 1, symbol: String(repeating: "a", count: 50)) != nil)
        #expect(SymbolKey(exchangeId: 1, symbol: String(repeating: "a", count: 51)) == nil)
        #expect(PairKey(exchangeId: 1, base: "", quote: "USDT") == nil)
        #expect(PairKey(exchangeId: 1, base: "BTC", quote: "") == nil)
        #expect(PairKey(exchangeId: 1, base: String(repeating: "a", count: 26), quote: "USDT") == nil)
        #expect(PairKey(exchangeId: 1, base: "BTC", quote: "US\0DT") == nil)
    }

    @Test func everyByteOfAKeyCounts() {
        // Flipping any bit must change the hash; two equal hashes among these would be a word that is not mixed in.
        let seed = HashSeed.random()
        var hashes: Set<UInt64> = []
        for byte in 0..<52 {
            for bit in 0..<8 {
                var bytes = [UInt8](repeating: 0, count: 52)
                bytes[byte] = 1 << bit
                bytes.withUnsafeBytes { _ = hashes.insert(seed.hash(KeyWords(bytes: $0.baseAddress!))) }
            }
        }
        #expect(hashes.count == 52 * 8, "seed \(seed)")
    }

    @Test func layoutsFitTheirNumbers() {
        #expect(RowLayout.lastSeen.end == RowLayout.byteCount)
        #expect(RowLayout.byteCount == 96 && RowLayout.terms.end == RowLayout.mantissa(2).offset)
        #expect(TermsLayout.settleAsset.end <= TermsLayout.byteCount && TermsLayout.exponent(1).end <= 46)
        #expect(SlotLayout.symbolId.offset == SymbolKey.byteCount)
        #expect(SlotLayout.tail.end == SlotLayout.byteCount)
        #expect(1 << SlotLayout.byteCountShift == SlotLayout.byteCount)
        #expect(ImageHeader.sectionsOffset + ImageSection.allCases.count * 16 <= ImageHeader.byteCount)
        #expect(MemoryLayout<SymbolResolution>.size == 24)
    }
}
