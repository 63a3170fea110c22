import ReferenceData
import SymbologyWire

/// How a list ended.
struct ListEnd {
    let status: ResolutionStatus
    let hasMore: Bool
    /// Where the next page begins, in the lists that say so.
    let resumeAfterId: UInt32
    let generation: UInt64
}

extension Session {
    /// Records of a list after which the clock is looked at: they arrive many at a time.
    private static let recordsBetweenLooks: UInt32 = 1_024

    /// Reads the records of a list up to its end.
    func readList(
        _ template: Template, _ operation: StaticString, by deadline: Deadline,
        _ write: (UnsafeMutableRawPointer, UInt32) -> Void,
        _ record: (UnsafeRawPointer) throws(ClientError) -> Void
    ) throws(ClientError) -> ListEnd {
        var answer = try ask(operation, by: deadline, write)
        let requestId = FrameHeaderView(answer.frame).requestId
        var count: UInt32 = 0
        while answer.template == template {
            try record(answer.frame)
            count += 1
            if count % Self.recordsBetweenLooks == 0 { try checkTime(operation, by: deadline) }
            answer = try self.answer(to: requestId, operation, by: deadline)
        }
        let view = EndOfListView(try expect(.endOfList, answer))
        guard view.count == count else {
            throw violation("a list of \(count) records ended with the count \(view.count)")
        }
        return ListEnd(
            status: try status(view.status), hasMore: view.moreFollow != 0, resumeAfterId: view.resumeAfterId,
            generation: view.generation)
    }

    func readSymbols(
        _ operation: StaticString, by deadline: Deadline, into symbols: inout [Symbol],
        _ write: (UnsafeMutableRawPointer, UInt32) -> Void
    ) throws(ClientError) -> ListEnd {
        // A local array: an inout parameter cannot be captured together with `self` under exclusive access.
        var page: [Symbol] = []
        let end = try readList(.symbolRecord, operation, by: deadline, write) { (frame) throws(ClientError) in
            page.append(try symbol(SymbolRecordView(frame)))
        }
        symbols += page
        return end
    }

    /// Symbols in id order after one id, over as many pages as the limit needs, all of one generation: a list that is
    /// overtaken by a change starts again.
    func symbols(
        exchangeId: UInt16, activeOnly: Bool, afterSymbolId: UInt32, limit: Int, by deadline: Deadline
    ) throws(ClientError) -> (page: SymbolPage, generation: UInt64) {
        var page = SymbolPage()
        let end = try readPages(
            "list symbols", by: deadline, restart: { page.symbols = [] },
            { (after, generation) throws(ClientError) in
                let rest = UInt32(clamping: limit - page.symbols.count)
                let start = max(after, afterSymbolId)
                let end = try readSymbols("list symbols", by: deadline, into: &page.symbols) { frame, requestId in
                    ListSymbolsView.write(
                        to: frame, requestId: requestId, exchangeId: exchangeId, activeOnly: activeOnly ? 1 : 0,
                        afterSymbolId: start, limit: rest, expectedGeneration: generation)
                }
                // A page may have looked at as many symbols as the server allows and found none.
                if end.hasMore, end.resumeAfterId <= start { throw violation("a page that does not go on") }
                return end
            }, isEnough: { page.symbols.count >= limit })
        (page.status, page.hasMore) = (end.status, end.hasMore)
        return (page, end.generation)
    }

    func exchanges(
        marketType: MarketType?, activeOnly: Bool, by deadline: Deadline
    ) throws(ClientError) -> [Exchange] {
        var exchanges: [Exchange] = []
        let end = try readPages(
            "list exchanges", by: deadline, restart: { exchanges = [] },
            { (after, generation) throws(ClientError) in
                let end = try readList(
                    .exchangeRecord, "list exchanges", by: deadline,
                    { frame, requestId in
                        ListExchangesView.write(
                            to: frame, requestId: requestId, marketType: marketType?.rawValue ?? 0,
                            activeOnly: activeOnly ? 1 : 0, afterExchangeId: UInt16(clamping: after), limit: 0,
                            expectedGeneration: generation)
                    },
                    { (frame) throws(ClientError) in exchanges.append(try exchange(ExchangeRecordView(frame))) })
                if end.hasMore, end.resumeAfterId <= after || end.resumeAfterId > UInt16.max {
                    throw violation("a page that does not go on")
                }
                return end
            }, isEnough: { false })
        if end.status == .notLoaded { throw .notLoaded(address) }
        return exchanges
    }

    func find(base: String, quote: String, by deadline: Deadline) throws(ClientError) -> [Symbol] {
        guard base.fits(WireLayout.FindPair.baseAsset), quote.fits(WireLayout.FindPair.quoteAsset) else { return [] }
        var symbols: [Symbol] = []
        let end = try readSymbols("find", by: deadline, into: &symbols) { frame, requestId in
            FindPairView.write(to: frame, requestId: requestId, baseAsset: base.utf8, quoteAsset: quote.utf8)
        }
        if end.status == .notLoaded { throw .notLoaded(address) }
        if end.hasMore { throw .listCut(address, operation: "find", itemCount: symbols.count) }
        return symbols
    }

    func search(
        _ text: String, mode: SearchMode, exchangeId: UInt16, activeOnly: Bool, limit: Int, by deadline: Deadline
    ) throws(ClientError) -> (page: SymbolPage, generation: UInt64) {
        var page = SymbolPage()
        let end = try readSymbols("search", by: deadline, into: &page.symbols) { frame, requestId in
            SearchSymbolsView.write(
                to: frame, requestId: requestId, exchangeId: exchangeId, mode: mode.rawValue,
                activeOnly: activeOnly ? 1 : 0, limit: UInt16(clamping: max(1, limit)), text: text.utf8)
        }
        (page.status, page.hasMore) = (end.status, end.hasMore)
        return (page, end.generation)
    }
}
