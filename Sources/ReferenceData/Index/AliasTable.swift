/// Further keys of symbols, and the table that finds them.
final class AliasTable: @unchecked Sendable {
    let aliases: [SymbolAlias]
    let table: KeyTable

    var byteCount: Int { table.byteCount + aliases.count * 64 }

    /// Of equal keys the first wins.
    init(_ aliases: [SymbolAlias]) {
        self.aliases = aliases
        table = KeyTable(aliases.map { ($0.key.words, $0.symbolId) })
    }

    /// Whether the other set answers any key differently. O(aliases).
    func differs(from new: [SymbolAlias]) -> Bool {
        func effective(_ aliases: [SymbolAlias]) -> [SymbolKey: UInt32] {
            Dictionary(aliases.map { ($0.key, $0.symbolId) }, uniquingKeysWith: { first, _ in first })
        }
        return effective(aliases) != effective(new)
    }
}
