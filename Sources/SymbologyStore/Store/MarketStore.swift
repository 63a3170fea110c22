internal import Platform
internal import PostgreSQL
import ReferenceData

/// Market data, balances, orders and what follows from them, in the database: written and read by symbol.
///
/// ```swift
/// import SymbologyClient
/// import SymbologyStore
///
/// let replica = try Replica(.unix(path: "/run/symbology/symbology.sock"))
/// let store = try MarketStore("service=marketdata") { replica.reader() }
///
/// let quote = LegacyBookTicker(
///     exchange: "GATEIO_SPOT", symbolBase: "BTC", symbolQuote: "USDT", bidPrice: WideDecimal("67000.1")!,
///     bidQuantity: WideDecimal("0.5")!, askPrice: WideDecimal("67000.2")!, askQuantity: WideDecimal("2")!, time: now)
/// try store.insert(named: [quote])
///
/// let btc = SymbolReference.pair(exchange: "GATEIO_SPOT", base: "BTC", quote: "USDT")
/// for ticker in try store.run(.latestBookTickers(of: .symbol(btc))) { print(ticker.time, try ticker.spread) }
/// for opportunity in try await store.run(.arbitrageOpportunities()) { print(opportunity) }
/// ```
///
/// What is asked is a `StoreQuery`; `run` and `insert` wait for the answer, blocking their thread, or, in a task, on a
/// thread of the store's own. Operations share a small pool of connections; everything about it has a maximum, see
/// `MarketStoreOptions`. Names are looked up without a join: by what the store was given, or else in the database
/// itself. Thread-safe. It ends with `close`, or with its last reference.
public final class MarketStore: Sendable {
    let pool: SessionPool
    private let threads: TaskThreads

    /// A store that asks the database itself for names: a round trip of some hundred microseconds each.
    ///
    /// - Parameters:
    ///   - database: a libpq connection string or URL without a password; nil is libpq's environment.
    ///   - options: the maxima.
    /// - Throws: `configuration`. Nobody connects yet.
    public convenience init(
        _ database: String?, options: MarketStoreOptions = MarketStoreOptions()
    ) throws(MarketStoreError) {
        try self.init(database, options, nil)
    }

    /// A store that asks something else for names: a replica in the process, a server, or a `FallbackResolver`.
    ///
    /// - Parameters:
    ///   - database: a libpq connection string or URL without a password; nil is libpq's environment.
    ///   - options: the maxima.
    ///   - makeResolver: called once for each connection, and again after it failed. One thread at a time uses what it
    ///     makes.
    /// - Throws: `configuration`. Nobody connects yet.
    public convenience init<Resolver: SymbolResolving>(
        _ database: String?, options: MarketStoreOptions = MarketStoreOptions(),
        makeResolver: @escaping @Sendable () throws -> Resolver
    ) throws(MarketStoreError) {
        try self.init(database, options, makeResolver)
    }

    private init(
        _ database: String?, _ options: MarketStoreOptions,
        _ makeResolver: (@Sendable () throws -> any SymbolResolving)?
    ) throws(MarketStoreError) {
        try options.check()
        do {
            pool = try SessionPool(ConnectionTarget(conninfo: database), options, makeResolver)
        } catch {
            throw MarketStoreError(any: error)
        }
        threads = TaskThreads(countMax: options.connectionCountMax)
    }

    deinit { close() }

    /// How busy it is now.
    public var use: MarketStoreUse { pool.use }

    /// Ends its connections, those in use when they come back. Whoever waits, or asks later, is told `closed`.
    public func close() {
        threads.close()
        pool.close()
    }

    /// Asks, and waits for the answer on the calling thread.
    /// - Throws: `tooManyWaiting`, `waitedTooLong`, `closed` where there was no connection for it; all else is of the
    ///   query.
    @available(*, noasync, message: "blocks its thread: a task awaits the other form")
    public func run<Answer>(_ query: StoreQuery<Answer>) throws(MarketStoreError) -> Answer {
        try pool.withSession(by: deadline, isQueued: false, query.body)
    }

    /// Asks, and waits for the answer without holding a thread of the caller's.
    /// - Throws: as the blocking form; `cancelled` when the task was cancelled before its turn came. A statement that
    ///   has begun is waited for.
    public func run<Answer>(_ query: StoreQuery<Answer>) async throws(MarketStoreError) -> Answer {
        try await detached { pool, deadline throws(MarketStoreError) in
            try pool.withSession(by: deadline, isQueued: true, query.body)
        }
    }

    var deadline: Deadline { .after(milliseconds: pool.options.waitMilliseconds) }

    /// Runs `body` on a thread of the store's own, once a place in the queue is had.
    func detached<Answer: Sendable>(
        _ body: @escaping @Sendable (SessionPool, Deadline) throws(MarketStoreError) -> Answer
    ) async throws(MarketStoreError) -> Answer {
        let (pool, deadline) = (pool, deadline)
        try pool.enqueue()
        let outcome = await threads.run { isCancelled -> Result<Answer, MarketStoreError> in
            pool.dequeue()
            if isCancelled { return .failure(.cancelled) }
            return Result { () throws(MarketStoreError) in try body(pool, deadline) }
        }
        return try outcome.get()
    }
}

/// Something to ask a `MarketStore`: what is there is found under the answers' types, `.latestBookTickers(of:)` for
/// instance. A value: it may be kept and asked again.
public struct StoreQuery<Answer: Sendable>: Sendable {
    let body: @Sendable (StoreSession) throws -> Answer

    init(_ body: @escaping @Sendable (StoreSession) throws -> Answer) { self.body = body }
}
