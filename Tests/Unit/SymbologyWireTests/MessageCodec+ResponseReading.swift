// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

import SymbologyWire

extension MessageCodec {
    static func readResponse(_ template: Template, _ frame: UnsafeRawPointer) -> [String: FieldValue]? {
        switch template {
        case .symbolResolution:
            let view = SymbolResolutionView(frame)
            return [
                "requestId": .number(view.requestId),
                "status": .number(view.status?.rawValue ?? 0),
                "flags": .number(view.flags.rawValue),
                "exchangeId": .number(view.exchangeId),
                "symbolId": .number(view.symbolId),
                "pricePrecision": .number(view.pricePrecision ?? .max),
                "basePrecision": .number(view.basePrecision ?? .max),
                "quotePrecision": .number(view.quotePrecision ?? .max),
                "generation": .number(view.generation),
            ]
        case .exchangeResolution:
            let view = ExchangeResolutionView(frame)
            return [
                "requestId": .number(view.requestId),
                "status": .number(view.status?.rawValue ?? 0),
                "flags": .number(view.flags.rawValue),
                "exchangeId": .number(view.exchangeId),
                "marketType": .number(view.marketType?.rawValue ?? 0),
                "precisionDefault": .number(view.precisionDefault ?? .max),
                "rateLimitRequestsPerSecond": .number(view.rateLimitRequestsPerSecond ?? .max),
                "generation": .number(view.generation),
            ]
        case .symbolRecord:
            let view = SymbolRecordView(frame)
            return [
                "requestId": .number(view.requestId ?? .max),
                "status": .number(view.status?.rawValue ?? 0),
                "flags": .number(view.flags.rawValue),
                "exchangeId": .number(view.exchangeId),
                "symbolId": .number(view.symbolId),
                "pricePrecision": .number(view.pricePrecision ?? .max),
                "basePrecision": .number(view.basePrecision ?? .max),
                "quotePrecision": .number(view.quotePrecision ?? .max),
                "derivedDigits": .number(view.derivedDigits.rawValue),
                "generation": .number(view.generation),
                "kind": .number(view.kind?.rawValue ?? 0),
                "payoff": .number(view.payoff?.rawValue ?? 0),
                "optionType": .number(view.optionType?.rawValue ?? 0),
                "minOrderSizeMantissa": .number(view.minOrderSize.mantissa),
                "minOrderSizeExponent": .number(view.minOrderSize.exponent),
                "maxOrderSizeMantissa": .number(view.maxOrderSize.mantissa),
                "maxOrderSizeExponent": .number(view.maxOrderSize.exponent),
                "tickSizeMantissa": .number(view.tickSize.mantissa),
                "tickSizeExponent": .number(view.tickSize.exponent),
                "stepSizeMantissa": .number(view.stepSize.mantissa),
                "stepSizeExponent": .number(view.stepSize.exponent),
                "minNotionalMantissa": .number(view.minNotional.mantissa),
                "minNotionalExponent": .number(view.minNotional.exponent),
                "contractSizeMantissa": .number(view.contractSize.mantissa),
                "contractSizeExponent": .number(view.contractSize.exponent),
                "strikeMantissa": .number(view.strike.mantissa),
                "strikeExponent": .number(view.strike.exponent),
                "expiresAt": .number(view.expiresAt ?? .min),
                "listedAt": .number(view.listedAt ?? .min),
                "delistsAt": .number(view.delistsAt ?? .min),
                "createdAt": .number(view.createdAt ?? .min),
                "updatedAt": .number(view.updatedAt ?? .min),
                "lastSeen": .number(view.lastSeen ?? .min),
                "symbolText": .text(Array(view.symbolText)),
                "baseAsset": .text(Array(view.baseAsset)),
                "quoteAsset": .text(Array(view.quoteAsset)),
                "settleAsset": .text(Array(view.settleAsset)),
            ]
        case .exchangeRecord:
            let view = ExchangeRecordView(frame)
            return [
                "requestId": .number(view.requestId ?? .max),
                "status": .number(view.status?.rawValue ?? 0),
                "flags": .number(view.flags.rawValue),
                "exchangeId": .number(view.exchangeId),
                "marketType": .number(view.marketType?.rawValue ?? 0),
                "precisionDefault": .number(view.precisionDefault ?? .max),
                "rateLimitRequestsPerSecond": .number(view.rateLimitRequestsPerSecond ?? .max),
                "generation": .number(view.generation),
                "createdAt": .number(view.createdAt ?? .min),
                "updatedAt": .number(view.updatedAt ?? .min),
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
                "status": .number(view.status?.rawValue ?? 0),
                "moreFollow": .number(view.moreFollow ? 1 : 0),
                "count": .number(view.count),
                "resumeAfterId": .number(view.resumeAfterId),
                "generation": .number(view.generation),
            ]
        case .change:
            let view = ChangeView(frame)
            return [
                "kind": .number(view.kind?.rawValue ?? 0),
                "action": .number(view.action?.rawValue ?? 0),
                "flags": .number(view.flags.rawValue),
                "id": .number(view.id),
                "epoch": .number(view.epoch),
                "sequence": .number(view.sequence),
                "generation": .number(view.generation),
            ]
        case .heartbeat:
            let view = HeartbeatView(frame)
            return [
                "flags": .number(view.flags.rawValue),
                "epoch": .number(view.epoch),
                "sequence": .number(view.sequence),
                "generation": .number(view.generation),
                "ageMilliseconds": .number(view.ageMilliseconds ?? .max),
            ]
        case .pong:
            let view = PongView(frame)
            return [
                "requestId": .number(view.requestId),
                "token": .number(view.token),
                "generation": .number(view.generation),
            ]
        case .serverStatus:
            let view = ServerStatusView(frame)
            return [
                "requestId": .number(view.requestId),
                "flags": .number(view.flags.rawValue),
                "epoch": .number(view.epoch),
                "generation": .number(view.generation),
                "sequence": .number(view.sequence),
                "exchangeCount": .number(view.exchangeCount),
                "exchangeActiveCount": .number(view.exchangeActiveCount),
                "symbolCount": .number(view.symbolCount),
                "symbolActiveCount": .number(view.symbolActiveCount),
                "imageByteCount": .number(view.imageByteCount),
                "ageMilliseconds": .number(view.ageMilliseconds ?? .max),
                "uptimeMilliseconds": .number(view.uptimeMilliseconds),
                "clientCount": .number(view.clientCount),
                "subscriberCount": .number(view.subscriberCount),
                "lookupCount": .number(view.lookupCount),
                "hitCount": .number(view.hitCount),
                "missCount": .number(view.missCount),
                "refreshCount": .number(view.refreshCount),
                "refreshMicroseconds": .number(view.refreshMicroseconds ?? .max),
                "driftCount": .number(view.driftCount),
                "refusedCount": .number(view.refusedCount),
                "processId": .number(view.processId),
                "latencyP50Nanoseconds": .number(view.latencyP50Nanoseconds ?? .max),
                "latencyP99Nanoseconds": .number(view.latencyP99Nanoseconds ?? .max),
                "latencyP999Nanoseconds": .number(view.latencyP999Nanoseconds ?? .max),
                "rejectedCount": .number(view.rejectedCount),
                "pushCount": .number(view.pushCount),
                "databaseSnapshot": .text(Array(view.databaseSnapshot)),
                "inactiveCount": .number(view.inactiveCount),
                "unknownSymbolCount": .number(view.unknownSymbolCount),
                "unknownExchangeCount": .number(view.unknownExchangeCount),
                "notLoadedCount": .number(view.notLoadedCount),
                "refusedLookupCount": .number(view.refusedLookupCount),
                "refreshRowCount": .number(view.refreshRowCount ?? .max),
                "ambiguousCount": .number(view.ambiguousCount),
                "sourceFaultMilliseconds": .number(view.sourceFaultMilliseconds ?? .max),
                "imageFaultMilliseconds": .number(view.imageFaultMilliseconds ?? .max),
                "overdueMilliseconds": .number(view.overdueMilliseconds ?? .max),
                "vanishingSymbolCount": .number(view.vanishingSymbolCount ?? .max),
                "vanishingExchangeCount": .number(view.vanishingExchangeCount ?? .max),
                "heldBackMilliseconds": .number(view.heldBackMilliseconds ?? .max),
                "notificationQueuePercent": .number(view.notificationQueuePercent ?? .max),
                "sourceFault": .number(view.sourceFault?.rawValue ?? 0),
                "imageFault": .number(view.imageFault?.rawValue ?? 0),
                "oldestWriterProcessId": .number(view.oldestWriterProcessId ?? .max),
                "oldestWriterMilliseconds": .number(view.oldestWriterMilliseconds ?? .max),
                "databaseSampleMilliseconds": .number(view.databaseSampleMilliseconds ?? .max),
                "changingIdCount": .number(view.changingIdCount ?? .max),
                "neededMegabyteCount": .number(view.neededMegabyteCount ?? .max),
                "asOf": .number(view.asOf ?? .min),
            ]
        case .subscribed:
            let view = SubscribedView(frame)
            return [
                "requestId": .number(view.requestId),
                "state": .number(view.state?.rawValue ?? 0),
                "epoch": .number(view.epoch),
                "sequence": .number(view.sequence),
                "generation": .number(view.generation),
                "heartbeatMilliseconds": .number(view.heartbeatMilliseconds),
            ]
        case .snapshot:
            let view = SnapshotView(frame)
            return [
                "requestId": .number(view.requestId),
                "status": .number(view.status?.rawValue ?? 0),
                "epoch": .number(view.epoch),
                "generation": .number(view.generation),
                "imageByteCount": .number(view.imageByteCount),
                "checksum": .number(view.checksum ?? .max),
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
                "systemIdentifier": .number(view.systemIdentifier ?? .max),
                "generation": .number(view.generation),
                "heartbeatMilliseconds": .number(view.heartbeatMilliseconds),
                "windowCountMax": .number(view.windowCountMax),
                "listPageCountMax": .number(view.listPageCountMax),
                "batchCountMax": .number(view.batchCountMax),
                "batchMilliseconds": .number(view.batchMilliseconds),
                "idleMilliseconds": .number(view.idleMilliseconds ?? .max),
                "clientCountMax": .number(view.clientCountMax),
                "subscriberCountMax": .number(view.subscriberCountMax),
                "requestByteCountMax": .number(view.requestByteCountMax),
                "environment": .text(Array(view.environment)),
                "serverVersion": .text(Array(view.serverVersion)),
                "frameMilliseconds": .number(view.frameMilliseconds),
                "unreadMilliseconds": .number(view.unreadMilliseconds),
                "imageMilliseconds": .number(view.imageMilliseconds),
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
        case .refusedRecord:
            let view = RefusedRecordView(frame)
            return [
                "requestId": .number(view.requestId),
                "kind": .number(view.kind?.rawValue ?? 0),
                "flags": .number(view.flags.rawValue),
                "exchangeId": .number(view.exchangeId),
                "id": .number(view.id),
                "generation": .number(view.generation),
                "symbolText": .text(Array(view.symbolText)),
                "baseAsset": .text(Array(view.baseAsset)),
                "quoteAsset": .text(Array(view.quoteAsset)),
                "reason": .text(Array(view.reason)),
            ]
        case .rejected:
            let view = RejectedView(frame)
            return [
                "requestId": .number(view.requestId ?? .max),
                "reason": .number(view.reason.rawValue),
                "requestTemplate": .number(view.requestTemplate),
                "text": .text(Array(view.text)),
            ]
        default: return nil
        }
    }
}
