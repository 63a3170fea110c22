// Lookups whose exchange is asked for by its code, never inlined: see `Snapshot+Resolve`. They allocate nothing, and
// answer `malformed` where no key can be made of the text.

extension Snapshot {
    @inline(never)
    package func resolve(exchange: String, symbol: String) -> SymbolResolution {
        resolve(exchange) { id in SymbolKey(exchangeId: id, symbol: symbol).map { lookUp($0.words, .symbol) } }
    }

    @inline(never)
    package func resolve(exchange: String, base: String, quote: String) -> SymbolResolution {
        resolve(exchange) { id in
            PairKey(exchangeId: id, base: base, quote: quote).map { lookUp($0.words, .pair) }
        }
    }

    @inline(never)
    package func resolve(exchange: String, unifiedName: String) -> SymbolResolution {
        resolve(exchange) { id in
            NameOrPair(exchangeId: id, name: unifiedName).map { key in
                switch key {
                case .pair(let key): resolve(key)
                case .name(let key): resolve(key)
                }
            }
        }
    }

    @inline(__always)
    private func resolve(_ exchange: String, _ lookup: (UInt16) -> SymbolResolution?) -> SymbolResolution {
        guard isLoaded, let id = exchangeId(code: exchange) else {
            return SymbolResolution(status: isLoaded ? .unknownExchange : .notLoaded, generation: generation)
        }
        return lookup(id) ?? SymbolResolution(status: .malformed, exchangeId: id, generation: generation)
    }
}
