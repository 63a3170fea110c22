extension SnapshotResolver {
    /// Every exchange in id order; nil is every market type.
    public func exchanges(marketType: MarketType?, activeOnly: Bool) -> ExchangePage {
        page(exchange: nil) { _, rows in
            rows = snapshot.exchanges(marketType: marketType, activeOnly: activeOnly)
            return false
        }
    }

    /// Symbols in id order after one id; nil is every exchange.
    public func symbols(
        exchange: String?, activeOnly: Bool, afterSymbolId: UInt32 = 0, limit: Int = .max
    ) -> SymbolPage {
        page(exchange: exchange) { exchangeId, rows in
            snapshot.symbols(
                exchangeId: exchangeId, activeOnly: activeOnly, afterSymbolId: afterSymbolId, limit: limit
            ) { rows.append(symbol($0, $1)) }.hasMore
        }
    }

    /// The symbols of a pair on all exchanges, in order of exchange id, expiry, strike, option type and id.
    public func find(
        base: String, quote: String, kinds: InstrumentKinds = [], activeOnly: Bool = false, afterSymbolId: UInt32 = 0,
        limit: Int = .max
    ) -> SymbolPage {
        pairPage(exchange: nil, base: base, quote: quote, limit: limit) { key, rows in
            snapshot.find(
                base: key.base, quote: key.quote, kinds: kinds, activeOnly: activeOnly, afterSymbolId: afterSymbolId,
                limit: limit
            ) { rows.append(symbol($0, $1)) }
        }
    }

    /// The contracts of a pair, in order of exchange id, expiry, strike, option type and id; nil is every exchange.
    public func contracts(
        exchange: String?, base: String, quote: String, kinds: InstrumentKinds = [],
        expiresFrom: Timestamp = .absent, expiresTo: Timestamp = .absent, activeOnly: Bool = false,
        afterSymbolId: UInt32 = 0, limit: Int = .max
    ) -> SymbolPage {
        pairPage(exchange: exchange, base: base, quote: quote, limit: limit) { key, rows in
            snapshot.contracts(
                exchangeId: key.exchangeId, base: key.base, quote: key.quote, kinds: kinds, expiresFrom: expiresFrom,
                expiresTo: expiresTo, activeOnly: activeOnly, afterSymbolId: afterSymbolId, limit: limit
            ) { rows.append(symbol($0, $1)) }
        }
    }

    /// A list about a pair. `list` says how it ended, or nil where the symbol that it should begin behind is gone.
    private func pairPage(
        exchange: String?, base: String, quote: String, limit: Int, _ list: (PairKey, inout [Symbol]) -> PageEnd?
    ) -> SymbolPage {
        guard PairKey(exchangeId: 0, base: base, quote: quote) != nil else { return Page(status: .malformed) }
        guard limit > 0 else { return Page() }
        var isGone = false
        let page: SymbolPage = page(exchange: exchange) { exchangeId, rows in
            let end = PairKey(exchangeId: exchangeId, base: base, quote: quote).flatMap { list($0, &rows) }
            isGone = end == nil
            return end?.hasMore == true
        }
        return isGone ? Page(status: .generationGone) : page
    }

    /// As below, inactive symbols too.
    public func search(_ text: String, mode: SearchMode, exchange: String?, limit: Int) -> SymbolPage {
        search(text, mode: mode, exchange: exchange, activeOnly: false, limit: limit)
    }

    /// Symbols whose string, base or quote match, best first; see `Snapshot.search` for what it costs.
    public func search(
        _ text: String, mode: SearchMode, exchange: String?, activeOnly: Bool, limit: Int
    ) -> SymbolPage {
        guard SymbolKey(exchangeId: 0, symbol: text) != nil else { return Page(status: .malformed) }
        var text = text
        return text.withUTF8 { bytes in
            page(exchange: exchange) { exchangeId, rows in
                snapshot.search(
                    text: UnsafeRawBufferPointer(bytes), mode: mode, exchangeId: exchangeId, activeOnly: activeOnly,
                    limit: limit
                ) { rows.append(symbol($0, $1)) }.hasMore
            }
        }
    }

    /// A list about the exchange of a code, or about all exchanges (nil and id 0). `list` adds the rows, and says
    /// whether more follow.
    private func page<Row>(exchange code: String?, _ list: (UInt16, inout [Row]) -> Bool) -> Page<Row> {
        guard snapshot.isLoaded else { return Page(status: .notLoaded) }
        var exchangeId: UInt16 = 0
        if let code {
            let found = exchange(code: code)
            guard let row = found.row else { return Page(status: found.status) }
            exchangeId = row.id
        }
        var page = Page<Row>()
        page.hasMore = list(exchangeId, &page.rows)
        return page
    }
}

extension SnapshotResolver: SymbolDiscovering {
    /// Pairs that at least `venueCountMin` exchanges list, in order of base and quote.
    public func pairs(venueCountMin: Int, activeOnly: Bool, limit: Int) -> PairPage {
        var page = PairPage(status: snapshot.isLoaded ? .ok : .notLoaded)
        guard limit > 0 else { return page }
        var rows = PairRows(snapshot, venueCountMin: venueCountMin, activeOnly: activeOnly, after: nil)
        while page.rows.count <= limit, let entry = rows.next() {
            if entry.isWanted { page.append(symbol(snapshot.record(of: entry.row), snapshot.flags(of: entry.row))) }
        }
        page.cut(to: limit)
        return page
    }

    /// The assets of an exchange with their counts of symbols, in order; nil is every exchange.
    public func assets(exchange: String?, activeOnly: Bool, after: String? = nil, limit: Int = .max) -> AssetPage {
        guard let after = AssetText(after ?? "") else { return Page(status: .malformed) }
        return page(exchange: exchange) { exchangeId, rows in
            guard limit > 0 else { return false }
            return snapshot.assets(exchangeId: exchangeId, activeOnly: activeOnly, after: after, limit: limit) {
                rows.append(AssetListing(asset: $0.description, baseSymbolCount: $1, quoteSymbolCount: $2))
            }.hasMore
        }
    }

    /// Symbols that their venue has not listed since a time, in id order after one id; nil is every exchange.
    public func symbols(
        exchange: String?, notSeenSince: Timestamp, activeOnly: Bool, afterSymbolId: UInt32 = 0, limit: Int = .max
    ) -> SymbolPage {
        page(exchange: exchange) { exchangeId, rows in
            guard limit > 0 else { return false }
            return snapshot.symbols(
                exchangeId: exchangeId, notSeenSince: notSeenSince, activeOnly: activeOnly,
                afterSymbolId: afterSymbolId, limit: limit
            ) { rows.append(symbol($0, $1)) }.hasMore
        }
    }
}
