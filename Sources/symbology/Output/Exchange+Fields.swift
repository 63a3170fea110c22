import ReferenceData

extension Exchange {
    /// A line of a list.
    static let columns: [Field<Exchange>] = [
        Field("exchange", \.code), Field("exchange_id", \.id), Field("name", \.name),
        Field("display_name", \.displayName), Field("market_type", \.marketType.databaseName),
        Field("is_active", \.isActive), Field("rate_limit_requests_per_second", \.rateLimitRequestsPerSecond),
        Field("precision_default", \.precisionDefault),
    ]
    /// The whole record.
    static let record =
        columns + [
            Field("base_url", \.baseURL), Field("websocket_url", \.websocketURL), Field("created_at", \.createdAt),
            Field("updated_at", \.updatedAt),
        ]
}
