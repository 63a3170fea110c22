import ReferenceData
import SymbologyWire

// Prepared keys: one frame out, one frame in, nothing allocated.
extension LookupClient {
    /// The ids of a venue's own symbol string.
    public func resolve(_ key: SymbolKey) throws(ClientError) -> SymbolResolution {
        try perform { (session, deadline) throws(ClientError) in try session.resolve(key, by: deadline) }
    }

    /// The ids of a pair on a venue.
    public func resolve(_ key: PairKey) throws(ClientError) -> SymbolResolution {
        try perform { (session, deadline) throws(ClientError) in try session.resolve(key, by: deadline) }
    }

    /// The ids of a unified name on a venue.
    public func resolve(_ key: NameKey) throws(ClientError) -> SymbolResolution {
        try perform { (session, deadline) throws(ClientError) in try session.resolve(key, by: deadline) }
    }

    /// The ids of a venue's own symbol string, by the exchange's code.
    public func resolve(_ key: CodeKey) throws(ClientError) -> SymbolResolution {
        try perform { (session, deadline) throws(ClientError) in try session.resolve(key, by: deadline) }
    }

    /// Resolves many keys into the caller's buffer, all from one generation, which it returns (0 for no keys).
    ///
    /// Requests and answers flow by turns within the server's window. When the tables change during the batch it is
    /// asked again, until the request's time is over. Allocates nothing per key. `results` must have room for every
    /// key.
    @discardableResult
    public func resolve(
        _ keys: Span<SymbolKey>, into results: inout MutableSpan<SymbolResolution>
    ) throws(ClientError) -> UInt64 {
        try resolveBatch(keys, into: &results)
    }

    /// Resolves many pairs; otherwise as for symbol keys.
    @discardableResult
    public func resolve(
        _ keys: Span<PairKey>, into results: inout MutableSpan<SymbolResolution>
    ) throws(ClientError) -> UInt64 {
        try resolveBatch(keys, into: &results)
    }

    /// Resolves many unified names; otherwise as for symbol keys.
    @discardableResult
    public func resolve(
        _ keys: Span<NameKey>, into results: inout MutableSpan<SymbolResolution>
    ) throws(ClientError) -> UInt64 {
        try resolveBatch(keys, into: &results)
    }

    /// Resolves many symbol strings by the codes of their exchanges; otherwise as for symbol keys.
    @discardableResult
    public func resolve(
        _ keys: Span<CodeKey>, into results: inout MutableSpan<SymbolResolution>
    ) throws(ClientError) -> UInt64 {
        try resolveBatch(keys, into: &results)
    }

    /// Resolves many keys, all from one generation.
    public func resolve(_ keys: [SymbolKey]) throws(ClientError) -> [SymbolResolution] {
        try resolveArray(keys)
    }

    /// Resolves many pairs, all from one generation.
    public func resolve(_ keys: [PairKey]) throws(ClientError) -> [SymbolResolution] {
        try resolveArray(keys)
    }

    /// Resolves many unified names, all from one generation.
    public func resolve(_ keys: [NameKey]) throws(ClientError) -> [SymbolResolution] {
        try resolveArray(keys)
    }

    /// Resolves many symbol strings by the codes of their exchanges, all from one generation.
    public func resolve(_ keys: [CodeKey]) throws(ClientError) -> [SymbolResolution] {
        try resolveArray(keys)
    }

    private func resolveArray<Key: FrameKey>(_ keys: [Key]) throws(ClientError) -> [SymbolResolution] {
        var results = [SymbolResolution](repeating: .unanswered, count: keys.count)
        var span = results.mutableSpan
        _ = try resolveBatch(keys.span, into: &span)
        return results
    }

    private func resolveBatch<Key: FrameKey>(
        _ keys: Span<Key>, into results: inout MutableSpan<SymbolResolution>
    ) throws(ClientError) -> UInt64 {
        precondition(results.count >= keys.count, "there is no room for every result")
        guard keys.count > 0 else { return 0 }
        return try perform { (session, deadline) throws(ClientError) in
            try session.untilOneGeneration("a batch of one generation", by: deadline) { () throws(ClientError) in
                try session.resolveBatch(keys, into: &results, by: deadline)
            }
        }
    }
}

// Texts.
extension LookupClient {
    /// The ids of a venue's own symbol string. One round trip.
    public func resolve(exchange: String, symbol: String) throws(ClientError) -> SymbolResolution {
        if let key = CodeKey(code: exchange, symbol: symbol) { return try resolve(key) }
        // A text that can be no key; whether there is such an exchange decides what the answer is.
        return try resolveText(exchange: exchange) { SymbolKey(exchangeId: $0, symbol: symbol) }
    }

    /// The ids of a pair on a venue. One round trip while the tables stay as they are, three after they changed.
    public func resolve(exchange: String, base: String, quote: String) throws(ClientError) -> SymbolResolution {
        try resolveText(exchange: exchange) { PairKey(exchangeId: $0, base: base, quote: quote) }
    }

    /// The ids of a unified name on a venue: `BTC/USDT:USDT-261225-100000-C`; see `SymbolResolving`. Allocates nothing
    /// but for the texts.
    public func resolve(exchange: String, unifiedName: String) throws(ClientError) -> SymbolResolution {
        try resolveText(exchange: exchange) { NameOrPair(exchangeId: $0, name: unifiedName) }
    }

    /// Resolves many symbol strings of one venue, all from one generation. Texts that can be no key are `malformed`.
    public func resolve(exchange: String, symbols: [String]) throws(ClientError) -> [SymbolResolution] {
        try resolveTexts(exchange: exchange, symbols) { SymbolKey(exchangeId: $0, symbol: $1) }
    }

    /// Resolves many pairs of one venue, all from one generation. Texts that can be no key are `malformed`.
    public func resolve(
        exchange: String, pairs: [(base: String, quote: String)]
    ) throws(ClientError) -> [SymbolResolution] {
        try resolveTexts(exchange: exchange, pairs) { PairKey(exchangeId: $0, base: $1.base, quote: $1.quote) }
    }

    /// Resolves many unified names of one venue, all from one generation. Texts that can be no name are `malformed`.
    public func resolve(exchange: String, unifiedNames: [String]) throws(ClientError) -> [SymbolResolution] {
        try resolveTexts(exchange: exchange, unifiedNames) { NameOrPair(exchangeId: $0, name: $1) }
    }

    private func resolveText(
        exchange code: String, _ makeKey: (UInt16) -> (some FrameKey)?
    ) throws(ClientError) -> SymbolResolution {
        try perform(
            "resolve", exchange: code, unknown: { SymbolResolution(status: $0, generation: $1) },
            ask: { (session, scope, deadline) throws(ClientError) in
                guard let key = makeKey(scope.exchangeId) else { return (scope.malformed, scope.generation) }
                let resolution = try session.resolve(key, by: deadline)
                return (resolution, resolution.generation)
            })
    }

    private func resolveTexts<Text, Key: FrameKey>(
        exchange code: String, _ texts: [Text], _ makeKey: (UInt16, Text) -> Key?
    ) throws(ClientError) -> [SymbolResolution] {
        try perform(
            "resolve", exchange: code,
            unknown: { Array(repeating: SymbolResolution(status: $0, generation: $1), count: texts.count) },
            ask: { (session, scope, deadline) throws(ClientError) in
                var answers = [SymbolResolution](repeating: scope.malformed, count: texts.count)
                let prepared = texts.indices.compactMap { index in
                    makeKey(scope.exchangeId, texts[index]).map { (index: index, key: $0) }
                }
                guard !prepared.isEmpty else { return (answers, scope.generation) }
                let (results, generation) = try session.resolveBatch(prepared.map(\.key), by: deadline)
                for (position, item) in prepared.enumerated() { answers[item.index] = results[position] }
                return (answers, generation)
            })
    }
}

extension ExchangeScope {
    /// The answer to a text that can be no key of the exchange.
    fileprivate var malformed: SymbolResolution {
        SymbolResolution(status: .malformed, exchangeId: exchangeId, generation: generation ?? 0)
    }
}

extension SymbolResolution {
    /// Holds the place of an answer to come.
    static let unanswered = SymbolResolution(status: .notLoaded, generation: 0)
}
