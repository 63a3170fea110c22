import ReferenceData
import SymbologyWire

// Decide: questions about the tables as a whole.

extension Resolver {
    mutating func listPairs(
        _ request: ListPairsView, from snapshot: Snapshot, into answers: inout AnswerBuffer
    ) {
        let requestId = request.requestId
        let generation = snapshot.generation
        var status = obstacle(snapshot, exchangeId: 0, expectedGeneration: request.expectedGeneration)
        var count = 0
        var end = PageEnd(hasMore: false, lastSymbolId: 0)
        if status == nil {
            let extraFlags = extraFlags
            let page = snapshot.pairs(
                venueCountMin: Int(request.venueCountMin), activeOnly: request.activeOnly != 0,
                afterSymbolId: request.afterSymbolId, limit: pageCount(request.limit),
                examinedCountMax: limits.examinedCountMax
            ) { record, flags in
                answers.append(
                    record, status: Resolver.status(flags), flags: flags.rawValue | extraFlags, requestId: requestId,
                    generation: generation)
                count += 1
            }
            // The symbol that the page should begin behind was deleted: its place in the order is not known any more.
            if let page { end = page } else { status = .generationGone }
        }
        // What changed since the base is put in order for each page: that is as dear as to give it.
        workLeft -= count + limits.searchWork + snapshot.overlayRowCount
        answers.appendEndOfList(
            requestId: requestId, status: status ?? .ok, count: count, moreFollow: end.hasMore,
            resumeAfterId: end.lastSymbolId, generation: generation)
    }

    mutating func listAssets(
        _ request: ListAssetsView, from snapshot: Snapshot, into answers: inout AnswerBuffer
    ) {
        let requestId = request.requestId
        let exchangeId = request.exchangeId
        let generation = snapshot.generation
        let status = obstacle(snapshot, exchangeId: exchangeId, expectedGeneration: request.expectedGeneration)
        var count = 0
        var moreFollow = false
        if status == nil {
            moreFollow = snapshot.assets(
                exchangeId: exchangeId, activeOnly: request.activeOnly != 0,
                after: AssetText(utf8: request.afterAsset) ?? AssetText(), limit: pageCount(request.limit)
            ) { asset, baseSymbolCount, quoteSymbolCount in
                answers.append(
                    asset, exchangeId: exchangeId, baseSymbolCount: baseSymbolCount,
                    quoteSymbolCount: quoteSymbolCount, requestId: requestId, generation: generation)
                count += 1
            }
        }
        // Those without any of the symbols wanted are passed over, up to all of them.
        let walkWork = max(limits.searchWork, snapshot.symbolCount / Resolver.rowsPerWorkUnit)
        workLeft -= count + walkWork + snapshot.overlayRowCount
        answers.appendEndOfList(
            requestId: requestId, status: status ?? .ok, count: count, moreFollow: moreFollow, generation: generation)
    }

    mutating func listStaleSymbols(
        _ request: ListStaleSymbolsView, from snapshot: Snapshot, into answers: inout AnswerBuffer
    ) {
        let requestId = request.requestId
        let generation = snapshot.generation
        let status = obstacle(
            snapshot, exchangeId: request.exchangeId, expectedGeneration: request.expectedGeneration)
        var count = 0
        var end = PageEnd(hasMore: false, lastSymbolId: 0)
        if status == nil {
            let extraFlags = extraFlags
            end = snapshot.symbols(
                exchangeId: request.exchangeId,
                notSeenSince: Timestamp(microsecondsSince1970: request.notSeenSince),
                activeOnly: request.activeOnly != 0, afterSymbolId: request.afterSymbolId,
                limit: pageCount(request.limit), examinedCountMax: limits.examinedCountMax
            ) { record, flags in
                answers.append(
                    record, status: Resolver.status(flags), flags: flags.rawValue | extraFlags, requestId: requestId,
                    generation: generation)
                count += 1
            }
        }
        workLeft -= count + limits.searchWork
        answers.appendEndOfList(
            requestId: requestId, status: status ?? .ok, count: count, moreFollow: end.hasMore,
            resumeAfterId: end.lastSymbolId, generation: generation)
    }

    mutating func listRefused(
        _ request: ListRefusedView, from snapshot: Snapshot, into answers: inout AnswerBuffer
    ) {
        let requestId = request.requestId
        let generation = snapshot.generation
        let status = obstacle(snapshot, exchangeId: 0, expectedGeneration: request.expectedGeneration)
        var count = 0
        var moreFollow = false
        if status == nil {
            moreFollow = snapshot.refused(
                afterTable: ReferenceKind(rawValue: request.afterKind) ?? .everything, id: request.afterId,
                limit: pageCount(request.limit)
            ) { row, isLastGoodServed in
                answers.append(row, isLastGoodServed: isLastGoodServed, requestId: requestId, generation: generation)
                count += 1
            }
        }
        workLeft -= count
        answers.appendEndOfList(
            requestId: requestId, status: status ?? .ok, count: count, moreFollow: moreFollow, generation: generation)
    }
}

extension AnswerBuffer {
    mutating func append(
        _ asset: AssetText, exchangeId: UInt16, baseSymbolCount: Int, quoteSymbolCount: Int, requestId: UInt32,
        generation: UInt64
    ) {
        asset.withUnsafeBytes {
            AssetRecordView.write(
                to: end, requestId: requestId, exchangeId: exchangeId, asset: $0,
                baseSymbolCount: UInt32(clamping: baseSymbolCount),
                quoteSymbolCount: UInt32(clamping: quoteSymbolCount),
                generation: generation)
        }
        advance(WireLayout.AssetRecord.frameByteCount)
    }
}
