import ReferenceData
import TestSupport

/// Few pairs with many contracts on few exchanges, of every kind, and changes to them.
struct ContractWorld {
    var generator: SeededGenerator
    private var records: [UInt32: SymbolRecord] = [:]
    private var exchanges: [UInt16: Exchange] = [:]

    static let pairs = [("BTC", "USD"), ("BTC", "USDT"), ("btc", "USD"), ("ETH", "BTC"), ("DOGE", "USDT")].map {
        (base: AssetText($0)!, quote: AssetText($1)!)
    }
    static let exchangeIds: ClosedRange<UInt16> = 1...5
    /// What contracts expire at, in microseconds; some before the test begins.
    static let expiries: [Int64] = [-7, 100, 200, 201, 300, 400, 1_000]
    /// In no order, and no two of one length and one value.
    private static let strikes = [
        "100", "99", "1000", "0.05", "0.5", "123456789012345678", "0.1", "99.5", "100000", "0.123456789012345678",
    ].map { DecimalValue($0)! }

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
        for id in Self.exchangeIds { exchanges[id] = exchange(id) }
    }

    private mutating func exchange(_ id: UInt16) -> Exchange {
        Exchange(
            id: id, name: "venue \(id)", enumValue: "VENUE_\(id)", displayName: "Venue \(id)", marketType: .futures,
            isActive: id != 3)
    }

    /// A contract whose string nobody else has.
    mutating func record(id: UInt32) -> SymbolRecord {
        let pair = Self.pairs.randomElement(using: &generator)!
        let kind = InstrumentKind.allCases.randomElement(using: &generator)!
        let expires = kind == .future || kind == .option || kind == .other && generator.chance(50)
        let isOption = kind == .option || kind == .other && generator.chance(50)
        return SymbolRecord(
            id: id, exchangeId: Self.exchangeIds.randomElement(using: &generator)!, isActive: generator.chance(70),
            kind: kind, settleAsset: kind == .spot ? AssetText() : pair.quote, payoff: kind == .spot ? nil : .linear,
            expiresAt: expires ? time(Self.expiries.randomElement(using: &generator)!) : .absent,
            strike: isOption ? Self.strikes.randomElement(using: &generator)! : .absent,
            optionType: isOption ? OptionType.allCases.randomElement(using: &generator)! : nil,
            symbolString: SymbolText("S\(id)")!, baseAsset: pair.base, quoteAsset: pair.quote,
            delistsAt: generator.chance(10) ? time(250) : .absent)
    }

    mutating func content(count: UInt32) -> ReferenceContent {
        for id in 1...count { records[id] = record(id: id) }
        return ReferenceContent(
            exchanges: exchanges.values.sorted { $0.id < $1.id }, symbols: Array(records.values))
    }

    /// Some rows more, some fewer, some others under old ids.
    mutating func delta() -> ReferenceDelta {
        var delta = ReferenceDelta()
        for _ in 0..<Int.random(in: 1...12, using: &generator) {
            let id = UInt32.random(in: 1...UInt32(records.count + 10), using: &generator)
            guard !delta.symbols.contains(where: { $0.id == id }), !delta.deletedSymbolIds.contains(id) else {
                continue
            }
            if generator.chance(20) {
                records[id] = nil
                delta.deletedSymbolIds.append(id)
            } else if var record = records[id], generator.chance(40) {
                record.isActive.toggle()
                records[id] = record
                delta.symbols.append(record)
            } else {
                let record = record(id: id)
                records[id] = record
                delta.symbols.append(record)
            }
        }
        if generator.chance(20), var exchange = exchanges[Self.exchangeIds.randomElement(using: &generator)!] {
            exchange.isActive.toggle()
            exchanges[exchange.id] = exchange
            delta.exchanges.append(exchange)
        }
        return delta
    }

    func time(_ microseconds: Int64) -> Timestamp { Timestamp(microsecondsSince1970: microseconds) }
}
