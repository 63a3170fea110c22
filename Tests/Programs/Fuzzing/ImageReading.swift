import ReferenceData

/// Asks a snapshot everything, and checks that whatever it answers can be a row and is the same by every way to it.
struct ImageReading {
    private let snapshot: Snapshot

    /// More than any input has.
    private static let rowCountMax = 4_096

    init(_ snapshot: Snapshot) { self.snapshot = snapshot }

    func readAll() {
        var ids: [UInt32] = []
        _ = snapshot.symbols(exchangeId: 0, activeOnly: false, afterSymbolId: 0, limit: Self.rowCountMax) { record, _ in
            require(record.id > ids.last ?? 0, "symbol \(record.id) is listed behind \(ids.last ?? 0)")
            ids.append(record.id)
            check(record)
        }
        var listedCount = 0
        for exchange in snapshot.exchanges(marketType: nil, activeOnly: false) {
            require(exchange.id != 0 && !exchange.code.isEmpty, "exchange \(exchange.id) has no code")
            require(snapshot.exchange(id: exchange.id) == exchange, "exchange \(exchange.id) is not found by its id")
            require(snapshot.exchange(code: exchange.code) == exchange, "\(exchange.code) is not found by its code")
            _ = snapshot.symbols(
                exchangeId: exchange.id, activeOnly: false, afterSymbolId: 0, limit: Self.rowCountMax
            ) { record, _ in
                require(record.exchangeId == exchange.id, "symbol \(record.id) is listed on exchange \(exchange.id)")
                listedCount += 1
            }
        }
        require(listedCount == ids.count, "the exchanges list \(listedCount) of \(ids.count) symbols")
        require(snapshot.symbolCount == ids.count, "\(snapshot.symbolCount) symbols are counted, \(ids.count) listed")
        discover()
        for row in snapshot.refused {
            _ = row.symbolKey.map { snapshot.resolve($0) }
            _ = row.pairKey.map { snapshot.resolve($0) }
        }
    }

    /// A record that was listed.
    private func check(_ record: SymbolRecord) {
        let id = record.id
        require(snapshot.symbolRecord(id: id).record == record, "symbol \(id) is another one by its id")
        require(snapshot.exchange(id: record.exchangeId) != nil, "symbol \(id) is of no exchange")
        require(
            !record.symbolString.isEmpty && SymbolText(record.symbolString.description) == record.symbolString,
            "symbol \(id) has a symbol string that is no text")
        for asset in [record.baseAsset, record.quoteAsset] {
            require(
                !asset.isEmpty && AssetText(asset.description) == asset, "symbol \(id) has an asset that is no text")
        }
        require(record.kindProblem == nil, "symbol \(id) contradicts its kind")
        for value in [record.minOrderSize, record.maxOrderSize, record.tickSize, record.stepSize, record.minNotional] {
            require(
                value.isAbsent || DecimalValue(value.description) == value, "symbol \(id) has a number that is none")
        }
        check(snapshot.resolve(record.symbolKey)) { $0.symbolKey == record.symbolKey }
        check(snapshot.resolve(record.pairKey)) { $0.pairKey == record.pairKey }
    }

    /// What a key resolves to is nothing, or what the symbol's record says.
    private func check(_ found: SymbolResolution, hasKey: (SymbolRecord) -> Bool) {
        guard found.status == .ok || found.status == .inactive else { return }
        let (status, flags, record) = snapshot.symbolRecord(id: found.symbolId)
        require(found.symbolId != 0 && record.id == found.symbolId, "a key resolves to no symbol: \(found.symbolId)")
        // An alias is another key by its nature.
        if found.flags.contains(.alias) { return }
        // Only a record says why it is inactive.
        let said = flags.subtracting(.due)
        require(status == found.status && said == found.flags, "symbol \(record.id) is \(said) and \(found.flags)")
        require(record.exchangeId == found.exchangeId, "symbol \(record.id) is found on exchange \(found.exchangeId)")
        require(
            record.precisionBase == found.precisionBase && record.precisionQuote == found.precisionQuote
                && record.precisionPrice == found.precisionPrice, "symbol \(record.id) has other precisions by its key")
        require(hasKey(record), "symbol \(record.id) is found by another key than its own")
    }

    /// Searches, pairs and assets may miss rows, if somebody forged their order, but never make one up.
    private func discover() {
        func isRow(_ record: SymbolRecord) {
            // Forged orders may lead to a row of the base that was changed since.
            if snapshot.overlayRowCount > 0 { return }
            require(snapshot.symbolRecord(id: record.id).record == record, "symbol \(record.id) is made up")
        }
        for text in ["b", "usdt", "LONGEST"] {
            for mode in SearchMode.allCases {
                Array(text.utf8).withUnsafeBytes { text in
                    _ = snapshot.search(
                        text: text, mode: mode, exchangeId: 0, activeOnly: false, limit: Self.rowCountMax
                    ) { record, _ in isRow(record) }
                }
            }
        }
        if let base = AssetText("BTC"), let quote = AssetText("USDT") {
            snapshot.find(base: base, quote: quote) { record, _ in
                isRow(record)
                require(record.baseAsset == base && record.quoteAsset == quote, "symbol \(record.id) is another pair")
            }
        }
        contracts(isRow)
        _ = snapshot.pairs(venueCountMin: 2, activeOnly: false, afterSymbolId: 0, limit: Self.rowCountMax) {
            record, _ in
            isRow(record)
        }
        _ = snapshot.assets(exchangeId: 0, activeOnly: true, limit: Self.rowCountMax) { _, _, _ in }
    }

    /// Page by page: there is an end of them, however somebody forged their order.
    private func contracts(_ isRow: (SymbolRecord) -> Void) {
        guard let base = AssetText("BTC"), let quote = AssetText("USDT") else { return }
        var ids: Set<UInt32> = []
        var end: PageEnd? = PageEnd(hasMore: true)
        while let last = end, last.hasMore {
            let count = ids.count
            end = snapshot.contracts(
                exchangeId: 0, base: base, quote: quote, kinds: .known, afterSymbolId: last.lastId, limit: 5
            ) { record, _ in
                isRow(record)
                require(ids.insert(record.id).inserted, "symbol \(record.id) comes twice")
            }
            require(end?.hasMore != true || ids.count > count, "a page that gives nothing, and no end")
        }
    }
}
