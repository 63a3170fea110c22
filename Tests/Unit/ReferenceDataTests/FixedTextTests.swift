import ReferenceData
import TestSupport
import Testing

struct FixedTextTests {
    @Test func holdsUpToItsBytes() {
        #expect(AssetText(String(repeating: "a", count: 25))?.byteCount == 25)
        #expect(AssetText(String(repeating: "a", count: 26)) == nil)
        #expect(AssetText("ΩΩΩΩΩΩΩΩΩΩΩΩa")?.byteCount == 25)
        #expect(AssetText("ΩΩΩΩΩΩΩΩΩΩΩΩΩ") == nil)
        #expect(AssetText("")?.isEmpty == true)
        #expect(AssetText("a\0b") == nil)
        #expect(AssetText("BTC")?.description == "BTC")
    }

    @Test func equalityIsByteForByte() {
        #expect(AssetText("BTC") == AssetText("BTC"))
        #expect(AssetText("BTC") != AssetText("btc"))
        #expect(AssetText("BTC") != AssetText("BTC "))
        let last = String(repeating: "a", count: 24)
        #expect(AssetText(last + "x") != AssetText(last + "y"))
        #expect(Set([SymbolText("A"), SymbolText("A"), SymbolText("B")]).count == 2)
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xE2, 0x82],
            [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xE2, 0x28, 0xA1],
            [0xF0, 0x9F, 0x98, 0x41], [0x41, 0x00],
        ] as [[UInt8]])
    func refusesWhatIsNoText(bytes: [UInt8]) {
        #expect(bytes.withUnsafeBytes { AssetText(utf8: $0) } == nil)
    }

    @Test func agreesWithTheStandardLibraryOnUTF8() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        let leads: [UInt8] = [0x41, 0x7F, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0x80, 0x9F, 0xA0, 0xBF]
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                leads.randomElement(using: &generator)!
            }
            let text = bytes.withUnsafeBytes { AssetText(utf8: $0) }
            #expect((text != nil) == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes), seed \(seed)")
        }
    }

    @Test func writesItsPadding() {
        var bytes = [UInt8](repeating: 0xAA, count: 27)
        bytes.withUnsafeMutableBytes { AssetText("XRP")!.copyBytes(to: $0.baseAddress! + 1) }
        #expect(bytes == [0xAA] + Array("XRP".utf8) + [UInt8](repeating: 0, count: 22) + [0xAA])
        #expect(AssetText("XRP")!.withUnsafeBytes { Array($0) } == Array("XRP".utf8))
    }
}
