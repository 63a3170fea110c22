/// How a lookup ended; the raw values are those of the wire.
@frozen
public enum ResolutionStatus: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case ok = 0
    case unknownSymbol = 1
    case unknownExchange = 2
    /// The symbol or its exchange is inactive; ids and precisions are given all the same.
    case inactive = 3
    /// No reference data has been loaded yet.
    case notLoaded = 4
    case malformed = 5
    case limitReached = 6
    case unsupported = 7
    /// A paged list was continued after its generation was replaced: restart it.
    case generationGone = 8
    /// The row exists in the database but cannot be represented, and no earlier version of it could be kept.
    case refused = 9

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
        }
    }
}
