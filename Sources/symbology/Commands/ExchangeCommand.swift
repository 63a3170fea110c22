import ArgumentParser
import ReferenceData
import SymbologyClient

struct ExchangeCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "exchange", abstract: "The whole record of an exchange, or all exchanges.")
    static let settings = ServerOptions.settings

    @Argument(help: "A code (GATEIO_SPOT) or an exchange_id; without it all are listed.") var exchange: String?
    @OptionGroup var server: ServerOptions
    @OptionGroup var common: CommonOptions

    var flags: [Setting: String] { server.flags }

    func execute(_ configuration: Configuration) throws {
        let format = try configuration.format()
        var session = try ServerSession(configuration)
        guard let exchange else { return try listAll(&session, format) }
        let answer = try session.exchange(codeOrId: exchange)
        guard let found = answer.row else {
            throw ServerSession.no("exchange \(Cell.escapeControls(exchange))", answer.status)
        }
        var record = RecordWriter(format)
        for (column, cell) in zip(ExchangeRow.columns, ExchangeRow.cells(found)) { record.add(column.name, cell) }
        record.add("base_url", Cell(found.baseURL))
        record.add("websocket_url", Cell(found.websocketURL))
        record.add("created_at", Cell(found.createdAt))
        record.add("updated_at", Cell(found.updatedAt))
        record.finish()
    }

    private func listAll(_ session: inout ServerSession, _ format: OutputFormat) throws {
        let all = try session.ask { client throws(ClientError) in
            try client.exchanges(marketType: nil, activeOnly: false)
        }
        try session.require(all.status, exchange: nil)
        var writer = RowWriter(format, columns: ExchangeRow.columns)
        for exchange in all.rows { writer.write(ExchangeRow.cells(exchange)) }
        writer.finish()
    }
}
