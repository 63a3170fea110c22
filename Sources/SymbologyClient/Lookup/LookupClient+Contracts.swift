import Platform
import ReferenceData
import SymbologyWire

// The symbols of a pair, each list of one generation: one that a change overtakes starts again.
extension LookupClient {
    /// The symbols of a pair on all exchanges, those of some kinds (none given: of every kind), all of one generation.
    ///
    /// In order of exchange id, expiry (none first), strike, option type (calls first) and id, those behind the symbol
    /// `afterSymbolId`; as many pages are read as the limit needs. `generationGone` where that symbol is not served.
    ///
    /// ```swift
    /// let page = try client.find(base: "BTC", quote: "USDT", kinds: [.spot, .perpetual], activeOnly: true)
    /// for symbol in page.rows { print(symbol.exchangeId, symbol.symbolString, symbol.tickSize) }
    /// ```
    public func find(
        base: String, quote: String, kinds: InstrumentKinds = [], activeOnly: Bool = false, afterSymbolId: UInt32 = 0,
        limit: Int = .max
    ) throws(ClientError) -> SymbolPage {
        guard base.fits(WireLayout.FindPair.baseAsset), quote.fits(WireLayout.FindPair.quoteAsset) else {
            return SymbolPage(status: .malformed)
        }
        return try list("find", exchange: nil, limit: limit) { (session, _, deadline) throws(ClientError) in
            try session.readContractPages("find", after: afterSymbolId, limit: limit, by: deadline) {
                frame, requestId, page in
                FindPairView.write(
                    to: frame, requestId: requestId, kinds: kinds, activeOnly: activeOnly,
                    afterSymbolId: page.position, countMax: page.countMax, expectedGeneration: page.generation,
                    baseAsset: base.utf8, quoteAsset: quote.utf8)
            }
        }
    }

    /// The contracts of a pair, those of some kinds (none given: of every kind but spot), all of one generation; nil is
    /// every exchange. In order and pages as `find`.
    ///
    /// ```swift
    /// // The option chain of one day.
    /// let day = Timestamp(microsecondsSince1970: 1_798_156_800_000_000)  // 2026-12-25
    /// let end = Timestamp(microsecondsSince1970: day.microsecondsSince1970 + 86_400_000_000)
    /// let chain = try client.contracts(
    ///     exchange: "DERIBIT_OPTIONS", base: "BTC", quote: "USD", kinds: .option, expiresFrom: day, expiresTo: end,
    ///     activeOnly: true)
    /// for option in chain.rows { print(option.symbolString, option.strike, option.optionType?.name ?? "") }
    /// ```
    /// - Parameters:
    ///   - expiresFrom: only what expires at this time or later; absent is no bound.
    ///   - expiresTo: only what expires before this time; absent is no bound.
    public func contracts(
        exchange: String?, base: String, quote: String, kinds: InstrumentKinds = [],
        expiresFrom: Timestamp = .absent, expiresTo: Timestamp = .absent, activeOnly: Bool = false,
        afterSymbolId: UInt32 = 0, limit: Int = .max
    ) throws(ClientError) -> SymbolPage {
        guard base.fits(WireLayout.ListContracts.baseAsset), quote.fits(WireLayout.ListContracts.quoteAsset) else {
            return SymbolPage(status: .malformed)
        }
        return try list("list contracts", exchange: exchange, limit: limit) {
            (session, exchangeId, deadline) throws(ClientError) in
            try session.readContractPages("list contracts", after: afterSymbolId, limit: limit, by: deadline) {
                frame, requestId, page in
                ListContractsView.write(
                    to: frame, requestId: requestId, exchangeId: exchangeId, kinds: kinds, activeOnly: activeOnly,
                    afterSymbolId: page.position, countMax: page.countMax, expectedGeneration: page.generation,
                    expiresFrom: expiresFrom.onWire, expiresTo: expiresTo.onWire, baseAsset: base.utf8,
                    quoteAsset: quote.utf8)
            }
        }
    }
}

extension Timestamp {
    /// Nil where absent.
    fileprivate var onWire: Int64? { isAbsent ? nil : microsecondsSince1970 }
}

extension Session {
    /// A list in order of contracts. Each row must come behind the one before, or a server could lead round in a ring
    /// for ever; of a page without rows the clock says that it was the last.
    fileprivate func readContractPages(
        _ operation: StaticString, after start: UInt32, limit: Int, by deadline: Deadline,
        write: (UnsafeMutableRawPointer, UInt32, PageRequest<UInt32>) -> Void
    ) throws(ClientError) -> (page: SymbolPage, generation: UInt64) {
        var last: SymbolRecord?
        return try readRows(
            operation, after: start, countMax: limit, by: deadline,
            write: { frame, requestId, page in
                // The list begins, perhaps again.
                if page.generation == 0 { last = nil }
                write(frame, requestId, page)
            },
            row: { (view: SymbolRecordView) throws(ClientError) in
                let symbol = try symbol(view)
                if let last, !last.isBefore(symbol.record) { throw violation("a list of contracts out of order") }
                last = symbol.record
                return symbol
            },
            next: { end, row, after in
                end.resumeAfterId == after || deadline.isOver && row == nil ? nil : end.resumeAfterId
            })
    }
}

extension SymbolRecord {
    /// Whether this one comes before another one in lists of contracts.
    fileprivate func isBefore(_ other: SymbolRecord) -> Bool {
        if exchangeId != other.exchangeId { return exchangeId < other.exchangeId }
        if expiresAt != other.expiresAt { return expiresAt < other.expiresAt }
        if strike != other.strike { return strike < other.strike }
        let (type, otherType) = (optionType?.rawValue ?? 0, other.optionType?.rawValue ?? 0)
        return type != otherType ? type < otherType : id < other.id
    }
}
