import ReferenceData
import Testing

@Suite("What a unified name is asked by")
struct NameOrPairTests {
    private func key(_ name: String) -> NameOrPair? { NameOrPair(exchangeId: 3, name: name) }

    @Test("one slash and no colon is a pair, all else a name")
    func kinds() {
        #expect(key("BTC/USDT") == .pair(PairKey(exchangeId: 3, base: "BTC", quote: "USDT")!))
        for name in ["BTC/USDT:USDT", "A/B/USDT", "A:B/USDT", "BTC", "BTC/USDT:USDT-261225-100000-C", ":", "//"] {
            #expect(key(name) == .name(NameKey(exchangeId: 3, name: name)!), "\(name)")
        }
    }

    @Test("what nothing can be called has no key")
    func impossible() {
        let long = String(repeating: "x", count: 26)
        for name in ["", "/", "BTC/", "/USDT", "\(long)/USDT", "A/\(long)", "A\0/B", String(repeating: "é", count: 26)]
        {
            #expect(key(name) == nil, "\(name)")
        }
        // Two assets of 25 bytes make a pair, whose name is one byte too long.
        let asset = String(long.dropLast())
        #expect(key("\(asset)/\(asset)") == nil && PairKey(exchangeId: 3, base: asset, quote: asset) != nil)
        #expect(key("\(asset)/\(asset.dropLast())") != nil)
        #expect(NameOrPair(exchangeId: 0x8000, name: "BTC:X") == nil, "no exchange has that id")
        #expect(NameKey(exchangeId: 3, name: "BTC/USDT") == nil, "a pair has no key of its own")
    }
}
