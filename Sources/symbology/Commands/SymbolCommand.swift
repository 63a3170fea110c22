import ArgumentParser
import ReferenceData
import SymbologyClient

struct SymbolCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "symbol", abstract: "The whole record of a symbol id.",
        discussion: "An id that was ever valid keeps its record while its row is there, active or not.")

    @Argument(help: "The symbol_id.") var id: UInt32
    @OptionGroup var settings: SettingOptions<ClientSettings>

    func execute(_ configuration: Configuration) throws {
        var session = try ServerSession(configuration)
        let id = id
        let answer = try session.ask { client throws(ClientError) in try client.symbol(id: id) }
        guard let symbol = answer.row else { throw ServerSession.no("symbol \(id)", answer.status) }
        let exchange = try session.exchangeCode(id: symbol.exchangeId)
        var record = RecordWriter(configuration.format)
        record.add(ShownSymbol.record, of: ShownSymbol(symbol: symbol, exchange: exchange))
        record.finish()
    }
}
