import ArgumentParser
import ReferenceData
import SymbologyClient

struct PairsCommand: ListingCommand {
    static let configuration = CommandConfiguration(
        commandName: "pairs", abstract: "Pairs that two venues or more list, with the venues.",
        discussion: """
            One line a pair, in order of base and quote; exchanges, symbols and symbol_ids go side by side, in \
            a table the first ones. "symbology find BASE/QUOTE" shows one pair in full.
            """)

    @Option(help: ArgumentHelp("On at least so many venues; 1 is every pair.", valueName: "count")) var minVenues = 2
    @OptionGroup var active: ActiveOption
    @OptionGroup var maximum: LimitOption
    @OptionGroup var settings: SettingOptions<ClientSettings>

    mutating func validate() throws {
        if !(1...Int(UInt16.max)).contains(minVenues) {
            throw ValidationError("--min-venues is \(minVenues); it goes from 1 to \(UInt16.max)")
        }
    }

    struct Row: Sendable {
        let pair: PairListing
        let exchanges: [String?]
    }

    static let fields: [Field<Row>] = [
        Field("pair") { "\($0.pair.base)/\($0.pair.quote)" }, Field("base_asset", \.pair.base),
        Field("quote_asset", \.pair.quote), Field("venue_count", \.pair.symbols.count),
        Field("exchanges", \.exchanges), Field("symbols") { $0.pair.symbols.map(\.symbolString) },
        Field("symbol_ids") { $0.pair.symbols.map(\.id) },
    ]
    static let moreName = "pairs"

    var limit: Int? { maximum.limit }

    func ask(_ client: LookupClient) throws(ClientError) -> Page<PairListing> {
        try client.pairs(venueCountMin: minVenues, activeOnly: active.activeOnly, limit: maximum.count)
    }

    func row(_ pair: PairListing, _ session: inout ServerSession) throws(CommandFailure) -> Row {
        var exchanges: [String?] = []
        for symbol in pair.symbols { exchanges.append(try session.exchangeCode(id: symbol.exchangeId)) }
        return Row(pair: pair, exchanges: exchanges)
    }
}
