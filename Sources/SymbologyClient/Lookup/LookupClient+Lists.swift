import Platform
import ReferenceData
import SymbologyWire

// Lists, each of one generation: one that a change overtakes starts again.
extension LookupClient {
    /// Every exchange in id order, all of one generation; nil is every market type.
    public func exchanges(marketType: MarketType?, activeOnly: Bool) throws(ClientError) -> ExchangePage {
        try list("list exchanges", exchange: nil, limit: .max) { (session, _, deadline) throws(ClientError) in
            try session.readRows(
                "list exchanges", after: UInt16(0), countMax: .max, by: deadline,
                write: { frame, requestId, page in
                    ListExchangesView.write(
                        to: frame, requestId: requestId, marketType: marketType,
                        activeOnly: activeOnly, afterExchangeId: page.position, countMax: 0,
                        expectedGeneration: page.generation)
                },
                row: { (view: ExchangeRecordView) throws(ClientError) in try session.exchange(view) },
                next: { end, _, after in UInt16(exactly: end.resumeAfterId).flatMap { $0 > after ? $0 : nil } })
        }
    }

    /// Symbols in id order after one id, all of one generation; as many pages are read as the limit needs.
    ///
    /// ```swift
    /// let page = try client.symbols(exchange: "GATEIO_SPOT", activeOnly: true)
    /// guard page.status == .ok else { return }  // `unknownExchange`, `notLoaded`
    /// for symbol in page.rows { print(symbol.id, symbol.symbolString) }
    /// ```
    public func symbols(
        exchange: String?, activeOnly: Bool, afterSymbolId: UInt32 = 0, limit: Int = .max
    ) throws(ClientError) -> SymbolPage {
        try list("list symbols", exchange: exchange, limit: limit) {
            (session, exchangeId, deadline) throws(ClientError) in
            try session.symbols(
                exchangeId: exchangeId, activeOnly: activeOnly, afterSymbolId: afterSymbolId, limit: limit,
                by: deadline)
        }
    }

    /// Every symbol, delisted ones too, all of one generation, which is what a checker compares answers by. Throws
    /// `notLoaded` before the first load.
    package func symbolListing() throws(ClientError) -> SymbolListing {
        try perform { (session, deadline) throws(ClientError) in
            let (page, generation) = try session.symbols(
                exchangeId: 0, activeOnly: false, afterSymbolId: 0, limit: .max, by: deadline)
            guard page.status == .ok else { throw .notLoaded(address) }
            return SymbolListing(symbols: page.rows, epoch: session.welcome.epoch, generation: generation)
        }
    }

    /// Symbols whose string, base or quote match, inactive ones too, best first; at most the server's page.
    public func search(
        _ text: String, mode: SearchMode, exchange: String?, limit: Int
    ) throws(ClientError) -> SymbolPage {
        try search(text, mode: mode, exchange: exchange, activeOnly: false, limit: limit)
    }

    /// Symbols whose string, base or quote match, best first; at most the server's page.
    public func search(
        _ text: String, mode: SearchMode, exchange: String?, activeOnly: Bool, limit: Int
    ) throws(ClientError) -> SymbolPage {
        guard text.fits(WireLayout.SearchSymbols.text) else { return SymbolPage(status: .malformed) }
        return try list("search", exchange: exchange, limit: limit) {
            (session, exchangeId, deadline) throws(ClientError) in
            try session.readSymbols("search", by: deadline) {
                SearchSymbolsView.write(
                    to: $0, requestId: $1, exchangeId: exchangeId, mode: mode, activeOnly: activeOnly,
                    countMax: UInt16(clamping: limit), text: text.utf8)
            }
        }
    }
}

// Questions about the tables as a whole.
extension LookupClient: SymbolDiscovering {
    /// Pairs that at least `venueCountMin` exchanges list, in order of base and quote, all of one generation.
    public func pairs(venueCountMin: Int, activeOnly: Bool, limit: Int) throws(ClientError) -> PairPage {
        guard limit > 0 else { return PairPage() }
        // A pair ends with the first symbol of the next one; a small answer needs no large pages.
        let symbolCount: UInt32 = limit < 100 ? UInt32(limit + 1) * 8 : 0
        return try perform { (session, deadline) throws(ClientError) in
            var page = PairPage()
            let end = try session.readPages(
                "list pairs", after: UInt32(0), by: deadline, restart: { page.rows = [] },
                countWanted: { page.rows.count > limit ? 0 : .max },
                write: { frame, requestId, request in
                    ListPairsView.write(
                        to: frame, requestId: requestId, venueCountMin: UInt16(clamping: venueCountMin),
                        activeOnly: activeOnly, afterSymbolId: request.position, countMax: symbolCount,
                        expectedGeneration: request.generation)
                },
                take: { (view: SymbolRecordView) throws(ClientError) in page.append(try session.symbol(view)) },
                next: { end, _, after in end.resumeAfterId == after ? nil : end.resumeAfterId })
            (page.status, page.hasMore) = (end.status, end.hasMore)
            page.cut(to: limit)
            return page
        }
    }

    /// The assets of an exchange with their counts of symbols, in order, all of one generation.
    public func assets(
        exchange: String?, activeOnly: Bool, after: String? = nil, limit: Int = .max
    ) throws(ClientError) -> AssetPage {
        let after = after ?? ""
        guard after.isEmpty || after.fits(WireLayout.ListAssets.afterAsset) else {
            return AssetPage(status: .malformed)
        }
        return try list("list assets", exchange: exchange, limit: limit) {
            (session, exchangeId, deadline) throws(ClientError) in
            try session.readRows(
                "list assets", after: after, countMax: limit, by: deadline,
                write: { frame, requestId, page in
                    ListAssetsView.write(
                        to: frame, requestId: requestId, exchangeId: exchangeId, activeOnly: activeOnly,
                        countMax: page.countMax, expectedGeneration: page.generation, afterAsset: page.position.utf8)
                },
                row: { (view: AssetRecordView) throws(ClientError) in
                    guard let row = ResponseParsing.asset(view) else {
                        throw session.violation("an asset that cannot be read")
                    }
                    return row
                },
                next: { _, last, after in last.flatMap { $0.asset.hasBytes(of: after) ? nil : $0.asset } })
        }
    }

    /// Symbols that their venue has not listed since a time, in id order after one id, all of one generation.
    public func symbols(
        exchange: String?, notSeenSince: Timestamp, activeOnly: Bool, afterSymbolId: UInt32 = 0, limit: Int = .max
    ) throws(ClientError) -> SymbolPage {
        try list("list stale symbols", exchange: exchange, limit: limit) {
            (session, exchangeId, deadline) throws(ClientError) in
            try session.readSymbolPages("list stale symbols", after: afterSymbolId, limit: limit, by: deadline) {
                frame, requestId, page in
                ListStaleSymbolsView.write(
                    to: frame, requestId: requestId, exchangeId: exchangeId, activeOnly: activeOnly,
                    afterSymbolId: page.position, countMax: page.countMax, expectedGeneration: page.generation,
                    notSeenSince: notSeenSince.microsecondsSince1970)
            }
        }
    }
}

/// Every symbol a server lists, and of which generation the list is.
package struct SymbolListing: Sendable {
    package var symbols: [Symbol]
    /// Of the server's life; generations compare only within it.
    package var epoch: UInt64
    package var generation: UInt64
}

extension Session {
    fileprivate func symbols(
        exchangeId: UInt16, activeOnly: Bool, afterSymbolId: UInt32, limit: Int, by deadline: Deadline
    ) throws(ClientError) -> (page: SymbolPage, generation: UInt64) {
        try readSymbolPages("list symbols", after: afterSymbolId, limit: limit, by: deadline) {
            frame, requestId, page in
            ListSymbolsView.write(
                to: frame, requestId: requestId, exchangeId: exchangeId, activeOnly: activeOnly,
                afterSymbolId: page.position, countMax: page.countMax, expectedGeneration: page.generation)
        }
    }

    /// A list of symbols in id order. A page may have looked at as many symbols as the server allows and found none.
    fileprivate func readSymbolPages(
        _ operation: StaticString, after start: UInt32, limit: Int, by deadline: Deadline,
        write: (UnsafeMutableRawPointer, UInt32, PageRequest<UInt32>) -> Void
    ) throws(ClientError) -> (page: SymbolPage, generation: UInt64) {
        try readRows(
            operation, after: start, countMax: limit, by: deadline, write: write,
            row: { (view: SymbolRecordView) throws(ClientError) in try symbol(view) },
            next: { end, _, after in end.resumeAfterId > after ? end.resumeAfterId : nil })
    }
}
