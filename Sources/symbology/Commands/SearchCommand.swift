import ArgumentParser
import ReferenceData
import SymbologyClient
import SymbologyWire

struct SearchCommand: ListingCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Symbols whose string, base or quote starts with a text, or contains it, best first.",
        discussion: """
            What equals the text comes first, then what starts with it, then what contains it; within each the active \
            ones first, then by symbol string. Upper and lower case are the same here, and only here.
            """)

    @Argument(help: "How a symbol, base or quote starts.") var text: String
    @Option(help: ArgumentHelp("prefix, or substring: the text may stand anywhere inside.", valueName: "mode"))
    var mode: Mode = .prefix
    @Flag(help: "The same as --mode substring.") var substring = false
    @OptionGroup var active: ActiveOption
    @Option(help: ArgumentHelp("Only this venue.", valueName: "code")) var exchange: String?
    @Option(name: .customLong("limit"), help: ArgumentHelp("At most so many.", valueName: "count"))
    var countMax: Int = 20
    @OptionGroup var settings: SettingOptions<ClientSettings>

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
        if !(1...1000).contains(countMax) { throw ValidationError("--limit is \(countMax); it goes from 1 to 1000") }
    }

    static let moreName = "match"
    static let timeoutMilliseconds = ServerSession.lookupTimeoutMilliseconds

    var limit: Int? { countMax }

    private var isInside: Bool { substring || mode == .substring }

    func ask(_ client: LookupClient) throws(ClientError) -> Page<Symbol> {
        try client.search(
            text, mode: isInside ? .substring : .prefix, exchange: exchange, activeOnly: active.activeOnly,
            limit: countMax)
    }

    var nothingFound: CommandFailure? {
        CommandFailure(
            .answerIsNo,
            "no symbol, base or quote \(isInside ? "contains" : "starts with") \(Cell.escapeControls(text))",
            next: isInside ? nil : "--substring looks inside too")
    }
}
