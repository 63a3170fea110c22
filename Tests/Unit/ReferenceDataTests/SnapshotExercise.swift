import ReferenceData
import Testing

/// Does everything to a snapshot that a server or a replica does, and looks at every field of the answers; what they
/// are does not matter.
struct SnapshotExercise {
    private let snapshot: Snapshot
    private let seed: UInt64

    init(_ snapshot: Snapshot, seed: UInt64) {
        self.snapshot = snapshot
        self.seed = seed
    }

    /// Everything that only looks.
    func read() { read(snapshot) }

    /// Changes, rewriting, reloading, and a look at what becomes of them.
    func change() {
        var world = RandomWorld(seed: seed, symbolIdMax: 40, exchangeIdMax: 5)
        var current = snapshot
        for generation in 1...2 {
            current =
                current.applying(
                    delta(&world), generation: UInt64(generation), databaseSnapshot: "forged"
                ).snapshot
        }
        for _ in 0..<2 {
            current = current.judged(at: world.now()).snapshot
            if let next = current.nextDue { current = current.judged(at: next).snapshot }
        }
        let rewritten = current.rewritten(epoch: 7)
        read(rewritten)
        let later = current.applying(delta(&world), generation: 3, databaseSnapshot: "").snapshot
        if let moved = later.rewritten(onto: rewritten) { read(moved) }
        _ = SnapshotImage(later, confirmedAt: .absent)
        _ = current.replaced(by: world.content(), generation: 4, databaseSnapshot: "").changes.count
    }

    private func delta(_ world: inout RandomWorld) -> ReferenceDelta {
        var delta = world.delta(to: SnapshotOracle())
        // Rows that the image has too, changed.
        for id in listed(snapshot).prefix(5) {
            var record = snapshot.symbolRecord(id: id).record
            record.isActive.toggle()
            delta.symbols.append(record)
        }
        return delta
    }

    private func listed(_ snapshot: Snapshot) -> [UInt32] {
        var ids: [UInt32] = []
        _ = snapshot.symbols(exchangeId: 0, activeOnly: false, afterSymbolId: 0, limit: 10_000) { record, _ in
            ids.append(record.id)
        }
        return ids
    }

    private func read(_ snapshot: Snapshot) {
        var textByteCount = snapshot.databaseSnapshot.utf8.count
        var looked: Set<UInt32> = []
        func look(_ record: SymbolRecord, _ flags: ResolutionFlags) {
            guard looked.insert(record.id).inserted else { return }
            let symbol = Symbol(record, flags: flags)
            textByteCount += "\(symbol)".utf8.count
            _ = snapshot.resolve(record.symbolKey)
            _ = snapshot.resolve(record.pairKey)
            _ = record.nameKey.map { snapshot.resolve($0) }
            snapshot.find(base: record.baseAsset, quote: record.quoteAsset) { _, _ in }
        }
        for exchangeId in 0...6 as ClosedRange<UInt16> {
            var after: UInt32 = 0
            var pageCount = 0
            var hasMore = true
            while hasMore, pageCount < 100 {
                hasMore =
                    snapshot.symbols(
                        exchangeId: exchangeId, activeOnly: exchangeId % 2 == 1, afterSymbolId: after, limit: 7
                    ) { record, flags in
                        look(record, flags)
                        after = record.id
                    }.hasMore
                pageCount += 1
            }
        }
        for exchange in snapshot.exchanges(marketType: nil, activeOnly: false) {
            textByteCount += "\(exchange)".utf8.count
            _ = snapshot.exchange(code: exchange.code)
            _ = (snapshot.exchange(code: exchange.name), snapshot.exchangeResolution(id: exchange.id).status)
        }
        for row in snapshot.refused {
            textByteCount += row.reason.utf8.count
            _ = row.symbolKey.map { snapshot.resolve($0) }
            _ = row.pairKey.map { snapshot.resolve($0) }
            _ = row.nameKey.map { snapshot.resolve($0) }
        }
        readTogether(snapshot)
        discover(snapshot, look)
        for id in (0...30).map({ UInt32($0) }) + [.max] { _ = snapshot.symbolRecord(id: id) }
        let resolver = SnapshotResolver(snapshot)
        for text in ["b", "usdt"] {
            for mode in SearchMode.allCases {
                _ = resolver.search(text, mode: mode, exchange: nil, limit: 20).rows.count
                _ = resolver.search(text, mode: mode, exchange: "VENUE_2", activeOnly: true, limit: 1).rows.count
            }
        }
        _ = (snapshot.symbolCount, snapshot.activeSymbolCount, snapshot.exchangeCount, snapshot.imageByteCount)
    }

    /// More keys at once than are looked up together.
    private func readTogether(_ snapshot: Snapshot) {
        var symbolKeys: [SymbolKey] = []
        var pairKeys: [PairKey] = []
        var frames: [UInt8] = []
        _ = snapshot.symbols(exchangeId: 0, activeOnly: false, afterSymbolId: 0, limit: 100) { record, _ in
            symbolKeys += [
                record.symbolKey, SymbolKey(exchangeId: record.exchangeId &+ 1, symbol: record.symbolString),
            ]
            pairKeys.append(record.pairKey)
            let name = Array((record.unifiedName ?? "").utf8.prefix(50))
            frames += [UInt8(truncatingIfNeeded: record.exchangeId), UInt8(record.exchangeId >> 8)] + name
            frames += [UInt8](repeating: 0, count: 50 - name.count)
        }
        var answers = [SymbolResolution](
            repeating: SymbolResolution(status: .notLoaded, generation: 0), count: symbolKeys.count)
        answers.withUnsafeMutableBufferPointer { answers in
            guard let results = answers.baseAddress else { return }
            symbolKeys.withUnsafeBytes {
                snapshot.resolve(
                    symbolKeys: $0.baseAddress!, strideByteCount: MemoryLayout<SymbolKey>.stride,
                    count: symbolKeys.count, into: results)
            }
            frames.withUnsafeBytes {
                guard let start = $0.baseAddress else { return }
                snapshot.resolveUnified(
                    frameBytes: start, strideByteCount: 52, count: frames.count / 52, into: results)
            }
            pairKeys.withUnsafeBytes {
                snapshot.resolve(
                    pairKeys: $0.baseAddress!, strideByteCount: MemoryLayout<PairKey>.stride, count: pairKeys.count,
                    into: results)
            }
        }
    }

    /// Lists about the tables as a whole, page by page. There is an end of them in a forged image too, whose orders
    /// need not be sorted.
    private func discover(_ snapshot: Snapshot, _ look: (SymbolRecord, ResolutionFlags) -> Void) {
        for activeOnly in [false, true] {
            for venueCountMin in 0...2 {
                pages { after in
                    snapshot.pairs(
                        venueCountMin: venueCountMin, activeOnly: activeOnly, afterSymbolId: after, limit: 5,
                        examinedCountMax: 4 + venueCountMin * 3, look)
                }
            }
            for name in ["BTC", "ETH", "A1", "Ω"].compactMap({ AssetText($0) }) {
                for quote in ["USDT", "BTC"].compactMap({ AssetText($0) }) {
                    pages { after in
                        snapshot.contracts(
                            exchangeId: activeOnly ? 0 : 2, base: name, quote: quote, kinds: .known,
                            expiresFrom: activeOnly ? Timestamp(microsecondsSince1970: 10) : .absent,
                            activeOnly: activeOnly, afterSymbolId: after, limit: 3, examinedCountMax: 2, look)
                    }
                }
            }
            for exchangeId in [0, 2] as [UInt16] {
                pages { after in
                    snapshot.symbols(
                        exchangeId: exchangeId, notSeenSince: Timestamp(microsecondsSince1970: 50),
                        activeOnly: activeOnly, afterSymbolId: after, limit: 6, examinedCountMax: 9, look)
                }
                var after = AssetText()
                for _ in 0..<30 {
                    let end = snapshot.assets(
                        exchangeId: exchangeId, activeOnly: activeOnly, after: after, limit: 4
                    ) { asset, _, _ in after = asset }
                    if !end.hasMore { break }
                }
            }
            let resolver = SnapshotResolver(snapshot)
            _ = resolver.pairs(venueCountMin: 2, activeOnly: activeOnly, limit: .max).rows.count
            _ = resolver.assets(exchange: nil, activeOnly: activeOnly).rows.count
        }
        var after: (table: ReferenceKind, id: Int64) = (.everything, 0)
        var hasMore = true
        while hasMore {
            hasMore =
                snapshot.refused(afterTable: after.table, id: after.id, limit: 2) { row, _ in
                    after = (row.table, row.id)
                }.hasMore
        }
    }

    private func pages(_ page: (_ afterSymbolId: UInt32) -> PageEnd?) {
        var end: PageEnd? = PageEnd(hasMore: true)
        var pageCount = 0
        while let last = end, last.hasMore, pageCount <= snapshot.symbolCount + 1 {
            end = page(last.lastId)
            pageCount += 1
        }
        #expect(end?.hasMore != true, "no end of pages")
    }
}
