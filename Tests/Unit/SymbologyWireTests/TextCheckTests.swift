import TestSupport
import Testing

@testable import SymbologyWire

/// The quick check of the texts of a lookup against one that looks at each byte by itself.
@Suite struct TextCheckTests {
    private func expected(_ text: ArraySlice<UInt8>) -> RejectReason? {
        let length = text.prefix { $0 != 0 }.count
        if text.dropFirst(length).contains(where: { $0 != 0 }) { return .textNotPadded }
        if length == 0 { return .textEmpty }
        return String(validating: text.prefix(length), as: UTF8.self) == nil ? .textNotUTF8 : nil
    }

    @Test func agreesWithALookAtEachByte() {
        var generator = SeededGenerator()
        let alphabet: [UInt8] = [0, 1, 0x41, 0x7E, 0x7F, 0x80, 0x81, 0xC3, 0xA9, 0xFF]
        var seen = Set<UInt8>()
        for _ in 0..<50_000 {
            var frame = [UInt8](repeating: 0, count: 64)
            let first = Int.random(in: 0...50, using: &generator)
            for index in 0..<first { frame[14 + index] = 0x41 }
            // Faults are few, and mostly near the edges of words and fields.
            for _ in 0..<Int.random(in: 0...2, using: &generator) {
                frame[Int.random(in: 14..<64, using: &generator)] = alphabet.randomElement(using: &generator)!
            }
            frame.withUnsafeBytes {
                let base = $0.baseAddress!
                let symbol = expected(frame[14..<64])
                seen.insert(symbol?.rawValue ?? 0)
                #expect(ResolveSymbolView(base).fault() == symbol, "\(frame)")
                #expect(ResolveUnifiedView(base).fault() == symbol, "\(frame)")
                let pair = expected(frame[14..<39]) ?? expected(frame[39..<64])
                #expect(ResolvePairView(base).fault() == pair, "\(frame)")
                // What every text is must be decided by the quick check alone.
                let isASCII = frame[14..<64].allSatisfy { $0 < 0x80 }
                #expect(base.isPlainText(14..<64) == (symbol == nil && isASCII), "\(frame)")
            }
        }
        #expect(seen.count == 4)
    }
}
