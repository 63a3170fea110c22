import Platform
import ReferenceData

/// Where an answer came from.
public enum AnswerSource: String, Sendable, Hashable, CaseIterable {
    /// A server, over a connection.
    case server
    /// A replica in this process.
    case replica
    /// The database itself.
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
    /// Both errors, in one line.
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
/// Falls back on the errors that the program names as such and on the status `notLoaded`; every other error, and every
/// other answer, unknown symbols and empty lists included, is final. After a failure the first is left alone for a
/// pause, so that not every lookup waits for its timeout; it is asked again earlier when the second fails too. `source`
/// says where the latest answer came from: one from the database has generation 0. Not Sendable: one thread uses it at
/// a time.
///
/// ```swift
/// // A server, and the replica's last state for as long as the server is away.
/// let replica = try Replica(address)
/// var resolver = FallbackResolver(address) { () throws(Never) in replica.reader() }
/// let answer = try resolver.resolve(exchange: "GATEIO_SPOT", symbol: "BTC_USDT")
/// if resolver.source != .server { print("the server is away") }
/// ```
public struct FallbackResolver<Primary: SymbolResolving, Secondary: SymbolResolving>: SymbolResolving {
    /// The error when neither answers.
    public typealias Failure = FallbackError<Primary.Failure, Secondary.Failure>

    /// How the two are named in `source`, and how long the first is left alone.
    public struct Options {
        /// The name of the first in `source`.
        public var primarySource = AnswerSource.server
        /// The name of the second in `source`.
        public var secondarySource = AnswerSource.database
        /// How long the first is left alone after a failure.
        public var pauseMilliseconds = 1_000

        /// A server first, and the database for as long as that is away.
        public init() {}
    }

    /// The source of the latest answer; nil before the first.
    public private(set) var source: AnswerSource?

    private let options: Options
    private let makePrimary: () throws(Primary.Failure) -> Primary
    private let makeSecondary: () throws(Secondary.Failure) -> Secondary
    private let isUnreachable: (Primary.Failure) -> Bool
    /// A `Primary` and a `Secondary`, once they are made. Of no type that tells them apart, so that one question can be
    /// put to both.
    private var primary: (any SymbolResolving)?
    private var secondary: (any SymbolResolving)?
    /// While the first is left alone: until when, and what it said last.
    private var pauseEnd: UInt64 = 0
    private var lastFailure: Primary.Failure?
    /// Nanoseconds of a clock that never goes back; tests bring their own.
    package var now: () -> UInt64 = MonotonicClock.nanoseconds

    /// Asks nobody yet.
    ///
    /// - Parameters:
    ///   - options: how the two are named, and how long the first is left alone.
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

    /// Asks the first, and where it cannot say, the second.
    ///
    /// - Parameter question: throws nothing but the resolver's `Failure`.
    private mutating func ask<Answer: LookupAnswer>(
        _ question: (inout any SymbolResolving) throws -> Answer
    ) throws(Failure) -> Answer {
        let isPaused = now() < pauseEnd
        var unloaded: Answer?
        if !isPaused, let answer = try askPrimary(question) {
            if answer.status != .notLoaded { return answer }
            unloaded = answer
        }
        do {
            if secondary == nil { secondary = try makeSecondary() }
            let answer = try question(&secondary!)
            source = options.secondarySource
            return answer
        } catch {
            secondary = nil
            if isPaused, let answer = try askPrimary(question) {
                if answer.status != .notLoaded { return answer }
                unloaded = answer
            }
            if let unloaded {
                source = options.primarySource
                return unloaded
            }
            throw .both(primary: lastFailure, secondary: error as! Secondary.Failure)
        }
    }

    /// Nil when it cannot be reached. Then, and when it has nothing loaded, the pause has begun.
    private mutating func askPrimary<Answer: LookupAnswer>(
        _ question: (inout any SymbolResolving) throws -> Answer
    ) throws(Failure) -> Answer? {
        do {
            if primary == nil { primary = try makePrimary() }
            let answer = try question(&primary!)
            source = options.primarySource
            lastFailure = nil
            pauseEnd = answer.status == .notLoaded ? nextPauseEnd : 0
            return answer
        } catch {
            let failure = error as! Primary.Failure
            guard isUnreachable(failure) else { throw .primary(failure) }
            (lastFailure, pauseEnd) = (failure, nextPauseEnd)
            return nil
        }
    }

    private var nextPauseEnd: UInt64 {
        Deadline.after(milliseconds: options.pauseMilliseconds, since: now()).nanoseconds
    }
}

extension FallbackResolver {
    /// The ids of a venue's own symbol string.
    public mutating func resolve(exchange: String, symbol: String) throws(Failure) -> SymbolResolution {
        try ask { try $0.resolve(exchange: exchange, symbol: symbol) }
    }

    /// The ids of a pair on a venue.
    public mutating func resolve(exchange: String, base: String, quote: String) throws(Failure) -> SymbolResolution {
        try ask { try $0.resolve(exchange: exchange, base: base, quote: quote) }
    }

    /// The ids of a unified name on a venue.
    public mutating func resolve(exchange: String, unifiedName: String) throws(Failure) -> SymbolResolution {
        try ask { try $0.resolve(exchange: exchange, unifiedName: unifiedName) }
    }

    /// The exchange of a code, the enum value or else the name.
    public mutating func exchange(code: String) throws(Failure) -> ExchangeLookup {
        try ask { try $0.exchange(code: code) }
    }

    /// The exchange of an id.
    public mutating func exchange(id: UInt16) throws(Failure) -> ExchangeLookup {
        try ask { try $0.exchange(id: id) }
    }

    /// Every exchange in id order; nil is every market type.
    public mutating func exchanges(marketType: MarketType?, activeOnly: Bool) throws(Failure) -> ExchangePage {
        try ask { try $0.exchanges(marketType: marketType, activeOnly: activeOnly) }
    }

    /// The symbol of an id.
    public mutating func symbol(id: UInt32) throws(Failure) -> SymbolLookup {
        try ask { try $0.symbol(id: id) }
    }

    /// Symbols in id order after one id; nil is every exchange.
    public mutating func symbols(
        exchange: String?, activeOnly: Bool, afterSymbolId: UInt32, limit: Int
    ) throws(Failure) -> SymbolPage {
        try ask {
            try $0.symbols(exchange: exchange, activeOnly: activeOnly, afterSymbolId: afterSymbolId, limit: limit)
        }
    }

    /// The symbols of a pair on all exchanges.
    public mutating func find(
        base: String, quote: String, kinds: InstrumentKinds, activeOnly: Bool, afterSymbolId: UInt32, limit: Int
    ) throws(Failure) -> SymbolPage {
        try ask {
            try $0.find(
                base: base, quote: quote, kinds: kinds, activeOnly: activeOnly, afterSymbolId: afterSymbolId,
                limit: limit)
        }
    }

    /// The contracts of a pair; nil is every exchange.
    public mutating func contracts(
        exchange: String?, base: String, quote: String, kinds: InstrumentKinds, expiresFrom: Timestamp,
        expiresTo: Timestamp, activeOnly: Bool, afterSymbolId: UInt32, limit: Int
    ) throws(Failure) -> SymbolPage {
        try ask {
            try $0.contracts(
                exchange: exchange, base: base, quote: quote, kinds: kinds, expiresFrom: expiresFrom,
                expiresTo: expiresTo, activeOnly: activeOnly, afterSymbolId: afterSymbolId, limit: limit)
        }
    }

    /// Symbols whose string, base or quote match, best first; nil is every exchange.
    public mutating func search(
        _ text: String, mode: SearchMode, exchange: String?, activeOnly: Bool, limit: Int
    ) throws(Failure) -> SymbolPage {
        try ask { try $0.search(text, mode: mode, exchange: exchange, activeOnly: activeOnly, limit: limit) }
    }
}

extension FallbackResolver where Primary == LookupClient {
    /// A server, and something else for as long as it is away, does not answer in time or has nothing loaded. The
    /// server need not be there yet.
    ///
    /// - Parameters:
    ///   - address: where the server listens.
    ///   - client: its `reconnects` is switched off: whoever has a fallback does not wait for a reconnection.
    ///   - options: how the two are named, and how long the server is left alone.
    ///   - secondary: makes the second when it is needed, and again after it failed.
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
