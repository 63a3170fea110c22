import TestSupport
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

    /// Text of every length, from every storage that a String can have, with and without NUL.
    @Test func keysHoldTextOfAnyLengthAndStorage() {
        var generator = SeededGenerator()
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-:é€🙂".unicodeScalars)
        for round in 0..<4_000 {
            var scalars = String.UnicodeScalarView()
            let wantedByteCount = Int.random(in: 0...54, using: &generator)
            while String(scalars).utf8.count < wantedByteCount {
                scalars.append(letters.randomElement(using: &generator)!)
            }
            if round % 4 == 0, let place = scalars.indices.randomElement(using: &generator) {
                scalars.replaceSubrange(place...place, with: CollectionOfOne("\0"))
            }
            let plain = String(scalars)
            var text = plain
            switch round % 3 {
            case 0: text.reserveCapacity(200)
            case 1: text = String("…\(plain)…".dropFirst().dropLast())
            default: break
            }
            let bytes = Array(plain.utf8)
            let isKey = (1...50).contains(bytes.count) && !bytes.contains(0)
            let key = SymbolKey(exchangeId: 0x1234, symbol: text)
            guard (key != nil) == isKey, key.map({ written($0) == padded([0x34, 0x12] + bytes) }) ?? true,
                key == bytes.withUnsafeBytes({ SymbolKey(exchangeId: 0x1234, utf8: $0) })
            else {
                Issue.record("symbol \(bytes); \(generator)")
                return
            }
            let middle = plain.unicodeScalars.index(
                plain.startIndex, offsetBy: Int.random(in: 0...plain.unicodeScalars.count, using: &generator))
            let (base, quote) = (String(plain[..<middle]), String(plain[middle...]))
            let isPair = isKey && (1...25).contains(base.utf8.count) && (1...25).contains(quote.utf8.count)
            let pair = PairKey(exchangeId: 7, base: base, quote: quote)
            let wanted = [7, 0] + padded(Array(base.utf8), to: 25) + padded(Array(quote.utf8), to: 25)
            guard (pair != nil) == isPair, pair.map({ written($0) == wanted }) ?? true else {
                Issue.record("pair \(base) \(quote); \(generator)")
                return
            }
        }
    }

    private func padded(_ bytes: [UInt8], to count: Int = 52) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: max(0, count - bytes.count))
    }

    private func written(_ key: SymbolKey) -> [UInt8] { withUnsafeBytes(of: key) { Array($0.prefix(52)) } }
    private func written(_ key: PairKey) -> [UInt8] { withUnsafeBytes(of: key) { Array($0.prefix(52)) } }

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
        #expect(RowLayout.pairStart.end == RowLayout.byteCount && RowLayout.symbolStart.offset % 16 == 0)
        #expect(RowLayout.exponent(6).end <= RowLayout.textBits.offset)
        #expect(RowLayout.terms.end == RowLayout.mantissa(2).offset)
        #expect(TermsLayout.settleAsset.end <= TermsLayout.byteCount && TermsLayout.exponent(1).end <= 46)
        #expect(SlotLayout.symbolId.offset == SymbolKey.byteCount)
        #expect(SlotLayout.tail.end == SlotLayout.byteCount)
        #expect(1 << SlotLayout.byteCountShift == SlotLayout.byteCount)
        #expect(ImageHeader.sectionsOffset + ImageSection.allCases.count * 16 <= ImageHeader.byteCount)
        #expect(MemoryLayout<SymbolResolution>.size == 24)
    }
}
