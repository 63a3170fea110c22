import ReferenceData
import SymbologyWire

/// Turns frames into values. Every frame is checked first; what the protocol does not allow is nil or a named fault,
/// and nothing a server sends can trap.
enum ResponseParsing {
    static func text(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }

    static func resolution(_ view: SymbolResolutionView) -> SymbolResolution? {
        guard let status = view.status else { return nil }
        return SymbolResolution(
            status: status, flags: view.flags, exchangeId: view.exchangeId,
            symbolId: view.symbolId, precisionPrice: precision(view.pricePrecision),
            precisionBase: precision(view.basePrecision), precisionQuote: precision(view.quotePrecision),
            generation: view.generation)
    }

    /// The record of a frame whose status gives one.
    static func symbolRecord(_ view: SymbolRecordView) -> SymbolRecord? {
        guard let kind = view.kind, let symbol = SymbolText(utf8: view.symbolText),
            let base = AssetText(utf8: view.baseAsset), let quote = AssetText(utf8: view.quoteAsset),
            let settle = AssetText(utf8: view.settleAsset), let minOrderSize = decimal(view.minOrderSize),
            let maxOrderSize = decimal(view.maxOrderSize), let tickSize = decimal(view.tickSize),
            let stepSize = decimal(view.stepSize), let minNotional = decimal(view.minNotional),
            let contractSize = decimal(view.contractSize), let strike = decimal(view.strike)
        else { return nil }
        return SymbolRecord(
            id: view.symbolId, exchangeId: view.exchangeId,
            isActive: !view.flags.isDisjoint(with: [.active, .due]), kind: kind,
            settleAsset: settle, payoff: view.payoff, contractSize: contractSize, expiresAt: time(view.expiresAt),
            strike: strike, optionType: view.optionType, precisionBase: precision(view.basePrecision),
            precisionQuote: precision(view.quotePrecision), precisionPrice: precision(view.pricePrecision),
            derivedDigits: view.derivedDigits.subtracting(.lastGood), symbolString: symbol, baseAsset: base,
            quoteAsset: quote,
            minOrderSize: minOrderSize, maxOrderSize: maxOrderSize, tickSize: tickSize, stepSize: stepSize,
            minNotional: minNotional, isTiered: view.flags.contains(.tiered),
            isInferred: view.derivedDigits.contains(.inferred), isLastGood: view.derivedDigits.contains(.lastGood),
            listedAt: time(view.listedAt),
            delistsAt: time(view.delistsAt), createdAt: time(view.createdAt), updatedAt: time(view.updatedAt),
            lastSeen: time(view.lastSeen))
    }

    /// Whether a newer version of the row was refused: then it is more than its record. Where the row itself says that
    /// its rules are the last good ones, the record says all there is to know.
    static func hasRefusedVersion(_ view: SymbolRecordView) -> Bool {
        view.flags.contains(.lastGood) && !view.derivedDigits.contains(.lastGood)
    }

    private static func precision(_ digits: UInt8?) -> UInt8 { digits ?? SymbolRecord.unknownPrecision }

    private static func decimal(_ value: WireDecimal) -> DecimalValue? {
        value.isAbsent ? .absent : DecimalValue(mantissa: value.mantissa, exponent: Int(value.exponent))
    }

    private static func time(_ microseconds: Int64?) -> Timestamp {
        microseconds.map { Timestamp(microsecondsSince1970: $0) } ?? .absent
    }

    static func exchange(_ view: ExchangeRecordView) -> Exchange? {
        guard let marketType = view.marketType else { return nil }
        let (baseURL, websocketURL) = (text(view.baseURL), text(view.websocketURL))
        return Exchange(
            id: view.exchangeId, name: text(view.name), enumValue: text(view.enumValue),
            displayName: text(view.displayName), marketType: marketType,
            isActive: view.flags.contains(.active),
            baseURL: baseURL.isEmpty ? nil : baseURL, websocketURL: websocketURL.isEmpty ? nil : websocketURL,
            rateLimitRequestsPerSecond: view.rateLimitRequestsPerSecond, precisionDefault: view.precisionDefault,
            createdAt: time(view.createdAt),
            updatedAt: time(view.updatedAt))
    }

    /// Nil for a name that cannot be one.
    static func asset(_ view: AssetRecordView) -> AssetListing? {
        guard let asset = AssetText(utf8: view.asset), !asset.isEmpty else { return nil }
        return AssetListing(
            asset: asset.description, baseSymbolCount: Int(view.baseSymbolCount),
            quoteSymbolCount: Int(view.quoteSymbolCount))
    }

    static func heartbeat(_ view: HeartbeatView) -> HeartbeatPush {
        HeartbeatPush(
            epoch: view.epoch, sequence: view.sequence, generation: view.generation,
            ageMilliseconds: view.ageMilliseconds,
            isDatabaseConnected: view.flags.contains(.databaseConnected),
            isLoaded: view.flags.contains(.loaded), isFromFile: view.flags.contains(.fromFile))
    }

    static func change(_ view: ChangeView) -> ReferencePush? {
        guard let kind = view.kind, let action = view.action else {
            return nil
        }
        return ReferencePush(
            change: ReferenceChange(kind: kind, action: action, id: view.id), epoch: view.epoch,
            sequence: view.sequence, generation: view.generation,
            isLastOfGeneration: view.flags.contains(.lastOfGeneration), record: nil)
    }

    static func welcome(_ view: WelcomeView) -> ServerWelcome {
        ServerWelcome(
            environment: text(view.environment), serverVersion: text(view.serverVersion),
            protocolVersion: view.protocolVersion, epoch: view.epoch, generation: view.generation,
            systemIdentifier: view.systemIdentifier, heartbeatMilliseconds: Int(view.heartbeatMilliseconds),
            windowCountMax: Int(view.windowCountMax), listPageCountMax: Int(view.listPageCountMax),
            batchCountMax: Int(view.batchCountMax), batchMilliseconds: Int(view.batchMilliseconds),
            idleMilliseconds: view.idleMilliseconds.map(Int.init),
            clientCountMax: Int(view.clientCountMax), subscriberCountMax: Int(view.subscriberCountMax),
            requestByteCountMax: Int(view.requestByteCountMax), frameMilliseconds: Int(view.frameMilliseconds),
            unreadMilliseconds: Int(view.unreadMilliseconds), imageMilliseconds: Int(view.imageMilliseconds))
    }

    static func subscription(_ view: SubscribedView) -> Subscription {
        Subscription(
            isResumed: view.state == .resumed, epoch: view.epoch, sequence: view.sequence,
            generation: view.generation, heartbeatMilliseconds: Int(view.heartbeatMilliseconds))
    }

    static func status(_ view: ServerStatusView) -> ServerStatus {
        ServerStatus(
            isDatabaseConnected: view.flags.contains(.databaseConnected),
            isLoaded: view.flags.contains(.loaded), isFromFile: view.flags.contains(.fromFile),
            epoch: view.epoch, generation: view.generation, sequence: view.sequence,
            exchangeCount: Int(view.exchangeCount), exchangeActiveCount: Int(view.exchangeActiveCount),
            symbolCount: Int(view.symbolCount), symbolActiveCount: Int(view.symbolActiveCount),
            imageByteCount: view.imageByteCount, ageMilliseconds: view.ageMilliseconds,
            uptimeMilliseconds: view.uptimeMilliseconds, clientCount: Int(view.clientCount),
            subscriberCount: Int(view.subscriberCount), lookupCount: view.lookupCount, hitCount: view.hitCount,
            missCount: view.missCount, inactiveCount: view.inactiveCount, unknownSymbolCount: view.unknownSymbolCount,
            unknownExchangeCount: view.unknownExchangeCount, notLoadedCount: view.notLoadedCount,
            refusedLookupCount: view.refusedLookupCount, ambiguousCount: view.ambiguousCount,
            rejectedCount: view.rejectedCount, pushCount: view.pushCount,
            refreshCount: view.refreshCount, refreshMicroseconds: view.refreshMicroseconds,
            refreshRowCount: view.refreshRowCount,
            driftCount: view.driftCount, refusedCount: Int(view.refusedCount), processId: view.processId,
            latencyP50Nanoseconds: view.latencyP50Nanoseconds,
            latencyP99Nanoseconds: view.latencyP99Nanoseconds,
            latencyP999Nanoseconds: view.latencyP999Nanoseconds,
            databaseSnapshot: text(view.databaseSnapshot),
            isDatabaseSnapshotCut: view.flags.contains(.databaseSnapshotCut),
            isDatabaseReplaced: view.flags.contains(.databaseReplaced),
            isMetricsUnwritten: view.flags.contains(.metricsUnwritten), heldBack: heldBack(view),
            sourceFault: fault(view.sourceFault, view.sourceFaultMilliseconds),
            imageFault: fault(view.imageFault, view.imageFaultMilliseconds.map(UInt64.init)),
            overdueMilliseconds: view.overdueMilliseconds.map(UInt64.init), database: database(view),
            asOf: time(view.asOf))
    }

    private static func fault<Kind>(_ kind: Kind?, _ milliseconds: UInt64?) -> ServerStatus.Fault<Kind>? {
        milliseconds.map { ServerStatus.Fault(kind: kind, milliseconds: $0) }
    }

    private static func heldBack(_ view: ServerStatusView) -> ServerStatus.HeldBack? {
        guard let symbolCount = view.vanishingSymbolCount else { return nil }
        return ServerStatus.HeldBack(
            vanishingSymbolCount: Int(symbolCount),
            vanishingExchangeCount: view.vanishingExchangeCount.map(Int.init) ?? 0,
            changingIdCount: view.changingIdCount.map(Int.init) ?? 0,
            neededMegabyteCount: view.neededMegabyteCount.map(Int.init), milliseconds: view.heldBackMilliseconds ?? 0)
    }

    private static func database(_ view: ServerStatusView) -> ServerStatus.Database? {
        guard let notificationQueuePercent = view.notificationQueuePercent else { return nil }
        let oldest = view.oldestWriterMilliseconds.map {
            ServerStatus.Writer(processId: view.oldestWriterProcessId, milliseconds: $0)
        }
        return ServerStatus.Database(
            notificationQueuePercent: Int(notificationQueuePercent), oldestWriter: oldest,
            sampleMilliseconds: view.databaseSampleMilliseconds ?? 0)
    }

    /// Nil for a table that this version does not know.
    static func refused(_ view: RefusedRecordView) -> RefusedListing? {
        guard let table = view.kind, table != .everything else { return nil }
        return RefusedListing(
            table: table, id: view.id, exchangeId: view.exchangeId == 0 ? nil : view.exchangeId,
            symbol: text(view.symbolText), baseAsset: text(view.baseAsset), quoteAsset: text(view.quoteAsset),
            reason: text(view.reason), isReasonCut: view.flags.contains(.reasonCut),
            isLastGoodServed: view.flags.contains(.lastGoodServed))
    }
}
