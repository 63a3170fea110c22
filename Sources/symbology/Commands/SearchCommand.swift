import ArgumentParser
import ReferenceData
import SymbologyClient

struct SearchCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Symbols whose string, base or quote starts with a text, best first.",
        discussion: "Upper and lower case are the same here, and only here.")
    static let settings = ServerOptions.settings

    @Argument(help: "How a symbol, base or quote starts.") var text: String
    @Flag(help: "The text may stand anywhere inside, not only at the start.") var substring = false
    @Option(help: ArgumentHelp("Only this venue.", valueName: "code")) var exchange: String?
    @Option(help: ArgumentHelp("At most so many.", valueName: "count")) var limit: Int = 20
    @OptionGroup var server: ServerOptions
    @OptionGroup var common: CommonOptions

    var flags: [Setting: String] { server.flags }

    mutating func validate() throws {
        if text.isEmpty { throw ValidationError("nothing to search for: give at least one character, for example BT") }
        if text.utf8.count > SymbolText.byteCountMax {
            throw ValidationError("the text has \(text.utf8.count) bytes; the most is \(SymbolText.byteCountMax)")
        }
        if !(1...1000).contains(limit) { throw ValidationError("--limit is \(limit); it goes from 1 to 1000") }
    }

    func execute(_ configuration: Configuration) throws {
        let format = try configuration.format()
        var session = try ServerSession(configuration)
        let (text, mode, exchange, limit) = (text, substring ? SearchMode.substring : .prefix, exchange, limit)
        let page = try session.ask { client throws(ClientError) in
            try client.search(text, mode: mode, exchange: exchange, limit: limit)
        }
        try session.require(page.status, exchange: exchange)
        guard !page.symbols.isEmpty else {
            throw CommandFailure(
                .answerIsNo,
                "no symbol, base or quote \(substring ? "contains" : "starts with") \(Cell.escapeControls(text))",
                next: substring ? nil : "--substring looks inside too")
        }
        var writer = RowWriter(format, columns: SymbolRow.columns)
        for symbol in page.symbols {
            writer.write(SymbolRow.cells(symbol, exchange: try session.exchangeCode(id: symbol.exchangeId)))
        }
        writer.finish()
        if page.hasMore { writeLineToStandardError("symbology: more match; --limit shows more than \(limit)") }
    }
}
