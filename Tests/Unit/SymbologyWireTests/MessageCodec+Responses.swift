import SymbologyWire

extension MessageCodec {
    static func readResponse(_ template: Template, _ frame: UnsafeRawPointer) -> [String: FieldValue]? {
        switch template {
        case .symbolResolution:
            let view = SymbolResolutionView(frame)
            return [
                "requestId": .number(view.requestId),
                "status": .number(view.status),
                "flags": .number(view.flags),
                "exchangeId": .number(view.exchangeId),
                "symbolId": .number(view.symbolId),
                "pricePrecision": .number(view.pricePrecision),
                "basePrecision": .number(view.basePrecision),
                "quotePrecision": .number(view.quotePrecision),
                "generation": .number(view.generation),
            ]
        case .exchangeResolution:
            let view = ExchangeResolutionView(frame)
            return [
                "requestId": .number(view.requestId),
                "status": .number(view.status),
                "flags": .number(view.flags),
                "exchangeId": .number(view.exchangeId),
                "marketType": .number(view.marketType),
                "precisionDefault": .number(view.precisionDefault),
                "rateLimitRequestsPerSecond": .number(view.rateLimitRequestsPerSecond),
                "generation": .number(view.generation),
            ]
        case .symbolRecord:
            let view = SymbolRecordView(frame)
            return [
                "requestId": .number(view.requestId),
                "status": .number(view.status),
                "flags": .number(view.flags),
                "exchangeId": .number(view.exchangeId),
                "symbolId": .number(view.symbolId),
                "pricePrecision": .number(view.pricePrecision),
                "basePrecision": .number(view.basePrecision),
                "quotePrecision": .number(view.quotePrecision),
                "generation": .number(view.generation),
                "symbol": .text(Array(view.symbol)),
                "baseAsset": .text(Array(view.baseAsset)),
                "quoteAsset": .text(Array(view.quoteAsset)),
                "minOrderSizeExponent": .number(view.minOrderSizeExponent),
                "maxOrderSizeExponent": .number(view.maxOrderSizeExponent),
                "tickSizeExponent": .number(view.tickSizeExponent),
                "stepSizeExponent": .number(view.stepSizeExponent),
                "minOrderSizeMantissa": .number(view.minOrderSizeMantissa),
                "maxOrderSizeMantissa": .number(view.maxOrderSizeMantissa),
                "tickSizeMantissa": .number(view.tickSizeMantissa),
                "stepSizeMantissa": .number(view.stepSizeMantissa),
                "createdAt": .number(view.createdAt),
                "updatedAt": .number(view.updatedAt),
                "lastSeen": .number(view.lastSeen),
            ]
        case .exchangeRecord:
            let view = ExchangeRecordView(frame)
            return [
                "requestId": .number(view.requestId),
                "status": .number(view.status),
                "flags": .number(view.flags),
                "exchangeId": .number(view.exchangeId),
                "marketType": .number(view.marketType),
                "precisionDefault": .number(view.precisionDefault),
                "rateLimitRequestsPerSecond": .number(view.rateLimitRequestsPerSecond),
                "generation": .number(view.generation),
                "createdAt": .number(view.createdAt),
                "updatedAt": .number(view.updatedAt),
                "name": .text(Array(view.name)),
                "enumValue": .text(Array(view.enumValue)),
                "displayName": .text(Array(view.displayName)),
                "baseURL": .text(Array(view.baseURL)),
                "websocketURL": .text(Array(view.websocketURL)),
            ]
        case .endOfList:
            let view = EndOfListView(frame)
            return [
                "requestId": .number(view.requestId),
                "status": .number(view.status),
                "moreFollow": .number(view.moreFollow),
                "count": .number(view.count),
                "resumeAfterId": .number(view.resumeAfterId),
                "generation": .number(view.generation),
            ]
        case .change:
            let view = ChangeView(frame)
            return [
                "kind": .number(view.kind),
                "action": .number(view.action),
                "flags": .number(view.flags),
                "id": .number(view.id),
                "epoch": .number(view.epoch),
                "sequence": .number(view.sequence),
                "generation": .number(view.generation),
            ]
        case .heartbeat:
            let view = HeartbeatView(frame)
            return [
                "flags": .number(view.flags),
                "epoch": .number(view.epoch),
                "sequence": .number(view.sequence),
                "generation": .number(view.generation),
                "ageMilliseconds": .number(view.ageMilliseconds),
            ]
        case .pong:
            let view = PongView(frame)
            return [
                "requestId": .number(view.requestId),
                "token": .number(view.token),
                "generation": .number(view.generation),
            ]
        case .status:
            let view = StatusView(frame)
            return [
                "requestId": .number(view.requestId),
                "flags": .number(view.flags),
                "epoch": .number(view.epoch),
                "generation": .number(view.generation),
                "sequence": .number(view.sequence),
                "exchangeCount": .number(view.exchangeCount),
                "exchangeActiveCount": .number(view.exchangeActiveCount),
                "symbolCount": .number(view.symbolCount),
                "symbolActiveCount": .number(view.symbolActiveCount),
                "imageByteCount": .number(view.imageByteCount),
                "ageMilliseconds": .number(view.ageMilliseconds),
                "uptimeMilliseconds": .number(view.uptimeMilliseconds),
                "clientCount": .number(view.clientCount),
                "subscriberCount": .number(view.subscriberCount),
                "lookupCount": .number(view.lookupCount),
                "hitCount": .number(view.hitCount),
                "missCount": .number(view.missCount),
                "refreshCount": .number(view.refreshCount),
                "refreshMicroseconds": .number(view.refreshMicroseconds),
                "driftCount": .number(view.driftCount),
                "refusedCount": .number(view.refusedCount),
                "processId": .number(view.processId),
                "latencyP50Nanoseconds": .number(view.latencyP50Nanoseconds),
                "latencyP99Nanoseconds": .number(view.latencyP99Nanoseconds),
                "latencyP999Nanoseconds": .number(view.latencyP999Nanoseconds),
                "rejectedCount": .number(view.rejectedCount),
                "pushCount": .number(view.pushCount),
                "databaseSnapshot": .text(Array(view.databaseSnapshot)),
                "inactiveCount": .number(view.inactiveCount),
                "unknownSymbolCount": .number(view.unknownSymbolCount),
                "unknownExchangeCount": .number(view.unknownExchangeCount),
                "notLoadedCount": .number(view.notLoadedCount),
                "refusedLookupCount": .number(view.refusedLookupCount),
                "refreshRowCount": .number(view.refreshRowCount),
                "vanishingSymbolCount": .number(view.vanishingSymbolCount),
                "vanishingExchangeCount": .number(view.vanishingExchangeCount),
                "heldBackMilliseconds": .number(view.heldBackMilliseconds),
                "notificationQueuePercent": .number(view.notificationQueuePercent),
                "oldestWriterProcessId": .number(view.oldestWriterProcessId),
                "oldestWriterMilliseconds": .number(view.oldestWriterMilliseconds),
                "databaseSampleMilliseconds": .number(view.databaseSampleMilliseconds),
            ]
        case .subscribed:
            let view = SubscribedView(frame)
            return [
                "requestId": .number(view.requestId),
                "state": .number(view.state),
                "epoch": .number(view.epoch),
                "sequence": .number(view.sequence),
                "generation": .number(view.generation),
                "heartbeatMilliseconds": .number(view.heartbeatMilliseconds),
            ]
        case .snapshot:
            let view = SnapshotView(frame)
            return [
                "requestId": .number(view.requestId),
                "status": .number(view.status),
                "epoch": .number(view.epoch),
                "generation": .number(view.generation),
                "imageByteCount": .number(view.imageByteCount),
                "checksum": .number(view.checksum),
                "chunkCount": .number(view.chunkCount),
                "chunkByteCount": .number(view.chunkByteCount),
                "path": .text(Array(view.path)),
                "sequence": .number(view.sequence),
            ]
        case .welcome:
            let view = WelcomeView(frame)
            return [
                "requestId": .number(view.requestId),
                "protocolVersion": .number(view.protocolVersion),
                "epoch": .number(view.epoch),
                "systemIdentifier": .number(view.systemIdentifier),
                "generation": .number(view.generation),
                "heartbeatMilliseconds": .number(view.heartbeatMilliseconds),
                "windowCountMax": .number(view.windowCountMax),
                "listPageCountMax": .number(view.listPageCountMax),
                "batchCountMax": .number(view.batchCountMax),
                "batchMilliseconds": .number(view.batchMilliseconds),
                "idleMilliseconds": .number(view.idleMilliseconds),
                "clientCountMax": .number(view.clientCountMax),
                "subscriberCountMax": .number(view.subscriberCountMax),
                "requestByteCountMax": .number(view.requestByteCountMax),
                "environment": .text(Array(view.environment)),
                "serverVersion": .text(Array(view.serverVersion)),
            ]
        case .snapshotChunk:
            let view = SnapshotChunkView(frame)
            return [
                "requestId": .number(view.requestId),
                "chunkIndex": .number(view.chunkIndex),
                "byteOffset": .number(view.byteOffset),
                "dataByteCount": .number(view.dataByteCount),
                "data": .text(Array(view.data)),
            ]
        case .rejected:
            let view = RejectedView(frame)
            return [
                "requestId": .number(view.requestId),
                "reason": .number(view.reason.rawValue),
                "requestTemplate": .number(view.requestTemplate),
                "text": .text(Array(view.text)),
            ]
        case .refusedRecord:
            let view = RefusedRecordView(frame)
            return [
                "requestId": .number(view.requestId),
                "kind": .number(view.kind),
                "flags": .number(view.flags),
                "exchangeId": .number(view.exchangeId),
                "id": .number(view.id),
                "generation": .number(view.generation),
                "symbol": .text(Array(view.symbol)),
                "baseAsset": .text(Array(view.baseAsset)),
                "quoteAsset": .text(Array(view.quoteAsset)),
                "reason": .text(Array(view.reason)),
            ]
        case .assetRecord:
            let view = AssetRecordView(frame)
            return [
                "requestId": .number(view.requestId),
                "exchangeId": .number(view.exchangeId),
                "asset": .text(Array(view.asset)),
                "baseSymbolCount": .number(view.baseSymbolCount),
                "quoteSymbolCount": .number(view.quoteSymbolCount),
                "generation": .number(view.generation),
            ]
        default: return nil
        }
    }
}
