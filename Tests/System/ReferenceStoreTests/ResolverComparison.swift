import PostgreSQL
import ReferenceData
import TestSupport
import Testing

@testable import ReferenceStore

/// Asks a database and a snapshot of its rows the same questions.
struct ResolverComparison {
    var resolver: DatabaseResolver
    let image: SnapshotResolver
    var world: ResolverWorld

    private var seed: Comment { "judged at \(resolver.judgedAt.map { "\($0)" } ?? "now"); \(world.generator)" }

    private func withoutGeneration(_ resolution: SymbolResolution) -> SymbolResolution {
        var resolution = resolution
        resolution.generation = 0
        return resolution
    }

    mutating func compare(_ content: ReferenceContent, questionCount: Int) throws {
        var statuses: Set<ResolutionStatus> = []
        for _ in 0..<questionCount {
            let known = content.symbols.randomElement(using: &world.generator)!
            let home = content.exchanges.first { $0.id == known.exchangeId }?.code
            let code = world.generator.next() % 2 == 0 ? home ?? world.code() : world.code()
            let answers = try [
                compareString(code, known), comparePair(code, known), compareName(code, known),
            ]
            statuses.formUnion(answers.map(\.status))
            #expect(try resolver.exchange(code: code) == image.exchange(code: code), "\(code); \(seed)")
        }
        if questionCount >= 400 {
            #expect(statuses.isSuperset(of: [.ok, .inactive, .unknownSymbol, .unknownExchange, .malformed]), seed)
        }
        try compareRows()
        for _ in 0..<questionCount / 4 {
            try compareLists()
            try compareListsOfPair(content)
        }
    }

    private mutating func compareString(_ code: String, _ known: SymbolRecord) throws -> SymbolResolution {
        let texts = [
            world.symbolString(), known.symbolString.description, known.symbolString.description,
            "FORMER\(Int.random(in: 0..<8, using: &world.generator))",
            "TWIN\(Int.random(in: 0..<8, using: &world.generator))", "", "A\0B", String(repeating: "x", count: 51),
        ]
        let text = texts.randomElement(using: &world.generator)!
        let answer = try resolver.resolve(exchange: code, symbol: text)
        let expected = withoutGeneration(image.resolve(exchange: code, symbol: text))
        #expect(answer == expected, "\(code) \(text); \(seed)")
        return answer
    }

    private mutating func comparePair(_ code: String, _ known: SymbolRecord) throws -> SymbolResolution {
        let pairs = [
            (world.asset(), world.asset()), (known.baseAsset.description, known.quoteAsset.description),
            ("BTC", "USDT"),
            ("A\0B", "X"), (String(repeating: "x", count: 26), "X"),
        ]
        let (base, quote) = pairs.randomElement(using: &world.generator)!
        let answer = try resolver.resolve(exchange: code, base: base, quote: quote)
        let expected = withoutGeneration(image.resolve(exchange: code, base: base, quote: quote))
        #expect(answer == expected, "\(code) \(base)/\(quote); \(seed)")
        return answer
    }

    private mutating func compareName(_ code: String, _ known: SymbolRecord) throws -> SymbolResolution {
        let names = [
            known.unifiedName, known.unifiedName, known.unifiedName?.dropLast().description,
            "\(world.asset())/\(world.asset())", "BTC/USDT:USDT", "/", "A/", ":", "A/B", "", "A\0B",
            String(repeating: "x", count: 30) + "/USDT", String(repeating: "x", count: 51),
        ]
        let name = names.randomElement(using: &world.generator)! ?? "A/B/USDT"
        let answer = try resolver.resolve(exchange: code, unifiedName: name)
        let expected = withoutGeneration(image.resolve(exchange: code, unifiedName: name))
        #expect(answer == expected, "\(code) \(name); \(seed)")
        return answer
    }

    private mutating func compareRows() throws {
        for id in UInt32(0)...170 {
            #expect(try resolver.symbol(id: id) == image.symbol(id: id), "symbol \(id); \(seed)")
        }
        #expect(try resolver.symbol(id: .max) == image.symbol(id: .max))
        for id in UInt16(0)...8 { #expect(try resolver.exchange(id: id) == image.exchange(id: id), "\(id); \(seed)") }
        #expect(try resolver.exchange(id: .max) == image.exchange(id: .max))
        for activeOnly in [false, true] {
            for marketType in [nil] + MarketType.allCases {
                #expect(
                    try resolver.exchanges(marketType: marketType, activeOnly: activeOnly)
                        == image.exchanges(marketType: marketType, activeOnly: activeOnly), seed)
            }
        }
    }

    private mutating func compareLists() throws {
        let code: String? = world.generator.next() % 3 == 0 ? nil : world.code()
        let activeOnly = world.generator.next() % 2 == 0
        let after = world.symbolId()
        let limit = [0, 1, 3, 20, 1_000, .max].randomElement(using: &world.generator)!
        #expect(
            try resolver.symbols(exchange: code, activeOnly: activeOnly, afterSymbolId: after, limit: limit)
                == image.symbols(exchange: code, activeOnly: activeOnly, afterSymbolId: after, limit: limit),
            "\(code ?? "all") after \(after), \(limit); \(seed)")
        let texts = [
            world.asset(), world.symbolString(), "b", "BT", "_", "%", "us", "Ω", "A\0", "",
            String(repeating: "z", count: 51),
        ]
        let text = texts.randomElement(using: &world.generator)!
        for mode in SearchMode.allCases {
            let searchLimit = min(limit, 1_000)
            #expect(
                try resolver.search(text, mode: mode, exchange: code, activeOnly: activeOnly, limit: searchLimit)
                    == image.search(text, mode: mode, exchange: code, activeOnly: activeOnly, limit: searchLimit),
                "\(mode) \(text) of \(code ?? "all"), \(searchLimit); \(seed)")
        }
    }

    /// A time, or one at the edge of what either clock counts to.
    private mutating func bound(_ time: Timestamp) -> Timestamp {
        guard world.generator.next() % 3 == 0 else { return time }
        let epochs: Int64 = 946_684_800_000_000
        let first = epochs - 211_813_488_000_000_000
        let edges = [
            .min, .min + 1, .min + epochs - 1, .min + epochs, first - 1, first, 0, .max - epochs, .max - 1, .max,
        ]
        return Timestamp(microsecondsSince1970: edges.randomElement(using: &world.generator)!)
    }

    private mutating func compareListsOfPair(_ content: ReferenceContent) throws {
        let known = content.symbols.randomElement(using: &world.generator)!
        let isTooLong = world.generator.next() % 20 == 0
        let base = isTooLong ? String(repeating: "x", count: 26) : known.baseAsset.description
        let quote = known.quoteAsset.description
        let kinds = InstrumentKinds(rawValue: UInt8.random(in: 0...31, using: &world.generator))
        let activeOnly = world.generator.next() % 2 == 0
        let limit = [0, 1, 2, 5, .max].randomElement(using: &world.generator)!
        let ids = [0, 0, known.id, content.symbols.randomElement(using: &world.generator)!.id, world.symbolId()]
        let after = ids.randomElement(using: &world.generator)!
        let question = "\(base)/\(quote) \(kinds) \(activeOnly) after \(after), \(limit); \(seed)"
        let found = try resolver.find(
            base: base, quote: quote, kinds: kinds, activeOnly: activeOnly, afterSymbolId: after, limit: limit)
        let expected = image.find(
            base: base, quote: quote, kinds: kinds, activeOnly: activeOnly, afterSymbolId: after, limit: limit)
        #expect(found == expected, "\(question)")

        let code: String? = world.generator.next() % 3 == 0 ? nil : world.code()
        let times = [.absent, .absent, .absent] + content.symbols.map(\.expiresAt).filter { !$0.isAbsent }
        let from = bound(times.prefix(3 + 3).randomElement(using: &world.generator)!)
        let to = bound(times.randomElement(using: &world.generator)!)
        let chain = try resolver.contracts(
            exchange: code, base: base, quote: quote, kinds: kinds, expiresFrom: from, expiresTo: to,
            activeOnly: activeOnly, afterSymbolId: after, limit: limit)
        let expectedChain = image.contracts(
            exchange: code, base: base, quote: quote, kinds: kinds, expiresFrom: from, expiresTo: to,
            activeOnly: activeOnly, afterSymbolId: after, limit: limit)
        #expect(chain == expectedChain, "\(code ?? "all") \(from) to \(to) \(question)")
    }
}
