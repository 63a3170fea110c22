import ArgumentParser
import ReferenceData

struct ListCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The symbols of a venue, or of all, in the order of their ids.")
    static let settings = ServerOptions.settings

    @Argument(help: "A code (GATEIO_SPOT); without it every venue is listed.") var exchange: String?
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
        var session = try ServerSession(configuration, requestTimeoutMilliseconds: 60_000)
        let page = try session.symbols(exchange: exchange, activeOnly: activeOnly, limit: limit ?? .max)
        var writer = RowWriter(format, columns: SymbolRow.columns)
        for symbol in page.rows {
            writer.write(SymbolRow.cells(symbol, exchange: try session.exchangeCode(id: symbol.exchangeId)))
        }
        writer.finish()
        if page.hasMore, let limit {
            writeLineToStandardError("symbology: more symbols; --limit shows more than \(limit)")
        }
    }
}
