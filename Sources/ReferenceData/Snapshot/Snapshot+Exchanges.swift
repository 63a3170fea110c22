extension Snapshot {
    /// The id of an exchange by its code: the enum value, or else the name; nil when unknown. Case matters. O(1).
    public func exchangeId(code: String) -> UInt16? {
        directory.id(code: code)
    }

    /// The id of an exchange by its code's bytes. O(1), allocates nothing.
    public func exchangeId(code: UnsafeRawBufferPointer) -> UInt16? { directory.id(code: code) }

    /// The exchange of an id. O(1).
    public func exchange(id: UInt16) -> Exchange? { directory.exchange(id: id) }

    /// The exchange of a code: the enum value, or else the name. Case matters. O(1).
    public func exchange(code: String) -> Exchange? { exchangeId(code: code).flatMap { directory.exchange(id: $0) } }

    /// The exchange of a code's bytes, with its status: `ok`, `inactive` (the exchange is given), `unknownExchange`,
    /// `notLoaded`. The flags say `active` and `exchangeActive`, which are one here, and `lastGood`.
    public func exchangeResolution(
        code: UnsafeRawBufferPointer
    ) -> (status: ResolutionStatus, flags: ResolutionFlags, exchange: Exchange?) {
        guard isLoaded else { return (.notLoaded, [], nil) }
        guard let id = directory.id(code: code) else { return (.unknownExchange, [], nil) }
        return exchangeResolution(id: id)
    }

    /// The exchange of an id, with its status: as for a code, and `refused`.
    public func exchangeResolution(
        id: UInt16
    ) -> (status: ResolutionStatus, flags: ResolutionFlags, exchange: Exchange?) {
        guard isLoaded else { return (.notLoaded, [], nil) }
        guard let exchange = directory.exchange(id: id) else {
            return (refusedRows.ledger.contains(.exchange, Int64(id)) ? .refused : .unknownExchange, [], nil)
        }
        return (exchange.isActive ? .ok : .inactive, directory.resolutionFlags(of: exchange), exchange)
    }

    /// Exchanges in id order; nil is every market type.
    public func exchanges(marketType: MarketType?, activeOnly: Bool) -> [Exchange] {
        directory.exchanges.filter {
            (marketType == nil || $0.marketType == marketType) && ($0.isActive || !activeOnly)
        }
    }
}
