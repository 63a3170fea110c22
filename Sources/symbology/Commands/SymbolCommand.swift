import ArgumentParser
import ReferenceData
import SymbologyClient

struct SymbolCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "symbol", abstract: "The whole record of a symbol id.",
        discussion: "An id that was ever valid keeps its record while its row is there, active or not.")
    static let settings = ServerOptions.settings

    @Argument(help: "The symbol_id.") var id: UInt32
    @OptionGroup var server: ServerOptions
    @OptionGroup var common: CommonOptions

    var flags: [Setting: String] { server.flags }

    func execute(_ configuration: Configuration) throws {
        let format = try configuration.format()
        var session = try ServerSession(configuration)
        let id = id
        let answer = try session.ask { client throws(ClientError) in try client.symbol(id: id) }
        guard let symbol = answer.row else { throw ServerSession.no("symbol \(id)", answer.status) }
        let exchange = try session.exchangeCode(id: symbol.exchangeId)
        var record = RecordWriter(format)
        for (column, cell) in zip(SymbolRow.columns, SymbolRow.cells(symbol, exchange: exchange)) {
            record.add(column.name, cell)
        }
        record.add("exchange_is_active", .boolean(symbol.flags.contains(.exchangeActive)))
        record.add("is_last_good", .boolean(symbol.flags.contains(.lastGood)))
        record.add("created_at", Cell(symbol.createdAt))
        record.add("updated_at", Cell(symbol.updatedAt))
        record.add("last_seen", Cell(symbol.lastSeen))
        record.finish()
    }
}
