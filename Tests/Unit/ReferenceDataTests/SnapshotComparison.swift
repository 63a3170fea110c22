import ReferenceData
import Testing

/// Asks a snapshot and the oracle everything, known and unknown, and compares the answers.
struct SnapshotComparison {
    let snapshot: Snapshot
    let oracle: SnapshotOracle
    let context: Comment

    /// False at the first kind of lookup that differs.
    func run(_ world: inout RandomWorld) -> Bool {
        counts() && keys(&world) && records(&world) && exchanges() && lists(&world) && finds(&world) && searches(&world)
            && discoveries(&world)
    }

    func expect<Value: Equatable>(
        _ value: Value, _ wanted: Value, _ what: @autoclosure () -> String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> Bool {
        if value == wanted { return true }
        Issue.record("\(context): \(what()): \(value) instead of \(wanted)", sourceLocation: sourceLocation)
        return false
    }

    private func counts() -> Bool {
        let tradableCount = oracle.rows.values.count { oracle.isTradable(oracle.flags($0)) }
        let refused = oracle.refused.values.sorted { ($0.table.rawValue, $0.id) < ($1.table.rawValue, $1.id) }
        return expect(snapshot.symbolCount, oracle.rows.count, "symbols")
            && expect(snapshot.activeSymbolCount, tradableCount, "active symbols")
            && expect(snapshot.exchangeCount, oracle.exchanges.count, "exchanges")
            && expect(snapshot.activeExchangeCount, oracle.exchanges.values.count { $0.isActive }, "active exchanges")
            && expect(snapshot.generation, oracle.generation, "generation")
            && expect(snapshot.refused, refused, "refused rows")
            && expect(snapshot.judgedAt, oracle.now, "time") && expect(snapshot.nextDue, oracle.nextDue, "next due")
    }

    private func keys(_ world: inout RandomWorld) -> Bool {
        let rows = oracle.rows.values.map(\.record)
        var symbols = rows.map(\.symbolKey) + Array(oracle.aliases.keys)
        var pairs = rows.map(\.pairKey)
        symbols += oracle.refused.values.compactMap(\.symbolKey)
        pairs += oracle.refused.values.compactMap(\.pairKey)
        for _ in 0..<100 {
            let exchangeId = UInt16.random(in: 0...world.exchangeIdMax + 2, using: &world.generator)
            symbols.append(SymbolKey(exchangeId: exchangeId, symbol: world.symbolText()))
            pairs.append(PairKey(exchangeId: exchangeId, base: world.asset(), quote: world.asset()))
        }
        let claimants = oracle.claimants
        let (wantedSymbols, wantedPairs) = (
            symbols.map { oracle.resolve($0, claimants) }, pairs.map { oracle.resolve($0, claimants) }
        )
        for (key, wanted) in zip(symbols, wantedSymbols)
        where !expect(snapshot.resolve(key), wanted, "\(key.exchangeId) \(key.symbol)") { return false }
        for (key, wanted) in zip(pairs, wantedPairs)
        where !expect(snapshot.resolve(key), wanted, "\(key.exchangeId) \(key.base)/\(key.quote)") { return false }
        return expect(batch(symbols), wantedSymbols, "batch of symbols")
            && expect(batch(pairs), wantedPairs, "batch of pairs") && names(&world, claimants)
    }

    private func names(_ world: inout RandomWorld, _ claimants: SnapshotOracle.Claimants) -> Bool {
        let rows = oracle.rows.values.map(\.record)
        var names = rows.compactMap { record in record.unifiedName.map { (record.exchangeId, $0) } }
        names += oracle.refused.values.compactMap { row in row.nameKey.map { (row.exchangeId, $0.name.description) } }
        for _ in 0..<40 {
            let record = world.record(id: 1)
            names.append((record.exchangeId, record.unifiedName ?? "\(record.symbolString)"))
            names.append((record.exchangeId, "\(world.asset())/\(world.asset())"))
        }
        names += ["/", "A/", "/A", "", ":", "A/B/", String(repeating: "x", count: 26) + "/A"].map { (1, $0) }
        var frames: [UInt8] = []
        for (exchangeId, name) in names {
            if name.utf8.count > 50 { continue }
            frames += [UInt8(truncatingIfNeeded: exchangeId), UInt8(exchangeId >> 8)]
            frames += Array(name.utf8) + [UInt8](repeating: 0, count: 50 - name.utf8.count)
        }
        names.removeAll { $0.1.utf8.count > 50 }
        let wanted = names.map { oracle.resolve(exchangeId: $0.0, unifiedName: $0.1, claimants) }
        let singly = frames.withUnsafeBytes { frames in
            names.indices.map { snapshot.resolveUnified(frameBytes: frames.baseAddress! + $0 * 52) }
        }
        for (index, name) in names.enumerated()
        where !expect(singly[index], wanted[index], "\(name.0) name \(name.1)") { return false }
        let together = frames.withUnsafeBytes { frames in
            [SymbolResolution](unsafeUninitializedCapacity: names.count) { results, count in
                snapshot.resolveUnified(
                    frameBytes: frames.baseAddress!, strideByteCount: 52, count: names.count,
                    into: results.baseAddress!)
                count = names.count
            }
        }
        let keys = names.compactMap { NameKey(exchangeId: $0.0, name: $0.1) }
        let wantedOfKeys = keys.map { oracle.resolve($0, claimants) }
        return expect(together, wanted, "batch of unified names")
            && expect(batch(keys), wantedOfKeys, "batch of names")
            && expect(keys.map { snapshot.resolve($0) }, wantedOfKeys, "names")
    }

    private func batch(_ keys: [NameKey]) -> [SymbolResolution] {
        answers(keys) { snapshot.resolve(nameKeys: $0, strideByteCount: $1, count: $2, into: $3) }
    }

    private func batch(_ keys: [SymbolKey]) -> [SymbolResolution] {
        answers(keys) { snapshot.resolve(symbolKeys: $0, strideByteCount: $1, count: $2, into: $3) }
    }

    private func batch(_ keys: [PairKey]) -> [SymbolResolution] {
        answers(keys) { snapshot.resolve(pairKeys: $0, strideByteCount: $1, count: $2, into: $3) }
    }

    private func answers<Key>(
        _ keys: [Key], _ resolve: (UnsafeRawPointer, Int, Int, UnsafeMutablePointer<SymbolResolution>) -> Void
    ) -> [SymbolResolution] {
        keys.withUnsafeBytes { bytes in
            [SymbolResolution](unsafeUninitializedCapacity: keys.count) { results, count in
                resolve(bytes.baseAddress!, MemoryLayout<Key>.stride, keys.count, results.baseAddress!)
                count = keys.count
            }
        }
    }

    private func records(_ world: inout RandomWorld) -> Bool {
        var ids = Array(oracle.rows.keys) + [0, 1, .max, 0x7FFF_FFFF]
        ids += oracle.refused.values.compactMap { UInt32(exactly: $0.id) }
        for _ in 0..<30 { ids.append(world.symbolId()) }
        for id in ids {
            let answer = snapshot.symbolRecord(id: id)
            let row = oracle.rows[id]
            guard expect(answer.status, oracle.symbolStatus(id: id), "symbol \(id)"),
                expect(answer.flags, row.map { oracle.flags($0) } ?? [], "flags of symbol \(id)"),
                expect(answer.record, row.map { oracle.served($0) } ?? .empty, "record of symbol \(id)")
            else { return false }
        }
        return true
    }

    private func exchanges() -> Bool {
        for id in UInt16(0)...210 {
            guard expect(snapshot.exchange(id: id), oracle.exchanges[id], "exchange \(id)") else { return false }
            let answer = snapshot.exchangeResolution(id: id)
            let isRefused = oracle.refused[.init(table: .exchange, id: Int64(id))] != nil
            let status: ResolutionStatus =
                oracle.exchanges[id].map { $0.isActive ? .ok : .inactive } ?? (isRefused ? .refused : .unknownExchange)
            guard expect(answer.status, status, "exchange \(id)"),
                expect(
                    answer.flags.contains(.lastGood), oracle.lastGoodExchangeIds.contains(id), "flags of exchange \(id)"
                )
            else { return false }
        }
        let sorted = oracle.exchanges.values.sorted { $0.id < $1.id }
        let codes = sorted.map(\.enumValue) + sorted.map(\.name) + ["", "nobody", String(repeating: "x", count: 51)]
        for code in codes {
            let wanted = sorted.first { $0.enumValue == code } ?? sorted.first { $0.name == code }
            guard expect(snapshot.exchange(code: code), wanted, "exchange \(code)") else { return false }
        }
        for marketType in MarketType.allCases {
            let wanted = sorted.filter { $0.marketType == marketType && $0.isActive }
            guard expect(snapshot.exchanges(marketType: marketType, activeOnly: true), wanted, "\(marketType)") else {
                return false
            }
        }
        return expect(snapshot.exchanges(marketType: nil, activeOnly: false), sorted, "all exchanges")
            && exchangePages(sorted)
    }

    /// Pages one after the other give the whole list.
    private func exchangePages(_ sorted: [Exchange]) -> Bool {
        for (limit, activeOnly) in [(1, false), (2, true)] {
            var exchanges: [Exchange] = []
            var end = PageEnd(hasMore: true)
            while end.hasMore {
                end = snapshot.exchanges(
                    marketType: .spot, activeOnly: activeOnly, afterExchangeId: UInt16(end.lastId), limit: limit
                ) { exchange, flags in
                    if flags.contains(.active) == exchange.isActive { exchanges.append(exchange) }
                }
            }
            let wanted = sorted.filter { $0.marketType == .spot && ($0.isActive || !activeOnly) }
            guard expect(exchanges, wanted, "exchanges by \(limit), active \(activeOnly)") else { return false }
        }
        return true
    }

    private func lists(_ world: inout RandomWorld) -> Bool {
        for exchangeId in 0...world.exchangeIdMax + 1 {
            let activeOnly = world.generator.chance(50)
            let limit = Int.random(in: 0..<20, using: &world.generator)
            let after = world.generator.chance(30) ? 0 : world.symbolId()
            for limit in [limit, 100_000] {
                let wanted = oracle.symbols(
                    exchangeId: exchangeId, activeOnly: activeOnly, afterSymbolId: after, limit: limit)
                var answers: [SnapshotOracle.Answer] = []
                let end = snapshot.symbols(
                    exchangeId: exchangeId, activeOnly: activeOnly, afterSymbolId: after, limit: limit
                ) { answers.append(.init(id: $0.id, flags: $1)) }
                guard expect(answers, wanted.answers, "list of \(exchangeId) after \(after), \(limit)"),
                    expect(end.hasMore, wanted.hasMore, "more of \(exchangeId) after \(after), \(limit)"),
                    expect(end.count, answers.count, "count of \(exchangeId) after \(after), \(limit)")
                else { return false }
            }
        }
        return true
    }

    private func finds(_ world: inout RandomWorld) -> Bool {
        var pairs = oracle.rows.values.prefix(30).map { ($0.record.baseAsset, $0.record.quoteAsset) }
        for _ in 0..<30 { pairs.append((world.asset(), world.asset())) }
        for (base, quote) in pairs {
            var answers: [SnapshotOracle.Answer] = []
            snapshot.find(base: base, quote: quote) { answers.append(.init(id: $0.id, flags: $1)) }
            guard expect(answers, oracle.find(base: base, quote: quote), "\(base)/\(quote)") else { return false }
        }
        return true
    }

    private func searches(_ world: inout RandomWorld) -> Bool {
        let rows = oracle.searchedRows
        let fixed = ["", "b", "BT", "btc", "USDT", "_", "zzz", "Ω", "S1", String(repeating: "z", count: 51), "long"]
        for text in fixed + (0..<6).map({ _ in world.symbolText().description }) + world.pieces(6) {
            for mode in SearchMode.allCases {
                let exchangeId: UInt16 = world.generator.chance(50) ? 0 : world.exchangeId()
                let activeOnly = world.generator.chance(30)
                for limit in [0, 3, 100_000] {
                    let wanted = oracle.search(
                        text, in: rows, mode: mode, exchangeId: exchangeId, activeOnly: activeOnly, limit: limit)
                    var answers: [SnapshotOracle.Answer] = []
                    let hasMore = Array(text.utf8).withUnsafeBytes { bytes in
                        snapshot.search(
                            text: bytes, mode: mode, exchangeId: exchangeId, activeOnly: activeOnly, limit: limit
                        ) { answers.append(.init(id: $0.id, flags: $1)) }.hasMore
                    }
                    guard expect(answers, wanted.answers, "\(mode) \(text) of \(exchangeId), \(limit)"),
                        expect(hasMore, wanted.hasMore, "more of \(mode) \(text) of \(exchangeId), \(limit)")
                    else { return false }
                }
            }
        }
        return true
    }
}
