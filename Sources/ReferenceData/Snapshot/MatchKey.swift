/// How a match stands among others: the better rank first, then what is tradable, then by symbol string, then by id.
struct MatchKey: Comparable, BitwiseCopyable {
    let rank: UInt8
    let isTradable: Bool
    let symbol: FoldedText
    let id: UInt32

    init(rank: UInt8, isTradable: Bool, symbol: SymbolText, id: UInt32) {
        self.rank = rank
        self.isTradable = isTradable
        self.symbol = FoldedText(symbol)
        self.id = id
    }

    static func < (left: MatchKey, right: MatchKey) -> Bool {
        if left.rank != right.rank { return left.rank < right.rank }
        if left.isTradable != right.isTradable { return left.isTradable }
        return left.symbol == right.symbol ? left.id < right.id : left.symbol < right.symbol
    }

    /// No two rows that are served have one id.
    static func == (left: MatchKey, right: MatchKey) -> Bool { left.id == right.id }
}
