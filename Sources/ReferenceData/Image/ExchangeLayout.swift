/// Where things stand in an exchange of 768 bytes.
enum ExchangeLayout {
    static let byteCount = 768
    static let id = ImageField<UInt16>(0)
    static let marketType = ImageField<UInt8>(2)
    /// The bits below.
    static let flags = ImageField<UInt8>(3)
    static let rateLimit = ImageField<UInt32>(4)
    static let createdAt = ImageField<Timestamp>(8)
    static let updatedAt = ImageField<Timestamp>(16)
    static let precisionDefault = ImageField<UInt8>(24)
    static let name = ImageTextField(32, byteCountMax: Exchange.nameByteCountMax)
    static let enumValue = ImageTextField(name.end, byteCountMax: Exchange.enumValueByteCountMax)
    static let displayName = ImageTextField(enumValue.end, byteCountMax: Exchange.displayNameByteCountMax)
    static let baseURL = ImageTextField(displayName.end, byteCountMax: Exchange.urlByteCountMax)
    static let websocketURL = ImageTextField(baseURL.end, byteCountMax: Exchange.urlByteCountMax)

    static let activeBit: UInt8 = 1
    static let lastGoodBit: UInt8 = 2
    // The bits for optional fields that are present.
    static let baseURLBit: UInt8 = 4
    static let websocketURLBit: UInt8 = 8
    static let rateLimitBit: UInt8 = 16
    static let precisionDefaultBit: UInt8 = 32
    static let allBits: UInt8 = 63
}

extension Exchange {
    /// Writes the exchange over bytes that are zero.
    func store(at start: UnsafeMutableRawPointer, isLastGood: Bool) {
        var flags: UInt8 = isActive ? ExchangeLayout.activeBit : 0
        if isLastGood { flags |= ExchangeLayout.lastGoodBit }
        if baseURL != nil { flags |= ExchangeLayout.baseURLBit }
        if websocketURL != nil { flags |= ExchangeLayout.websocketURLBit }
        if rateLimitRequestsPerSecond != nil { flags |= ExchangeLayout.rateLimitBit }
        if precisionDefault != nil { flags |= ExchangeLayout.precisionDefaultBit }
        start[ExchangeLayout.id] = id
        start[ExchangeLayout.marketType] = marketType.rawValue
        start[ExchangeLayout.flags] = flags
        start[ExchangeLayout.rateLimit] = rateLimitRequestsPerSecond ?? 0
        start[ExchangeLayout.precisionDefault] = precisionDefault ?? 0
        start[ExchangeLayout.createdAt] = createdAt
        start[ExchangeLayout.updatedAt] = updatedAt
        start.store(name, in: ExchangeLayout.name)
        start.store(enumValue, in: ExchangeLayout.enumValue)
        start.store(displayName, in: ExchangeLayout.displayName)
        start.store(baseURL ?? "", in: ExchangeLayout.baseURL)
        start.store(websocketURL ?? "", in: ExchangeLayout.websocketURL)
    }

    /// Reads what `store` wrote; nil for bytes that are no exchange.
    init?(storedAt start: UnsafeRawPointer) {
        let flags = start[ExchangeLayout.flags]
        func optional<Value>(_ value: Value, _ bit: UInt8) -> Value? { flags & bit != 0 ? value : nil }
        guard flags & ~ExchangeLayout.allBits == 0,
            let marketType = MarketType(rawValue: start[ExchangeLayout.marketType]),
            let name = start[ExchangeLayout.name], let enumValue = start[ExchangeLayout.enumValue],
            let displayName = start[ExchangeLayout.displayName], let baseURL = start[ExchangeLayout.baseURL],
            let websocketURL = start[ExchangeLayout.websocketURL]
        else { return nil }
        self.init(
            id: start[ExchangeLayout.id], name: name, enumValue: enumValue, displayName: displayName,
            marketType: marketType, isActive: flags & ExchangeLayout.activeBit != 0,
            baseURL: optional(baseURL, ExchangeLayout.baseURLBit),
            websocketURL: optional(websocketURL, ExchangeLayout.websocketURLBit),
            rateLimitRequestsPerSecond: optional(start[ExchangeLayout.rateLimit], ExchangeLayout.rateLimitBit),
            precisionDefault: optional(start[ExchangeLayout.precisionDefault], ExchangeLayout.precisionDefaultBit),
            createdAt: start[ExchangeLayout.createdAt], updatedAt: start[ExchangeLayout.updatedAt])
    }
}
