import ReferenceData
import Testing

@testable import ReferenceStore

@Suite("The pairs that a unified name can begin with")
struct UnifiedNameTests {
    private func pairs(_ name: String) -> [String] { UnifiedName.pairs(of: name).map { "\($0.base) \($0.quote)" } }

    @Test("one for nearly all names, several where an asset holds a sign")
    func pairs() {
        #expect(pairs("BTC/USDT:USDT-261225-100000-C") == ["BTC USDT", "BTC USDT:USDT-261225-100000-C"])
        #expect(pairs("BTC/USDT:USDT-261225-1000000-C") == ["BTC USDT"], "the rest is too long for an asset")
        #expect(pairs("A/B/USDT:X") == ["A B/USDT", "A B/USDT:X", "A/B USDT", "A/B USDT:X"])
        #expect(pairs("币/安:X") == ["币 安", "币 安:X"])
    }

    @Test("none where an asset would be empty or too long")
    func none() {
        let long = String(repeating: "x", count: 26)
        for name in ["", "BTC", "/", ":", "/USDT:X", "BTC/", "\(long)/USDT:X"] {
            #expect(pairs(name).isEmpty, "\(name)")
        }
    }
}
