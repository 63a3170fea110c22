import ReferenceData

extension ExchangeColumn: OptionColumn {
    var explanation: (valueName: String, help: String)? {
        switch self {
        // Another code is for `exchanges update` alone.
        case .id, .enumValue, .createdAt, .updatedAt: nil
        case .name: ("text", "A name; else the code.")
        case .displayName: ("text", "The name people read; else the code.")
        case .marketType: ("type", "SPOT, FUTURES or OPTIONS.")
        case .isActive: ("flag", "true or false.")
        case .baseURL: ("url", "REST.")
        case .websocketURL: ("url", "Streams.")
        case .rateLimitRequestsPerSecond: ("count", "Requests per second.")
        case .precisionDefault: ("count", "Digits after the point where a symbol does not say.")
        }
    }

    var shortName: String? { self == .rateLimitRequestsPerSecond ? "rate-limit" : nil }
}
