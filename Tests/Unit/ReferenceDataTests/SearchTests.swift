import TestSupport
import Testing

@testable import ReferenceData

/// Search over tables as venues have them: thousands of symbols, a few quotes that nearly all of them share.
struct SearchTests {
    /// Found by AddressSanitizer: the end of the last block of lines was written for an emptied table too.
    @Test func anIndexOfNoRowsWritesNothing() {
        let none = UnsafeBufferPointer<SymbolRecord>(start: nil, count: 0)
        let plan = SearchIndexPlan(none, RowOrders(none, mayConflict: true))
        #expect(plan.byteCount == 0)
        var behind = [UInt8](repeating: 0xEE, count: 64)
        behind.withUnsafeMutableBytes {
            for isFirstHalf in [true, false] {
                plan.fill($0.baseAddress!, isFirstHalf: isFirstHalf, Snapshot.emptyImage.view)
            }
        }
        #expect(behind.allSatisfy { $0 == 0xEE })
    }

    /// Symbols of three venues in three styles, some delisted, and now and then one whose string does not say its
    /// assets.
    private static func content(_ generator: inout SeededGenerator, count: Int) -> ReferenceContent {
        var content = ReferenceContent()
        for (id, code) in [(UInt16(1), "MEXC_SPOT"), (2, "GATEIO_SPOT"), (3, "GATEIO_FUTURES"), (4, "GONE_SPOT")] {
            content.exchanges.append(
                Exchange(
                    id: id, name: code.lowercased(), enumValue: code, displayName: code, marketType: .spot,
                    isActive: id != 4))
        }
        let letters = Array("ABCDETUSX19")
        var taken: Set<SymbolKey> = []
        var pairs: Set<PairKey> = []
        for id in 1...UInt32(count) {
            let base = String(
                (0..<Int.random(in: 1...5, using: &generator)).map { _ in letters.randomElement(using: &generator)! })
            let quote = ["USDT", "USDT", "USDT", "USD", "BTC", "TRY"].randomElement(using: &generator)!
            let exchangeId = UInt16.random(in: 1...4, using: &generator)
            var symbol = exchangeId == 1 ? base + quote : "\(base)_\(quote)"
            if generator.chance(10) {
                symbol = ["\(quote)-\(base)", "X\(id)", symbol.lowercased()].randomElement(using: &generator)!
            }
            let record = SymbolRecord(
                id: id, exchangeId: exchangeId, isActive: generator.chance(85), symbolString: SymbolText(symbol)!,
                baseAsset: AssetText(base)!, quoteAsset: AssetText(quote)!)
            guard base != quote, taken.insert(record.symbolKey).inserted, pairs.insert(record.pairKey).inserted else {
                continue
            }
            content.symbols.append(record)
        }
        return content
    }

    @Test(arguments: [1, 63, 64, 65, 700, 3_000])
    func findsWhatTheOracleFinds(count: Int) {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        let content = Self.content(&generator, count: count)
        var oracle = SnapshotOracle()
        oracle.replace(by: content)
        oracle.generation = 1
        var snapshot = Snapshot.build(content, epoch: 1, generation: 1, databaseSnapshot: "")
        // Without an overlay, then with one.
        for step in 0..<2 {
            if step == 1 {
                var delta = ReferenceDelta()
                for var row in content.symbols where generator.chance(3) {
                    switch Int.random(in: 0..<3, using: &generator) {
                    case 0: delta.deletedSymbolIds.append(row.id)
                    case 1:
                        row.isActive.toggle()
                        delta.symbols.append(row)
                    default:
                        row.symbolString = SymbolText("NEW\(row.id)_USDT")!
                        delta.symbols.append(row)
                    }
                }
                oracle.apply(delta)
                snapshot = snapshot.applying(delta, generation: 1, databaseSnapshot: "").snapshot
            }
            var texts = [
                "u", "U", "USDT", "usdt", "SDT", "T", "_", "_u", "T_U", "TU", "BTC", "a", "zzz", "X1", "-", "USDT-",
                "A_USDT", "NEW", "ew1", "1_", "dt", "é",
            ]
            for row in content.symbols.shuffled(using: &generator).prefix(20) {
                texts.append(row.symbolString.description)
            }
            let rows = oracle.searchedRows
            for text in texts {
                for mode in SearchMode.allCases {
                    for exchangeId in [UInt16(0), 1, 4] {
                        let activeOnly = generator.chance(40)
                        let limit = [1, 20, 1_024].randomElement(using: &generator)!
                        let wanted = oracle.search(
                            text, in: rows, mode: mode, exchangeId: exchangeId, activeOnly: activeOnly, limit: limit)
                        var answers: [SnapshotOracle.Answer] = []
                        let hasMore = Array(text.utf8).withUnsafeBytes { bytes in
                            snapshot.search(
                                text: bytes, mode: mode, exchangeId: exchangeId, activeOnly: activeOnly, limit: limit
                            ) { answers.append(.init(id: $0.id, flags: $1)) }.hasMore
                        }
                        let isSame = answers == wanted.answers && hasMore == wanted.hasMore
                        let what = "\(mode) \(text) of \(exchangeId), active \(activeOnly), limit \(limit)"
                        #expect(isSame, "\(what), step \(step), seed \(seed)")
                    }
                }
            }
        }
    }

    /// A line holds a text exactly when the symbol string, the base or the quote does.
    @Test func linesHoldWhatTheSymbolStringDoesNot() throws {
        let content = ReferenceContent(
            exchanges: [
                Exchange(id: 1, name: "a", enumValue: "A", displayName: "A", marketType: .spot, isActive: true)
            ],
            symbols: [
                SymbolRecord(
                    id: 1, exchangeId: 1, symbolString: SymbolText("BTC_USDT")!, baseAsset: AssetText("BTC")!,
                    quoteAsset: AssetText("usdt")!),
                SymbolRecord(
                    id: 2, exchangeId: 1, symbolString: SymbolText("XBTUSD")!, baseAsset: AssetText("BTC")!,
                    quoteAsset: AssetText("USD")!),
                SymbolRecord(
                    id: 3, exchangeId: 1, symbolString: SymbolText("aaa")!,
                    baseAsset: AssetText("LONGLONGLONGLONGLONG")!,
                    quoteAsset: AssetText("USD")!),
            ])
        let snapshot = Snapshot.build(content, epoch: 1, generation: 1, databaseSnapshot: "")
        let index = snapshot.mainRows.search
        var offset = 0
        let lines = (0..<3).map { position in
            let count = index.lineByteCount(at: position)
            defer { offset += count }
            return String(decoding: UnsafeRawBufferPointer(start: index.text + offset, count: count), as: UTF8.self)
        }
        #expect(lines == ["aaa\0longlonglonglonglong\0usd", "btc_usdt", "xbtusd\0btc"])
        #expect(index.textByteCount == offset)
    }
}
