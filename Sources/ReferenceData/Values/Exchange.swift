/// One row of `exchanges`: a venue.
public struct Exchange: Sendable, Hashable, Identifiable {
    /// The greatest id: the database's is a SMALLINT, and the bit above it sets keys of unified names apart.
    public static let idMax: UInt16 = 0x7FFF
    /// The most bytes of UTF-8 in `name` and `enumValue`.
    public static let codeByteCountMax = 50
    /// The most bytes of UTF-8 in `name`.
    public static let nameByteCountMax = codeByteCountMax
    /// The most bytes of UTF-8 in `enumValue`.
    public static let enumValueByteCountMax = codeByteCountMax
    /// The most bytes of UTF-8 in `displayName`.
    public static let displayNameByteCountMax = 100
    /// The most bytes of UTF-8 in `baseURL` and `websocketURL`.
    public static let urlByteCountMax = 255

    /// `exchanges.id`, from 1.
    public var id: UInt16
    /// The name in the tables, which is a code too where no enum value is.
    public var name: String
    /// The code engines know, as `GATEIO_SPOT`.
    public var enumValue: String
    /// The name that people read.
    public var displayName: String
    /// What is traded there.
    public var marketType: MarketType
    /// Whether it is traded on; the symbols of one that is not are inactive too.
    public var isActive: Bool
    /// Of its REST interface; nil where the tables name none.
    public var baseURL: String?
    /// Of its streams; nil where the tables name none.
    public var websocketURL: String?
    /// The most requests a second that it allows; nil where the tables name none.
    public var rateLimitRequestsPerSecond: UInt32?
    /// Digits after the point where a symbol does not say.
    public var precisionDefault: UInt8?
    /// When the row was made.
    public var createdAt: Timestamp
    /// When the row was changed last.
    public var updatedAt: Timestamp

    /// Makes a row of its columns.
    public init(
        id: UInt16, name: String, enumValue: String, displayName: String, marketType: MarketType, isActive: Bool = true,
        baseURL: String? = nil, websocketURL: String? = nil, rateLimitRequestsPerSecond: UInt32? = nil,
        precisionDefault: UInt8? = nil, createdAt: Timestamp = .absent, updatedAt: Timestamp = .absent
    ) {
        self.id = id
        self.name = name
        self.enumValue = enumValue
        self.displayName = displayName
        self.marketType = marketType
        self.isActive = isActive
        self.baseURL = baseURL
        self.websocketURL = websocketURL
        self.rateLimitRequestsPerSecond = rateLimitRequestsPerSecond
        self.precisionDefault = precisionDefault
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// The code engines know: `enumValue`.
    public var code: String { enumValue }

    /// Whether the venue trades spot.
    public var isSpot: Bool { marketType == .spot }

    /// Whether the venue trades futures.
    public var isFutures: Bool { marketType == .futures }

    /// Whether the venue trades options.
    public var isOptions: Bool { marketType == .options }

    /// Seconds to leave between requests: 1 / limit, or 10 ms where no limit is set.
    public var rateLimitDelaySeconds: Double {
        guard let limit = rateLimitRequestsPerSecond, limit > 0 else { return 0.01 }
        return 1 / Double(limit)
    }

    /// Whether both say the same to a reader, byte for byte: all fields but `updatedAt`, which a rewrite without a
    /// change moves.
    public func isSameDefinition(as other: Exchange) -> Bool {
        var other = other
        other.updatedAt = updatedAt
        return self == other && name.hasBytes(of: other.name) && enumValue.hasBytes(of: other.enumValue)
            && displayName.hasBytes(of: other.displayName) && baseURL.hasBytes(of: other.baseURL)
            && websocketURL.hasBytes(of: other.websocketURL)
    }
}
