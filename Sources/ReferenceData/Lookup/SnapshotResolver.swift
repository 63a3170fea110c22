/// Lookups by text on one snapshot, which never fail.
///
/// They make Strings, and so allocate; lookups by prepared key are methods of `Snapshot`. Thread-safe.
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
        resolve(exchange: exchange) { id in SymbolKey(exchangeId: id, symbol: symbol).map { snapshot.resolve($0) } }
    }

    /// The ids of a pair on a venue.
    public func resolve(exchange: String, base: String, quote: String) -> SymbolResolution {
        resolve(exchange: exchange) { id in
            PairKey(exchangeId: id, base: base, quote: quote).map { snapshot.resolve($0) }
        }
    }

    /// The ids of a unified name on a venue.
    public func resolve(exchange: String, unifiedName: String) -> SymbolResolution {
        resolve(exchange: exchange) { id in
            NameOrPair(exchangeId: id, name: unifiedName).map { key in
                switch key {
                case .pair(let key): snapshot.resolve(key)
                case .name(let key): snapshot.resolve(key)
                }
            }
        }
    }

    private func resolve(exchange: String, _ lookup: (UInt16) -> SymbolResolution?) -> SymbolResolution {
        let found = self.exchange(code: exchange)
        var answer = SymbolResolution(status: found.status, generation: snapshot.generation)
        if let id = found.row?.id {
            answer =
                lookup(id) ?? SymbolResolution(status: .malformed, exchangeId: id, generation: snapshot.generation)
        }
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
