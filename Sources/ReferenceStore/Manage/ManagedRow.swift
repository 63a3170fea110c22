import ReferenceData

/// An exchange as the table has it now, with the version to name in an update.
public struct ManagedExchange: Sendable, Hashable {
    public let exchange: Exchange
    public let version: RowVersion
}

/// A symbol as the table has it now, with the version to name in an update.
public struct ManagedSymbol: Sendable, Hashable {
    public let symbol: SymbolRecord
    /// The code of its exchange.
    public let exchangeCode: String
    public let version: RowVersion
}

/// A row before and after.
public struct ManagedChange<Row: Sendable & Hashable>: Sendable, Hashable {
    public let before: Row
    public let after: Row

    /// False where the row said so already: nothing was written then.
    public var isChange: Bool { before != after }
}

/// What ensuring did.
public struct EnsuredRows<Row: Sendable & Hashable, Key: Sendable & Hashable>: Sendable, Hashable {
    /// What was missing.
    public var inserted: [Row] = []
    /// What was there already, whatever its other columns say; not touched.
    public var present: [Key] = []
}

public struct ExchangeStatistics: Sendable, Hashable {
    public var totalCount = 0
    public var activeCount = 0
    public var spotCount = 0
    public var futuresCount = 0
    public var optionsCount = 0
    /// Absent when there is none.
    public var lastUpdate: Timestamp = .absent
    /// In the order of their ids.
    public var list: [ManagedExchange] = []
}

public struct SymbolStatistics: Sendable, Hashable {
    public var totalCount = 0
    public var activeCount = 0
    public var exchangeCount = 0
    public var aliasCount = 0
    public var lastUpdate: Timestamp = .absent
    public var lastSeen: Timestamp = .absent
}
