/// Lookups by text on one snapshot; never fails.
public struct SnapshotResolver: SymbolResolving, Sendable {
    public typealias Failure = Never

    public var snapshot: Snapshot

    public init(_ snapshot: Snapshot) { self.snapshot = snapshot }

    public func resolve(exchange: String, symbol: String) -> SymbolResolution {
        resolve(exchange: exchange) { id in SymbolKey(exchangeId: id, symbol: symbol).map { snapshot.resolve($0) } }
    }

    public func resolve(exchange: String, base: String, quote: String) -> SymbolResolution {
        resolve(exchange: exchange) { id in
            PairKey(exchangeId: id, base: base, quote: quote).map { snapshot.resolve($0) }
        }
    }

    public func exchange(code: String) -> ExchangeLookup {
        var code = code
        let answer = code.withUTF8 { snapshot.exchangeResolution(code: UnsafeRawBufferPointer($0)) }
        return ExchangeLookup(status: answer.status, exchange: answer.exchange)
    }

    public func exchange(id: UInt16) -> ExchangeLookup {
        let answer = snapshot.exchangeResolution(id: id)
        return ExchangeLookup(status: answer.status, exchange: answer.exchange)
    }

    public func exchanges(marketType: MarketType?, activeOnly: Bool) -> [Exchange] {
        snapshot.exchanges(marketType: marketType, activeOnly: activeOnly)
    }

    public func symbol(id: UInt32) -> SymbolLookup {
        let answer = snapshot.symbolRecord(id: id)
        let isGiven = answer.status == .ok || answer.status == .inactive
        return SymbolLookup(
            status: answer.status, symbol: isGiven ? Symbol(answer.record, flags: answer.flags) : nil)
    }

    public func symbols(exchange: String?, activeOnly: Bool, afterSymbolId: UInt32, limit: Int) -> SymbolPage {
        page(exchange: exchange) { exchangeId, body in
            snapshot.symbols(
                exchangeId: exchangeId, activeOnly: activeOnly, afterSymbolId: afterSymbolId, limit: limit, body)
        }
    }

    public func find(base: String, quote: String) -> [Symbol] {
        guard let base = AssetText(base), let quote = AssetText(quote) else { return [] }
        var symbols: [Symbol] = []
        snapshot.find(base: base, quote: quote) { symbols.append(Symbol($0, flags: $1)) }
        return symbols
    }

    public func search(_ text: String, mode: SearchMode, exchange: String?, limit: Int) -> SymbolPage {
        search(text, mode: mode, exchange: exchange, activeOnly: false, limit: limit)
    }

    public func search(
        _ text: String, mode: SearchMode, exchange: String?, activeOnly: Bool, limit: Int
    ) -> SymbolPage {
        var text = text
        return text.withUTF8 { bytes in
            page(exchange: exchange) { exchangeId, body in
                snapshot.search(
                    text: UnsafeRawBufferPointer(bytes), mode: mode, exchangeId: exchangeId, activeOnly: activeOnly,
                    limit: limit, body
                ).hasMore
            }
        }
    }

    private func resolve(exchange: String, _ lookup: (UInt16) -> SymbolResolution?) -> SymbolResolution {
        let found = self.exchange(code: exchange)
        guard let id = found.exchange?.id else {
            return SymbolResolution(status: found.status, generation: snapshot.generation)
        }
        return lookup(id)
            ?? SymbolResolution(status: .malformed, exchangeId: id, generation: snapshot.generation)
    }

    private func page(
        exchange: String?, _ list: (UInt16, (SymbolRecord, ResolutionFlags) -> Void) -> Bool
    ) -> SymbolPage {
        var page = SymbolPage(status: snapshot.isLoaded ? .ok : .notLoaded)
        var exchangeId: UInt16 = 0
        if let exchange {
            let found = self.exchange(code: exchange)
            guard let id = found.exchange?.id else {
                page.status = found.status
                return page
            }
            exchangeId = id
        }
        page.hasMore = list(exchangeId) { page.symbols.append(Symbol($0, flags: $1)) }
        return page
    }
}
