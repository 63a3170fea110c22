import SymbologyWire

extension MessageCodec {
    static func writeResponse(_ template: Template, _ fields: FieldValues, to frame: UnsafeMutableRawPointer) -> Bool {
        switch template {
        case .symbolResolution:
            SymbolResolutionView.write(
                to: frame, requestId: fields.number("requestId"), status: fields.number("status"),
                flags: fields.number("flags"), exchangeId: fields.number("exchangeId"),
                symbolId: fields.number("symbolId"), pricePrecision: fields.number("pricePrecision"),
                basePrecision: fields.number("basePrecision"), quotePrecision: fields.number("quotePrecision"),
                generation: fields.number("generation"))
        case .exchangeResolution:
            ExchangeResolutionView.write(
                to: frame, requestId: fields.number("requestId"), status: fields.number("status"),
                flags: fields.number("flags"), exchangeId: fields.number("exchangeId"),
                marketType: fields.number("marketType"), precisionDefault: fields.number("precisionDefault"),
                rateLimitRequestsPerSecond: fields.number("rateLimitRequestsPerSecond"),
                generation: fields.number("generation"))
        case .symbolRecord:
            let writer = SymbolRecordWriter(frame, requestId: fields.number("requestId"))
            writer.setStatus(fields.number("status"))
            writer.setFlags(fields.number("flags"))
            writer.setExchangeId(fields.number("exchangeId"))
            writer.setSymbolId(fields.number("symbolId"))
            writer.setPricePrecision(fields.number("pricePrecision"))
            writer.setBasePrecision(fields.number("basePrecision"))
            writer.setQuotePrecision(fields.number("quotePrecision"))
            writer.setGeneration(fields.number("generation"))
            writer.setSymbol(fields.text("symbol"))
            writer.setBaseAsset(fields.text("baseAsset"))
            writer.setQuoteAsset(fields.text("quoteAsset"))
            writer.setMinOrderSizeExponent(fields.number("minOrderSizeExponent"))
            writer.setMaxOrderSizeExponent(fields.number("maxOrderSizeExponent"))
            writer.setTickSizeExponent(fields.number("tickSizeExponent"))
            writer.setStepSizeExponent(fields.number("stepSizeExponent"))
            writer.setMinOrderSizeMantissa(fields.number("minOrderSizeMantissa"))
            writer.setMaxOrderSizeMantissa(fields.number("maxOrderSizeMantissa"))
            writer.setTickSizeMantissa(fields.number("tickSizeMantissa"))
            writer.setStepSizeMantissa(fields.number("stepSizeMantissa"))
            writer.setCreatedAt(fields.number("createdAt"))
            writer.setUpdatedAt(fields.number("updatedAt"))
            writer.setLastSeen(fields.number("lastSeen"))
        case .exchangeRecord:
            let writer = ExchangeRecordWriter(frame, requestId: fields.number("requestId"))
            writer.setStatus(fields.number("status"))
            writer.setFlags(fields.number("flags"))
            writer.setExchangeId(fields.number("exchangeId"))
            writer.setMarketType(fields.number("marketType"))
            writer.setPrecisionDefault(fields.number("precisionDefault"))
            writer.setRateLimitRequestsPerSecond(fields.number("rateLimitRequestsPerSecond"))
            writer.setGeneration(fields.number("generation"))
            writer.setCreatedAt(fields.number("createdAt"))
            writer.setUpdatedAt(fields.number("updatedAt"))
            writer.setName(fields.text("name"))
            writer.setEnumValue(fields.text("enumValue"))
            writer.setDisplayName(fields.text("displayName"))
            writer.setBaseURL(fields.text("baseURL"))
            writer.setWebsocketURL(fields.text("websocketURL"))
        case .endOfList:
            EndOfListView.write(
                to: frame, requestId: fields.number("requestId"), status: fields.number("status"),
                moreFollow: fields.number("moreFollow"), count: fields.number("count"),
                resumeAfterId: fields.number("resumeAfterId"),
                generation: fields.number("generation"))
        case .change:
            ChangeView.write(
                to: frame, kind: fields.number("kind"), action: fields.number("action"), flags: fields.number("flags"),
                id: fields.number("id"), epoch: fields.number("epoch"), sequence: fields.number("sequence"),
                generation: fields.number("generation"))
        case .heartbeat:
            HeartbeatView.write(
                to: frame, flags: fields.number("flags"), epoch: fields.number("epoch"),
                sequence: fields.number("sequence"), generation: fields.number("generation"),
                ageMilliseconds: fields.number("ageMilliseconds"))
        case .pong:
            PongView.write(
                to: frame, requestId: fields.number("requestId"), token: fields.number("token"),
                generation: fields.number("generation"))
        case .status:
            let writer = StatusWriter(frame, requestId: fields.number("requestId"))
            writer.setFlags(fields.number("flags"))
            writer.setEpoch(fields.number("epoch"))
            writer.setGeneration(fields.number("generation"))
            writer.setSequence(fields.number("sequence"))
            writer.setExchangeCount(fields.number("exchangeCount"))
            writer.setExchangeActiveCount(fields.number("exchangeActiveCount"))
            writer.setSymbolCount(fields.number("symbolCount"))
            writer.setSymbolActiveCount(fields.number("symbolActiveCount"))
            writer.setImageByteCount(fields.number("imageByteCount"))
            writer.setAgeMilliseconds(fields.number("ageMilliseconds"))
            writer.setUptimeMilliseconds(fields.number("uptimeMilliseconds"))
            writer.setClientCount(fields.number("clientCount"))
            writer.setSubscriberCount(fields.number("subscriberCount"))
            writer.setLookupCount(fields.number("lookupCount"))
            writer.setHitCount(fields.number("hitCount"))
            writer.setMissCount(fields.number("missCount"))
            writer.setRefreshCount(fields.number("refreshCount"))
            writer.setRefreshMicroseconds(fields.number("refreshMicroseconds"))
            writer.setDriftCount(fields.number("driftCount"))
            writer.setRefusedCount(fields.number("refusedCount"))
            writer.setProcessId(fields.number("processId"))
            writer.setLatencyP50Nanoseconds(fields.number("latencyP50Nanoseconds"))
            writer.setLatencyP99Nanoseconds(fields.number("latencyP99Nanoseconds"))
            writer.setLatencyP999Nanoseconds(fields.number("latencyP999Nanoseconds"))
            writer.setRejectedCount(fields.number("rejectedCount"))
            writer.setPushCount(fields.number("pushCount"))
            writer.setDatabaseSnapshot(fields.text("databaseSnapshot"))
            writer.setInactiveCount(fields.number("inactiveCount"))
            writer.setUnknownSymbolCount(fields.number("unknownSymbolCount"))
            writer.setUnknownExchangeCount(fields.number("unknownExchangeCount"))
            writer.setNotLoadedCount(fields.number("notLoadedCount"))
            writer.setRefusedLookupCount(fields.number("refusedLookupCount"))
            writer.setRefreshRowCount(fields.number("refreshRowCount"))
            writer.setVanishingSymbolCount(fields.number("vanishingSymbolCount"))
            writer.setVanishingExchangeCount(fields.number("vanishingExchangeCount"))
            writer.setHeldBackMilliseconds(fields.number("heldBackMilliseconds"))
            writer.setNotificationQueuePercent(fields.number("notificationQueuePercent"))
            writer.setOldestWriterProcessId(fields.number("oldestWriterProcessId"))
            writer.setOldestWriterMilliseconds(fields.number("oldestWriterMilliseconds"))
            writer.setDatabaseSampleMilliseconds(fields.number("databaseSampleMilliseconds"))
        case .subscribed:
            SubscribedView.write(
                to: frame, requestId: fields.number("requestId"), state: fields.number("state"),
                epoch: fields.number("epoch"), sequence: fields.number("sequence"),
                generation: fields.number("generation"), heartbeatMilliseconds: fields.number("heartbeatMilliseconds"))
        case .snapshot:
            let writer = SnapshotWriter(frame, requestId: fields.number("requestId"))
            writer.setStatus(fields.number("status"))
            writer.setEpoch(fields.number("epoch"))
            writer.setGeneration(fields.number("generation"))
            writer.setImageByteCount(fields.number("imageByteCount"))
            writer.setChecksum(fields.number("checksum"))
            writer.setChunkCount(fields.number("chunkCount"))
            writer.setChunkByteCount(fields.number("chunkByteCount"))
            writer.setPath(fields.text("path"))
            writer.setSequence(fields.number("sequence"))
        case .welcome:
            let writer = WelcomeWriter(frame, requestId: fields.number("requestId"))
            writer.setProtocolVersion(fields.number("protocolVersion"))
            writer.setEpoch(fields.number("epoch"))
            writer.setSystemIdentifier(fields.number("systemIdentifier"))
            writer.setGeneration(fields.number("generation"))
            writer.setHeartbeatMilliseconds(fields.number("heartbeatMilliseconds"))
            writer.setWindowCountMax(fields.number("windowCountMax"))
            writer.setListPageCountMax(fields.number("listPageCountMax"))
            writer.setBatchCountMax(fields.number("batchCountMax"))
            writer.setBatchMilliseconds(fields.number("batchMilliseconds"))
            writer.setIdleMilliseconds(fields.number("idleMilliseconds"))
            writer.setClientCountMax(fields.number("clientCountMax"))
            writer.setSubscriberCountMax(fields.number("subscriberCountMax"))
            writer.setRequestByteCountMax(fields.number("requestByteCountMax"))
            writer.setEnvironment(fields.text("environment"))
            writer.setServerVersion(fields.text("serverVersion"))
        case .snapshotChunk:
            SnapshotChunkView.write(
                to: frame, requestId: fields.number("requestId"), chunkIndex: fields.number("chunkIndex"),
                byteOffset: fields.number("byteOffset"), dataByteCount: fields.number("dataByteCount"),
                data: fields.text("data"))
        case .rejected:
            RejectedView.write(
                to: frame, requestId: fields.number("requestId"),
                reason: RejectReason(rawValue: fields.number("reason")),
                requestTemplate: fields.number("requestTemplate"), text: fields.text("text"))
        case .refusedRecord:
            RefusedRecordView.write(
                to: frame, requestId: fields.number("requestId"), kind: fields.number("kind"),
                flags: fields.number("flags"), exchangeId: fields.number("exchangeId"), id: fields.number("id"),
                generation: fields.number("generation"), symbol: fields.text("symbol"),
                baseAsset: fields.text("baseAsset"), quoteAsset: fields.text("quoteAsset"),
                reason: fields.text("reason"))
        case .assetRecord:
            AssetRecordView.write(
                to: frame, requestId: fields.number("requestId"), exchangeId: fields.number("exchangeId"),
                asset: fields.text("asset"), baseSymbolCount: fields.number("baseSymbolCount"),
                quoteSymbolCount: fields.number("quoteSymbolCount"), generation: fields.number("generation"))
        default: return false
        }
        return true
    }
}
