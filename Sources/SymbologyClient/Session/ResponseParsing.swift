import ReferenceData
import SymbologyWire

/// Turns frames into values. Every frame is checked first; what the protocol does not allow is nil or a named fault,
/// and nothing a server sends can trap.
enum ResponseParsing {
    static func text(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }

    static func optional(_ value: UInt64) -> UInt64? { value == WireNull.uint64 ? nil : value }

    static func optional(_ value: UInt32) -> UInt32? { value == WireNull.uint32 ? nil : value }

    static func resolution(_ view: SymbolResolutionView) -> SymbolResolution? {
        guard let status = ResolutionStatus(rawValue: view.status) else { return nil }
        return SymbolResolution(
            status: status, flags: ResolutionFlags(rawValue: view.flags), exchangeId: view.exchangeId,
            symbolId: view.symbolId, precisionPrice: view.pricePrecision, precisionBase: view.basePrecision,
            precisionQuote: view.quotePrecision, generation: view.generation)
    }

    /// The record of a frame whose status gives one.
    static func symbolRecord(_ view: SymbolRecordView) -> SymbolRecord? {
        guard let symbol = SymbolText(utf8: view.symbol), let base = AssetText(utf8: view.baseAsset),
            let quote = AssetText(utf8: view.quoteAsset),
            let minOrderSize = decimal(view.minOrderSizeMantissa, view.minOrderSizeExponent),
            let maxOrderSize = decimal(view.maxOrderSizeMantissa, view.maxOrderSizeExponent),
            let tickSize = decimal(view.tickSizeMantissa, view.tickSizeExponent),
            let stepSize = decimal(view.stepSizeMantissa, view.stepSizeExponent)
        else { return nil }
        return SymbolRecord(
            id: view.symbolId, exchangeId: view.exchangeId,
            isActive: ResolutionFlags(rawValue: view.flags).contains(.active), precisionBase: view.basePrecision,
            precisionQuote: view.quotePrecision, precisionPrice: view.pricePrecision, symbolString: symbol,
            baseAsset: base, quoteAsset: quote, minOrderSize: minOrderSize, maxOrderSize: maxOrderSize,
            tickSize: tickSize, stepSize: stepSize, createdAt: Timestamp(microsecondsSince1970: view.createdAt),
            updatedAt: Timestamp(microsecondsSince1970: view.updatedAt),
            lastSeen: Timestamp(microsecondsSince1970: view.lastSeen))
    }

    private static func decimal(_ mantissa: Int64, _ exponent: Int8) -> DecimalValue? {
        mantissa == WireNull.int64 ? .absent : DecimalValue(mantissa: mantissa, exponent: Int(exponent))
    }

    static func exchange(_ view: ExchangeRecordView) -> Exchange? {
        guard let marketType = MarketType(rawValue: view.marketType) else { return nil }
        let (baseURL, websocketURL) = (text(view.baseURL), text(view.websocketURL))
        return Exchange(
            id: view.exchangeId, name: text(view.name), enumValue: text(view.enumValue),
            displayName: text(view.displayName), marketType: marketType,
            isActive: ResolutionFlags(rawValue: view.flags).contains(.active),
            baseURL: baseURL.isEmpty ? nil : baseURL, websocketURL: websocketURL.isEmpty ? nil : websocketURL,
            rateLimitRequestsPerSecond: view.rateLimitRequestsPerSecond == WireNull.uint32
                ? nil : view.rateLimitRequestsPerSecond,
            precisionDefault: view.precisionDefault == WireNull.uint8 ? nil : view.precisionDefault,
            createdAt: Timestamp(microsecondsSince1970: view.createdAt),
            updatedAt: Timestamp(microsecondsSince1970: view.updatedAt))
    }

    static func heartbeat(_ view: HeartbeatView) -> HeartbeatPush {
        HeartbeatPush(
            epoch: view.epoch, sequence: view.sequence, generation: view.generation,
            ageMilliseconds: optional(view.ageMilliseconds),
            isDatabaseConnected: view.flags & WireSourceFlags.databaseConnected != 0,
            isLoaded: view.flags & WireSourceFlags.loaded != 0, isFromFile: view.flags & WireSourceFlags.fromFile != 0)
    }

    static func change(_ view: ChangeView) -> ReferencePush? {
        guard let kind = ReferenceKind(rawValue: view.kind), let action = ReferenceAction(rawValue: view.action) else {
            return nil
        }
        return ReferencePush(
            change: ReferenceChange(kind: kind, action: action, id: view.id), epoch: view.epoch,
            sequence: view.sequence, generation: view.generation,
            isLastOfGeneration: view.flags & WireChangeFlags.lastOfGeneration != 0, record: nil)
    }

    static func welcome(_ view: WelcomeView) -> ServerWelcome {
        ServerWelcome(
            environment: text(view.environment), serverVersion: text(view.serverVersion),
            protocolVersion: view.protocolVersion, epoch: view.epoch, generation: view.generation,
            systemIdentifier: optional(view.systemIdentifier), heartbeatMilliseconds: Int(view.heartbeatMilliseconds),
            windowCountMax: Int(view.windowCountMax), listPageCountMax: Int(view.listPageCountMax),
            batchCountMax: Int(view.batchCountMax), batchMilliseconds: Int(view.batchMilliseconds),
            idleMilliseconds: view.idleMilliseconds == WireNull.uint32 ? nil : Int(view.idleMilliseconds),
            clientCountMax: Int(view.clientCountMax), subscriberCountMax: Int(view.subscriberCountMax),
            requestByteCountMax: Int(view.requestByteCountMax))
    }

    static func subscription(_ view: SubscribedView) -> Subscription {
        Subscription(
            isResumed: view.state == WireSubscriptionState.resumed, epoch: view.epoch, sequence: view.sequence,
            generation: view.generation, heartbeatMilliseconds: Int(view.heartbeatMilliseconds))
    }

    static func status(_ view: StatusView) -> ServerStatus {
        ServerStatus(
            isDatabaseConnected: view.flags & WireSourceFlags.databaseConnected != 0,
            isLoaded: view.flags & WireSourceFlags.loaded != 0, isFromFile: view.flags & WireSourceFlags.fromFile != 0,
            epoch: view.epoch, generation: view.generation, sequence: view.sequence,
            exchangeCount: Int(view.exchangeCount), exchangeActiveCount: Int(view.exchangeActiveCount),
            symbolCount: Int(view.symbolCount), symbolActiveCount: Int(view.symbolActiveCount),
            imageByteCount: view.imageByteCount, ageMilliseconds: optional(view.ageMilliseconds),
            uptimeMilliseconds: view.uptimeMilliseconds, clientCount: Int(view.clientCount),
            subscriberCount: Int(view.subscriberCount), lookupCount: view.lookupCount, hitCount: view.hitCount,
            missCount: view.missCount, inactiveCount: view.inactiveCount, unknownSymbolCount: view.unknownSymbolCount,
            unknownExchangeCount: view.unknownExchangeCount, notLoadedCount: view.notLoadedCount,
            refusedLookupCount: view.refusedLookupCount, rejectedCount: view.rejectedCount, pushCount: view.pushCount,
            refreshCount: view.refreshCount, refreshMicroseconds: optional(view.refreshMicroseconds),
            refreshRowCount: optional(view.refreshRowCount),
            driftCount: view.driftCount, refusedCount: Int(view.refusedCount), processId: view.processId,
            latencyP50Nanoseconds: optional(view.latencyP50Nanoseconds),
            latencyP99Nanoseconds: optional(view.latencyP99Nanoseconds),
            latencyP999Nanoseconds: optional(view.latencyP999Nanoseconds),
            databaseSnapshot: text(view.databaseSnapshot),
            isDatabaseSnapshotCut: view.flags & WireSourceFlags.databaseSnapshotCut != 0,
            heldBack: heldBack(view), database: database(view))
    }

    private static func heldBack(_ view: StatusView) -> ServerStatus.HeldBack? {
        guard let symbolCount = optional(view.vanishingSymbolCount) else { return nil }
        return ServerStatus.HeldBack(
            vanishingSymbolCount: Int(symbolCount),
            vanishingExchangeCount: optional(view.vanishingExchangeCount).map(Int.init) ?? 0,
            milliseconds: optional(view.heldBackMilliseconds) ?? 0)
    }

    private static func database(_ view: StatusView) -> ServerStatus.Database? {
        guard view.notificationQueuePercent != WireNull.uint8 else { return nil }
        let oldest = optional(view.oldestWriterMilliseconds).map {
            ServerStatus.Writer(processId: optional(view.oldestWriterProcessId), milliseconds: $0)
        }
        return ServerStatus.Database(
            notificationQueuePercent: Int(view.notificationQueuePercent), oldestWriter: oldest,
            sampleMilliseconds: optional(view.databaseSampleMilliseconds) ?? 0)
    }

    /// Nil for a table that this version does not know.
    static func refused(_ view: RefusedRecordView) -> RefusedListing? {
        guard let table = ReferenceKind(rawValue: view.kind), table != .everything else { return nil }
        return RefusedListing(
            table: table, id: view.id, exchangeId: view.exchangeId == 0 ? nil : view.exchangeId,
            symbol: text(view.symbol), baseAsset: text(view.baseAsset), quoteAsset: text(view.quoteAsset),
            reason: text(view.reason), isReasonCut: view.flags & WireRefusedFlags.reasonCut != 0,
            isLastGoodServed: view.flags & WireRefusedFlags.lastGoodServed != 0)
    }
}
