/// One row of `symbols` for people: a `SymbolRecord` with its texts as strings, and the flags of the answer it came in.
///
/// Every other column is read off the record by its own name: `symbol.tickSize`. Copying it allocates and retains
/// nothing; each of the three texts is made when it is asked for.
@dynamicMemberLookup
public struct Symbol: Sendable, Hashable, Identifiable {
    /// The row.
    public var record: SymbolRecord
    /// Whether symbol and exchange are active, and what is remarkable about the answer that this came in.
    public var flags: ResolutionFlags

    /// Makes a symbol of a row and the flags of its answer.
    public init(_ record: SymbolRecord, flags: ResolutionFlags) {
        self.record = record
        self.flags = flags
    }

    /// `symbols.id`, from 1.
    public var id: UInt32 { record.id }
    /// The venue's own name for the symbol.
    public var symbolString: String { record.symbolString.description }
    /// The asset that is bought and sold.
    public var baseAsset: String { record.baseAsset.description }
    /// The asset that it is paid in.
    public var quoteAsset: String { record.quoteAsset.description }

    /// Whether the symbol and its exchange are both active.
    public var isTradable: Bool { flags.contains([.active, .exchangeActive]) }

    /// A column of the row, by its own name.
    @inlinable
    public subscript<Value>(dynamicMember column: KeyPath<SymbolRecord, Value>) -> Value { record[keyPath: column] }
}
