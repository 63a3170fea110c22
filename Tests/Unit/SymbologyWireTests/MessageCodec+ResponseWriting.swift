// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

import SymbologyWire

extension MessageCodec {
    static func writeResponse(_ template: Template, _ fields: FieldValues, to frame: UnsafeMutableRawPointer) {
        switch template {
        case .symbolResolution:
            SymbolResolutionView.write(
                to: frame,
                requestId: fields.number("requestId"),
                status: ResolutionStatus(rawValue: fields.number("status"))!,
                flags: ResolutionFlags(rawValue: fields.number("flags")),
                exchangeId: fields.number("exchangeId"),
                symbolId: fields.number("symbolId"),
                pricePrecision: fields.optional("pricePrecision", null: .max),
                basePrecision: fields.optional("basePrecision", null: .max),
                quotePrecision: fields.optional("quotePrecision", null: .max),
                generation: fields.number("generation"))
        case .exchangeResolution:
            ExchangeResolutionView.write(
                to: frame,
                requestId: fields.number("requestId"),
                status: ResolutionStatus(rawValue: fields.number("status"))!,
                flags: ResolutionFlags(rawValue: fields.number("flags")),
                exchangeId: fields.number("exchangeId"),
                marketType: MarketType(rawValue: fields.number("marketType")),
                precisionDefault: fields.optional("precisionDefault", null: .max),
                rateLimitRequestsPerSecond: fields.optional("rateLimitRequestsPerSecond", null: .max),
                generation: fields.number("generation"))
        case .symbolRecord:
            SymbolRecordView.write(
                to: frame,
                requestId: fields.optional("requestId", null: .max),
                status: ResolutionStatus(rawValue: fields.number("status"))!,
                flags: ResolutionFlags(rawValue: fields.number("flags")),
                exchangeId: fields.number("exchangeId"),
                symbolId: fields.number("symbolId"),
                pricePrecision: fields.optional("pricePrecision", null: .max),
                basePrecision: fields.optional("basePrecision", null: .max),
                quotePrecision: fields.optional("quotePrecision", null: .max),
                derivedDigits: DerivedDigits(rawValue: fields.number("derivedDigits")),
                generation: fields.number("generation"),
                kind: InstrumentKind(rawValue: fields.number("kind")),
                payoff: Payoff(rawValue: fields.number("payoff")),
                optionType: OptionType(rawValue: fields.number("optionType")),
                minOrderSize: fields.decimal("minOrderSize"),
                maxOrderSize: fields.decimal("maxOrderSize"),
                tickSize: fields.decimal("tickSize"),
                stepSize: fields.decimal("stepSize"),
                minNotional: fields.decimal("minNotional"),
                contractSize: fields.decimal("contractSize"),
                strike: fields.decimal("strike"),
                expiresAt: fields.optional("expiresAt", null: .min),
                listedAt: fields.optional("listedAt", null: .min),
                delistsAt: fields.optional("delistsAt", null: .min),
                createdAt: fields.optional("createdAt", null: .min),
                updatedAt: fields.optional("updatedAt", null: .min),
                lastSeen: fields.optional("lastSeen", null: .min),
                symbolText: fields.text("symbolText"),
                baseAsset: fields.text("baseAsset"),
                quoteAsset: fields.text("quoteAsset"),
                settleAsset: fields.text("settleAsset"))
        case .exchangeRecord:
            ExchangeRecordView.write(
                to: frame,
                requestId: fields.optional("requestId", null: .max),
                status: ResolutionStatus(rawValue: fields.number("status"))!,
                flags: ResolutionFlags(rawValue: fields.number("flags")),
                exchangeId: fields.number("exchangeId"),
                marketType: MarketType(rawValue: fields.number("marketType")),
                precisionDefault: fields.optional("precisionDefault", null: .max),
                rateLimitRequestsPerSecond: fields.optional("rateLimitRequestsPerSecond", null: .max),
                generation: fields.number("generation"),
                createdAt: fields.optional("createdAt", null: .min),
                updatedAt: fields.optional("updatedAt", null: .min),
                name: fields.text("name"),
                enumValue: fields.text("enumValue"),
                displayName: fields.text("displayName"),
                baseURL: fields.text("baseURL"),
                websocketURL: fields.text("websocketURL"))
        case .endOfList:
            EndOfListView.write(
                to: frame,
                requestId: fields.number("requestId"),
                status: ResolutionStatus(rawValue: fields.number("status"))!,
                moreFollow: fields.number("moreFollow", as: UInt8.self) != 0,
                count: fields.number("count"),
                resumeAfterId: fields.number("resumeAfterId"),
                generation: fields.number("generation"))
        case .change:
            ChangeView.write(
                to: frame,
                kind: ReferenceKind(rawValue: fields.number("kind"))!,
                action: ReferenceAction(rawValue: fields.number("action"))!,
                flags: ChangeFlags(rawValue: fields.number("flags")),
                id: fields.number("id"),
                epoch: fields.number("epoch"),
                sequence: fields.number("sequence"),
                generation: fields.number("generation"))
        case .heartbeat:
            HeartbeatView.write(
                to: frame,
                flags: SourceFlags(rawValue: fields.number("flags")),
                epoch: fields.number("epoch"),
                sequence: fields.number("sequence"),
                generation: fields.number("generation"),
                ageMilliseconds: fields.optional("ageMilliseconds", null: .max))
        case .pong:
            PongView.write(
                to: frame,
                requestId: fields.number("requestId"),
                token: fields.number("token"),
                generation: fields.number("generation"))
        case .serverStatus:
            ServerStatusView.write(
                to: frame,
                requestId: fields.number("requestId"),
                flags: SourceFlags(rawValue: fields.number("flags")),
                epoch: fields.number("epoch"),
                generation: fields.number("generation"),
                sequence: fields.number("sequence"),
                exchangeCount: fields.number("exchangeCount"),
                exchangeActiveCount: fields.number("exchangeActiveCount"),
                symbolCount: fields.number("symbolCount"),
                symbolActiveCount: fields.number("symbolActiveCount"),
                imageByteCount: fields.number("imageByteCount"),
                ageMilliseconds: fields.optional("ageMilliseconds", null: .max),
                uptimeMilliseconds: fields.number("uptimeMilliseconds"),
                clientCount: fields.number("clientCount"),
                subscriberCount: fields.number("subscriberCount"),
                lookupCount: fields.number("lookupCount"),
                hitCount: fields.number("hitCount"),
                missCount: fields.number("missCount"),
                refreshCount: fields.number("refreshCount"),
                refreshMicroseconds: fields.optional("refreshMicroseconds", null: .max),
                driftCount: fields.number("driftCount"),
                refusedCount: fields.number("refusedCount"),
                processId: fields.number("processId"),
                latencyP50Nanoseconds: fields.optional("latencyP50Nanoseconds", null: .max),
                latencyP99Nanoseconds: fields.optional("latencyP99Nanoseconds", null: .max),
                latencyP999Nanoseconds: fields.optional("latencyP999Nanoseconds", null: .max),
                rejectedCount: fields.number("rejectedCount"),
                pushCount: fields.number("pushCount"),
                databaseSnapshot: fields.text("databaseSnapshot"),
                inactiveCount: fields.number("inactiveCount"),
                unknownSymbolCount: fields.number("unknownSymbolCount"),
                unknownExchangeCount: fields.number("unknownExchangeCount"),
                notLoadedCount: fields.number("notLoadedCount"),
                refusedLookupCount: fields.number("refusedLookupCount"),
                refreshRowCount: fields.optional("refreshRowCount", null: .max),
                ambiguousCount: fields.number("ambiguousCount"),
                sourceFaultMilliseconds: fields.optional("sourceFaultMilliseconds", null: .max),
                imageFaultMilliseconds: fields.optional("imageFaultMilliseconds", null: .max),
                overdueMilliseconds: fields.optional("overdueMilliseconds", null: .max),
                vanishingSymbolCount: fields.optional("vanishingSymbolCount", null: .max),
                vanishingExchangeCount: fields.optional("vanishingExchangeCount", null: .max),
                heldBackMilliseconds: fields.optional("heldBackMilliseconds", null: .max),
                notificationQueuePercent: fields.optional("notificationQueuePercent", null: .max),
                sourceFault: SourceFault(rawValue: fields.number("sourceFault")),
                imageFault: ImageFault(rawValue: fields.number("imageFault")),
                oldestWriterProcessId: fields.optional("oldestWriterProcessId", null: .max),
                oldestWriterMilliseconds: fields.optional("oldestWriterMilliseconds", null: .max),
                databaseSampleMilliseconds: fields.optional("databaseSampleMilliseconds", null: .max),
                changingIdCount: fields.optional("changingIdCount", null: .max),
                neededMegabyteCount: fields.optional("neededMegabyteCount", null: .max),
                asOf: fields.optional("asOf", null: .min))
        case .subscribed:
            SubscribedView.write(
                to: frame,
                requestId: fields.number("requestId"),
                state: SubscriptionState(rawValue: fields.number("state"))!,
                epoch: fields.number("epoch"),
                sequence: fields.number("sequence"),
                generation: fields.number("generation"),
                heartbeatMilliseconds: fields.number("heartbeatMilliseconds"))
        case .snapshot:
            SnapshotView.write(
                to: frame,
                requestId: fields.number("requestId"),
                status: ResolutionStatus(rawValue: fields.number("status"))!,
                epoch: fields.number("epoch"),
                generation: fields.number("generation"),
                imageByteCount: fields.number("imageByteCount"),
                checksum: fields.optional("checksum", null: .max),
                chunkCount: fields.number("chunkCount"),
                chunkByteCount: fields.number("chunkByteCount"),
                path: fields.text("path"),
                sequence: fields.number("sequence"))
        case .welcome:
            WelcomeView.write(
                to: frame,
                requestId: fields.number("requestId"),
                protocolVersion: fields.number("protocolVersion"),
                epoch: fields.number("epoch"),
                systemIdentifier: fields.optional("systemIdentifier", null: .max),
                generation: fields.number("generation"),
                heartbeatMilliseconds: fields.number("heartbeatMilliseconds"),
                windowCountMax: fields.number("windowCountMax"),
                listPageCountMax: fields.number("listPageCountMax"),
                batchCountMax: fields.number("batchCountMax"),
                batchMilliseconds: fields.number("batchMilliseconds"),
                idleMilliseconds: fields.optional("idleMilliseconds", null: .max),
                clientCountMax: fields.number("clientCountMax"),
                subscriberCountMax: fields.number("subscriberCountMax"),
                requestByteCountMax: fields.number("requestByteCountMax"),
                environment: fields.text("environment"),
                serverVersion: fields.text("serverVersion"),
                frameMilliseconds: fields.number("frameMilliseconds"),
                unreadMilliseconds: fields.number("unreadMilliseconds"),
                imageMilliseconds: fields.number("imageMilliseconds"))
        case .snapshotChunk:
            SnapshotChunkView.write(
                to: frame,
                requestId: fields.number("requestId"),
                chunkIndex: fields.number("chunkIndex"),
                byteOffset: fields.number("byteOffset"),
                data: fields.fill("data"))
        case .assetRecord:
            AssetRecordView.write(
                to: frame,
                requestId: fields.number("requestId"),
                exchangeId: fields.number("exchangeId"),
                asset: fields.text("asset"),
                baseSymbolCount: fields.number("baseSymbolCount"),
                quoteSymbolCount: fields.number("quoteSymbolCount"),
                generation: fields.number("generation"))
        case .refusedRecord:
            RefusedRecordView.write(
                to: frame,
                requestId: fields.number("requestId"),
                kind: ReferenceKind(rawValue: fields.number("kind"))!,
                flags: RefusedFlags(rawValue: fields.number("flags")),
                exchangeId: fields.number("exchangeId"),
                id: fields.number("id"),
                generation: fields.number("generation"),
                symbolText: fields.text("symbolText"),
                baseAsset: fields.text("baseAsset"),
                quoteAsset: fields.text("quoteAsset"),
                reason: fields.text("reason"))
        case .rejected:
            RejectedView.write(
                to: frame,
                requestId: fields.optional("requestId", null: .max),
                reason: RejectReason(rawValue: fields.number("reason")),
                requestTemplate: fields.number("requestTemplate"),
                text: fields.text("text"))
        default: return
        }
    }
}
