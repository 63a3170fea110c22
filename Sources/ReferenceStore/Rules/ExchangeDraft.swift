import ReferenceData

/// A row of `exchanges` before the database gives it an id.
public struct ExchangeDraft: Sendable, Hashable {
    public var name: String
    /// The code engines know; never changed later without telling them.
    public var enumValue: String
    public var displayName: String
    public var marketType: MarketType
    public var isActive: Bool
    public var baseURL: String?
    public var websocketURL: String?
    public var rateLimitRequestsPerSecond: UInt32?
    /// Digits after the point where a symbol does not say.
    public var precisionDefault: UInt8?

    /// - Parameters:
    ///   - name: the code, where none is given.
    ///   - displayName: the code, where none is given.
    public init(
        code: String, marketType: MarketType, name: String? = nil, displayName: String? = nil, isActive: Bool = true,
        baseURL: String? = nil, websocketURL: String? = nil, rateLimitRequestsPerSecond: UInt32? = nil,
        precisionDefault: UInt8? = 8
    ) {
        self.name = name ?? code
        enumValue = code
        self.displayName = displayName ?? code
        self.marketType = marketType
        self.isActive = isActive
        self.baseURL = baseURL
        self.websocketURL = websocketURL
        self.rateLimitRequestsPerSecond = rateLimitRequestsPerSecond
        self.precisionDefault = precisionDefault
    }

    /// A known venue with its defaults.
    public init(_ venue: VenueCode) { self.init(Exchange(venue)) }

    init(_ exchange: Exchange) {
        self.init(
            code: exchange.enumValue, marketType: exchange.marketType, name: exchange.name,
            displayName: exchange.displayName, isActive: exchange.isActive, baseURL: exchange.baseURL,
            websocketURL: exchange.websocketURL, rateLimitRequestsPerSecond: exchange.rateLimitRequestsPerSecond,
            precisionDefault: exchange.precisionDefault)
    }

    /// Everything that the table would not take, but for what only the other rows can tell.
    public var faults: [FieldFault] {
        var rules = FieldRules()
        rules.check("name", name, byteCountMax: Exchange.nameByteCountMax)
        rules.check("enum_value", enumValue, byteCountMax: Exchange.enumValueByteCountMax)
        rules.check("display_name", displayName, byteCountMax: Exchange.displayNameByteCountMax)
        if let baseURL { rules.check("base_url", baseURL, byteCountMax: Exchange.urlByteCountMax, canBeEmpty: true) }
        if let websocketURL {
            rules.check("websocket_url", websocketURL, byteCountMax: Exchange.urlByteCountMax, canBeEmpty: true)
        }
        if let rateLimitRequestsPerSecond {
            rules.check("rate_limit_requests_per_second", rateLimitRequestsPerSecond, in: Self.rateLimitRange)
        }
        if let precisionDefault { rules.check("precision_default", precisionDefault, in: Self.precisionRange) }
        return rules.faults
    }

    /// Whether a row of this would be the same row, byte for byte.
    func isSameRow(as other: ExchangeDraft) -> Bool {
        self == other && name.hasBytes(of: other.name) && enumValue.hasBytes(of: other.enumValue)
            && displayName.hasBytes(of: other.displayName) && baseURL.hasBytes(of: other.baseURL)
            && websocketURL.hasBytes(of: other.websocketURL)
    }

    public static let rateLimitRange: ClosedRange<Int64> = 0...Int64(Int32.max)
    public static let precisionRange: ClosedRange<Int64> = 0...18
}

/// What an update changes of an exchange; what is nil or `.keep` stays.
public struct ExchangeEdit: Sendable, Hashable {
    public var name: String?
    public var enumValue: String?
    public var displayName: String?
    public var marketType: MarketType?
    public var isActive: Bool?
    public var baseURL: FieldChange<String> = .keep
    public var websocketURL: FieldChange<String> = .keep
    public var rateLimitRequestsPerSecond: FieldChange<UInt32> = .keep
    public var precisionDefault: FieldChange<UInt8> = .keep

    public init() {}

    /// Whether it changes nothing whatever the row says.
    public var isEmpty: Bool { self == ExchangeEdit() }

    func applied(to old: ExchangeDraft) -> ExchangeDraft {
        var new = old
        new.name = name ?? old.name
        new.enumValue = enumValue ?? old.enumValue
        new.displayName = displayName ?? old.displayName
        new.marketType = marketType ?? old.marketType
        new.isActive = isActive ?? old.isActive
        new.baseURL = baseURL.applied(to: old.baseURL)
        new.websocketURL = websocketURL.applied(to: old.websocketURL)
        new.rateLimitRequestsPerSecond = rateLimitRequestsPerSecond.applied(to: old.rateLimitRequestsPerSecond)
        new.precisionDefault = precisionDefault.applied(to: old.precisionDefault)
        return new
    }
}
