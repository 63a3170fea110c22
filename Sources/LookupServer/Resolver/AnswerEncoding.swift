import ReferenceData
import SymbologyWire

// Encode: values of the reference data as frames. Every function writes one whole frame at the end of the buffer, whose
// room the caller has checked.

/// The fields that every answer about a row begins with.
struct AnswerHead {
    /// Nil where the row follows a `Change`.
    let requestId: UInt32?
    let status: ResolutionStatus
    let flags: ResolutionFlags
    let generation: UInt64
}

extension AnswerBuffer {
    mutating func append(_ resolution: SymbolResolution, requestId: UInt32, extraFlags: ResolutionFlags) {
        resolution.write(to: end, requestId: requestId, extraFlags: extraFlags)
        advance(WireLayout.SymbolResolution.frameByteCount)
    }

    /// - Parameter record: `SymbolRecord.empty` where there is none.
    mutating func append(_ record: SymbolRecord, _ head: AnswerHead) {
        func precision(_ digits: UInt8) -> UInt8? { digits == SymbolRecord.unknownPrecision ? nil : digits }
        let noText = EmptyCollection<UInt8>()
        SymbolRecordView.write(
            to: end, requestId: head.requestId, status: head.status, flags: head.flags,
            exchangeId: record.exchangeId, symbolId: record.id, pricePrecision: precision(record.precisionPrice),
            basePrecision: precision(record.precisionBase), quotePrecision: precision(record.precisionQuote),
            derivedDigits: record.isLastGood ? record.derivedDigits.union(.lastGood) : record.derivedDigits,
            generation: head.generation,
            kind: head.status.isFound ? record.kind : nil, payoff: record.payoff, optionType: record.optionType,
            minOrderSize: WireDecimal(record.minOrderSize), maxOrderSize: WireDecimal(record.maxOrderSize),
            tickSize: WireDecimal(record.tickSize), stepSize: WireDecimal(record.stepSize),
            minNotional: WireDecimal(record.minNotional), contractSize: WireDecimal(record.contractSize),
            strike: WireDecimal(record.strike), expiresAt: record.expiresAt.microsecondsSince1970,
            listedAt: record.listedAt.microsecondsSince1970, delistsAt: record.delistsAt.microsecondsSince1970,
            createdAt: record.createdAt.microsecondsSince1970, updatedAt: record.updatedAt.microsecondsSince1970,
            lastSeen: record.lastSeen.microsecondsSince1970, symbolText: noText, baseAsset: noText, quoteAsset: noText,
            settleAsset: noText)
        // With their padding, whatever their length: measuring texts costs more than all the rest.
        record.symbolString.copyBytes(to: end + WireLayout.SymbolRecord.symbolText.lowerBound)
        record.baseAsset.copyBytes(to: end + WireLayout.SymbolRecord.baseAsset.lowerBound)
        record.quoteAsset.copyBytes(to: end + WireLayout.SymbolRecord.quoteAsset.lowerBound)
        record.settleAsset.copyBytes(to: end + WireLayout.SymbolRecord.settleAsset.lowerBound)
        advance(WireLayout.SymbolRecord.frameByteCount)
    }

    mutating func append(_ exchange: Exchange?, _ head: AnswerHead) {
        /// Texts are measured when an exchange enters a snapshot; one that is too long all the same is left out, not
        /// trapped on.
        func text(_ text: String?, _ field: Range<Int>) -> String.UTF8View {
            guard let text, text.utf8.count <= field.count else { return "".utf8 }
            return text.utf8
        }
        ExchangeRecordView.write(
            to: end, requestId: head.requestId, status: head.status, flags: head.flags, exchangeId: exchange?.id ?? 0,
            marketType: exchange?.marketType, precisionDefault: exchange?.precisionDefault,
            rateLimitRequestsPerSecond: exchange?.rateLimitRequestsPerSecond, generation: head.generation,
            createdAt: exchange?.createdAt.microsecondsSince1970, updatedAt: exchange?.updatedAt.microsecondsSince1970,
            name: text(exchange?.name, WireLayout.ExchangeRecord.name),
            enumValue: text(exchange?.enumValue, WireLayout.ExchangeRecord.enumValue),
            displayName: text(exchange?.displayName, WireLayout.ExchangeRecord.displayName),
            baseURL: text(exchange?.baseURL, WireLayout.ExchangeRecord.baseURL),
            websocketURL: text(exchange?.websocketURL, WireLayout.ExchangeRecord.websocketURL))
        advance(WireLayout.ExchangeRecord.frameByteCount)
    }

    mutating func appendResolution(of exchange: Exchange?, _ head: AnswerHead) {
        ExchangeResolutionView.write(
            to: end, requestId: head.requestId ?? 0, status: head.status, flags: head.flags,
            exchangeId: exchange?.id ?? 0, marketType: exchange?.marketType,
            precisionDefault: exchange?.precisionDefault,
            rateLimitRequestsPerSecond: exchange?.rateLimitRequestsPerSecond, generation: head.generation)
        advance(WireLayout.ExchangeResolution.frameByteCount)
    }

    mutating func append(_ row: RefusedRow, isLastGoodServed: Bool, requestId: UInt32, generation: UInt64) {
        let symbol = row.symbolKey?.symbol ?? SymbolText()
        let (base, quote) = (row.pairKey?.base ?? AssetText(), row.pairKey?.quote ?? AssetText())
        var flags: RefusedFlags = isLastGoodServed ? .lastGoodServed : []
        if row.reason.utf8.count > WireLayout.RefusedRecord.reason.count { flags.insert(.reasonCut) }
        symbol.withUnsafeBytes { symbol in
            base.withUnsafeBytes { base in
                quote.withUnsafeBytes { quote in
                    RefusedRecordView.write(
                        to: end, requestId: requestId, kind: row.table, flags: flags, exchangeId: row.exchangeId,
                        id: row.id, generation: generation, symbolText: symbol, baseAsset: base, quoteAsset: quote,
                        reason: row.reason.utf8)
                }
            }
        }
        advance(WireLayout.RefusedRecord.frameByteCount)
    }

    mutating func appendEndOfList(
        requestId: UInt32, status: ResolutionStatus, count: Int, moreFollow: Bool, resumeAfterId: UInt32 = 0,
        generation: UInt64
    ) {
        EndOfListView.write(
            to: end, requestId: requestId, status: status, moreFollow: moreFollow, count: UInt32(clamping: count),
            resumeAfterId: resumeAfterId, generation: generation)
        advance(WireLayout.EndOfList.frameByteCount)
    }

    mutating func appendPong(to request: PingView, generation: UInt64) {
        PongView.write(to: end, requestId: request.requestId, token: request.token, generation: generation)
        advance(WireLayout.Pong.frameByteCount)
    }

    /// - Parameters:
    ///   - frame: the request; nil where the connection itself is rejected.
    ///   - template: the one for which the connection is rejected.
    mutating func appendRejected(_ reason: RejectReason, of frame: UnsafeRawPointer?, for template: Template? = nil) {
        let header = frame.map { FrameHeaderView($0) }
        RejectedView.write(
            to: end, requestId: header?.requestId, reason: reason, requestTemplate: header?.templateId ?? 0,
            text: reason.words(of: header?.template ?? template).utf8)
        advance(WireLayout.Rejected.frameByteCount)
    }
}

extension WireDecimal {
    fileprivate init(_ value: DecimalValue) { self.init(mantissa: value.mantissa, exponent: value.exponent) }
}
