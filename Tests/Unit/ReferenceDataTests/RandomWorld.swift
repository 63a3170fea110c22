import ReferenceData
import TestSupport

/// Makes up reference data and changes to it, from names so few that they collide, get swapped and come back.
struct RandomWorld {
    var generator: SeededGenerator
    let symbolIdMax: UInt32
    let exchangeIdMax: UInt16
    private static let assets = [
        "BTC", "btc", "ETH", "USDT", "USD", "BT", "1INCH", "Ω", "LONGLONGLONGLONGLONG", "XRP", "XR", "DOGE",
    ]

    init(seed: UInt64, symbolIdMax: UInt32, exchangeIdMax: UInt16) {
        generator = SeededGenerator(seed: seed)
        self.symbolIdMax = symbolIdMax
        self.exchangeIdMax = exchangeIdMax
    }

    mutating func asset() -> AssetText {
        // More names than the table, so that rows of one exchange do not all collide.
        let name = Self.assets.randomElement(using: &generator)!
        let text = generator.chance(70) ? name : "A\(Int.random(in: 0..<40, using: &generator))"
        return AssetText(text)!
    }

    mutating func symbolText() -> SymbolText {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: return SymbolText("\(asset())\(asset())")!
        case 1: return SymbolText("\(asset())-\(asset())-PERP")!
        case 2: return SymbolText("\(asset())_USDT")!
        case 3: return SymbolText(String(repeating: "Z", count: 48) + "\(Int.random(in: 10..<20, using: &generator))")!
        case 4: return SymbolText("\(asset())")!
        default: return SymbolText("S\(Int.random(in: 0..<60, using: &generator))_\(asset())")!
        }
    }

    /// Texts from the middle of symbol strings.
    mutating func pieces(_ count: Int) -> [String] {
        (0..<count).map { _ in
            let text = symbolText().description
            let start = Int.random(in: 0..<text.count, using: &generator)
            let length = Int.random(in: 1...5, using: &generator)
            return String(text.dropFirst(start).prefix(length))
        }
    }

    mutating func symbolId() -> UInt32 {
        // Mostly a dense range, some far away.
        let id = UInt32.random(in: 1...symbolIdMax, using: &generator)
        return id % 11 == 0 ? 0x7FFF_0000 + id : id
    }

    mutating func exchangeId() -> UInt16 { UInt16.random(in: 1...exchangeIdMax, using: &generator) }

    mutating func record(id: UInt32) -> SymbolRecord {
        var record = SymbolRecord(
            id: id, exchangeId: exchangeId(), isActive: generator.chance(80), precisionBase: UInt8(id % 18) + 1,
            precisionQuote: 7, precisionPrice: UInt8.random(in: 1...18, using: &generator), symbolString: symbolText(),
            baseAsset: asset(), quoteAsset: asset(), minOrderSize: decimal(), maxOrderSize: decimal(),
            tickSize: decimal(), stepSize: decimal(), minNotional: decimal(),
            createdAt: Timestamp(microsecondsSince1970: Int64(id)),
            updatedAt: Timestamp(microsecondsSince1970: Int64.random(in: 0..<5, using: &generator)),
            lastSeen: generator.chance(50)
                ? .absent : Timestamp(microsecondsSince1970: Int64.random(in: 0..<100, using: &generator)))
        if generator.chance(5) { record.createdAt = .absent }
        if generator.chance(2) { record.symbolString = SymbolText() }
        if generator.chance(1) { record.id = 0 }
        if generator.chance(1) { record.precisionQuote = generator.chance(50) ? 0 : 19 }
        return record
    }

    private mutating func decimal() -> DecimalValue {
        generator.chance(20)
            ? .absent
            : DecimalValue(mantissa: .random(in: 0..<1_000_000, using: &generator), exponent: -8)!
    }

    mutating func exchange(id: UInt16) -> Exchange {
        let code = generator.chance(5) ? "CLASH" : "VENUE_\(id)"
        return Exchange(
            id: id, name: generator.chance(10) ? "VENUE_\(exchangeId())" : "Name \(id)", enumValue: code,
            displayName: "Venue \(id)", marketType: MarketType(rawValue: UInt8(id % 3) + 1)!,
            isActive: generator.chance(75), rateLimitRequestsPerSecond: UInt32(id),
            updatedAt: Timestamp(microsecondsSince1970: Int64.random(in: 0..<3, using: &generator)))
    }

    mutating func refusedSymbol() -> RefusedRow {
        let record = record(id: symbolId())
        let id = generator.chance(10) ? -5 : Int64(record.id)
        return RefusedRow(
            table: .symbol, id: id, reason: "tick_size: NaN", symbolKey: generator.chance(70) ? record.symbolKey : nil,
            pairKey: generator.chance(70) ? record.pairKey : nil, exchangeId: record.exchangeId)
    }

    mutating func aliases() -> [SymbolAlias] {
        (0..<Int.random(in: 0..<12, using: &generator)).map { _ in
            SymbolAlias(key: SymbolKey(exchangeId: exchangeId(), symbol: symbolText()), symbolId: symbolId())
        }
    }

    mutating func content() -> ReferenceContent {
        var content = ReferenceContent(aliases: aliases())
        for id in 1...exchangeIdMax where generator.chance(90) { content.exchanges.append(exchange(id: id)) }
        for id in 1...symbolIdMax where generator.chance(70) { content.symbols.append(record(id: id)) }
        for _ in 0..<Int.random(in: 0..<6, using: &generator) { content.refused.append(refusedSymbol()) }
        if generator.chance(20) {
            content.refused.append(RefusedRow(table: .exchange, id: Int64(exchangeId()), reason: "name: too long"))
        }
        content.symbols.shuffle(using: &generator)
        return content
    }

    /// A few changes to what the oracle holds: edits, swaps of keys, deletions, re-insertions, refusals, recoveries.
    mutating func delta(to oracle: SnapshotOracle) -> ReferenceDelta {
        var delta = ReferenceDelta()
        for _ in 0..<Int.random(in: 0..<8, using: &generator) {
            let id = symbolId()
            switch Int.random(in: 0..<8, using: &generator) {
            case 0: delta.deletedSymbolIds.append(id)
            case 1:
                delta.deletedSymbolIds.append(id)
                delta.symbols.append(record(id: id))
            case 2: delta.refused.append(refusedSymbol())
            case 3: swapKeys(oracle, &delta)
            case 4:
                // The same row again, at most with other times.
                if var row = oracle.rows[id]?.record {
                    if generator.chance(50) { row.lastSeen = Timestamp(microsecondsSince1970: 99) }
                    delta.symbols.append(row)
                }
            case 5:
                if var row = oracle.rows[id]?.record {
                    row.isActive.toggle()
                    delta.symbols.append(row)
                }
            default: delta.symbols.append(record(id: id))
            }
        }
        if generator.chance(25) { changeExchanges(oracle, &delta) }
        if generator.chance(15) { delta.aliases = aliases() }
        return delta
    }

    private mutating func swapKeys(_ oracle: SnapshotOracle, _ delta: inout ReferenceDelta) {
        let ids = oracle.rows.keys.sorted()
        guard var one = ids.randomElement(using: &generator).flatMap({ oracle.rows[$0]?.record }),
            var other = ids.randomElement(using: &generator).flatMap({ oracle.rows[$0]?.record }), one.id != other.id
        else { return }
        swap(&one.exchangeId, &other.exchangeId)
        swap(&one.symbolString, &other.symbolString)
        swap(&one.baseAsset, &other.baseAsset)
        swap(&one.quoteAsset, &other.quoteAsset)
        delta.symbols += [one, other]
    }

    private mutating func changeExchanges(_ oracle: SnapshotOracle, _ delta: inout ReferenceDelta) {
        let id = exchangeId()
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: delta.deletedExchangeIds.append(id)
        case 1: delta.refused.append(RefusedRow(table: .exchange, id: Int64(id), reason: "name: too long"))
        case 2:
            if var row = oracle.exchanges[id] {
                row.isActive.toggle()
                delta.exchanges.append(row)
            }
        default: delta.exchanges.append(exchange(id: id))
        }
    }
}
