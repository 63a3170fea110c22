import Glibc
import Measuring
import ReferenceData

/// A snapshot of generated symbols, and keys for it in random order.
struct Fixture {
    let size: Int
    let content: ReferenceContent
    let snapshot: Snapshot

    /// Random keys of one walk: more than the first caches hold, and at 1,000,000 symbols nearly every symbol.
    var walkCount: Int { size <= 10_000 ? 1 << 17 : 1 << 20 }

    /// What the symbols are: spot symbols and perpetuals, or options.
    enum Shape {
        case mixed
        case options
    }

    init(size: Int, _ shape: Shape = .mixed) {
        self.size = size
        content = Self.content(size: size, shape)
        snapshot = Snapshot.build(content, epoch: 1, generation: 1, databaseSnapshot: "1:1:")
    }

    static func content(size: Int, _ shape: Shape = .mixed) -> ReferenceContent {
        let exchanges = GeneratedSymbol.exchangeCodes.enumerated().map { index, code in
            Exchange(
                id: UInt16(index + 1), name: code, enumValue: code, displayName: code,
                marketType: code.hasSuffix("FUTURES") ? .futures : .spot)
        }
        let symbols = (0..<size).map { index in
            if shape == .options { return option(index) }
            let symbol = GeneratedSymbol(index: index)
            return SymbolRecord(
                id: UInt32(index + 1), exchangeId: UInt16(symbol.exchangeIndex + 1),
                kind: symbol.isPerpetual ? .perpetual : .spot,
                settleAsset: symbol.isPerpetual ? AssetText(symbol.quote)! : AssetText(),
                payoff: symbol.isPerpetual ? .linear : nil, precisionBase: UInt8(1 + index % 8),
                precisionPrice: UInt8(1 + index % 6),
                symbolString: SymbolText(symbol.symbol)!, baseAsset: AssetText(symbol.base)!,
                quoteAsset: AssetText(symbol.quote)!, minOrderSize: DecimalValue(mantissa: 1, exponent: -4)!,
                tickSize: DecimalValue(mantissa: 1, exponent: -2)!,
                stepSize: DecimalValue(mantissa: 1, exponent: -3)!)
        }
        return ReferenceContent(exchanges: exchanges, symbols: symbols)
    }

    private static func option(_ index: Int) -> SymbolRecord {
        let option = GeneratedOption(index: index)
        let quote = AssetText(GeneratedOption.quote)!
        return SymbolRecord(
            id: UInt32(index + 1), exchangeId: 3, kind: .option, settleAsset: quote, payoff: .linear,
            contractSize: DecimalValue(mantissa: 1, exponent: 0)!, expiresAt: Timestamp("\(option.day)T08:00:00Z")!,
            strike: DecimalValue(mantissa: Int64(option.strike), exponent: 0)!,
            optionType: option.isCall ? .call : .put,
            precisionBase: 3, precisionPrice: 2, symbolString: SymbolText(option.symbol)!,
            baseAsset: AssetText(option.base)!, quoteAsset: quote,
            tickSize: DecimalValue(mantissa: 1, exponent: -2)!, stepSize: DecimalValue(mantissa: 1, exponent: -3)!)
    }

    /// Something about random symbols, as many as a walk is long, in memory of its own without a reference count.
    func walk<Element: BitwiseCopyable>(_ make: (Int, SymbolRecord) -> Element) -> UnsafeBufferPointer<Element> {
        var generator = SplitMix(seed: 7_001)
        let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: walkCount)
        for index in memory.indices {
            let number = Int.random(in: 0..<size, using: &generator)
            memory.initializeElement(at: index, to: make(number, content.symbols[number]))
        }
        return UnsafeBufferPointer(memory)
    }

    /// Stops where the answers are not what they are measured as.
    func check(_ what: String, _ statuses: some Sequence<ResolutionStatus>, all expected: ResolutionStatus) throws {
        guard let wrong = statuses.first(where: { $0 != expected }) else { return }
        throw ContestError(reason: "\(what): \(wrong) instead of \(expected)")
    }
}
