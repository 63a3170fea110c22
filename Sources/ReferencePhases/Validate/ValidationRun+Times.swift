import Platform
import PostgreSQL
import ReferenceData
import ReferenceStore

// How long a lookup in the database takes.
extension ValidationRun {
    private static let timedLookupCount = 200

    /// Straight from the database; a server answers in a fraction of it.
    func timeLookups() throws(StoreError) {
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
            return ValidationFinding(
                verdict: .information, detail: "\(microseconds) µs on average of \(Self.timedLookupCount)")
        }
        try check("lookup_time.exchange_by_code") {
            try time { resolver, _, exchange in _ = try resolver.exchange(code: exchange.code) }
        }
        try check("lookup_time.symbol_by_string") {
            try time { resolver, symbol, exchange in
                _ = try resolver.resolve(exchange: exchange.code, symbol: symbol.symbolString)
            }
        }
        try check("lookup_time.symbol_by_pair") {
            try time { resolver, symbol, exchange in
                _ = try resolver.resolve(exchange: exchange.code, base: symbol.baseAsset, quote: symbol.quoteAsset)
            }
        }
        try check("lookup_time.symbol_by_id") {
            try time { resolver, symbol, _ in _ = try resolver.symbol(id: symbol.id) }
        }
    }
}
