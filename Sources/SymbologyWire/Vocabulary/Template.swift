/// What a frame is: `templateId` of its header. 1 to 20 are requests, 101 to 115 and 120 come from the server.
public enum Template: UInt16, Sendable, CaseIterable {
    case resolveSymbol = 1
    case resolvePair = 2
    case resolveExchange = 3
    case getSymbol = 4
    case getExchange = 5
    case listSymbols = 6
    case listExchanges = 7
    case findPair = 8
    case searchSymbols = 9
    case subscribe = 10
    case unsubscribe = 11
    case ping = 12
    case getStatus = 13
    case getSnapshot = 14
    case beginBatch = 15
    case hello = 16
    case listPairs = 17
    case listAssets = 18
    case listStaleSymbols = 19
    case listRefused = 20
    case symbolResolution = 101
    case exchangeResolution = 102
    case symbolRecord = 103
    case exchangeRecord = 104
    case endOfList = 105
    case change = 106
    case heartbeat = 107
    case pong = 108
    case status = 109
    case subscribed = 110
    case snapshot = 111
    case welcome = 112
    case snapshotChunk = 113
    case assetRecord = 114
    case refusedRecord = 115
    case rejected = 120

    /// Whether clients send it.
    @inlinable public var isRequest: Bool { rawValue < 100 }

    /// Whether the server sends it unasked. Records follow a `change` unasked too; their null requestId tells.
    @inlinable public var isPush: Bool { self == .change || self == .heartbeat }

    /// Bytes of a frame of this template as this version writes it, header included. A longer one is accepted.
    @inlinable public var frameByteCount: Int {
        switch self {
        case .resolveSymbol, .resolvePair, .resolveExchange, .getSymbol, .getExchange, .listSymbols, .listExchanges,
            .findPair, .searchSymbols, .subscribe, .unsubscribe, .ping, .getStatus, .getSnapshot, .beginBatch, .hello,
            .listPairs, .listAssets, .listStaleSymbols, .listRefused:
            WireLimits.requestByteCount
        case .symbolResolution: WireLayout.SymbolResolution.frameByteCount
        case .exchangeResolution: WireLayout.ExchangeResolution.frameByteCount
        case .symbolRecord: WireLayout.SymbolRecord.frameByteCount
        case .exchangeRecord: WireLayout.ExchangeRecord.frameByteCount
        case .endOfList: WireLayout.EndOfList.frameByteCount
        case .change: WireLayout.Change.frameByteCount
        case .heartbeat: WireLayout.Heartbeat.frameByteCount
        case .pong: WireLayout.Pong.frameByteCount
        case .status: WireLayout.Status.frameByteCount
        case .subscribed: WireLayout.Subscribed.frameByteCount
        case .snapshot: WireLayout.Snapshot.frameByteCount
        case .welcome: WireLayout.Welcome.frameByteCount
        case .snapshotChunk: WireLayout.SnapshotChunk.frameByteCount
        case .assetRecord: WireLayout.AssetRecord.frameByteCount
        case .refusedRecord: WireLayout.RefusedRecord.frameByteCount
        case .rejected: WireLayout.Rejected.frameByteCount
        }
    }

    /// Bytes of the shortest frame of this template that a reader accepts: as its first version wrote it. Fields behind
    /// them are null where a frame ends before them.
    @inlinable public var frameByteCountMin: Int {
        self == .status ? WireLayout.Status.frameByteCountMin : frameByteCount
    }
}
