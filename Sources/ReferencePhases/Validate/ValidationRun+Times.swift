import Platform
import PostgreSQL
import ReferenceData
import ReferenceStore

// How long a lookup in the database takes.
extension ValidationRun {
    private static let timedLookupCount = 200

    /// Straight from the database; a server answers in a fraction of it.
    func timeLookups() throws(StoreError) { try timeLookups("lookup_time", limitMicroseconds: nil) }

    func judgeLookups(_ targets: PlanTargets) throws(StoreError) {
        try timeLookups("database", limitMicroseconds: targets.databaseLookupMicroseconds)
    }

    private func timeLookups(_ group: String, limitMicroseconds limit: UInt64?) throws(StoreError) {
        let connection = connection
        func time(_ ask: (inout DatabaseResolver, Symbol, Exchange) throws -> Void) throws -> ValidationFinding {
            var resolver = DatabaseResolver(connection)
            let page = try resolver.symbols(exchange: nil, activeOnly: false, afterSymbolId: 0, limit: 1)
            guard let symbol = page.rows.first, let exchange = try resolver.exchange(id: symbol.exchangeId).row
            else { return .skipped("there is no symbol to ask for") }
            try ask(&resolver, symbol, exchange)
            let start = MonotonicClock.nanoseconds()
            for _ in 0..<Self.timedLookupCount { try ask(&resolver, symbol, exchange) }
            let microseconds = (MonotonicClock.nanoseconds() - start) / UInt64(Self.timedLookupCount) / 1_000
            let detail = "\(microseconds) µs on average of \(Self.timedLookupCount)"
            guard let limit else { return ValidationFinding(verdict: .information, detail: detail) }
            return .judged(microseconds <= limit, "\(detail), \(limit) µs are promised")
        }
        try check("\(group).exchange_by_code") {
            try time { resolver, _, exchange in _ = try resolver.exchange(code: exchange.code) }
        }
        try check("\(group).symbol_by_string") {
            try time { resolver, symbol, exchange in
                _ = try resolver.resolve(exchange: exchange.code, symbol: symbol.symbolString)
            }
        }
        try check("\(group).symbol_by_pair") {
            try time { resolver, symbol, exchange in
                _ = try resolver.resolve(exchange: exchange.code, base: symbol.baseAsset, quote: symbol.quoteAsset)
            }
        }
        try check("\(group).symbol_by_id") {
            try time { resolver, symbol, _ in _ = try resolver.symbol(id: symbol.id) }
        }
    }
}
