import ReferenceData
import SymbologyWire

// Lists of pages, each of one generation: one that is overtaken by a change starts again.
extension Session {
    /// Reads pages until there are no more or `isEnough` says so.
    func readPages(
        _ operation: StaticString, by deadline: Deadline, restart: () -> Void,
        _ page: (_ after: UInt32, _ expectedGeneration: UInt64) throws(ClientError) -> ListEnd, isEnough: () -> Bool
    ) throws(ClientError) -> ListEnd {
        restarting: while true {
            restart()
            var (after, generation) = (UInt32(0), UInt64(0))
            while true {
                let end = try page(after, generation)
                if end.status == .generationGone {
                    if deadline.isOver {
                        throw .timeout(
                            address, operation: "a list of one generation", milliseconds: deadline.milliseconds)
                    }
                    continue restarting
                }
                guard end.hasMore, end.status == .ok, !isEnough() else { return end }
                (after, generation) = (end.resumeAfterId, end.generation)
            }
        }
    }

    func pairs(
        venueCountMin: Int, activeOnly: Bool, limit: Int, by deadline: Deadline
    ) throws(ClientError) -> PairPage {
        var page = PairPage()
        // A pair ends with the first symbol of the next one; a small answer needs no large pages.
        let symbolCount: UInt32 = limit < 100 ? UInt32(limit + 1) * 8 : 0
        let end = try readPages(
            "list pairs", by: deadline, restart: { page.pairs = [] },
            { (after, generation) throws(ClientError) in
                var symbols: [Symbol] = []
                let end = try readSymbols("list pairs", by: deadline, into: &symbols) { frame, requestId in
                    ListPairsView.write(
                        to: frame, requestId: requestId, venueCountMin: UInt16(clamping: venueCountMin),
                        activeOnly: activeOnly ? 1 : 0, afterSymbolId: after, limit: symbolCount,
                        expectedGeneration: generation)
                }
                if end.hasMore, end.resumeAfterId == after { throw violation("a page that does not go on") }
                for symbol in symbols { page.append(symbol) }
                return end
            }, isEnough: { page.pairs.count > limit })
        (page.status, page.hasMore) = (end.status, end.hasMore)
        page.cut(to: limit)
        return page
    }

    func staleSymbols(
        exchangeId: UInt16, notSeenSince: Timestamp, activeOnly: Bool, afterSymbolId: UInt32, limit: Int,
        by deadline: Deadline
    ) throws(ClientError) -> (page: SymbolPage, generation: UInt64) {
        var page = SymbolPage()
        let end = try readPages(
            "list stale symbols", by: deadline, restart: { page.symbols = [] },
            { (after, generation) throws(ClientError) in
                let rest = UInt32(clamping: limit - page.symbols.count)
                let start = max(after, afterSymbolId)
                let end = try readSymbols("list stale symbols", by: deadline, into: &page.symbols) { frame, requestId in
                    ListStaleSymbolsView.write(
                        to: frame, requestId: requestId, exchangeId: exchangeId, activeOnly: activeOnly ? 1 : 0,
                        afterSymbolId: start, limit: rest, expectedGeneration: generation,
                        notSeenSince: notSeenSince.microsecondsSince1970)
                }
                if end.hasMore, end.resumeAfterId <= start { throw violation("a page that does not go on") }
                return end
            }, isEnough: { page.symbols.count >= limit })
        (page.status, page.hasMore) = (end.status, end.hasMore)
        return (page, end.generation)
    }

    func assets(
        exchangeId: UInt16, activeOnly: Bool, after: String, limit: Int, by deadline: Deadline
    ) throws(ClientError) -> (page: AssetPage, generation: UInt64) {
        guard after.isEmpty || after.fits(WireLayout.ListAssets.afterAsset) else {
            return (AssetPage(status: .malformed), 0)
        }
        var page = AssetPage()
        let end = try readPages(
            "list assets", by: deadline, restart: { page.assets = [] },
            { (_, generation) throws(ClientError) in
                let start = page.assets.last?.asset ?? after
                let rest = UInt32(clamping: limit - page.assets.count)
                var assets: [AssetListing] = []
                let end = try readList(
                    .assetRecord, "list assets", by: deadline,
                    { frame, requestId in
                        ListAssetsView.write(
                            to: frame, requestId: requestId, exchangeId: exchangeId, afterAsset: start.utf8,
                            activeOnly: activeOnly ? 1 : 0, limit: rest, expectedGeneration: generation)
                    },
                    { (frame) throws(ClientError) in
                        let view = AssetRecordView(frame)
                        guard let asset = AssetText(utf8: view.asset), !asset.isEmpty else {
                            throw violation("an asset that cannot be read")
                        }
                        assets.append(
                            AssetListing(
                                asset: asset.description, baseSymbolCount: Int(view.baseSymbolCount),
                                quoteSymbolCount: Int(view.quoteSymbolCount)))
                    })
                if end.hasMore, assets.last.map({ $0.asset.utf8.elementsEqual(start.utf8) }) ?? true {
                    throw violation("a page that does not go on")
                }
                page.assets += assets
                return end
            }, isEnough: { page.assets.count >= limit })
        (page.status, page.hasMore) = (end.status, end.hasMore)
        return (page, end.generation)
    }

    func refused(limit: Int, by deadline: Deadline) throws(ClientError) -> RefusedPage {
        var page = RefusedPage()
        let end = try readPages(
            "list refused", by: deadline, restart: { page.rows = [] },
            { (_, generation) throws(ClientError) in
                let last = page.rows.last
                let rest = UInt32(clamping: limit - page.rows.count)
                var rows: [RefusedListing] = []
                let end = try readList(
                    .refusedRecord, "list refused", by: deadline,
                    { frame, requestId in
                        ListRefusedView.write(
                            to: frame, requestId: requestId, afterKind: last?.table.rawValue ?? 0, limit: rest,
                            expectedGeneration: generation, afterId: last?.id ?? 0)
                    },
                    { (frame) throws(ClientError) in
                        guard let row = ResponseParsing.refused(RefusedRecordView(frame)) else {
                            throw violation("a refused row of no known table")
                        }
                        rows.append(row)
                    })
                if end.hasMore, rows.isEmpty || rows.last == last { throw violation("a page that does not go on") }
                page.rows += rows
                return end
            }, isEnough: { page.rows.count >= limit })
        (page.status, page.hasMore) = (end.status, end.hasMore)
        return page
    }
}
