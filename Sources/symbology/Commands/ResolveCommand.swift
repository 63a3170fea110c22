import ArgumentParser
import ReferenceData
import SymbologyClient

struct ResolveCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "The ids of symbols: one line each, in the order asked.",
        discussion: """
            SYMBOL is the venue's own string (BTC_USDT, BTCUSDT), or else BASE/QUOTE (BTC/USDT). Exits with 1 when any \
            answer is no. With --database, or --fallback-database and the database of the other settings, the database \
            answers where no server does; the last column says who it was.
            """)
    @Argument(help: "The venue, for example GATEIO_SPOT.") var exchange: String
    @Argument(help: "The venue's own string, or BASE/QUOTE.") var symbols: [String]
    @Flag(help: "Ask the database where no server answers; --database says so too.") var fallbackDatabase = false
    @OptionGroup var settings: SettingOptions<ClientOrDatabaseSettings>

    /// A database in the environment or a file is there for other commands: it takes a word here to use it.
    private var hasFallback: Bool { fallbackDatabase || settings.flags[.database] != nil }

    mutating func validate() throws {
        if exchange.isEmpty { throw ValidationError("the exchange is empty: name one, for example GATEIO_SPOT") }
    }

    func execute(_ configuration: Configuration) throws {
        let answers = try ask(configuration)
        let rows = zip(symbols, answers).map {
            Row(exchange: exchange, symbol: $0, answer: $1.answer, source: $1.source)
        }
        RowWriter.print(rows, hasFallback ? Self.fields + Self.sourceFields : Self.fields, configuration.format)
        if answers.contains(where: { $0.answer.flags.contains(.fromFile) }) {
            writeLineToStandardError(
                "symbology: answered from the snapshot file, which the database has not confirmed yet; "
                    + "\"symbology status\" shows its age")
        }

        for (symbol, (answer, _)) in zip(symbols, answers) where answer.flags.contains(.alias) {
            writeLineToStandardError(
                "symbology: \"\(Cell.escapeControls(symbol))\" is a former name of symbol \(answer.symbolId)")
        }

        let refusals = zip(symbols, answers.map(\.answer)).filter { $1.status != .ok }
        guard let worst = refusals.first else { return }
        for (symbol, answer) in refusals {
            if let why = explain(symbol, answer.status) { writeLineToStandardError("symbology: \(why)") }
        }
        throw worst.1.status == .notLoaded ? ExitCode(ExitStatus.unavailable.rawValue) : ExitCode(1)
    }

    private func ask(
        _ configuration: Configuration
    ) throws(CommandFailure) -> [(answer: SymbolResolution, source: AnswerSource)] {
        if hasFallback {
            var session = try FallbackSession(configuration)
            return try session.resolve(exchange: exchange, symbols: symbols)
        }
        let session = try ServerSession(configuration)
        return try session.resolve(exchange: exchange, symbols: symbols).map { ($0, .server) }
    }

    private struct Row: Sendable {
        let exchange: String
        let symbol: String
        let answer: SymbolResolution
        let source: AnswerSource

        /// What only an answer with ids can say.
        func known<Value>(_ value: Value) -> Value? { answer.symbolId != 0 ? value : nil }
    }

    private static let fields: [Field<Row>] = [
        Field("exchange", \.exchange), Field("symbol", \.symbol), Field("symbol_id") { $0.known($0.answer.symbolId) },
        Field("exchange_id") { $0.answer.exchangeId != 0 ? $0.answer.exchangeId : nil },
        Field("status", \.answer.status.name), Field("generation", \.answer.generation),
        Field("precision_price") { $0.known($0.answer.precisionPrice) },
        Field("precision_base") { $0.known($0.answer.precisionBase) },
        Field("precision_quote") { $0.known($0.answer.precisionQuote) },
    ]
    private static let sourceFields: [Field<Row>] = [Field("source", \.source.rawValue)]

    private func explain(_ symbol: String, _ status: ResolutionStatus) -> String? {
        let shown = "\"\(Cell.escapeControls(symbol))\""
        return switch status {
        case .malformed where symbol.isEmpty: "an empty symbol names nothing; give the venue's own string"
        case .malformed where exchange.utf8.count > Exchange.codeByteCountMax:
            "\"\(Cell.escapeControls(exchange))\" cannot be an exchange: it has \(exchange.utf8.count) bytes, the most "
                + "is \(Exchange.codeByteCountMax); \"symbology exchange\" lists them"
        case .malformed where symbol.utf8.count > SymbolText.byteCountMax:
            "\(shown) cannot be a symbol: it has \(symbol.utf8.count) bytes, the most is \(SymbolText.byteCountMax)"
        case .malformed: "\(shown) cannot be a pair: an asset has 1 to \(AssetText.byteCountMax) bytes"
        case .unknownExchange: "no exchange \(Cell.escapeControls(exchange)); \"symbology exchange\" lists them"
        case .unknownSymbol:
            "\(Cell.escapeControls(exchange)) has no \(shown); try: symbology search \(Cell.escapeControls(symbol))"
        case .notLoaded: "the server has not read the database yet; \"symbology status\" says why"
        case .refused: "\(shown) is in the database but cannot be represented; \"symbology refused\" says why"
        default: nil
        }
    }
}
