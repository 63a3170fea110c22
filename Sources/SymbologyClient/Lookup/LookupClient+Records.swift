import ReferenceData
import SymbologyWire

// Records, lists, discovery.
extension LookupClient: SymbolResolving {
    public typealias Failure = ClientError

    public func exchange(code: String) throws(ClientError) -> ExchangeLookup {
        try perform { (session, deadline) throws(ClientError) in
            while true {
                let (answer, known) = try session.knownExchange(code: code, by: deadline)
                guard let known else { return ExchangeLookup(status: answer.status, exchange: nil) }
                let (lookup, generation) = try session.exchange(id: known.id, by: deadline)
                if generation == known.generation { return lookup }
                session.exchangeIds.removeAll(keepingCapacity: true)
                if deadline.isOver {
                    throw .timeout(address, operation: "exchange", milliseconds: deadline.milliseconds)
                }
            }
        }
    }

    public func exchange(id: UInt16) throws(ClientError) -> ExchangeLookup {
        try perform { (session, deadline) throws(ClientError) in try session.exchange(id: id, by: deadline).lookup }
    }

    /// Exchanges in id order, all of one generation; nil is every market type. Throws `notLoaded` before the first
    /// load.
    public func exchanges(marketType: MarketType?, activeOnly: Bool) throws(ClientError) -> [Exchange] {
        try perform { (session, deadline) throws(ClientError) in
            try session.exchanges(marketType: marketType, activeOnly: activeOnly, by: deadline)
        }
    }

    public func symbol(id: UInt32) throws(ClientError) -> SymbolLookup {
        try perform { (session, deadline) throws(ClientError) in try session.symbol(id: id, by: deadline) }
    }

    /// Symbols in id order after one id, all of one generation; as many pages are read as the limit needs.
    public func symbols(
        exchange: String?, activeOnly: Bool, afterSymbolId: UInt32 = 0, limit: Int = .max
    ) throws(ClientError) -> SymbolPage {
        guard limit > 0 else { return SymbolPage() }
        return try perform { (session, deadline) throws(ClientError) in
            while true {
                let scope = try session.exchangeScope(exchange, by: deadline)
                guard scope.status == .ok else { return SymbolPage(status: scope.status) }
                let (page, generation) = try session.symbols(
                    exchangeId: scope.exchangeId, activeOnly: activeOnly, afterSymbolId: afterSymbolId, limit: limit,
                    by: deadline)
                if scope.generation == nil || scope.generation == generation { return page }
                session.exchangeIds.removeAll(keepingCapacity: true)
                if deadline.isOver {
                    throw .timeout(address, operation: "list symbols", milliseconds: deadline.milliseconds)
                }
            }
        }
    }

    /// The symbols that trade a pair, one per exchange that lists it. Throws `notLoaded` before the first load.
    public func find(base: String, quote: String) throws(ClientError) -> [Symbol] {
        try perform { (session, deadline) throws(ClientError) in
            try session.find(base: base, quote: quote, by: deadline)
        }
    }

    /// As below, inactive symbols too.
    public func search(
        _ text: String, mode: SearchMode, exchange: String?, limit: Int
    ) throws(ClientError) -> SymbolPage {
        try search(text, mode: mode, exchange: exchange, activeOnly: false, limit: limit)
    }

    /// Symbols whose string, base or quote match, best first; at most the server's page.
    public func search(
        _ text: String, mode: SearchMode, exchange: String?, activeOnly: Bool, limit: Int
    ) throws(ClientError) -> SymbolPage {
        guard limit > 0 else { return SymbolPage() }
        guard text.fits(WireLayout.SearchSymbols.text) else { return SymbolPage(status: .malformed) }
        return try perform { (session, deadline) throws(ClientError) in
            while true {
                let scope = try session.exchangeScope(exchange, by: deadline)
                guard scope.status == .ok else { return SymbolPage(status: scope.status) }
                let (page, generation) = try session.search(
                    text, mode: mode, exchangeId: scope.exchangeId, activeOnly: activeOnly, limit: limit, by: deadline)
                if scope.generation == nil || scope.generation == generation { return page }
                session.exchangeIds.removeAll(keepingCapacity: true)
                if deadline.isOver { throw .timeout(address, operation: "search", milliseconds: deadline.milliseconds) }
            }
        }
    }
}

extension Session {
    /// The exchange that a list is about: 0 and no generation for every exchange.
    func exchangeScope(
        _ code: String?, by deadline: Deadline
    ) throws(ClientError) -> (status: ResolutionStatus, exchangeId: UInt16, generation: UInt64?) {
        guard let code else { return (.ok, 0, nil) }
        let (answer, known) = try knownExchange(code: code, by: deadline)
        guard let known else { return (answer.status, 0, nil) }
        return (.ok, known.id, known.generation)
    }
}
