// Lookups whose exchange is asked for by its code, never inlined: see `Snapshot+Resolve`. They allocate nothing, and
// answer `malformed` where no key can be made of the text.

extension Snapshot {
    @inline(never)
    package func resolve(exchange: String, symbol: String) -> SymbolResolution {
        resolve(exchangeId(code: exchange)) { id in
            SymbolKey(exchangeId: id, symbol: symbol).map { lookUp($0.words, .symbol) }
        }
    }

    /// The same for bytes.
    @inline(never)
    package func resolve(code: UnsafeRawBufferPointer, symbol: UnsafeRawBufferPointer) -> SymbolResolution {
        resolve(exchangeId(code: code)) { id in
            SymbolKey(exchangeId: id, utf8: symbol).map { lookUp($0.words, .symbol) }
        }
    }

    @inline(never)
    package func resolve(exchange: String, base: String, quote: String) -> SymbolResolution {
        resolve(exchangeId(code: exchange)) { id in
            PairKey(exchangeId: id, base: base, quote: quote).map { lookUp($0.words, .pair) }
        }
    }

    @inline(never)
    package func resolve(exchange: String, unifiedName: String) -> SymbolResolution {
        resolve(exchangeId(code: exchange)) { id in
            NameOrPair(exchangeId: id, name: unifiedName).map { key in
                switch key {
                case .pair(let key): resolve(key)
                case .name(let key): resolve(key)
                }
            }
        }
    }

    @inline(__always)
    private func resolve(_ exchangeId: UInt16?, _ lookup: (UInt16) -> SymbolResolution?) -> SymbolResolution {
        guard isLoaded, let id = exchangeId else {
            return SymbolResolution(status: isLoaded ? .unknownExchange : .notLoaded, generation: generation)
        }
        return lookup(id) ?? SymbolResolution(status: .malformed, exchangeId: id, generation: generation)
    }
}
