/// Lookups by text on one snapshot, which never fail.
///
/// Those that return rows make Strings, and so allocate; lookups by prepared key are methods of `Snapshot`.
/// Thread-safe.
public struct SnapshotResolver: SymbolResolving, Sendable {
    /// A snapshot always answers.
    public typealias Failure = Never

    /// The snapshot that answers.
    public var snapshot: Snapshot
    /// Put into the flags of every answer about symbols.
    let extraFlags: ResolutionFlags

    /// A resolver that answers from a snapshot. O(1).
    public init(_ snapshot: Snapshot) { self.init(snapshot, extraFlags: []) }

    package init(_ snapshot: Snapshot, extraFlags: ResolutionFlags) {
        self.snapshot = snapshot
        self.extraFlags = extraFlags
    }

    /// The ids of a venue's own symbol string.
    public func resolve(exchange: String, symbol: String) -> SymbolResolution {
        withExtraFlags(snapshot.resolve(exchange: exchange, symbol: symbol))
    }

    /// The ids of a pair on a venue.
    public func resolve(exchange: String, base: String, quote: String) -> SymbolResolution {
        withExtraFlags(snapshot.resolve(exchange: exchange, base: base, quote: quote))
    }

    /// The ids of a unified name on a venue.
    public func resolve(exchange: String, unifiedName: String) -> SymbolResolution {
        withExtraFlags(snapshot.resolve(exchange: exchange, unifiedName: unifiedName))
    }

    private func withExtraFlags(_ answer: SymbolResolution) -> SymbolResolution {
        var answer = answer
        answer.flags.formUnion(extraFlags)
        return answer
    }

    /// The exchange of a code, the enum value or else the name.
    public func exchange(code: String) -> ExchangeLookup {
        var code = code
        let answer = code.withUTF8 { snapshot.exchangeResolution(code: UnsafeRawBufferPointer($0)) }
        return ExchangeLookup(status: answer.status, row: answer.exchange)
    }

    /// The exchange of an id.
    public func exchange(id: UInt16) -> ExchangeLookup {
        let answer = snapshot.exchangeResolution(id: id)
        return ExchangeLookup(status: answer.status, row: answer.exchange)
    }

    /// The symbol of an id.
    public func symbol(id: UInt32) -> SymbolLookup {
        let answer = snapshot.symbolRecord(id: id)
        return SymbolLookup(
            status: answer.status, row: answer.status.isFound ? symbol(answer.record, answer.flags) : nil)
    }

    func symbol(_ record: SymbolRecord, _ flags: ResolutionFlags) -> Symbol {
        Symbol(record, flags: flags.union(extraFlags))
    }
}
