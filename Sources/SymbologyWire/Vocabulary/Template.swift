// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

/// What a frame is: `templateId` of its header. Below 100 are requests, the others come from the server.
@frozen public enum Template: UInt16, Sendable, CaseIterable {
    /// Ids and precisions of a symbol by the venue's own string. Answered by `SymbolResolution`.
    case resolveSymbol = 1
    /// Ids and precisions of what a pair is on an exchange: its spot symbol or its perpetual, as the exchange's market
    /// type says. Answered by `SymbolResolution`.
    case resolvePair = 2
    /// An exchange by its enum value, or else by its name. Answered by `ExchangeResolution`.
    case resolveExchange = 3
    /// The whole symbol by id. Answered by `SymbolRecord`.
    case getSymbol = 4
    /// The whole exchange by id. Answered by `ExchangeRecord`.
    case getExchange = 5
    /// A page of symbols in order of id. Answered by `SymbolRecord` frames, then `EndOfList`.
    case listSymbols = 6
    /// A page of exchanges in order of id. Answered by `ExchangeRecord` frames, then `EndOfList`.
    case listExchanges = 7
    /// A page of all symbols of a pair on all exchanges, in order of exchange id, expiry, strike, option type and
    /// symbol id, in each of them those without one first. Answered by `SymbolRecord` frames, then `EndOfList`.
    case findPair = 8
    /// Symbols whose string, base or quote asset matches, ASCII case folded; exact matches first, then prefixes, then
    /// substrings, by the best of the three texts; within each the active ones on active exchanges first, then in order
    /// of symbol string (ASCII case folded) and id. Answered by `SymbolRecord` frames, then `EndOfList`.
    case searchSymbols = 9
    /// Pushes from now on. Answered by `Subscribed`; then `Change` and `Heartbeat` frames come unasked.
    case subscribe = 10
    /// No more pushes. Answered by `Subscribed`, state `unsubscribed`; no push follows it.
    case unsubscribe = 11
    /// Answered by `Pong`, in its turn.
    case ping = 12
    /// Answered by `ServerStatus`.
    case getStatus = 13
    /// The image the server answers from. Answered by `Snapshot`, then by its chunks when asked for.
    case getSnapshot = 14
    /// Pins the snapshot: the next `count` requests of this connection are answered from one generation, unless the
    /// batch outlives its deadline. Answered by `EndOfList`: status `ok`, the count granted, the generation pinned; or
    /// `limitReached` or `notLoaded`, and then nothing is pinned.
    case beginBatch = 15
    /// Optional, and then the first request. Answered by `Welcome`, or by `Rejected` (`environmentMismatch`) and the
    /// connection closes.
    case hello = 16
    /// Symbols of the pairs that at least so many exchanges list, in order of base, quote (each with ASCII case folded,
    /// then byte for byte) and exchange id, so that the symbols of a pair follow one another. A page may end within a
    /// pair. Answered by `SymbolRecord` frames, then `EndOfList`.
    case listPairs = 17
    /// Assets in order (ASCII case folded, then byte for byte), with their counts of symbols, each that has any.
    /// Answered by `AssetRecord` frames, then `EndOfList`.
    case listAssets = 18
    /// A page of symbols that their venue has not listed since a time, in order of id. What counts is `lastSeen` as it
    /// is served, which can be behind the table's, or, where that is null, `createdAt`; a symbol with neither comes.
    /// Answered by `SymbolRecord` frames, then `EndOfList`.
    case listStaleSymbols = 19
    /// A page of the rows that cannot be represented, exchanges before symbols, each in order of id. Answered by
    /// `RefusedRecord` frames, then `EndOfList`; the next page begins after the last row of this one.
    case listRefused = 20
    /// Ids and precisions of a symbol by its unified name. Answered by `SymbolResolution`.
    case resolveUnified = 21
    /// A page of the contracts of a pair, in the order of `FindPair`. Answered by `SymbolRecord` frames, then
    /// `EndOfList`.
    case listContracts = 22
    /// Ids and precisions of a symbol by the exchange's code and the venue's own string, in one round trip:
    /// `ResolveExchange`, then `ResolveSymbol`. Answered by `SymbolResolution`.
    case resolveByCode = 23
    /// Answers `ResolveSymbol`, `ResolvePair`, `ResolveUnified` and `ResolveByCode`.
    case symbolResolution = 101
    /// Answers `ResolveExchange`.
    case exchangeResolution = 102
    /// The whole symbol. Answers `GetSymbol`, `ListSymbols`, `FindPair`, `ListContracts`, `SearchSymbols`, `ListPairs`,
    /// `ListStaleSymbols`, and follows `Change` frames. A decimal is mantissa × 10^exponent, trailing zeros stripped; a
    /// null mantissa says absent. Times are microseconds since 1970-01-01T00:00:00Z.
    case symbolRecord = 103
    /// The whole exchange. Answers `GetExchange`, `ListExchanges`, and follows `Change` frames.
    case exchangeRecord = 104
    /// Ends every list, also an empty one, and acknowledges `BeginBatch`.
    case endOfList = 105
    /// One row was added, modified or deleted; the new generation is already served.
    case change = 106
    /// Comes every heartbeat interval that no change was pushed in, or more often.
    case heartbeat = 107
    /// Answers `Ping`.
    case pong = 108
    /// Answers `GetStatus`. Counters count from the start of the server.
    case serverStatus = 109
    /// Answers `Subscribe` and `Unsubscribe`.
    case subscribed = 110
    /// Answers `GetSnapshot`: the image file, to be mapped by clients of the same host.
    case snapshot = 111
    /// Answers `Hello`: who answers, and its limits.
    case welcome = 112
    /// A piece of the image, in order. Its last frame ends the answer to `GetSnapshot`.
    case snapshotChunk = 113
    /// An asset and its symbols. Answers `ListAssets`.
    case assetRecord = 114
    /// A row that cannot be represented, and why. Answers `ListRefused`.
    case refusedRecord = 115
    /// The request was not carried out. Where the reason says so the connection closes after it.
    case rejected = 120

    /// Whether clients send it.
    @inlinable public var isRequest: Bool { rawValue < 100 }

    /// Bytes of a frame of this template as this version writes it, header included. A longer one is accepted.
    @inlinable public var frameByteCount: Int {
        switch self {
        case .resolveSymbol: 64
        case .resolvePair: 64
        case .resolveExchange: 64
        case .getSymbol: 64
        case .getExchange: 64
        case .listSymbols: 64
        case .listExchanges: 64
        case .findPair: 88
        case .searchSymbols: 64
        case .subscribe: 64
        case .unsubscribe: 64
        case .ping: 64
        case .getStatus: 64
        case .getSnapshot: 64
        case .beginBatch: 64
        case .hello: 64
        case .listPairs: 64
        case .listAssets: 64
        case .listStaleSymbols: 64
        case .listRefused: 64
        case .resolveUnified: 64
        case .listContracts: 112
        case .resolveByCode: 128
        case .symbolResolution: 32
        case .exchangeResolution: 32
        case .symbolRecord: 288
        case .exchangeRecord: 768
        case .endOfList: 32
        case .change: 64
        case .heartbeat: 64
        case .pong: 32
        case .serverStatus: 568
        case .subscribed: 64
        case .snapshot: 320
        case .welcome: 192
        case .snapshotChunk: 8224
        case .assetRecord: 64
        case .refusedRecord: 256
        case .rejected: 64
        }
    }

    /// Bytes of the shortest frame of this template that a reader accepts: as its first version wrote it. Fields
    /// behind them are null where a frame ends before them.
    @inlinable public var frameByteCountMin: Int { frameByteCount }
}
