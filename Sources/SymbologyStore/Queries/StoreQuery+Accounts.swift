internal import MarketDataStore
internal import PostgreSQL
import ReferenceData

extension StoreQuery where Answer == [AccountBalance] {
    /// The newest balance of each account and asset, in order of exchange, account type and asset.
    ///
    /// - Parameters:
    ///   - exchange: a code; nil is every exchange.
    ///   - accountType: nil is every type.
    ///   - asset: nil is every asset.
    ///   - totalAbove: only where free and locked together are more than this.
    public static func latestBalances(
        exchange: String? = nil, accountType: AccountType? = nil, asset: String? = nil, totalAbove: WideDecimal? = nil
    ) -> StoreQuery {
        StoreQuery { session in
            let result = try session.rows(
                AccountStatements.latestBalances,
                [
                    try session.bound(exchange), .text(optional: accountType?.rawValue), .text(optional: asset),
                    totalAbove.map { .numeric($0.description) } ?? .null,
                ])
            return try result.map { row in try AccountBalance(row) }
        }
    }

    /// What an account held of an asset from a time on and before another, the newest first, at most `limit`.
    public static func balanceHistory(
        exchange: String, accountType: AccountType, asset: String, from: Timestamp, to: Timestamp, limit: Int = 10_000
    ) -> StoreQuery {
        StoreQuery { session in
            let account = try session.account(exchange, accountType, asset, from, to, limit)
            return try session.rows(AccountStatements.balanceHistory, account).map { row in try AccountBalance(row) }
        }
    }
}

extension StoreQuery where Answer == [BalanceChange] {
    /// Why the balance of an account changed, from a time on and before another, the newest first, at most `limit`.
    public static func balanceChanges(
        exchange: String, accountType: AccountType, asset: String, from: Timestamp, to: Timestamp, limit: Int = 10_000
    ) -> StoreQuery {
        StoreQuery { session in
            let account = try session.account(exchange, accountType, asset, from, to, limit)
            return try session.rows(AccountStatements.balanceChanges, account).map { row in try BalanceChange(row) }
        }
    }
}

extension StoreQuery where Answer == [OrderExecution] {
    /// All that is known of an order: its executions in the order of their times, or the order itself.
    public static func order(_ orderId: String, of symbol: SymbolReference) -> StoreQuery {
        StoreQuery { session in
            let symbolId = Int32(clamping: try session.symbolId(symbol))
            return try session.rows(AccountStatements.order, [.int32(symbolId), .text(orderId)])
                .map { row in try OrderExecution(row) }
        }
    }

    /// Executions of orders from a time on and before another, the newest orders first, at most `limit` rows.
    public static func executions(
        of symbols: SymbolSelection, from: Timestamp, to: Timestamp, limit: Int = 10_000
    ) -> StoreQuery {
        StoreQuery { session in
            let parameters = [
                try session.bound(symbols), try .moment(from), try .moment(to), .int64(Int64(max(0, limit))),
            ]
            return try session.rows(AccountStatements.executions, parameters).map { row in try OrderExecution(row) }
        }
    }

    /// The newest row of each order that still stands, the newest orders first, at most `limit`.
    public static func openOrders(of symbols: SymbolSelection, limit: Int = 10_000) -> StoreQuery {
        StoreQuery { session in
            let parameters = [try session.bound(symbols), .int64(Int64(max(0, limit)))]
            return try session.rows(AccountStatements.openOrders, parameters).map { row in try OrderExecution(row) }
        }
    }
}

extension StoreQuery where Answer == [OrderStatusChange] {
    /// How the status of an order went, the oldest first.
    public static func statusHistory(ofOrder orderId: String, of symbol: SymbolReference) -> StoreQuery {
        StoreQuery { session in
            let symbolId = Int32(clamping: try session.symbolId(symbol))
            return try session.rows(AccountStatements.statusHistory, [.int32(symbolId), .text(orderId)])
                .map { row in try OrderStatusChange(row) }
        }
    }
}

extension StoreQuery where Answer == Int64 {
    /// Writes what is known of an order now and gives the id of the row: the order's own row becomes that of its first
    /// execution or of its end, an execution that is known is overwritten, any other gets a row of its own. May be
    /// repeated.
    public static func recordExecution(_ execution: OrderExecution) -> StoreQuery {
        StoreQuery { session in
            var fields = RowFields(.bound)
            try execution.write(to: &fields)
            let result = try session.change(AccountStatements.recordExecution, fields.bound)
            guard result.rowCount > 0 else { throw MarketStoreError.unexpectedResult("no row was written") }
            return try ResultRow(result: result, row: 0).int64(0)
        }
    }
}

/// A table whose old rows may be removed by age. Market data are better removed by the partition: `symbology partitions
/// --keep`.
public enum AgedTable: Sendable, Hashable {
    /// Quotes of these symbols; nil is all of them.
    case bookTickers(SymbolSelection?)
    /// Trades of these symbols; nil is all of them.
    case trades(SymbolSelection?)
    /// By the time of the balance.
    case accountBalances
    /// By the time of the change.
    case balanceChanges
    /// By the time of the order.
    case orderExecutions
    /// By the time of the change.
    case orderStatusHistory
}

extension StoreQuery where Answer == Int {
    /// Removes the rows that are older than a time, 10,000 a transaction, and counts them. What was removed before an
    /// error stays removed. A row that a legacy table still has is missed by the next `backfill --verify`. Needs
    /// DELETE, which `symbology_manager` does not have.
    public static func removeRows(of table: AgedTable, before time: Timestamp) -> StoreQuery {
        StoreQuery { session in
            let (statement, parameters) = try session.removal(of: table, before: time)
            var count = 0
            while true {
                let removed = try session.change(statement, parameters + [.int64(removalRowCount)]).affectedRowCount
                count += removed
                if removed == 0 { return count }
            }
        }
    }
}

private let removalRowCount: Int64 = 10_000

extension StoreSession {
    fileprivate func account(
        _ exchange: String, _ type: AccountType, _ asset: String, _ from: Timestamp, _ to: Timestamp, _ limit: Int
    ) throws(MarketStoreError) -> [Parameter] {
        [
            try bound(exchange), .text(type.rawValue), .text(asset), try .moment(from),
            try .moment(to), .int64(Int64(max(0, limit))),
        ]
    }

    fileprivate func removal(
        of table: AgedTable, before time: Timestamp
    ) throws(MarketStoreError) -> (Statement, [Parameter]) {
        let moment = try Parameter.moment(time)
        func snapshots(
            _ statements: SnapshotStatements, _ symbols: SymbolSelection?
        ) throws(MarketStoreError) -> (Statement, [Parameter]) {
            guard let symbols else { return (statements.removal, [.null, moment]) }
            return (statements.removal, [try bound(symbols), moment])
        }
        switch table {
        case .bookTickers(let symbols): return try snapshots(.bookTickers, symbols)
        case .trades(let symbols): return try snapshots(.trades, symbols)
        case .accountBalances: return (AccountStatements.removal(.accountBalances), [moment])
        case .balanceChanges: return (AccountStatements.removal(.balanceChanges), [moment])
        case .orderExecutions: return (AccountStatements.removal(.orderExecutions), [moment])
        case .orderStatusHistory: return (AccountStatements.removal(.orderStatusHistory), [moment])
        }
    }
}
