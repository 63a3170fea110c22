@testable import ReferenceData

/// What `Protocol/images` holds: a symbol of each kind, and everything that decides who answers.
enum PublishedImage {
    private static let day = Timestamp("2026-12-25T08:00:00Z")!
    private static let long = "LONGLONGLONGLONGLONGLONGL"

    private static func exchange(_ id: UInt16, _ code: String, _ marketType: MarketType, isActive: Bool = true)
        -> Exchange
    {
        Exchange(
            id: id, name: code.lowercased(), enumValue: code, displayName: "Venue \(id)", marketType: marketType,
            isActive: isActive, baseURL: "https://venue\(id).example", rateLimitRequestsPerSecond: 100 * UInt32(id),
            precisionDefault: id == 1 ? 8 : nil, createdAt: Timestamp("2026-01-01T00:00:00Z")!)
    }

    private static func symbol(
        _ id: UInt32, _ exchangeId: UInt16, _ text: String, _ base: String = "BTC", _ quote: String = "USDT",
        _ kind: InstrumentKind = .spot, change: (inout SymbolRecord) -> Void = { _ in }
    ) -> SymbolRecord {
        var record = SymbolRecord(
            id: id, exchangeId: exchangeId, kind: kind, symbolString: SymbolText(text)!, baseAsset: AssetText(base)!,
            quoteAsset: AssetText(quote)!, tickSize: DecimalValue("0.05")!, stepSize: DecimalValue("1e-8")!,
            createdAt: Timestamp("2026-01-02T00:00:00Z")!)
        if kind != .spot {
            record.settleAsset = AssetText(quote)!
            record.payoff = .linear
            record.contractSize = DecimalValue("0.001")!
        }
        change(&record)
        return record
    }

    private static func option(_ record: inout SymbolRecord) {
        record.expiresAt = day
        record.strike = DecimalValue("100000")!
        record.optionType = .call
    }

    static let snapshot: Snapshot = {
        let symbols = [
            symbol(1, 1, "BTC_USDT"), symbol(2, 1, "ETH_USDT", "ETH") { $0.isActive = false },
            symbol(3, 1, "ETH_USDT", "ETH"), symbol(64, 1, "币安人生_USDT", "币安人生"),
            symbol(65, 1, String(repeating: "X", count: 50), long, "Q" + long.dropFirst()),
            symbol(66, 1, "BRK/B_USDT", "BRK/B"),
            symbol(130, 2, "BTC_USDT", "BTC", "USDT", .perpetual) { $0.isTiered = true },
            symbol(131, 2, "BTC_USD", "BTC", "USD", .perpetual) {
                $0.payoff = .inverse
                $0.settleAsset = $0.baseAsset
            },
            symbol(132, 2, "BTC_USD_2", "BTC", "USD", .perpetual) {
                $0.payoff = .inverse
                $0.settleAsset = AssetText("ETH")!
            },
            symbol(133, 2, "BTC-251226", "BTC", "USDT", .future) { $0.expiresAt = Timestamp("2025-12-26T08:00:00Z")! },
            symbol(134, 2, "BTC-261225", "BTC", "USDT", .future) { $0.expiresAt = day },
            symbol(135, 3, "BTC-261225-100000-C", "BTC", "USDT", .option) { option(&$0) },
            symbol(136, 2, "BTC-SPREAD", "BTC", "USDT", .other) { $0.isLastGood = true },
            symbol(137, 4, "BTC_USDT"),
        ]
        let content = ReferenceContent(
            exchanges: [
                exchange(1, "ALPHA_SPOT", .spot), exchange(2, "BETA_FUTURES", .futures),
                exchange(3, "GAMMA_OPTIONS", .options), exchange(4, "GONE_SPOT", .spot, isActive: false),
            ], symbols: symbols,
            aliases: [
                SymbolAlias(key: SymbolKey(exchangeId: 1, symbol: "XBT_USDT")!, symbolId: 1),
                SymbolAlias(key: SymbolKey(exchangeId: 1, symbol: "OLD_ETH")!, symbolId: 2),
            ],
            refused: [
                RefusedRow(
                    table: .symbol, id: 900, reason: "tick_size is NaN",
                    symbolKey: SymbolKey(exchangeId: 1, symbol: "NAN_USDT"),
                    pairKey: PairKey(exchangeId: 1, base: "NAN", quote: "USDT"), kind: .spot, exchangeId: 1)
            ])
        return Snapshot.build(
            content, epoch: 1_795_219_330_123_456, generation: 1_029, databaseSnapshot: "790:812:791",
            at: Timestamp("2026-06-30T00:00:00Z")!
        ).attributed(to: SourceDatabase(systemIdentifier: 7_558_213_094_401_726_019, databaseId: 16_384))
    }()

    static let questions: [ImageQuestion] =
        snapshot.symbols(exchangeId: 0).flatMap { record -> [ImageQuestion] in
            let exchangeId = record.exchangeId
            let (base, quote) = (record.baseAsset.description, record.quoteAsset.description)
            return [
                .symbol(record.id), .string(exchangeId, record.symbolString.description),
                .pair(exchangeId, base, quote),
            ] + [record.unifiedName.map { .name(exchangeId, $0) }].compactMap { $0 }.filter(\.isAsked)
        } + [
            .string(1, "XBT_USDT"), .string(1, "OLD_ETH"), .string(1, "NAN_USDT"), .pair(1, "NAN", "USDT"),
            .string(1, "NOPE"), .string(2, "XBT_USDT"), .string(99, "BTC_USDT"), .name(1, "A/B/C"), .symbol(0),
            .symbol(4), .symbol(900), .symbol(1 << 31),
        ]
}

extension Snapshot {
    fileprivate func symbols(exchangeId: UInt16) -> [SymbolRecord] {
        var records: [SymbolRecord] = []
        _ = symbols(exchangeId: exchangeId, activeOnly: false, afterSymbolId: 0, limit: .max) { record, _ in
            records.append(record)
        }
        return records
    }
}
