import ArgumentParser
import ReferenceData
import SymbologyClient

struct ExchangeCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "exchange", abstract: "The whole record of an exchange, or all exchanges.")

    @Argument(help: "A code (GATEIO_SPOT) or an exchange_id; without it all are listed.") var exchange: String?
    @OptionGroup var settings: SettingOptions<ClientSettings>

    func execute(_ configuration: Configuration) throws {
        let session = try ServerSession(configuration)
        guard let exchange else {
            let all = try session.ask { client throws(ClientError) in
                try client.exchanges(marketType: nil, activeOnly: false)
            }
            try session.require(all.status, exchange: nil)
            return RowWriter.print(all.rows, Exchange.columns, configuration.format)
        }
        let answer = try session.exchange(codeOrId: exchange)
        guard let found = answer.row else {
            throw ServerSession.no("exchange \(Cell.escapeControls(exchange))", answer.status)
        }
        var record = RecordWriter(configuration.format)
        record.add(Exchange.record, of: found)
        record.finish()
    }
}
