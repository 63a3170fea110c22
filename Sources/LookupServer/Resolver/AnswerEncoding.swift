import ReferenceData
import SymbologyWire

// Encode: values of the reference data as frames. Every function writes one whole frame at the end of the buffer, whose
// room the caller has checked.

extension AnswerBuffer {
    @inline(__always)
    mutating func append(_ resolution: SymbolResolution, requestId: UInt32, extraFlags: UInt8) {
        SymbolResolutionView.write(
            to: end, requestId: requestId, status: resolution.status.rawValue,
            flags: resolution.flags.rawValue | extraFlags, exchangeId: resolution.exchangeId,
            symbolId: resolution.symbolId, pricePrecision: resolution.precisionPrice,
            basePrecision: resolution.precisionBase, quotePrecision: resolution.precisionQuote,
            generation: resolution.generation)
        advance(WireLayout.SymbolResolution.frameByteCount)
    }

    mutating func append(
        _ record: SymbolRecord, status: ResolutionStatus, flags: UInt8, requestId: UInt32, generation: UInt64
    ) {
        let writer = SymbolRecordWriter(end, requestId: requestId)
        writer.setStatus(status.rawValue)
        writer.setFlags(flags)
        writer.setGeneration(generation)
        if status == .ok || status == .inactive { writer.set(record) }
        advance(WireLayout.SymbolRecord.frameByteCount)
    }

    mutating func append(
        _ exchange: Exchange?, status: ResolutionStatus, flags: UInt8, requestId: UInt32, generation: UInt64
    ) {
        let writer = ExchangeRecordWriter(end, requestId: requestId)
        writer.setStatus(status.rawValue)
        writer.setFlags(flags)
        writer.setGeneration(generation)
        if let exchange { writer.set(exchange) }
        advance(WireLayout.ExchangeRecord.frameByteCount)
    }

    mutating func appendResolution(
        of exchange: Exchange?, status: ResolutionStatus, flags: UInt8, requestId: UInt32, generation: UInt64
    ) {
        ExchangeResolutionView.write(
            to: end, requestId: requestId, status: status.rawValue, flags: flags, exchangeId: exchange?.id ?? 0,
            marketType: exchange?.marketType.rawValue ?? 0,
            precisionDefault: exchange?.precisionDefault ?? WireNull.uint8,
            rateLimitRequestsPerSecond: exchange?.rateLimitRequestsPerSecond ?? WireNull.uint32,
            generation: generation)
        advance(WireLayout.ExchangeResolution.frameByteCount)
    }

    mutating func append(_ row: RefusedRow, isLastGoodServed: Bool, requestId: UInt32, generation: UInt64) {
        let symbol = row.symbolKey?.symbol ?? SymbolText()
        let (base, quote) = (row.pairKey?.base ?? AssetText(), row.pairKey?.quote ?? AssetText())
        symbol.withUnsafeBytes { symbol in
            base.withUnsafeBytes { base in
                quote.withUnsafeBytes { quote in
                    RefusedRecordView.write(
                        to: end, requestId: requestId, kind: row.table.rawValue,
                        flags: isLastGoodServed ? WireRefusedFlags.lastGoodServed : 0, exchangeId: row.exchangeId,
                        id: row.id, generation: generation, symbol: symbol, baseAsset: base, quoteAsset: quote,
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
            to: end, requestId: requestId, status: status.rawValue, moreFollow: moreFollow ? 1 : 0,
            count: UInt32(clamping: count), resumeAfterId: resumeAfterId, generation: generation)
        advance(WireLayout.EndOfList.frameByteCount)
    }

    mutating func appendRejected(requestId: UInt32, reason: RejectReason, requestTemplate: UInt16, text: String) {
        RejectedView.write(
            to: end, requestId: requestId, reason: reason, requestTemplate: requestTemplate, text: text.utf8)
        advance(WireLayout.Rejected.frameByteCount)
    }

    mutating func appendRejected(_ reason: RejectReason, of frame: UnsafeRawPointer) {
        let header = FrameHeaderView(frame)
        appendRejected(
            requestId: header.requestId, reason: reason, requestTemplate: header.templateId, text: reason.words)
    }
}

extension SymbolRecordWriter {
    func set(_ record: SymbolRecord) {
        setExchangeId(record.exchangeId)
        setSymbolId(record.id)
        setPricePrecision(record.precisionPrice)
        setBasePrecision(record.precisionBase)
        setQuotePrecision(record.precisionQuote)
        record.symbolString.withUnsafeBytes { setSymbol($0) }
        record.baseAsset.withUnsafeBytes { setBaseAsset($0) }
        record.quoteAsset.withUnsafeBytes { setQuoteAsset($0) }
        setMinOrderSizeMantissa(record.minOrderSize.mantissa)
        setMinOrderSizeExponent(record.minOrderSize.exponent)
        setMaxOrderSizeMantissa(record.maxOrderSize.mantissa)
        setMaxOrderSizeExponent(record.maxOrderSize.exponent)
        setTickSizeMantissa(record.tickSize.mantissa)
        setTickSizeExponent(record.tickSize.exponent)
        setStepSizeMantissa(record.stepSize.mantissa)
        setStepSizeExponent(record.stepSize.exponent)
        setCreatedAt(record.createdAt.microsecondsSince1970)
        setUpdatedAt(record.updatedAt.microsecondsSince1970)
        setLastSeen(record.lastSeen.microsecondsSince1970)
    }
}

extension ExchangeRecordWriter {
    /// Texts are measured when an exchange enters a snapshot; one that is too long all the same is left out, not
    /// trapped on.
    func set(_ exchange: Exchange) {
        setExchangeId(exchange.id)
        setMarketType(exchange.marketType.rawValue)
        setPrecisionDefault(exchange.precisionDefault ?? WireNull.uint8)
        setRateLimitRequestsPerSecond(exchange.rateLimitRequestsPerSecond ?? WireNull.uint32)
        setCreatedAt(exchange.createdAt.microsecondsSince1970)
        setUpdatedAt(exchange.updatedAt.microsecondsSince1970)
        if exchange.name.utf8.count <= Exchange.nameByteCountMax { setName(exchange.name.utf8) }
        if exchange.enumValue.utf8.count <= Exchange.enumValueByteCountMax { setEnumValue(exchange.enumValue.utf8) }
        if exchange.displayName.utf8.count <= Exchange.displayNameByteCountMax {
            setDisplayName(exchange.displayName.utf8)
        }
        if let url = exchange.baseURL, url.utf8.count <= Exchange.urlByteCountMax { setBaseURL(url.utf8) }
        if let url = exchange.websocketURL, url.utf8.count <= Exchange.urlByteCountMax { setWebsocketURL(url.utf8) }
    }
}

extension StatusWriter {
    /// What the feed holds back, and what the database says of itself; what there is nothing to say about stays null.
    func set(_ source: SourceState, nowNanoseconds now: UInt64) {
        if let heldBack = source.heldBack {
            setVanishingSymbolCount(heldBack.vanishingSymbolCount)
            setVanishingExchangeCount(heldBack.vanishingExchangeCount)
            setHeldBackMilliseconds((now &- heldBack.sinceNanoseconds) / 1_000_000)
        }
        guard let health = source.health else { return }
        setNotificationQueuePercent(health.notificationQueuePercent)
        setDatabaseSampleMilliseconds((now &- health.sampledNanoseconds) / 1_000_000)
        guard let oldest = health.oldestWriter else { return }
        if let processId = oldest.processId.flatMap(UInt32.init(exactly:)) { setOldestWriterProcessId(processId) }
        setOldestWriterMilliseconds(oldest.ageMilliseconds)
    }
}

extension RejectReason {
    /// The `text` of a `Rejected` frame: at most 48 bytes, for whoever reads a log at the other end.
    var words: String {
        switch self {
        case .wrongSchema: "schemaId is not 7001"
        case .blockTooShort: "blockLength is below 56"
        case .blockTooLong: "blockLength is above 248"
        case .unsupportedTemplate: "no such request"
        case .paddingNotZero: "a padding byte is not zero"
        case .textNotPadded: "bytes follow the first NUL of a text"
        case .textNotUTF8: "a text is not UTF-8"
        case .textEmpty: "a text is empty"
        case .valueOutOfRange: "a field has a value that is not defined"
        case .limitReached: "a limit of this server is reached"
        case .environmentMismatch: "another environment is served here"
        case .tooManyClients: "too many clients"
        case .shuttingDown: "the server is going away"
        case .frameTimeout: "a frame stayed unfinished too long"
        case .idleTimeout: "nothing was asked for too long"
        case .slowReader: "answers were not read"
        case .notPermitted: "this user may not connect"
        default: "the server failed"
        }
    }
}
