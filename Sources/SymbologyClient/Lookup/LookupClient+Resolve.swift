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

    /// Resolves many keys, all from one generation.
    public func resolve(_ keys: [SymbolKey]) throws(ClientError) -> [SymbolResolution] {
        try resolveArray(keys)
    }

    /// Resolves many pairs, all from one generation.
    public func resolve(_ keys: [PairKey]) throws(ClientError) -> [SymbolResolution] {
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
        let deadline = Deadline.after(milliseconds: options.requestTimeoutMilliseconds)
        while true {
            let generation = try performBatch(keys, into: &results, by: deadline)
            if let generation { return generation }
            guard !deadline.isOver else {
                throw .timeout(
                    address, operation: "a batch of one generation", milliseconds: deadline.milliseconds)
            }
        }
    }

    private func performBatch<Key: FrameKey>(
        _ keys: Span<Key>, into results: inout MutableSpan<SymbolResolution>, by deadline: Deadline
    ) throws(ClientError) -> UInt64? {
        try perform(by: deadline) { (session, deadline) throws(ClientError) in
            try session.resolveBatch(keys, into: &results, by: deadline)
        }
    }
}

// Texts: the exchange's code is looked up once and kept, with the generation that answered. An answer of another
// generation proves nothing about it, so then both are asked again; a miss is never kept.
extension LookupClient {
    /// The ids of a venue's own symbol string. One round trip while the tables stay as they are, three after they
    /// changed.
    public func resolve(exchange: String, symbol: String) throws(ClientError) -> SymbolResolution {
        try resolveText(exchange: exchange) { SymbolKey(exchangeId: $0, symbol: symbol) }
    }

    /// The ids of a pair on a venue.
    public func resolve(exchange: String, base: String, quote: String) throws(ClientError) -> SymbolResolution {
        try resolveText(exchange: exchange) { PairKey(exchangeId: $0, base: base, quote: quote) }
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

    private func resolveText(
        exchange code: String, _ makeKey: (UInt16) -> (some FrameKey)?
    ) throws(ClientError) -> SymbolResolution {
        try perform { (session, deadline) throws(ClientError) in
            while true {
                let (status, exchange) = try session.knownExchange(code: code, by: deadline)
                guard let exchange else {
                    return SymbolResolution(status: status.status, generation: status.generation)
                }
                guard let key = makeKey(exchange.id) else {
                    return SymbolResolution(
                        status: .malformed, exchangeId: exchange.id, generation: exchange.generation)
                }
                let resolution = try session.resolve(key, by: deadline)
                if resolution.generation == exchange.generation { return resolution }
                session.exchangeIds.removeAll(keepingCapacity: true)
                if deadline.isOver {
                    throw .timeout(address, operation: "resolve", milliseconds: deadline.milliseconds)
                }
            }
        }
    }

    private func resolveTexts<Text, Key: FrameKey>(
        exchange code: String, _ texts: [Text], _ makeKey: (UInt16, Text) -> Key?
    ) throws(ClientError) -> [SymbolResolution] {
        try perform { (session, deadline) throws(ClientError) in
            while true {
                let (status, exchange) = try session.knownExchange(code: code, by: deadline)
                guard let exchange else {
                    let answer = SymbolResolution(status: status.status, generation: status.generation)
                    return [SymbolResolution](repeating: answer, count: texts.count)
                }
                let malformed = SymbolResolution(
                    status: .malformed, exchangeId: exchange.id, generation: exchange.generation)
                var answers = [SymbolResolution](repeating: malformed, count: texts.count)
                let prepared = texts.indices.compactMap { index in
                    makeKey(exchange.id, texts[index]).map { (index: index, key: $0) }
                }
                guard !prepared.isEmpty else { return answers }
                let (results, generation) = try session.resolveBatch(prepared.map { $0.key }, by: deadline)
                if generation == exchange.generation {
                    for (position, item) in prepared.enumerated() { answers[item.index] = results[position] }
                    return answers
                }
                session.exchangeIds.removeAll(keepingCapacity: true)
                if deadline.isOver {
                    throw .timeout(address, operation: "resolve", milliseconds: deadline.milliseconds)
                }
            }
        }
    }
}

extension SymbolResolution {
    /// Holds the place of an answer to come.
    static let unanswered = SymbolResolution(status: .notLoaded, generation: 0)
}

extension Session {
    /// An exchange's id from memory, else from the server; where there is none, the status and generation that said
    /// so.
    func knownExchange(
        code: String, by deadline: Deadline
    ) throws(ClientError) -> (answer: (status: ResolutionStatus, generation: UInt64), exchange: KnownExchange?) {
        // What fits no text of the field's length is no code.
        guard let text = SymbolText(code) else { return ((.malformed, 0), nil) }
        if let known = exchangeIds[text] { return ((.ok, known.generation), known) }
        let (status, id, generation) = try exchangeResolution(code: code, by: deadline)
        guard status.givesRow else { return ((status, generation), nil) }
        let known = KnownExchange(id: id, generation: generation)
        if exchangeIds.count >= Self.exchangeIdCountMax { exchangeIds.removeAll(keepingCapacity: true) }
        exchangeIds[text] = known
        return ((status, generation), known)
    }
}
