import ReferenceData
import SymbologyWire

// Answers all requests but lookups by symbol, by pair and by unified name, one at a time.

extension Resolver {
    /// Answers one request; there is room for any answer but a page.
    mutating func decide(
        _ template: Template, _ frame: UnsafeRawPointer, from snapshot: Snapshot, into answers: inout AnswerBuffer
    ) -> Decision {
        if let reason = FrameValidation.fault(of: template, at: frame) {
            reject(reason, frame, into: &answers)
            return .answered
        }
        switch template {
        case .resolveExchange:
            let found = snapshot.exchangeResolution(code: ResolveExchangeView(frame).code)
            answers.appendResolution(of: found.exchange, count(frame, found.status, found.flags, snapshot))
        case .resolveByCode:
            let request = ResolveByCodeView(frame)
            let found = snapshot.resolve(code: request.code, symbol: request.symbolText)
            counters.count(found.status)
            answers.append(found, requestId: request.requestId, extraFlags: extraFlags)
        case .getExchange:
            let found = snapshot.exchangeResolution(id: GetExchangeView(frame).exchangeId)
            answers.append(found.exchange, count(frame, found.status, found.flags, snapshot))
        case .getSymbol:
            let (status, flags, record) = snapshot.symbolRecord(
                id: GetSymbolView(frame).symbolId, extraFlags: extraFlags)
            answers.append(record, count(frame, status, flags, snapshot))
        case .ping: answers.appendPong(to: PingView(frame), generation: snapshot.generation)
        case .listSymbols: return page(of: ListSymbolsView(frame), from: snapshot, into: &answers)
        case .listExchanges: return page(of: ListExchangesView(frame), from: snapshot, into: &answers)
        case .findPair: return page(of: FindPairView(frame), from: snapshot, into: &answers)
        case .listContracts: return page(of: ListContractsView(frame), from: snapshot, into: &answers)
        case .searchSymbols: return page(of: SearchSymbolsView(frame), from: snapshot, into: &answers)
        case .listPairs: return page(of: ListPairsView(frame), from: snapshot, into: &answers)
        case .listAssets: return page(of: ListAssetsView(frame), from: snapshot, into: &answers)
        case .listStaleSymbols: return page(of: ListStaleSymbolsView(frame), from: snapshot, into: &answers)
        case .listRefused: return page(of: ListRefusedView(frame), from: snapshot, into: &answers)
        case .hello, .subscribe, .unsubscribe, .beginBatch, .getStatus, .getSnapshot:
            return .forConnection(template)
        // `answer` resolves the first three itself, and lets none of the others, which servers send, come here. All are
        // named, so that a new request does not compile before it is decided on.
        case .resolveSymbol, .resolvePair, .resolveUnified, .symbolResolution, .exchangeResolution, .symbolRecord,
            .exchangeRecord, .endOfList, .change, .heartbeat, .pong, .serverStatus, .subscribed, .snapshot, .welcome,
            .snapshotChunk, .assetRecord, .refusedRecord, .rejected:
            reject(.unsupportedTemplate, frame, into: &answers)
        }
        return .answered
    }

    /// Counts a lookup.
    /// - Returns: what its answer begins with.
    private mutating func count(
        _ frame: UnsafeRawPointer, _ status: ResolutionStatus, _ flags: ResolutionFlags, _ snapshot: Snapshot
    ) -> AnswerHead {
        counters.count(status)
        return AnswerHead(
            requestId: FrameHeaderView(frame).requestId, status: status, flags: flags.union(extraFlags),
            generation: snapshot.generation)
    }

    /// Writes a page: rows, then `EndOfList`, which says, where there is no page, why.
    private mutating func page<Request: ListRequest>(
        of request: Request, from snapshot: Snapshot, into answers: inout AnswerBuffer
    ) -> Decision {
        // As many exchanges as take the bytes of a page of symbols.
        let exchangePageMax = max(1, limits.answerByteCountMax / WireLayout.ExchangeRecord.frameByteCount - 1)
        let pageMax = Request.row == .exchangeRecord ? exchangePageMax : limits.listPageMax
        let countMax = request.countMax == 0 ? pageMax : min(Int(request.countMax), pageMax)
        let byteCountMax = countMax * Request.row.frameByteCount + WireLayout.EndOfList.frameByteCount
        guard answers.room >= byteCountMax else { return .noRoom }
        var page = PageWriter(
            countMax: countMax, limits: limits, requestId: request.requestId, generation: snapshot.generation,
            extraFlags: extraFlags, answers: answers)
        var status = ResolutionStatus.ok
        var end = PageEnd()
        if !snapshot.isLoaded {
            status = .notLoaded
        } else if request.expectedGeneration != 0, request.expectedGeneration != snapshot.generation {
            status = .generationGone
        } else if request.exchangeId != 0, snapshot.exchange(id: request.exchangeId) == nil {
            status = .unknownExchange
        } else if let found = request.list(from: snapshot, into: &page) {
            end = found
        } else {
            status = .generationGone
        }
        workLeft -= end.count + page.work
        answers = page.answers
        answers.appendEndOfList(
            requestId: request.requestId, status: status, count: end.count, moreFollow: end.hasMore,
            resumeAfterId: end.lastId, generation: snapshot.generation)
        return .answered
    }
}
