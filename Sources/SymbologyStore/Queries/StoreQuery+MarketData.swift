internal import MarketDataStore
internal import PostgreSQL
import ReferenceData

extension StoreQuery where Answer == [BookTicker] {
    /// The newest quote of each symbol that has any, in order of their ids. O(symbols × partitions) index look-ups.
    public static func latestBookTickers(of symbols: SymbolSelection) -> StoreQuery {
        StoreQuery { try Snapshots.bookTickers.latest($0, symbols).map { row in try BookTicker(row) } }
    }

    /// Quotes from a time on and before another, in order of time and id, at most `limit`.
    /// - Parameter afterId: of those at `from` itself, only what has a greater id: with the time and the id of the last
    ///   row of one page, the next page begins behind it.
    public static func bookTickers(
        of symbols: SymbolSelection, from: Timestamp, to: Timestamp, afterId: Int64 = .min, limit: Int = 10_000
    ) -> StoreQuery {
        StoreQuery {
            try Snapshots.bookTickers.range($0, symbols, from, to, afterId, limit).map { row in try BookTicker(row) }
        }
    }
}

extension StoreQuery where Answer == [Trade] {
    /// The newest trade of each symbol that has any, in order of their ids. O(symbols × partitions) index look-ups.
    public static func latestTrades(of symbols: SymbolSelection) -> StoreQuery {
        StoreQuery { try Snapshots.trades.latest($0, symbols).map { row in try Trade(row) } }
    }

    /// Trades from a time on and before another, as `bookTickers(of:from:to:afterId:limit:)`.
    public static func trades(
        of symbols: SymbolSelection, from: Timestamp, to: Timestamp, afterId: Int64 = .min, limit: Int = 10_000
    ) -> StoreQuery {
        StoreQuery { try Snapshots.trades.range($0, symbols, from, to, afterId, limit).map { row in try Trade(row) } }
    }
}

/// A row that stands for a step of time.
public struct Sample<Row: Sendable & Hashable>: Sendable, Hashable {
    /// When the step begins.
    public let start: Timestamp
    /// The newest row of the step.
    public let row: Row
}

extension StoreQuery where Answer == [Sample<BookTicker>] {
    /// The newest quote of each step of time in which there is one, by symbol id and time. Each step costs an index
    /// look-up, however many quotes lie in it; at most 100,000 steps.
    /// - Parameter stepMilliseconds: how long a step is; the first begins at `from`.
    public static func sampledBookTickers(
        of symbols: SymbolSelection, from: Timestamp, to: Timestamp, stepMilliseconds: Int
    ) -> StoreQuery {
        StoreQuery { session in
            try Snapshots.bookTickers.sampled(session, symbols, from, to, stepMilliseconds).map { row in
                Sample(start: try row.time(8), row: try BookTicker(row))
            }
        }
    }
}

extension StoreQuery where Answer == [Sample<Trade>] {
    /// The newest trade of each step of time, as `sampledBookTickers`.
    public static func sampledTrades(
        of symbols: SymbolSelection, from: Timestamp, to: Timestamp, stepMilliseconds: Int
    ) -> StoreQuery {
        StoreQuery { session in
            try Snapshots.trades.sampled(session, symbols, from, to, stepMilliseconds).map { row in
                Sample(start: try row.time(11), row: try Trade(row))
            }
        }
    }
}

extension StoreQuery where Answer == [BookTickerStatistics] {
    /// Numbers about the quotes of each symbol from a time on and before another. O(quotes).
    public static func bookTickerStatistics(
        of symbols: SymbolSelection, from: Timestamp, to: Timestamp
    ) -> StoreQuery {
        StoreQuery {
            try Snapshots.bookTickers.statistics($0, symbols, from, to).map { row in try Answer.Element(row) }
        }
    }
}

extension StoreQuery where Answer == [TradeStatistics] {
    /// Numbers about the trades of each symbol from a time on and before another. O(trades).
    public static func tradeStatistics(of symbols: SymbolSelection, from: Timestamp, to: Timestamp) -> StoreQuery {
        StoreQuery { try Snapshots.trades.statistics($0, symbols, from, to).map { row in try Answer.Element(row) } }
    }
}

extension StoreQuery where Answer == [UInt32] {
    /// The ids of symbols, in their order: to make rows of. All that are unknown are named together.
    public static func symbolIds(of symbols: [SymbolReference]) -> StoreQuery {
        StoreQuery { try $0.symbolIds(symbols) }
    }
}

extension StoreQuery where Answer == UInt16 {
    /// The id of an exchange, by its code.
    public static func exchangeId(of code: String) -> StoreQuery { StoreQuery { try $0.exchangeId(code) } }
}

/// Asks one of the two tables.
private struct Snapshots {
    let statements: SnapshotStatements

    static let bookTickers = Snapshots(statements: .bookTickers)
    static let trades = Snapshots(statements: .trades)

    /// More steps than anybody looks at, and each is a look-up.
    private static let stepCountMax: Int64 = 100_000

    func latest(_ session: StoreSession, _ symbols: SymbolSelection) throws(MarketStoreError) -> QueryResult {
        try session.rows(statements.latest, [try session.bound(symbols)])
    }

    func range(
        _ session: StoreSession, _ symbols: SymbolSelection, _ from: Timestamp, _ to: Timestamp, _ afterId: Int64,
        _ limit: Int
    ) throws(MarketStoreError) -> QueryResult {
        let symbols = try session.bound(symbols)
        return try session.rows(
            statements.range,
            [symbols, try .moment(from), try .moment(to), .int64(Int64(max(0, limit))), .int64(afterId)])
    }

    func statistics(
        _ session: StoreSession, _ symbols: SymbolSelection, _ from: Timestamp, _ to: Timestamp
    ) throws(MarketStoreError) -> QueryResult {
        try session.rows(statements.statistics, [try session.bound(symbols), try .moment(from), try .moment(to)])
    }

    func sampled(
        _ session: StoreSession, _ symbols: SymbolSelection, _ from: Timestamp, _ to: Timestamp,
        _ stepMilliseconds: Int
    ) throws(MarketStoreError) -> QueryResult {
        let (start, isBefore) = to.microsecondsSince1970.subtractingReportingOverflow(from.microsecondsSince1970)
        let (step, isOverflow) = Int64(stepMilliseconds).multipliedReportingOverflow(by: 1_000)
        guard step > 0, !isOverflow, !isBefore, start / step <= Self.stepCountMax else {
            throw .invalid(
                "a step of \(stepMilliseconds) ms cuts the time into none, or more than \(Self.stepCountMax) steps")
        }
        return try session.rows(
            statements.sampled, [try session.bound(symbols), try .moment(from), try .moment(to), .int64(step)])
    }
}

extension Parameter {
    /// A time that must be there.
    static func moment(_ time: Timestamp) throws(MarketStoreError) -> Parameter {
        guard let moment = time.microsecondsSince2000 else { throw .invalid("a time is absent") }
        return .timestamp(microsecondsSince2000: moment)
    }
}
