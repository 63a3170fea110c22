// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

/// How a request ended: `status` of responses.
@frozen public enum ResolutionStatus: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// The answer is in the frame.
    case ok = 0
    /// No such symbol on that exchange, or no such symbol id.
    case unknownSymbol = 1
    /// No such exchange; also of one that cannot be represented, but for `GetExchange`, which says `refused`.
    case unknownExchange = 2
    /// The symbol or its exchange is inactive (delisted, expired); ids and precisions are given.
    case inactive = 3
    /// The server has not loaded its tables yet: ask again.
    case notLoaded = 4
    /// Reserved, and never sent: the request says nothing that could be looked up.
    case malformed = 5
    /// Of `BeginBatch`: more than `batchCountMax` requests; of `GetSnapshot`: as many images are being sent as may be.
    case limitReached = 6
    /// Reserved, and never sent: this server cannot do that.
    case unsupported = 7
    /// The list began in a generation that is no longer served: start it again.
    case generationGone = 8
    /// The row exists but cannot be represented.
    case refused = 9
    /// Several live symbols answer to this pair or name, and no id is given: `ListContracts` tells them apart.
    case ambiguous = 10

    /// The name in snake_case, as scripts see it.
    public var name: String {
        switch self {
        case .ok: "ok"
        case .unknownSymbol: "unknown_symbol"
        case .unknownExchange: "unknown_exchange"
        case .inactive: "inactive"
        case .notLoaded: "not_loaded"
        case .malformed: "malformed"
        case .limitReached: "limit_reached"
        case .unsupported: "unsupported"
        case .generationGone: "generation_gone"
        case .refused: "refused"
        case .ambiguous: "ambiguous"
        }
    }
}
