extension Snapshot {
    /// Whether a row with this symbol string and another id is one that fits, dead ones included: any number of rows
    /// may have had a string one after another. O(log n) and their number, allocates nothing.
    package func hasSymbol(_ key: SymbolKey, besides id: UInt32, where fits: (SymbolRecord) -> Bool) -> Bool {
        var isFound = false
        func look(_ view: RowView, _ index: Int) {
            if view.id(at: index) != id, !isFound { isFound = fits(view.record(at: index)) }
        }
        changedSymbols.forEachSlot(of: key.words, hash: mainRows.seed.hash(key.words)) { slot in
            if let row = changedIds.row(claiming: slot) { look(overlayRows, row) }
        }
        mainRows.forEachClaimant(of: key.words, .symbol) { index in
            if !isSuperseded(mainRows.id(at: index)) { look(mainRows, index) }
        }
        return isFound
    }
}
