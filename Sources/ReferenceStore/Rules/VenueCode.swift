import ReferenceData

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

extension VenueCode {
    /// What stands between base and quote in the venue's own symbol strings: `BTCUSDT`, `BTC_USDT`.
    public var symbolSeparator: String {
        switch self {
        case .mexcSpot: ""
        case .gateioSpot, .gateioFutures: "_"
        }
    }
}

extension Exchange {
    /// A known venue with its defaults, active: what the migrations write for it, but for `precision_default`, of which
    /// nobody said a number.
    /// - Parameter id: `exchanges.id`; 0 where the database has not given one yet.
    public init(_ venue: VenueCode, id: UInt16 = 0) {
        let (displayName, marketType, baseURL, websocketURL): (String, MarketType, String, String) =
            switch venue {
            case .mexcSpot: ("MEXC Spot Trading", .spot, "https://api.mexc.com", "wss://wbs.mexc.com/ws")
            case .gateioSpot:
                ("Gate.io Spot Trading", .spot, "https://api.gateio.ws", "wss://api.gateio.ws/ws/v4/")
            case .gateioFutures:
                ("Gate.io Futures Trading", .futures, "https://api.gateio.ws", "wss://fx-ws.gateio.ws/v4/ws/")
            }
        self.init(
            id: id, name: venue.code, enumValue: venue.code, displayName: displayName, marketType: marketType,
            baseURL: baseURL, websocketURL: websocketURL, rateLimitRequestsPerSecond: 100)
    }

    /// The known venue of this row; nil for a venue that only the table knows.
    public var venue: VenueCode? { VenueCode(code: enumValue) }
}
