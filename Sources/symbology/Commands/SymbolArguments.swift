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

    /// Changes columns of the symbol, prints the row and what is worth a look in it.
    /// - Returns: the row as it is then.
    func update(
        _ fields: SymbolFields, _ options: ManagementOptions, _ configuration: Configuration, _ command: String
    ) throws -> ManagedSymbol {
        var remarks: [String] = []
        let row = try options.change(configuration, command) { session, condition in
            let id = try id(session)
            let change = try session.ask { store throws(ManagementError) in
                try store.updateSymbol(id: id, fields, if: condition)
            }
            remarks = session.remarks(on: change.after, before: change.before)
            return change
        }.after
        row.tell(remarks)
        return row
    }

    /// Throws for words that name no symbol. One too many may be the value of an option that there is not, which is
    /// told once all words are read, in `requireFew`.
    static func check(_ words: [String]) throws {
        guard words.count >= 2 || words.count == 1 && UInt32(words[0]) != nil else { throw unclear }
    }

    /// Throws for words that are too many; what is to be called first by what takes options besides.
    static func requireFew(_ words: [String]) throws {
        guard words.count <= 2 else { throw unclear }
    }

    private static var unclear: ValidationError {
        ValidationError("say which symbol: its symbol_id, or EXCHANGE SYMBOL")
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
