import ReferenceData

/// Every exchange, and how many there are.
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

/// How many symbols there are.
public struct SymbolStatistics: Sendable, Hashable {
    public var totalCount = 0
    public var activeCount = 0
    public var exchangeCount = 0
    public var aliasCount = 0
    public var lastUpdate: Timestamp = .absent
    public var lastSeen: Timestamp = .absent
}
