// The lists of what is traded under one pair, page by page as in `Snapshot+Pages`.
//
// Both are in order of exchange id, expiry (those without one first), strike, option type (calls first) and id. A page
// begins behind the symbol `afterSymbolId`; 0 is the start. They give nil when that symbol is not served. After
// `examinedCountMax` symbols of the pair, of the exchange and the expiries that are asked for, the page ends, full or
// not; whatever kind they are and whether they are active or not, they count.
//
// O(log n + symbols of the pair / 64 + examined + overlay), and what the pair's rows in the overlay cost to sort; these
// it allocates memory for.

extension Snapshot {
    /// The contracts of a pair: what is no spot symbol or, when kinds are named, symbols of these.
    ///
    /// `expiresFrom ..< expiresTo` is half-open, and open at an end that is absent; where one of them is there, symbols
    /// without an expiry are left out. Inactive ones come too, unless `activeOnly`.
    @discardableResult
    public func contracts(
        exchangeId: UInt16, base: AssetText, quote: AssetText, kinds: InstrumentKinds = [],
        expiresFrom: Timestamp = .absent, expiresTo: Timestamp = .absent, activeOnly: Bool = false,
        afterSymbolId: UInt32 = 0, limit: Int = .max, examinedCountMax: Int = .max,
        _ body: (SymbolRecord, ResolutionFlags) -> Void
    ) -> PageEnd? {
        guard let after = contractPlace(id: afterSymbolId) else { return nil }
        return members(
            of: PairName(base: AssetName(base), quote: AssetName(quote)),
            ContractRange(exchangeId: exchangeId, expiresFrom: expiresFrom, expiresTo: expiresTo, after: after),
            kinds: kinds.isEmpty ? InstrumentKinds.known.subtracting(.spot) : kinds, activeOnly: activeOnly,
            afterSymbolId: afterSymbolId, limit: limit, examinedCountMax: examinedCountMax, body)
    }

    /// The symbols that trade a pair on any exchange: of every kind, or when kinds are named of these. Inactive ones
    /// come too, unless `activeOnly`.
    @discardableResult
    public func find(
        base: AssetText, quote: AssetText, kinds: InstrumentKinds = [], activeOnly: Bool = false,
        afterSymbolId: UInt32 = 0, limit: Int = .max, examinedCountMax: Int = .max,
        _ body: (SymbolRecord, ResolutionFlags) -> Void
    ) -> PageEnd? {
        guard let after = contractPlace(id: afterSymbolId) else { return nil }
        return members(
            of: PairName(base: AssetName(base), quote: AssetName(quote)), ContractRange(after: after),
            kinds: kinds.isEmpty ? .known : kinds, activeOnly: activeOnly, afterSymbolId: afterSymbolId, limit: limit,
            examinedCountMax: examinedCountMax, body)
    }

    @inline(__always)
    private func members(
        of name: PairName, _ range: ContractRange, kinds: InstrumentKinds, activeOnly: Bool, afterSymbolId: UInt32,
        limit: Int, examinedCountMax: Int, _ body: (SymbolRecord, ResolutionFlags) -> Void
    ) -> PageEnd {
        PageEnd(
            reading: PairMembers(ServedPair(self, name), range), afterId: afterSymbolId, limit: limit,
            examinedCountMax: examinedCountMax, id: { $0.row.id },
            isWanted: { member in
                rows(of: member.row).isOfKind(kinds, at: member.row.index)
                    && (!activeOnly || isTradable(flags(of: member.row)))
            },
            give: { body(record(of: $0.row), flags(of: $0.row)) })
    }

    /// The place of a symbol that is served; before all of them for 0.
    private func contractPlace(id: UInt32) -> ContractPlace? {
        if id == 0 { return .start }
        return location(id: id).map { rows(of: $0).contractPlace(at: $0.index) }
    }
}
