internal import MarketDataStore
internal import PostgreSQL
import ReferenceData

extension StoreQuery where Answer == [ArbitrageOpportunity] {
    /// What is there now, the most profitable first.
    /// - Parameter profitPercentageMin: only from this profit on, in percent of the lowest ask.
    public static func arbitrageOpportunities(
        profitPercentageMin: WideDecimal = .zero, limit: Int = 1_000
    ) -> StoreQuery {
        StoreQuery { session in
            try session.rows(
                AnalyticsStatements.arbitrage,
                [.numeric(profitPercentageMin.description), .int64(Int64(max(0, limit)))]
            ).map { row in try ArbitrageOpportunity(row) }
        }
    }
}

extension StoreQuery where Answer == [TradingPerformance] {
    /// By symbol, of the last 24 hours.
    public static func tradingPerformance() -> StoreQuery {
        StoreQuery { session in
            try session.rows(AnalyticsStatements.performance).map { row in try TradingPerformance(row) }
        }
    }
}

extension StoreQuery where Answer == [PerformanceAlert] {
    /// What is beyond its limit or not well, by severity and name.
    public static func performanceAlerts() -> StoreQuery {
        StoreQuery { try $0.rows(AnalyticsStatements.alerts).map { row in try PerformanceAlert(row) } }
    }
}
