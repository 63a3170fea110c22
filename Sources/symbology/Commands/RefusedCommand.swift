import ArgumentParser
import ReferenceData
import SymbologyClient

struct RefusedCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "refused", abstract: "Rows of the database that cannot be served as they stand, and why.",
        discussion: """
            Where a row was good before, that record goes on being served: last_good_served. Else whoever asks for it \
            is answered refused. Correct the row in the database, and it is served at once. Exits with 0 whether or \
            not there are any.
            """)
    static let settings = ServerOptions.settings

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
        let limit = limit ?? .max
        let page = try session.ask { client throws(ClientError) in try client.refused(limit: limit) }
        try session.require(page.status, exchange: nil)
        var writer = RowWriter(
            format,
            columns: [
                "table", "id", "exchange", "symbol", "base_asset", "quote_asset", "last_good_served", "reason",
                "is_reason_cut",
            ].map { Column($0) })
        for row in page.rows {
            let name = { (text: String) in text.isEmpty ? Cell.absent : Cell.text(text) }
            var exchange = Cell.absent
            if let id = row.exchangeId { exchange = .text(try session.exchangeCode(id: id) ?? String(id)) }
            writer.write([
                .text(row.table == .exchange ? "exchanges" : "symbols"), Cell(row.id), exchange, name(row.symbol),
                name(row.baseAsset), name(row.quoteAsset), .boolean(row.isLastGoodServed), .text(row.reason),
                .boolean(row.isReasonCut),
            ])
        }
        writer.finish()
        if page.hasMore { writeLineToStandardError("symbology: more rows; --limit shows more than \(limit)") }
    }
}
