import ReferenceData
import SymbologyWire

// Decide: everything but resolving, one request at a time.

extension Resolver {
    enum Decision {
        case answered
        case noRoom
        case forConnection
    }

    mutating func decide(
        _ template: Template, _ frame: UnsafeRawPointer, from snapshot: Snapshot, into answers: inout AnswerBuffer
    ) -> Decision {
        if let reason = FrameValidation.fault(of: template, at: frame) {
            guard answers.room >= WireLayout.Rejected.frameByteCount else { return .noRoom }
            reject(reason, frame, into: &answers)
            return .answered
        }
        guard answers.room >= roomNeeded(for: template, frame) else { return .noRoom }
        let requestId = FrameHeaderView(frame).requestId
        switch template {
        case .resolveSymbol, .resolvePair:
            // Longer than 64 bytes, from a newer client.
            let key = frame + WireLimits.keyBytes.lowerBound
            let resolution =
                template == .resolveSymbol
                ? snapshot.resolveSymbol(frameBytes: key) : snapshot.resolvePair(frameBytes: key)
            count(resolution.status)
            answers.append(resolution, requestId: requestId, extraFlags: extraFlags)
        case .resolveExchange:
            let answer = snapshot.exchangeResolution(code: ResolveExchangeView(frame).code)
            count(answer.status)
            answers.appendResolution(
                of: answer.exchange, status: answer.status, flags: answer.flags.rawValue | extraFlags,
                requestId: requestId, generation: snapshot.generation)
        case .getSymbol:
            let answer = snapshot.symbolRecord(id: GetSymbolView(frame).symbolId)
            count(answer.status)
            answers.append(
                answer.record, status: answer.status, flags: answer.flags.rawValue | extraFlags,
                requestId: requestId, generation: snapshot.generation)
        case .getExchange:
            let answer = snapshot.exchangeResolution(id: GetExchangeView(frame).exchangeId)
            count(answer.status)
            answers.append(
                answer.exchange, status: answer.status, flags: answer.flags.rawValue | extraFlags,
                requestId: requestId, generation: snapshot.generation)
        case .listSymbols: listSymbols(ListSymbolsView(frame), from: snapshot, into: &answers)
        case .listExchanges: listExchanges(ListExchangesView(frame), from: snapshot, into: &answers)
        case .findPair: findPair(FindPairView(frame), from: snapshot, into: &answers)
        case .searchSymbols: searchSymbols(SearchSymbolsView(frame), from: snapshot, into: &answers)
        case .listPairs: listPairs(ListPairsView(frame), from: snapshot, into: &answers)
        case .listAssets: listAssets(ListAssetsView(frame), from: snapshot, into: &answers)
        case .listStaleSymbols: listStaleSymbols(ListStaleSymbolsView(frame), from: snapshot, into: &answers)
        case .listRefused: listRefused(ListRefusedView(frame), from: snapshot, into: &answers)
        case .ping:
            PongView.write(
                to: answers.end, requestId: requestId, token: PingView(frame).token, generation: snapshot.generation)
            answers.advance(WireLayout.Pong.frameByteCount)
        default:
            return .forConnection
        }
        return .answered
    }

    /// Room that the longest answer to this request takes; what the connection answers itself included.
    private func roomNeeded(for template: Template, _ frame: UnsafeRawPointer) -> Int {
        let end = WireLayout.EndOfList.frameByteCount
        switch template {
        case .resolveSymbol, .resolvePair, .resolveExchange, .ping, .unsubscribe, .subscribe, .beginBatch:
            return WireLayout.Rejected.frameByteCount
        case .getSymbol: return WireLayout.SymbolRecord.frameByteCount
        case .getExchange: return WireLayout.ExchangeRecord.frameByteCount
        case .listSymbols:
            return pageCount(ListSymbolsView(frame).limit) * WireLayout.SymbolRecord.frameByteCount + end
        case .searchSymbols:
            return pageCount(UInt32(SearchSymbolsView(frame).limit)) * WireLayout.SymbolRecord.frameByteCount + end
        case .listPairs:
            return pageCount(ListPairsView(frame).limit) * WireLayout.SymbolRecord.frameByteCount + end
        case .listStaleSymbols:
            return pageCount(ListStaleSymbolsView(frame).limit) * WireLayout.SymbolRecord.frameByteCount + end
        case .listAssets:
            return pageCount(ListAssetsView(frame).limit) * WireLayout.AssetRecord.frameByteCount + end
        case .listRefused:
            return pageCount(ListRefusedView(frame).limit) * WireLayout.RefusedRecord.frameByteCount + end
        case .findPair: return limits.listPageMax * WireLayout.SymbolRecord.frameByteCount + end
        case .listExchanges:
            return exchangePageCount(ListExchangesView(frame).limit) * WireLayout.ExchangeRecord.frameByteCount + end
        default: return WireLayout.Status.frameByteCount
        }
    }

    /// 0, or more than a page, asks for a page.
    func pageCount(_ limit: UInt32) -> Int {
        limit == 0 ? limits.listPageMax : min(Int(limit), limits.listPageMax)
    }

    /// As many exchanges as take the bytes of a page of symbols.
    private func exchangePageCount(_ limit: UInt32) -> Int {
        let countMax = max(1, limits.answerByteCountMax / WireLayout.ExchangeRecord.frameByteCount - 1)
        return limit == 0 ? countMax : min(Int(limit), countMax)
    }

    /// Rows that are looked at for the price of one request.
    static let rowsPerWorkUnit = 64

    /// Charges what a request looked at beyond what every request costs.
    mutating func charge(lookedAtCount: Int) { workLeft -= lookedAtCount / Resolver.rowsPerWorkUnit }

    /// Why a list cannot begin, nil when it can.
    func obstacle(
        _ snapshot: Snapshot, exchangeId: UInt16, expectedGeneration: UInt64
    ) -> ResolutionStatus? {
        if !snapshot.isLoaded { return .notLoaded }
        if expectedGeneration != 0 && expectedGeneration != snapshot.generation { return .generationGone }
        if exchangeId != 0 && snapshot.exchange(id: exchangeId) == nil { return .unknownExchange }
        return nil
    }

    private mutating func listSymbols(
        _ request: ListSymbolsView, from snapshot: Snapshot, into answers: inout AnswerBuffer
    ) {
        let requestId = request.requestId
        let generation = snapshot.generation
        if let status = obstacle(
            snapshot, exchangeId: request.exchangeId, expectedGeneration: request.expectedGeneration)
        {
            return answers.appendEndOfList(
                requestId: requestId, status: status, count: 0, moreFollow: false, generation: generation)
        }
        let extraFlags = extraFlags
        var count = 0
        let (end, examinedCount) = snapshot.symbols(
            exchangeId: request.exchangeId, activeOnly: request.activeOnly != 0, afterSymbolId: request.afterSymbolId,
            limit: pageCount(request.limit), examinedCountMax: limits.examinedCountMax
        ) { record, flags in
            answers.append(
                record, status: Resolver.status(flags), flags: flags.rawValue | extraFlags, requestId: requestId,
                generation: generation)
            count += 1
        }
        // Of one exchange, what changed on the others is passed over.
        let passedCount = request.exchangeId == 0 ? 0 : snapshot.overlayRowCount
        workLeft -= count + (examinedCount - count + passedCount) / Resolver.rowsPerWorkUnit
        answers.appendEndOfList(
            requestId: requestId, status: .ok, count: count, moreFollow: end.hasMore, resumeAfterId: end.lastSymbolId,
            generation: generation)
    }

    private mutating func listExchanges(
        _ request: ListExchangesView, from snapshot: Snapshot, into answers: inout AnswerBuffer
    ) {
        let requestId = request.requestId
        let generation = snapshot.generation
        if let status = obstacle(snapshot, exchangeId: 0, expectedGeneration: request.expectedGeneration) {
            return answers.appendEndOfList(
                requestId: requestId, status: status, count: 0, moreFollow: false, generation: generation)
        }
        let countMax = exchangePageCount(request.limit)
        var count = 0
        var lastId = request.afterExchangeId
        var moreFollow = false
        let exchanges = snapshot.exchanges(
            marketType: MarketType(rawValue: request.marketType), activeOnly: request.activeOnly != 0)
        for exchange in exchanges where exchange.id > request.afterExchangeId {
            guard count < countMax else {
                moreFollow = true
                break
            }
            let answer = snapshot.exchangeResolution(id: exchange.id)
            answers.append(
                exchange, status: answer.status, flags: answer.flags.rawValue | extraFlags, requestId: requestId,
                generation: generation)
            count += 1
            lastId = exchange.id
        }
        workLeft -= exchanges.count
        answers.appendEndOfList(
            requestId: requestId, status: .ok, count: count, moreFollow: moreFollow, resumeAfterId: UInt32(lastId),
            generation: generation)
    }

    private mutating func findPair(
        _ request: FindPairView, from snapshot: Snapshot, into answers: inout AnswerBuffer
    ) {
        let requestId = request.requestId
        let generation = snapshot.generation
        var status = obstacle(snapshot, exchangeId: 0, expectedGeneration: 0)
        var count = 0
        var moreFollow = false
        let countMax = limits.listPageMax
        let extraFlags = extraFlags
        if status == nil, let base = AssetText(utf8: request.baseAsset), let quote = AssetText(utf8: request.quoteAsset)
        {
            snapshot.find(base: base, quote: quote) { record, flags in
                guard count < countMax else {
                    moreFollow = true
                    return
                }
                answers.append(
                    record, status: Resolver.status(flags), flags: flags.rawValue | extraFlags, requestId: requestId,
                    generation: generation)
                count += 1
            }
        } else if status == nil {
            status = .malformed
        }
        // What changed since the base has no order, and is looked through.
        workLeft -= count + snapshot.overlayRowCount / Resolver.rowsPerWorkUnit
        answers.appendEndOfList(
            requestId: requestId, status: status ?? .ok, count: count, moreFollow: moreFollow, generation: generation)
    }

    private mutating func searchSymbols(
        _ request: SearchSymbolsView, from snapshot: Snapshot, into answers: inout AnswerBuffer
    ) {
        let requestId = request.requestId
        let generation = snapshot.generation
        var status = obstacle(snapshot, exchangeId: request.exchangeId, expectedGeneration: 0)
        var count = 0
        var examinedCount = 0
        var moreFollow = false
        if status == nil, let mode = SearchMode(rawValue: request.mode) {
            let countMax = pageCount(UInt32(request.limit))
            let activeOnly = request.activeOnly != 0
            let extraFlags = extraFlags
            (moreFollow, examinedCount) = snapshot.search(
                text: request.text, mode: mode, exchangeId: request.exchangeId, activeOnly: activeOnly, limit: countMax
            ) { record, flags in
                answers.append(
                    record, status: Resolver.status(flags), flags: flags.rawValue | extraFlags, requestId: requestId,
                    generation: generation)
                count += 1
            }
        } else if status == nil {
            status = .malformed
        }
        workLeft -= count + max(limits.searchWork, examinedCount / Resolver.rowsPerWorkUnit)
        answers.appendEndOfList(
            requestId: requestId, status: status ?? .ok, count: count, moreFollow: moreFollow, generation: generation)
    }

    static func status(_ flags: ResolutionFlags) -> ResolutionStatus {
        flags.contains([.active, .exchangeActive]) ? .ok : .inactive
    }
}
