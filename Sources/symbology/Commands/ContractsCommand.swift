import ArgumentParser
import ReferenceData
import SymbologyClient

struct ContractsCommand: ListingCommand {
    static let configuration = CommandConfiguration(
        commandName: "contracts",
        abstract: "What a venue, or every venue, lists of a pair besides spot: perpetuals, futures, the option chain.",
        usage: "symbology contracts [EXCHANGE] BASE/QUOTE [--kinds KINDS] [--expires-from TIME] [--expires-to TIME]",
        discussion: """
            In order of venue, expiry (what never expires first), strike and type (calls first). A name of the list \
            is what "symbology resolve EXCHANGE NAME" takes; two contracts that share one differ in the time of day \
            at which they expire, and are asked for by the venue's own strings.
            """)

    @Argument(help: "A code (DERIBIT), without which every venue is asked; then BASE/QUOTE.") var places: [String] = []
    @OptionGroup var assets: PairOptions
    @OptionGroup var kinds: KindsOption
    @Option(
        help: ArgumentHelp("Only what expires then or later: \(Timestamp.forms).", valueName: "time"),
        transform: Timestamp.named)
    var expiresFrom: Timestamp = .absent
    @Option(
        help: ArgumentHelp("Only what expires before, written alike.", valueName: "time"), transform: Timestamp.named)
    var expiresTo: Timestamp = .absent
    @OptionGroup var active: ActiveOption
    @OptionGroup var page: PageOption
    @OptionGroup var maximum: LimitOption
    @OptionGroup var settings: SettingOptions<ClientSettings>

    static let fields = ShownSymbol.columnsOfContracts
    static let moreName = "contracts"

    mutating func validate() throws {
        guard places.count <= (assets.pair == nil ? 2 : 1) else {
            throw ValidationError("too many names: [EXCHANGE] BASE/QUOTE, or [EXCHANGE] --base ASSET --quote ASSET")
        }
        _ = try pair()
    }

    private func pair() throws(ValidationError) -> PairText {
        try assets.pair(or: assets.pair == nil ? places.last : nil)
    }

    var exchange: String? { places.count > (assets.pair == nil ? 1 : 0) ? places.first : nil }
    var limit: Int? { maximum.limit }

    func ask(_ client: LookupClient) throws(ClientError) -> Page<Symbol> {
        guard let pair = try? pair() else { return Page() }
        return try client.contracts(
            exchange: exchange, base: pair.base, quote: pair.quote, kinds: kinds.kinds, expiresFrom: expiresFrom,
            expiresTo: expiresTo, activeOnly: active.activeOnly, afterSymbolId: page.after, limit: maximum.count)
    }

    func more(after last: Symbol?) -> String { page.more(after: last) }

    var nothingFound: CommandFailure? {
        guard page.after == 0, let pair = try? pair() else { return nil }
        return CommandFailure(
            .answerIsNo, "no such contract of \(pair.shown)\(exchange.map { " on \(Cell.escapeControls($0))" } ?? "")",
            next: "\"symbology find\" lists every kind of a pair, on every venue")
    }
}
