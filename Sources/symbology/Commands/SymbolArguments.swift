import ArgumentParser
import ReferenceStore

/// Which symbol of the database is meant.
struct SymbolArguments: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "The symbol_id, or the exchange's code and the venue's own spelling (GATEIO_SPOT BTC_USDT): the live one, "
                + "else the one that died last.", valueName: "symbol"))
    var words: [String]

    mutating func validate() throws { try Self.check(words) }

    func id(_ session: ManagementSession) throws(CommandFailure) -> UInt32 { try Self.id(words, session) }

    /// Throws for words that name no symbol.
    static func check(_ words: [String]) throws {
        if words.count == 2 { return }
        guard words.count == 1, UInt32(words[0]) != nil else {
            throw ValidationError("say which symbol: its symbol_id, or EXCHANGE SYMBOL")
        }
    }

    /// The id that words mean that were checked.
    static func id(_ words: [String], _ session: ManagementSession) throws(CommandFailure) -> UInt32 {
        if words.count == 1, let id = UInt32(words[0]) { return id }
        let exchangeId = try session.exchangeId(words[0])
        let id = try session.ask { store throws(ManagementError) in
            try store.symbolId(exchangeId: exchangeId, symbolString: words[1])
        }
        if let id { return id }
        throw CommandFailure(
            .answerIsNo, "\(Cell.escapeControls(words[0])) has no symbol \(Cell.escapeControls(words[1]))",
            next: "\"symbology search\" finds what there is")
    }
}
