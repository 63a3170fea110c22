import ArgumentParser
import ReferenceData
import SymbologyClient
import SymbologyWire

struct SearchCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Symbols whose string, base or quote starts with a text, or contains it, best first.",
        discussion: """
            What equals the text comes first, then what starts with it, then what contains it; within each the active \
            ones first, then by symbol string. Upper and lower case are the same here, and only here.
            """)
    static let settings = ServerOptions.settings

    @Argument(help: "How a symbol, base or quote starts.") var text: String
    @Option(help: ArgumentHelp("prefix, or substring: the text may stand anywhere inside.", valueName: "mode"))
    var mode: Mode = .prefix
    @Flag(help: "The same as --mode substring.") var substring = false
    @Flag(
        name: [.customLong("active"), .customLong("active-only")],
        help: "Leave out what is delisted, or listed on a venue that is switched off.") var activeOnly = false
    @Option(help: ArgumentHelp("Only this venue.", valueName: "code")) var exchange: String?
    @Option(help: ArgumentHelp("At most so many.", valueName: "count")) var limit: Int = 20
    @OptionGroup var server: ServerOptions
    @OptionGroup var common: CommonOptions

    var flags: [Setting: String] { server.flags }

    enum Mode: String, ExpressibleByArgument, CaseIterable {
        case prefix
        case substring
    }

    mutating func validate() throws {
        if text.isEmpty { throw ValidationError("nothing to search for: give at least one character, for example BT") }
        // Less than the longest symbol has: the wire gives the rest of the frame to the other parameters.
        let byteCountMax = WireLayout.SearchSymbols.text.count
        if text.utf8.count > byteCountMax {
            throw ValidationError(
                "the text has \(text.utf8.count) bytes, the most is \(byteCountMax): search for a part of it")
        }
        if !(1...1000).contains(limit) { throw ValidationError("--limit is \(limit); it goes from 1 to 1000") }
    }

    func execute(_ configuration: Configuration) throws {
        let format = try configuration.format()
        var session = try ServerSession(configuration)
        let isInside = substring || mode == .substring
        let (text, exchange, activeOnly, limit) = (text, exchange, activeOnly, limit)
        let page = try session.ask { client throws(ClientError) in
            try client.search(
                text, mode: isInside ? .substring : .prefix, exchange: exchange, activeOnly: activeOnly, limit: limit)
        }
        try session.require(page.status, exchange: exchange)
        guard !page.rows.isEmpty else {
            throw CommandFailure(
                .answerIsNo,
                "no symbol, base or quote \(isInside ? "contains" : "starts with") \(Cell.escapeControls(text))",
                next: isInside ? nil : "--substring looks inside too")
        }
        var writer = RowWriter(format, columns: SymbolRow.columns)
        for symbol in page.rows {
            writer.write(SymbolRow.cells(symbol, exchange: try session.exchangeCode(id: symbol.exchangeId)))
        }
        writer.finish()
        if page.hasMore { writeLineToStandardError("symbology: more match; --limit shows more than \(limit)") }
    }
}
