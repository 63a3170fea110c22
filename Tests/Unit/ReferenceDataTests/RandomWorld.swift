import ReferenceData
import TestSupport

/// Makes up reference data and changes to it, from names so few that they collide, get swapped and come back.
struct RandomWorld {
    var generator: SeededGenerator
    let symbolIdMax: UInt32
    let exchangeIdMax: UInt16
    private let hasFarIds: Bool
    private static let assets = [
        "BTC", "btc", "ETH", "USDT", "USD", "BT", "1INCH", "Ω", "LONGLONGLONGLONGLONGLONGL", "XRP", "XR", "DOGE",
        "BRK/B", "A:B", ".C", "ABCDEFG", "ABCDEFGH", "1000000MOG",
    ]

    init(seed: UInt64, symbolIdMax: UInt32, exchangeIdMax: UInt16) {
        generator = SeededGenerator(seed: seed)
        self.symbolIdMax = symbolIdMax
        self.exchangeIdMax = exchangeIdMax
        hasFarIds = seed & 1 == 0
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
        case 1: return SymbolText("\(asset())-PERP")!
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
        // A dense range; in every other world with some far away.
        let id = UInt32.random(in: 1...symbolIdMax, using: &generator)
        return hasFarIds && id % 11 == 0 ? 0x7FFF_0000 + id : id
    }

    mutating func exchangeId() -> UInt16 { UInt16.random(in: 1...exchangeIdMax, using: &generator) }

    mutating func record(id: UInt32) -> SymbolRecord {
        var record = SymbolRecord(
            id: id, exchangeId: exchangeId(), isActive: generator.chance(65),
            precisionBase: generator.chance(30) ? .max : UInt8(id % 19),
            precisionQuote: generator.chance(30) ? .max : 7,
            precisionPrice: generator.chance(30) ? .max : UInt8.random(in: 0...28, using: &generator),
            symbolString: symbolText(), baseAsset: asset(), quoteAsset: asset(), minOrderSize: decimal(),
            maxOrderSize: decimal(), tickSize: decimal(), stepSize: decimal(), minNotional: decimal(),
            isTiered: generator.chance(10), isInferred: generator.chance(10), isLastGood: generator.chance(5),
            listedAt: generator.chance(10) ? time() : .absent, delistsAt: generator.chance(10) ? time() : .absent,
            createdAt: Timestamp(microsecondsSince1970: Int64(id)),
            updatedAt: Timestamp(microsecondsSince1970: Int64.random(in: 0..<5, using: &generator)),
            lastSeen: generator.chance(50)
                ? .absent : Timestamp(microsecondsSince1970: Int64.random(in: 0..<100, using: &generator)))
        makeContract(&record)
        if generator.chance(5) { record.createdAt = .absent }
        if generator.chance(2) { record.symbolString = SymbolText() }
        if generator.chance(1) { record.id = 0 }
        if generator.chance(1) { record.settleAsset = generator.chance(50) ? AssetText() : asset() }
        return record
    }

    /// Of half of the records, something else than a spot symbol.
    private mutating func makeContract(_ record: inout SymbolRecord) {
        if generator.chance(50) { return }
        record.kind = InstrumentKind.allCases.randomElement(using: &generator)!
        if record.kind == .spot { return }
        record.settleAsset = generator.chance(60) ? record.quoteAsset : record.baseAsset
        record.payoff = [.linear, .linear, .inverse, nil].randomElement(using: &generator)!
        record.contractSize = decimal()
        let isOther = record.kind == .other
        if record.kind == .future || record.kind == .option || isOther && generator.chance(30) {
            record.expiresAt = time()
        }
        if record.kind == .option || isOther && generator.chance(30) {
            record.strike = DecimalValue(mantissa: .random(in: 1...3, using: &generator), exponent: 1)!
            record.optionType = generator.chance(50) ? .call : .put
        }
    }

    /// One of few moments, a day apart where it matters to names.
    mutating func time() -> Timestamp {
        let day = Int64.random(in: 0..<4, using: &generator) * 86_400_000_000
        return Timestamp(microsecondsSince1970: 1_700_000_000_000_000 + day + .random(in: 0..<3, using: &generator))
    }

    /// A moment to judge at: mostly between those of the rows.
    mutating func now() -> Timestamp { generator.chance(5) ? .absent : time() }

    private mutating func decimal() -> DecimalValue {
        generator.chance(20)
            ? .absent
            : DecimalValue(mantissa: .random(in: 0..<1_000_000, using: &generator), exponent: -8)!
    }

    mutating func exchange(id: UInt16) -> Exchange {
        let code = generator.chance(5) ? "CLASH" : "VENUE_\(id)"
        return Exchange(
            id: id, name: generator.chance(10) ? "VENUE_\(exchangeId())" : "Name \(id)", enumValue: code,
            displayName: "Venue \(id)",
            marketType: MarketType(rawValue: UInt8((generator.chance(10) ? id + 1 : id) % 3) + 1)!,
            isActive: generator.chance(75), rateLimitRequestsPerSecond: UInt32(id),
            precisionDefault: generator.chance(50) ? nil : UInt8(id),
            updatedAt: Timestamp(microsecondsSince1970: Int64.random(in: 0..<3, using: &generator)))
    }

    mutating func refusedSymbol() -> RefusedRow {
        let record = record(id: symbolId())
        let id = generator.chance(10) ? -5 : Int64(record.id)
        return RefusedRow(
            table: .symbol, id: id, reason: "tick_size: NaN", symbolKey: generator.chance(70) ? record.symbolKey : nil,
            pairKey: generator.chance(70) ? record.pairKey : nil, nameKey: generator.chance(70) ? record.nameKey : nil,
            kind: generator.chance(50) ? record.kind : nil, exchangeId: record.exchangeId)
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
            switch Int.random(in: 0..<9, using: &generator) {
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
            case 6: twin(oracle, &delta)
            default: delta.symbols.append(record(id: id))
            }
        }
        if generator.chance(25) { changeExchanges(oracle, &delta) }
        if generator.chance(15) { delta.aliases = aliases() }
        return delta
    }

    /// A row with the keys of another one, which dies or not.
    private mutating func twin(_ oracle: SnapshotOracle, _ delta: inout ReferenceDelta) {
        guard var row = oracle.rows.keys.sorted().randomElement(using: &generator).flatMap({ oracle.rows[$0]?.record })
        else { return }
        if generator.chance(70) {
            row.isActive = false
            delta.symbols.append(row)
        }
        row.id = symbolId()
        row.isActive = generator.chance(70)
        // Of the same name, at another hour.
        if !row.expiresAt.isAbsent, generator.chance(30) { row.expiresAt = time() }
        if generator.chance(30) { row.symbolString = symbolText() }
        delta.symbols.append(row)
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
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: delta.deletedExchangeIds.append(id)
        case 1: delta.refused.append(RefusedRow(table: .exchange, id: Int64(id), reason: "name: too long"))
        case 2:
            if var row = oracle.exchanges[id] {
                row.isActive.toggle()
                delta.exchanges.append(row)
            }
        case 3:
            if var row = oracle.exchanges[id] {
                row.precisionDefault = generator.chance(50) ? nil : UInt8.random(in: 0..<9, using: &generator)
                delta.exchanges.append(row)
            }
        case 4:
            if var row = oracle.exchanges[id] {
                row.marketType = MarketType.allCases.randomElement(using: &generator)!
                delta.exchanges.append(row)
            }
        default: delta.exchanges.append(exchange(id: id))
        }
    }
}
