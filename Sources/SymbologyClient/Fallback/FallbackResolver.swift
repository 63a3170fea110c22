import ReferenceData

/// Where an answer came from.
public enum AnswerSource: String, Sendable, Hashable, CaseIterable {
    case server
    case replica
    case database
}

/// Why neither of two resolvers answered.
public enum FallbackError<Primary: Error, Secondary: Error>: Error {
    /// The first one failed in a way that asking elsewhere does not cure, such as the wrong environment.
    case primary(Primary)
    /// The first one cannot be reached (nil: it has nothing loaded yet), and the second failed too.
    case both(primary: Primary?, secondary: Secondary)
}

extension FallbackError: Sendable where Primary: Sendable, Secondary: Sendable {}

extension FallbackError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .primary(let error): "\(error)"
        case .both(let primary?, let secondary): "\(primary); and the fallback failed: \(secondary)"
        case .both(nil, let secondary): "nothing is loaded yet, and the fallback failed: \(secondary)"
        }
    }
}

/// Asks one resolver, and another one for as long as the first cannot be reached: a server or replica, and the
/// database, whose resolver the program brings along (the client knows no database).
///
/// Falls back on the errors that the program names as such and on the answer "not loaded"; every other error, and
/// every other answer, unknown symbols included, is final. After a failure the first is left alone for a pause, so that
/// not every lookup waits for its timeout; it is asked again earlier when the second fails too. `source` says where the
/// latest answer came from: one from the database has generation 0. Not Sendable: one thread uses it at a time.
public struct FallbackResolver<Primary: SymbolResolving, Secondary: SymbolResolving>: SymbolResolving {
    public typealias Failure = FallbackError<Primary.Failure, Secondary.Failure>

    /// How the two are made and told apart.
    public struct Options {
        public var primarySource = AnswerSource.server
        public var secondarySource = AnswerSource.database
        /// How long the first is left alone after a failure.
        public var pauseMilliseconds = 1_000

        public init() {}
    }

    /// Of the latest answer; nil before the first.
    public private(set) var source: AnswerSource?

    private let options: Options
    private let makePrimary: () throws(Primary.Failure) -> Primary
    private let makeSecondary: () throws(Secondary.Failure) -> Secondary
    private let isUnreachable: (Primary.Failure) -> Bool
    private var primary: Primary?
    private var secondary: Secondary?
    /// While the first is left alone: until when, and what it said last.
    private var pauseEnd: UInt64 = 0
    private var lastFailure: Primary.Failure?
    /// Nanoseconds of a clock that never goes back; tests bring their own.
    package var now: () -> UInt64 = Deadline.now

    /// - Parameters:
    ///   - isUnreachable: whether an error of the first means that the second shall be asked.
    ///   - primary: makes the first when it is needed, and again after it could not be made.
    ///   - secondary: makes the second when it is needed, and again after it failed.
    public init(
        options: Options = Options(), isUnreachable: @escaping (Primary.Failure) -> Bool,
        primary: @escaping () throws(Primary.Failure) -> Primary,
        secondary: @escaping () throws(Secondary.Failure) -> Secondary
    ) {
        self.options = options
        self.isUnreachable = isUnreachable
        makePrimary = primary
        makeSecondary = secondary
    }

    // MARK: - Asking

    private mutating func ask<Value>(
        isAnswer: (Value) -> Bool,
        _ askPrimary: (inout Primary) throws(Primary.Failure) -> Value,
        _ askSecondary: (inout Secondary) throws(Secondary.Failure) -> Value
    ) throws(Failure) -> Value {
        let isPaused = now() < pauseEnd
        var unloaded: Value?
        if !isPaused {
            if let value = try fromPrimary(askPrimary) {
                if isAnswer(value) { return value }
                unloaded = value
                pause(after: nil)
            }
        }
        do throws(Secondary.Failure) {
            if secondary == nil { secondary = try makeSecondary() }
            let value = try askSecondary(&secondary!)
            source = options.secondarySource
            return value
        } catch {
            secondary = nil
            if isPaused, let value = try fromPrimary(askPrimary) {
                if isAnswer(value) { return value }
                unloaded = value
                pause(after: nil)
            }
            if let unloaded {
                source = options.primarySource
                return unloaded
            }
            throw .both(primary: lastFailure, secondary: error)
        }
    }

    /// Nil when it cannot be reached; then the pause has begun.
    private mutating func fromPrimary<Value>(
        _ ask: (inout Primary) throws(Primary.Failure) -> Value
    ) throws(Failure) -> Value? {
        do throws(Primary.Failure) {
            if primary == nil { primary = try makePrimary() }
            let value = try ask(&primary!)
            source = options.primarySource
            pauseEnd = 0
            lastFailure = nil
            return value
        } catch {
            guard isUnreachable(error) else { throw .primary(error) }
            pause(after: error)
            return nil
        }
    }

    private mutating func pause(after failure: Primary.Failure?) {
        lastFailure = failure
        pauseEnd = Deadline.after(milliseconds: options.pauseMilliseconds, since: now()).nanoseconds
    }

    /// An empty list does not say why it is empty.
    private static func hasNothingLoaded(_ resolver: inout Primary) throws(Primary.Failure) -> Bool {
        try resolver.exchange(id: 1).status == .notLoaded
    }
}

extension FallbackResolver {
    public mutating func resolve(exchange: String, symbol: String) throws(Failure) -> SymbolResolution {
        try ask(
            isAnswer: { $0.status != .notLoaded },
            { resolver throws(Primary.Failure) in
                try resolver.resolve(exchange: exchange, symbol: symbol)
            },
            { resolver throws(Secondary.Failure) in
                try resolver.resolve(exchange: exchange, symbol: symbol)
            })
    }

    public mutating func resolve(exchange: String, base: String, quote: String) throws(Failure) -> SymbolResolution {
        try ask(
            isAnswer: { $0.status != .notLoaded },
            { resolver throws(Primary.Failure) in
                try resolver.resolve(exchange: exchange, base: base, quote: quote)
            },
            { resolver throws(Secondary.Failure) in
                try resolver.resolve(exchange: exchange, base: base, quote: quote)
            })
    }

    public mutating func exchange(code: String) throws(Failure) -> ExchangeLookup {
        try ask(
            isAnswer: { $0.status != .notLoaded },
            { resolver throws(Primary.Failure) in
                try resolver.exchange(code: code)
            },
            { resolver throws(Secondary.Failure) in
                try resolver.exchange(code: code)
            })
    }

    public mutating func exchange(id: UInt16) throws(Failure) -> ExchangeLookup {
        try ask(
            isAnswer: { $0.status != .notLoaded },
            { resolver throws(Primary.Failure) in
                try resolver.exchange(id: id)
            },
            { resolver throws(Secondary.Failure) in
                try resolver.exchange(id: id)
            })
    }

    public mutating func exchanges(marketType: MarketType?, activeOnly: Bool) throws(Failure) -> [Exchange] {
        try ask(
            isAnswer: { $0 != nil },
            { resolver throws(Primary.Failure) -> [Exchange]? in
                let found = try resolver.exchanges(marketType: marketType, activeOnly: activeOnly)
                if found.isEmpty, try Self.hasNothingLoaded(&resolver) { return nil }
                return found
            },
            { resolver throws(Secondary.Failure) in
                try resolver.exchanges(marketType: marketType, activeOnly: activeOnly)
            }) ?? []
    }

    public mutating func symbol(id: UInt32) throws(Failure) -> SymbolLookup {
        try ask(
            isAnswer: { $0.status != .notLoaded },
            { resolver throws(Primary.Failure) in
                try resolver.symbol(id: id)
            },
            { resolver throws(Secondary.Failure) in
                try resolver.symbol(id: id)
            })
    }

    public mutating func symbols(
        exchange: String?, activeOnly: Bool, afterSymbolId: UInt32, limit: Int
    ) throws(Failure) -> SymbolPage {
        try ask(
            isAnswer: { $0.status != .notLoaded },
            { resolver throws(Primary.Failure) in
                try resolver.symbols(
                    exchange: exchange, activeOnly: activeOnly, afterSymbolId: afterSymbolId, limit: limit)
            },
            { resolver throws(Secondary.Failure) in
                try resolver.symbols(
                    exchange: exchange, activeOnly: activeOnly, afterSymbolId: afterSymbolId, limit: limit)
            })
    }

    public mutating func find(base: String, quote: String) throws(Failure) -> [Symbol] {
        try ask(
            isAnswer: { $0 != nil },
            { resolver throws(Primary.Failure) -> [Symbol]? in
                let found = try resolver.find(base: base, quote: quote)
                if found.isEmpty, try Self.hasNothingLoaded(&resolver) { return nil }
                return found
            },
            { resolver throws(Secondary.Failure) in
                try resolver.find(base: base, quote: quote)
            }) ?? []
    }

    public mutating func search(
        _ text: String, mode: SearchMode, exchange: String?, activeOnly: Bool, limit: Int
    ) throws(Failure) -> SymbolPage {
        try ask(
            isAnswer: { $0.status != .notLoaded },
            { resolver throws(Primary.Failure) in
                try resolver.search(text, mode: mode, exchange: exchange, activeOnly: activeOnly, limit: limit)
            },
            { resolver throws(Secondary.Failure) in
                try resolver.search(text, mode: mode, exchange: exchange, activeOnly: activeOnly, limit: limit)
            })
    }
}

extension FallbackResolver where Primary == LookupClient {
    /// A server, and something else for as long as it is away, does not answer in time or has nothing loaded. The
    /// server need not be there yet.
    ///
    /// - Parameter client: its `reconnects` is switched off: whoever has a fallback does not wait for a reconnection.
    public init(
        _ address: ServerAddress, client: ClientOptions = ClientOptions(), options: Options = Options(),
        secondary: @escaping () throws(Secondary.Failure) -> Secondary
    ) {
        var client = client
        client.reconnects = false
        self.init(
            options: options, isUnreachable: { $0.isServerAway },
            primary: { [client] () throws(ClientError) in try LookupClient(address, options: client) },
            secondary: secondary)
    }
}

extension ClientError {
    /// Whether the same question may well be answered elsewhere: the server is away, ending, full, too slow, has ended
    /// the connection because nothing was asked, or has loaded nothing yet. A server of another environment, a refused
    /// option or broken frames are no such thing.
    public var isServerAway: Bool {
        switch self {
        case .notReachable, .serverClosed, .timeout, .notLoaded: true
        case .rejected(_, let reason, _): reason.endsConnectionAlone || reason == .tooManyClients
        default: false
        }
    }
}
