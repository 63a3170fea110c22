import ReferenceData

extension Cell {
    init(_ value: DecimalValue) { self = value.isAbsent ? .absent : .decimal(value.description) }

    init(_ value: Timestamp) { self = value == .absent ? .absent : .text(value.description) }
}

/// The columns of a symbol, in the order every command prints them.
enum SymbolRow {
    static let columns = [
        "exchange", "symbol", "symbol_id", "exchange_id", "status", "base_asset", "quote_asset", "is_active",
        "precision_price", "precision_base", "precision_quote", "min_order_size", "max_order_size", "tick_size",
        "step_size",
    ].map { Column($0) }

    static func cells(_ symbol: Symbol, exchange: String?) -> [Cell] {
        [
            Cell(exchange), .text(symbol.symbolString), Cell(symbol.id), Cell(symbol.exchangeId),
            .text(symbol.isTradable ? ResolutionStatus.ok.name : ResolutionStatus.inactive.name),
            .text(symbol.baseAsset), .text(symbol.quoteAsset), .boolean(symbol.isActive), Cell(symbol.precisionPrice),
            Cell(symbol.precisionBase), Cell(symbol.precisionQuote), Cell(symbol.minOrderSize),
            Cell(symbol.maxOrderSize), Cell(symbol.tickSize), Cell(symbol.stepSize),
        ]
    }
}

/// The columns of an exchange.
enum ExchangeRow {
    static let columns = [
        "exchange", "exchange_id", "name", "display_name", "market_type", "is_active", "rate_limit_requests_per_second",
        "precision_default",
    ].map { Column($0) }

    static func cells(_ exchange: Exchange) -> [Cell] {
        [
            .text(exchange.code), Cell(exchange.id), .text(exchange.name), .text(exchange.displayName),
            .text(exchange.marketType.databaseName), .boolean(exchange.isActive),
            exchange.rateLimitRequestsPerSecond.map { Cell($0) } ?? .absent,
            exchange.precisionDefault.map { Cell($0) } ?? .absent,
        ]
    }
}
