import ArgumentParser
import ReferenceData
import SymbologyClient

struct FindCommand: ListingCommand {
    static let configuration = CommandConfiguration(
        commandName: "find", abstract: "Every venue that lists a pair, under the venue's own string.")

    @Argument(help: "BASE/QUOTE, for example BTC/USDT.") var pair: String
    @OptionGroup var settings: SettingOptions<ClientSettings>

    mutating func validate() throws {
        guard let pair = PairText(pair) else {
            throw ValidationError("\"\(Cell.escapeControls(pair))\" is no pair: write BASE/QUOTE, for example BTC/USDT")
        }
        let byteCountMax = AssetText.byteCountMax
        guard pair.base.utf8.count <= byteCountMax, pair.quote.utf8.count <= byteCountMax else {
            throw ValidationError("an asset has at most \(byteCountMax) bytes")
        }
    }

    static let timeoutMilliseconds = ServerSession.lookupTimeoutMilliseconds

    /// A pair is on no more venues than there are: all are printed.
    var limit: Int? { nil }

    func ask(_ client: LookupClient) throws(ClientError) -> Page<Symbol> {
        guard let pair = PairText(pair) else { return Page() }
        return try client.find(base: pair.base, quote: pair.quote)
    }

    var nothingFound: CommandFailure? {
        ServerSession.no("venue that lists \(Cell.escapeControls(pair))", .unknownSymbol)
    }
}
