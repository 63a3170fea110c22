import ArgumentParser
import ReferenceData
import SymbologyClient

struct FindCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "find", abstract: "Every venue that lists a pair, under the venue's own string.")
    static let settings = ServerOptions.settings

    @Argument(help: "BASE/QUOTE, for example BTC/USDT.") var pair: String
    @OptionGroup var server: ServerOptions
    @OptionGroup var common: CommonOptions

    var flags: [Setting: String] { server.flags }

    mutating func validate() throws {
        guard let pair = PairText(pair) else {
            throw ValidationError("\"\(Cell.escapeControls(pair))\" is no pair: write BASE/QUOTE, for example BTC/USDT")
        }
        let byteCountMax = AssetText.byteCountMax
        guard pair.base.utf8.count <= byteCountMax, pair.quote.utf8.count <= byteCountMax else {
            throw ValidationError("an asset has at most \(byteCountMax) bytes")
        }
    }

    func execute(_ configuration: Configuration) throws {
        let format = try configuration.format()
        guard let pair = PairText(pair) else { throw ExitCode(ExitStatus.usage.rawValue) }
        var session = try ServerSession(configuration)
        let found = try session.ask { client throws(ClientError) in
            try client.find(base: pair.base, quote: pair.quote)
        }
        try session.require(found.status, exchange: nil)
        guard !found.rows.isEmpty else {
            throw ServerSession.no("venue that lists \(Cell.escapeControls(self.pair))", .unknownSymbol)
        }
        var writer = RowWriter(format, columns: SymbolRow.columns)
        for symbol in found.rows {
            writer.write(SymbolRow.cells(symbol, exchange: try session.exchangeCode(id: symbol.exchangeId)))
        }
        writer.finish()
    }
}

/// `BASE/QUOTE`, both present.
struct PairText {
    let base: String
    let quote: String

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        base = String(parts[0])
        quote = String(parts[1])
    }
}
