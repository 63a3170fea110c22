/// A row of one of the tables that programs write: `BookTicker`, `Trade`, `AccountBalance`, `BalanceChange`,
/// `OrderExecution`, `OrderStatusChange`.
public protocol StorableRow: Sendable {
    /// The table that it is a row of.
    static var table: StoredTable { get }

    /// Appends its columns in the order of the table.
    /// - Throws: `number` for one that the column would round or refuse, `invalid` for any other value that none takes.
    func write(to fields: inout RowFields) throws(MarketStoreError)
}

/// A row that spells its symbol out, and is stored by the id of that: `LegacyBookTicker`, `LegacyTrade`.
public protocol NamedRow: Sendable {
    /// The row that is stored.
    associatedtype Stored: StorableRow

    /// The symbol, as it is looked up.
    var symbol: SymbolReference { get }

    /// The row by the id of its symbol.
    func stored(symbolId: UInt32) -> Stored
}
