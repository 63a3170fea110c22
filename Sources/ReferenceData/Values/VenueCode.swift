/// The venues that this system knows by name, each with the code under which `exchanges.enum_value` holds it.
///
/// The table may hold further venues; `coverage(of:)` tells both sides apart. Conversions allocate nothing that the
/// standard library's small strings do not.
@frozen
public enum VenueCode: String, Sendable, BitwiseCopyable, CaseIterable {
    case mexcSpot = "MEXC_SPOT"
    case gateioSpot = "GATEIO_SPOT"
    case gateioFutures = "GATEIO_FUTURES"

    /// The venue of a code, compared byte for byte; nil for one that is not known here.
    public init?(code: String) {
        self.init(rawValue: code)
    }

    /// The value of `exchanges.enum_value`.
    public var code: String { rawValue }
}

extension VenueCode: CustomStringConvertible {
    public var description: String { code }
}

/// What a list of codes knows of the known venues.
public struct VenueCoverage: Sendable, Hashable {
    /// Known venues that the list names, in the order of `VenueCode.allCases`.
    public var known: [VenueCode]
    /// Codes of the list that are no known venue, each once, in the order of the list.
    public var unknown: [String]
    /// Known venues that the list does not name, in the order of `VenueCode.allCases`.
    public var missing: [VenueCode]

    /// Whether the list names the known venues and no other.
    public var isComplete: Bool { unknown.isEmpty && missing.isEmpty }
}

extension VenueCode {
    /// Compares a list of codes, such as those of the table, byte for byte with the known venues. O(codes).
    public static func coverage(of codes: some Sequence<String>) -> VenueCoverage {
        var named: Set<VenueCode> = []
        var unknown: [String] = []
        var seen: Set<ByteText> = []
        for code in codes where seen.insert(ByteText(code)).inserted {
            if let venue = VenueCode(code: code) {
                named.insert(venue)
            } else {
                unknown.append(code)
            }
        }
        return VenueCoverage(
            known: allCases.filter(named.contains), unknown: unknown, missing: allCases.filter { !named.contains($0) })
    }
}

/// The defaults of each venue: what the migrations write for it.
extension VenueCode {
    /// The value of `exchanges.name`.
    public var name: String { code }

    public var displayName: String {
        switch self {
        case .mexcSpot: "MEXC Spot Trading"
        case .gateioSpot: "Gate.io Spot Trading"
        case .gateioFutures: "Gate.io Futures Trading"
        }
    }

    public var marketType: MarketType {
        switch self {
        case .mexcSpot, .gateioSpot: .spot
        case .gateioFutures: .futures
        }
    }

    public var baseURL: String {
        switch self {
        case .mexcSpot: "https://api.mexc.com"
        case .gateioSpot, .gateioFutures: "https://api.gateio.ws"
        }
    }

    public var websocketURL: String {
        switch self {
        case .mexcSpot: "wss://wbs.mexc.com/ws"
        case .gateioSpot: "wss://api.gateio.ws/ws/v4/"
        case .gateioFutures: "wss://fx-ws.gateio.ws/v4/ws/"
        }
    }

    public var rateLimitRequestsPerSecond: UInt32 { 100 }

    /// Digits after the point where a symbol does not say.
    public var precisionDefault: UInt8 { 8 }
}

extension Exchange {
    /// A known venue with its defaults, active.
    /// - Parameter id: `exchanges.id`; 0 where the database has not given one yet.
    public init(_ venue: VenueCode, id: UInt16 = 0) {
        self.init(
            id: id, name: venue.name, enumValue: venue.code, displayName: venue.displayName,
            marketType: venue.marketType, baseURL: venue.baseURL, websocketURL: venue.websocketURL,
            rateLimitRequestsPerSecond: venue.rateLimitRequestsPerSecond, precisionDefault: venue.precisionDefault)
    }

    /// The known venue of this row; nil for a venue that only the table knows.
    public var venue: VenueCode? { VenueCode(code: enumValue) }
}
