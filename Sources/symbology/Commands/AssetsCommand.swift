import ArgumentParser
import SymbologyClient

struct AssetsCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "assets", abstract: "The assets of a venue, or of all, and how many symbols have each.",
        discussion: "base_symbol_count counts the symbols that trade the asset, quote_symbol_count those priced in it.")
    static let settings = ServerOptions.settings

    @Argument(help: "A code (GATEIO_SPOT); without it every venue counts.") var exchange: String?
    @Flag(
        name: [.customLong("active"), .customLong("active-only")],
        help: "Leave out what is delisted, or listed on a venue that is switched off.") var activeOnly = false
    @Option(help: ArgumentHelp("At most so many.", valueName: "count")) var limit: Int?
    @OptionGroup var server: ServerOptions
    @OptionGroup var common: CommonOptions

    var flags: [Setting: String] { server.flags }

    mutating func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit is \(limit); it starts at 1") }
    }

    func execute(_ configuration: Configuration) throws {
        let format = try configuration.format()
        let session = try ServerSession(configuration, requestTimeoutMilliseconds: 60_000)
        let (exchange, activeOnly, limit) = (exchange, activeOnly, limit ?? .max)
        let page = try session.ask { client throws(ClientError) in
            try client.assets(exchange: exchange, activeOnly: activeOnly, limit: limit)
        }
        try session.require(page.status, exchange: exchange)
        var writer = RowWriter(
            format,
            columns: ["asset", "symbol_count", "base_symbol_count", "quote_symbol_count"].map { Column($0) })
        for asset in page.rows {
            writer.write([
                .text(asset.asset), Cell(asset.symbolCount), Cell(asset.baseSymbolCount), Cell(asset.quoteSymbolCount),
            ])
        }
        writer.finish()
        if page.hasMore { writeLineToStandardError("symbology: more assets; --limit shows more than \(limit)") }
    }
}
