import ReferenceData

/// Every symbol a server lists, and of which generation the list is.
package struct SymbolListing: Sendable {
    package var symbols: [Symbol]
    /// Of the server's life; generations compare only within it.
    package var epoch: UInt64
    package var generation: UInt64
}

extension LookupClient {
    /// Every symbol, delisted ones too, all of one generation, which is what a checker compares answers by. Throws
    /// `notLoaded` before the first load.
    package func symbolListing() throws(ClientError) -> SymbolListing {
        try perform { (session, deadline) throws(ClientError) in
            let (page, generation) = try session.symbols(
                exchangeId: 0, activeOnly: false, afterSymbolId: 0, limit: .max, by: deadline)
            guard page.status == .ok else { throw .notLoaded(address) }
            return SymbolListing(symbols: page.symbols, epoch: session.welcome.epoch, generation: generation)
        }
    }
}
