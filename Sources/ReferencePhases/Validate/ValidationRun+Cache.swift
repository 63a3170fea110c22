import Platform
import PostgreSQL
import ReferenceData
import ReferenceStore

// The cache of the third phase: how long it takes to load, how large it is, what a lookup costs, and that it says what
// the database says.
extension ValidationRun {
    private static let cachedLookupCount = 200_000
    private static let comparedSymbolCount = 200

    func checkCache(_ targets: PlanTargets) throws(StoreError) {
        var loaded: Snapshot?
        try check("cache.load") {
            let start = MonotonicClock.nanoseconds()
            let content = try ReferenceLoader(connection).load()
            let snapshot = Snapshot.build(
                content.content, epoch: 1, generation: 1, databaseSnapshot: content.watermark.text,
                at: Timestamp(microsecondsSince1970: WallClock.microseconds()))
            let milliseconds = (MonotonicClock.nanoseconds() - start) / 1_000_000
            loaded = snapshot
            let limit = targets.cacheLoadMilliseconds * UInt64(Self.tensOfThousands(snapshot))
            return .judged(
                milliseconds <= limit,
                "\(snapshot.symbolCount) symbols in \(milliseconds) ms, \(limit) ms are promised")
        }
        guard let snapshot = loaded else { return }
        try check("cache.memory") {
            let limit = targets.cacheByteCount * Self.tensOfThousands(snapshot)
            return .judged(
                snapshot.imageByteCount <= limit,
                "\(snapshot.imageByteCount) bytes of \(snapshot.symbolCount) symbols, \(limit) are promised")
        }
        let resolver = SnapshotResolver(snapshot)
        let symbols = resolver.symbols(exchange: nil, activeOnly: true, limit: 1_000).rows
        let codes = Dictionary(
            resolver.exchanges(marketType: nil, activeOnly: false).rows.map { ($0.id, $0.code) }
        ) { first, _ in first }
        let all = symbols.compactMap { symbol in codes[symbol.exchangeId].map { (exchange: $0, symbol: symbol) } }
        // Those of an exchange that is switched off are found and are not ok.
        let keys = all.filter { resolver.resolve(exchange: $0.exchange, symbol: $0.symbol.symbolString).status == .ok }
        func time(_ lookUp: ((exchange: String, symbol: Symbol)) -> Bool) -> ValidationFinding {
            guard !keys.isEmpty else { return .skipped("there is no symbol to ask for") }
            let start = MonotonicClock.nanoseconds()
            var foundCount = 0
            for number in 0..<Self.cachedLookupCount where lookUp(keys[number % keys.count]) { foundCount += 1 }
            let nanoseconds = (MonotonicClock.nanoseconds() - start) / UInt64(Self.cachedLookupCount)
            guard foundCount == Self.cachedLookupCount else {
                return .failed("\(Self.cachedLookupCount - foundCount) of \(Self.cachedLookupCount) were not found")
            }
            return .judged(
                nanoseconds <= targets.cacheLookupNanoseconds,
                "\(nanoseconds) ns on average of \(Self.cachedLookupCount), \(targets.cacheLookupNanoseconds) ns are "
                    + "promised")
        }
        try check("cache.symbol_by_string") {
            time { resolver.resolve(exchange: $0.exchange, symbol: $0.symbol.symbolString).status == .ok }
        }
        try check("cache.symbol_by_id") {
            time { snapshot.symbolRecord(id: $0.symbol.id).status == .ok }
        }
        try check("cache.exchange_by_code") { time { snapshot.exchangeId(code: $0.exchange) != nil } }
        try check("cache.agreement") { try compare(resolver, all.map { ($0.exchange, $0.symbol) }) }
    }

    /// Where somebody changes rows at this moment a difference is one: run it again.
    private func compare(_ cache: SnapshotResolver, _ keys: [(String, Symbol)]) throws -> ValidationFinding {
        var database = DatabaseResolver(connection)
        var complaints: [String] = []
        let step = max(1, keys.count / Self.comparedSymbolCount)
        for index in stride(from: 0, to: keys.count, by: step) {
            let (exchange, symbol) = keys[index]
            let cached = cache.resolve(exchange: exchange, symbol: symbol.symbolString)
            let asked = try database.resolve(exchange: exchange, symbol: symbol.symbolString)
            guard cached.symbolId != asked.symbolId || cached.status != asked.status else { continue }
            complaints.append(
                "\(exchange) \(symbol.symbolString) is \(cached.symbolId) (\(cached.status)) in the cache, "
                    + "\(asked.symbolId) (\(asked.status)) in the database")
        }
        return .complaints(complaints, otherwise: "\((keys.count + step - 1) / step) symbols are the same in both")
    }

    private static func tensOfThousands(_ snapshot: Snapshot) -> Int { max(1, (snapshot.symbolCount + 9_999) / 10_000) }
}

extension ValidationFinding {
    static func judged(_ isKept: Bool, _ detail: String) -> ValidationFinding {
        isKept ? .passed(detail) : .failed(detail)
    }
}
