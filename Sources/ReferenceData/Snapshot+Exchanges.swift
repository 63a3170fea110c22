extension Snapshot {
    /// The id of an exchange by its code: the enum value, or else the name; nil when unknown. Case matters.
    public func exchangeId(code: String) -> UInt16? { exchange(code: code)?.id }

    /// The exchange of an id.
    public func exchange(id: UInt16) -> Exchange? { model.exchanges[id] }

    /// The exchange of a code: the enum value, or else the name. Case matters.
    public func exchange(code: String) -> Exchange? {
        let sorted = model.exchanges.values.sorted { $0.id < $1.id }
        return sorted.first { $0.enumValue == code } ?? sorted.first { $0.name == code }
    }

    /// The exchange of a code's bytes, with its status: `ok`, `inactive` (the exchange is given), `unknownExchange`,
    /// `notLoaded`. The flags say `active` and `lastGood`.
    public func exchangeResolution(
        code: UnsafeRawBufferPointer
    ) -> (status: ResolutionStatus, flags: ResolutionFlags, exchange: Exchange?) {
        answer(exchange(code: String(decoding: code, as: UTF8.self)), id: nil)
    }

    /// The exchange of an id, with its status: as for a code, and `refused`.
    public func exchangeResolution(
        id: UInt16
    ) -> (status: ResolutionStatus, flags: ResolutionFlags, exchange: Exchange?) {
        answer(exchange(id: id), id: id)
    }

    /// Exchanges in id order; nil is every market type.
    public func exchanges(marketType: MarketType?, activeOnly: Bool) -> [Exchange] {
        model.exchanges.values
            .filter { (marketType == nil || $0.marketType == marketType) && ($0.isActive || !activeOnly) }
            .sorted { $0.id < $1.id }
    }

    private func answer(
        _ exchange: Exchange?, id: UInt16?
    ) -> (status: ResolutionStatus, flags: ResolutionFlags, exchange: Exchange?) {
        guard isLoaded else { return (.notLoaded, [], nil) }
        guard let exchange else {
            let isRefused = id.map { model.refused[.init(table: .exchange, id: Int64($0))] != nil } ?? false
            return (isRefused ? .refused : .unknownExchange, [], nil)
        }
        var flags: ResolutionFlags = exchange.isActive ? [.active, .exchangeActive] : []
        if model.lastGoodExchangeIds.contains(exchange.id) { flags.insert(.lastGood) }
        return (exchange.isActive ? .ok : .inactive, flags, exchange)
    }
}
