/// A row, or why there is none.
public struct Lookup<Row: Sendable & Hashable>: Sendable, Hashable, LookupAnswer {
    /// `ok`; `inactive`, which gives the row too; `unknownSymbol` or `unknownExchange`; `refused`; `notLoaded`.
    public var status: ResolutionStatus
    /// The row where the status is `ok` or `inactive`, otherwise nil.
    public var row: Row?

    /// Makes the answer of a lookup whose end is known.
    public init(status: ResolutionStatus, row: Row? = nil) {
        self.status = status
        self.row = row
    }
}

/// An exchange, or why there is none.
public typealias ExchangeLookup = Lookup<Exchange>

/// A symbol, or why there is none.
public typealias SymbolLookup = Lookup<Symbol>

/// The answer of any lookup: it says how the lookup ended.
package protocol LookupAnswer {
    var status: ResolutionStatus { get }
}

extension SymbolResolution: LookupAnswer {}
