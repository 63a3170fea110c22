import ArgumentParser
import ReferenceData
import SymbologyClient

struct PairsCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "pairs", abstract: "Pairs that two venues or more list, with the venues.",
        discussion: """
            One line a pair, in order of base and quote; exchanges, symbols and symbol_ids go side by side. "symbology \
            find BASE/QUOTE" shows one pair in full.
            """)
    static let settings = ServerOptions.settings

    @Option(help: ArgumentHelp("On at least so many venues; 1 is every pair.", valueName: "count")) var minVenues = 2
    @Flag(
        name: [.customLong("active"), .customLong("active-only")],
        help: "Leave out what is delisted, or listed on a venue that is switched off.") var activeOnly = false
    @Option(help: ArgumentHelp("At most so many.", valueName: "count")) var limit: Int?
    @OptionGroup var server: ServerOptions
    @OptionGroup var common: CommonOptions

    var flags: [Setting: String] { server.flags }

    mutating func validate() throws {
        if !(1...Int(UInt16.max)).contains(minVenues) {
            throw ValidationError("--min-venues is \(minVenues); it goes from 1 to \(UInt16.max)")
        }
        if let limit, limit < 1 { throw ValidationError("--limit is \(limit); it starts at 1") }
    }

    func execute(_ configuration: Configuration) throws {
        let format = try configuration.format()
        var session = try ServerSession(configuration, requestTimeoutMilliseconds: 60_000)
        let (minVenues, activeOnly, limit) = (minVenues, activeOnly, limit ?? .max)
        let page = try session.ask { client throws(ClientError) in
            try client.pairs(venueCountMin: minVenues, activeOnly: activeOnly, limit: limit)
        }
        try session.require(page.status, exchange: nil)
        var writer = RowWriter(format, columns: Self.columns)
        for pair in page.rows {
            var exchanges: [Cell] = []
            for symbol in pair.symbols { exchanges.append(Cell(try session.exchangeCode(id: symbol.exchangeId))) }
            writer.write([
                .text("\(pair.base)/\(pair.quote)"), .text(pair.base), .text(pair.quote), Cell(pair.symbols.count),
                .list(exchanges), .list(pair.symbols.map { .text($0.symbolString) }),
                .list(pair.symbols.map { Cell($0.id) }),
            ])
        }
        writer.finish()
        if page.hasMore { writeLineToStandardError("symbology: more pairs; --limit shows more than \(limit)") }
    }

    private static let columns = [
        "pair", "base_asset", "quote_asset", "venue_count", "exchanges", "symbols", "symbol_ids",
    ].map { Column($0) }
}
