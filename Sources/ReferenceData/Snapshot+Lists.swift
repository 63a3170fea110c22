extension Snapshot {
    /// Calls `body` with symbols in id order, those after `afterSymbolId`, at most `limit`; says whether more follow.
    ///
    /// `exchangeId` 0 is every exchange. `activeOnly` leaves out what is inactive or on an inactive exchange.
    public func symbols(
        exchangeId: UInt16, activeOnly: Bool, afterSymbolId: UInt32, limit: Int,
        _ body: (SymbolRecord, ResolutionFlags) -> Void
    ) -> Bool {
        var count = 0
        for id in model.rows.keys.sorted() where id > afterSymbolId {
            let row = model.rows[id]!
            let flags = model.flags(row)
            guard exchangeId == 0 || row.record.exchangeId == exchangeId, !activeOnly || isTradable(flags) else {
                continue
            }
            if count >= limit { return true }
            body(row.record, flags)
            count += 1
        }
        return false
    }

    /// Calls `body` with the symbols that trade a pair, one per exchange that lists it, in order of exchange id.
    public func find(base: AssetText, quote: AssetText, _ body: (SymbolRecord, ResolutionFlags) -> Void) {
        let rows = model.rows.values.filter { $0.record.baseAsset == base && $0.record.quoteAsset == quote }
        for row in rows.sorted(by: { $0.record.exchangeId < $1.record.exchangeId }) {
            body(row.record, model.flags(row))
        }
    }

    /// Calls `body` with symbols whose string, base or quote match the text, at most `limit`; says whether more follow.
    ///
    /// ASCII case is folded. Best first: an exact match, then a prefix, then (in that mode) a substring; within each the
    /// active ones first, then by symbol string (folded), then by id. `exchangeId` 0 is every exchange. Text that is
    /// empty, longer than 50 bytes or contains NUL matches nothing.
    public func search(
        text: UnsafeRawBufferPointer, mode: SearchMode, exchangeId: UInt16, limit: Int,
        _ body: (SymbolRecord, ResolutionFlags) -> Void
    ) -> Bool {
        guard !text.isEmpty, text.count <= 50, !text.contains(0) else { return false }
        let wanted = folded(Array(text))
        var found: [(rank: Int, isInactive: Int, folded: [UInt8], row: ReferenceModel.Row)] = []
        for row in model.rows.values where exchangeId == 0 || row.record.exchangeId == exchangeId {
            let symbol = folded(row.record.symbolString.withUnsafeBytes { Array($0) })
            let base = folded(row.record.baseAsset.withUnsafeBytes { Array($0) })
            let quote = folded(row.record.quoteAsset.withUnsafeBytes { Array($0) })
            let rank = [symbol, base, quote].map { searchRank($0, wanted) }.min()!
            if rank > (mode == .prefix ? 1 : 2) { continue }
            found.append((rank, isTradable(model.flags(row)) ? 0 : 1, symbol, row))
        }
        found.sort { left, right in
            if left.rank != right.rank { return left.rank < right.rank }
            if left.isInactive != right.isInactive { return left.isInactive < right.isInactive }
            if left.folded != right.folded { return left.folded.lexicographicallyPrecedes(right.folded) }
            return left.row.record.id < right.row.record.id
        }
        for match in found.prefix(max(0, limit)) { body(match.row.record, model.flags(match.row)) }
        return found.count > limit
    }

    private func folded(_ bytes: [UInt8]) -> [UInt8] {
        bytes.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    }

    private func searchRank(_ text: [UInt8], _ wanted: [UInt8]) -> Int {
        if text == wanted { return 0 }
        if text.starts(with: wanted) { return 1 }
        if text.count < wanted.count { return 3 }
        for start in 0...(text.count - wanted.count) where text[start...].starts(with: wanted) { return 2 }
        return 3
    }
}
