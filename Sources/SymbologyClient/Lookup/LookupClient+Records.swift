import Platform
import ReferenceData
import SymbologyWire

extension LookupClient: SymbolResolving {
    /// The error of a call; unknown names and the like are statuses instead.
    public typealias Failure = ClientError

    /// The exchange of a code, the enum value or else the name: `GATEIO_SPOT`.
    ///
    /// One round trip, and a second where the code is not remembered yet.
    public func exchange(code: String) throws(ClientError) -> ExchangeLookup {
        try perform(
            "exchange", exchange: code, unknown: { status, _ in ExchangeLookup(status: status) },
            ask: { (session, scope, deadline) throws(ClientError) in
                let (lookup, generation) = try session.exchange(id: scope.exchangeId, by: deadline)
                return (lookup, generation)
            })
    }

    /// The exchange of an id. One round trip.
    public func exchange(id: UInt16) throws(ClientError) -> ExchangeLookup {
        try perform { (session, deadline) throws(ClientError) in try session.exchange(id: id, by: deadline).lookup }
    }

    /// The symbol of an id. One round trip.
    ///
    /// ```swift
    /// let lookup = try client.symbol(id: 4_711)
    /// if let symbol = lookup.row { print(symbol.symbolString, symbol.tickSize) }  // else see `lookup.status`
    /// ```
    public func symbol(id: UInt32) throws(ClientError) -> SymbolLookup {
        try perform { (session, deadline) throws(ClientError) in
            let view: SymbolRecordView = try session.ask("get symbol", by: deadline) {
                GetSymbolView.write(to: $0, requestId: $1, symbolId: id)
            }
            let status = try session.known(view.status, in: view)
            return SymbolLookup(status: status, row: status.isFound ? try session.symbol(view) : nil)
        }
    }
}

extension Session {
    fileprivate func exchange(
        id: UInt16, by deadline: Deadline
    ) throws(ClientError) -> (lookup: ExchangeLookup, generation: UInt64) {
        let view: ExchangeRecordView = try ask("get exchange", by: deadline) {
            GetExchangeView.write(to: $0, requestId: $1, exchangeId: id)
        }
        let status = try known(view.status, in: view)
        let lookup = ExchangeLookup(status: status, row: status.isFound ? try exchange(view) : nil)
        return (lookup, view.generation)
    }
}
