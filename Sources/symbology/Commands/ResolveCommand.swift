import ArgumentParser
import ReferenceData

struct ResolveCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "The ids of symbols: one line each, in the order asked.",
        discussion: """
            SYMBOL is the venue's own string (BTC_USDT, BTCUSDT), or else BASE/QUOTE (BTC/USDT). Exits with 1 when any \
            answer is no.
            """)
    static let settings = ServerOptions.settings

    @Argument(help: "The venue, for example GATEIO_SPOT.") var exchange: String
    @Argument(help: "The venue's own string, or BASE/QUOTE.") var symbols: [String]
    @OptionGroup var server: ServerOptions
    @OptionGroup var common: CommonOptions

    var flags: [Setting: String] { server.flags }

    mutating func validate() throws {
        if exchange.isEmpty { throw ValidationError("the exchange is empty: name one, for example GATEIO_SPOT") }
    }

    func execute(_ configuration: Configuration) throws {
        let format = try configuration.format()
        let session = try ServerSession(configuration)
        let answers = try session.resolve(exchange: exchange, symbols: symbols)

        let columns = [
            "exchange", "symbol", "symbol_id", "exchange_id", "status", "generation", "precision_price",
            "precision_base", "precision_quote",
        ]
        var writer = RowWriter(format, columns: columns.map { Column($0) })
        for (symbol, answer) in zip(symbols, answers) { writer.write(cells(symbol, answer)) }
        writer.finish()
        if answers.contains(where: { $0.flags.contains(.fromFile) }) {
            writeLineToStandardError(
                "symbology: answered from the snapshot file, which the database has not confirmed yet; "
                    + "\"symbology status\" shows its age")
        }

        for (symbol, answer) in zip(symbols, answers) where answer.flags.contains(.alias) {
            writeLineToStandardError(
                "symbology: \"\(Cell.escapeControls(symbol))\" is a former name of symbol \(answer.symbolId)")
        }

        let refusals = zip(symbols, answers).filter { $1.status != .ok }
        guard let worst = refusals.first else { return }
        for (symbol, answer) in refusals {
            if let why = explain(symbol, answer.status) { writeLineToStandardError("symbology: \(why)") }
        }
        throw worst.1.status == .notLoaded ? ExitCode(ExitStatus.unavailable.rawValue) : ExitCode(1)
    }

    private func cells(_ symbol: String, _ answer: SymbolResolution) -> [Cell] {
        let hasIds = answer.symbolId != 0
        return [
            .text(exchange), .text(symbol), hasIds ? Cell(answer.symbolId) : .absent,
            answer.exchangeId != 0 ? Cell(answer.exchangeId) : .absent, .text(answer.status.name),
            Cell(answer.generation), hasIds ? Cell(answer.precisionPrice) : .absent,
            hasIds ? Cell(answer.precisionBase) : .absent, hasIds ? Cell(answer.precisionQuote) : .absent,
        ]
    }

    private func explain(_ symbol: String, _ status: ResolutionStatus) -> String? {
        let shown = "\"\(Cell.escapeControls(symbol))\""
        return switch status {
        case .malformed where symbol.isEmpty: "an empty symbol names nothing; give the venue's own string"
        case .malformed:
            "\(shown) cannot be a symbol: it has \(symbol.utf8.count) bytes, the most is \(SymbolText.byteCountMax)"
        case .unknownExchange: "no exchange \(Cell.escapeControls(exchange)); \"symbology exchange\" lists them"
        case .unknownSymbol: "\(exchange) has no \(shown); try: symbology search \(Cell.escapeControls(symbol))"
        case .notLoaded: "the server has not read the database yet; \"symbology status\" says why"
        case .refused: "\(shown) is in the database but cannot be represented; the server's log names the row"
        default: nil
        }
    }
}
