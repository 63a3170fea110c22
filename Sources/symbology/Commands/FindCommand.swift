import ArgumentParser
import ReferenceData
import SymbologyClient

struct FindCommand: ListingCommand {
    static let configuration = CommandConfiguration(
        commandName: "find", abstract: "Every symbol of a pair on every venue, under the venue's own string.",
        usage: "symbology find BASE/QUOTE [--kinds KINDS]",
        discussion: """
            Of every kind: --kinds spot,perpetual leaves out what expires. In order of venue, expiry (what never \
            expires first), strike and type.
            """)

    @Argument(help: "BASE/QUOTE, for example BTC/USDT.") var pair: String?
    @OptionGroup var assets: PairOptions
    @OptionGroup var kinds: KindsOption
    @OptionGroup var active: ActiveOption
    @OptionGroup var page: PageOption
    @OptionGroup var maximum: LimitOption
    @OptionGroup var settings: SettingOptions<ClientSettings>

    mutating func validate() throws { _ = try assets.pair(or: pair) }

    var limit: Int? { maximum.limit }

    func ask(_ client: LookupClient) throws(ClientError) -> Page<Symbol> {
        guard let pair = try? assets.pair(or: pair) else { return Page() }
        return try client.find(
            base: pair.base, quote: pair.quote, kinds: kinds.kinds, activeOnly: active.activeOnly,
            afterSymbolId: page.after, limit: maximum.count)
    }

    func more(after last: Symbol?) -> String { page.more(after: last) }

    var nothingFound: CommandFailure? {
        guard page.after == 0, let pair = try? assets.pair(or: pair) else { return nil }
        if assets.pair == nil, let colon = pair.quote.firstIndex(of: ":") {
            let quote = String(pair.quote[..<colon])
            return CommandFailure(
                .answerIsNo, "no venue lists the pair \(pair.shown), which is the name of a contract",
                next: "\"symbology resolve EXCHANGE \(pair.argument)\" finds it, \"symbology contracts "
                    + "\(PairText(base: pair.base, quote: quote).argument)\" lists those of the pair")
        }
        return ServerSession.no("venue that lists \(pair.shown)\(kinds.kinds.isEmpty ? "" : " so")", .unknownSymbol)
    }
}
