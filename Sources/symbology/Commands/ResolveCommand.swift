import ArgumentParser
import ReferenceData
import SymbologyClient

struct ResolveCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "The ids of symbols: one line each, in the order asked.",
        discussion: """
            NAME is the venue's own string (BTC_USDT, BTC-26MAR27-100000-C), else a unified name \
            (BTC/USDT:USDT, BTC/USD:BTC-270326-100000-C), else BASE/QUOTE, which is a spot symbol where the venue \
            trades spot, its perpetual where it trades futures, and nothing where it trades options. Where several \
            live symbols have the name, the answer is ambiguous, and no id: "symbology contracts" lists them.

            --base BRK/B --quote USD asks for a pair whose assets hold a / themselves. Exits with 1 when any answer \
            is no. With --database, or --fallback-database and the database of the other settings, the database \
            answers where no server does; the last column says who it was. With --as-of the database answers for that \
            time, as far back as its audit reaches.
            """)
    @Argument(help: "The venue, for example GATEIO_SPOT.") var exchange: String
    @Argument(help: "The venue's own string, a unified name, or BASE/QUOTE.") var names: [String] = []
    @OptionGroup var assets: PairOptions
    @Flag(help: "Ask the database where no server answers; --database says so too.") var fallbackDatabase = false
    @OptionGroup var past: AsOfOption
    @OptionGroup var settings: SettingOptions<ClientOrDatabaseSettings>

    /// A database in the environment or a file is there for other commands: it takes a word here to use it.
    private var hasFallback: Bool { past.asOf != nil || fallbackDatabase || settings.flags[.database] != nil }

    mutating func validate() throws {
        names = BundledNames.unbundle(names)
        guard !names.isEmpty || assets.pair != nil else {
            throw ValidationError("name a symbol: the venue's own string, a unified name, or BASE/QUOTE")
        }
        if past.asOf != nil, settings.flags[.unix] != nil || settings.flags[.tcp] != nil {
            throw ValidationError("--as-of asks the database: leave --unix and --tcp out")
        }
        if exchange.isEmpty { throw ValidationError("the exchange is empty: name one, for example GATEIO_SPOT") }
    }

    func execute(_ configuration: Configuration) throws {
        let questions = names.map { SymbolQuestion.text($0) } + [assets.pair.map { .pair($0) }].compactMap { $0 }
        let answers = try ask(questions, configuration)
        let rows = zip(questions, answers).map {
            Row(exchange: exchange, symbol: $0.shown, answer: $1.answer, source: $1.source)
        }
        RowWriter.print(rows, hasFallback ? Self.fields + Self.sourceFields : Self.fields, configuration.format)
        if answers.contains(where: { $0.answer.flags.contains(.fromFile) }) {
            writeLineToStandardError(
                "symbology: answered from a snapshot file that no database has confirmed; \"symbology status\" shows "
                    + "its age, or of what moment it is")
        }

        for (question, (answer, _)) in zip(questions, answers) where answer.flags.contains(.alias) {
            writeLineToStandardError(
                "symbology: \"\(Cell.escapeControls(question.shown))\" is a former name of symbol \(answer.symbolId)")
        }

        let refusals = zip(questions, answers.map(\.answer)).filter { $1.status != .ok }
        guard let worst = refusals.first else { return }
        // One line for what is said of many names, as that nobody knows the exchange.
        let reasons = refusals.compactMap { explain($0, $1.status) }
        var nameCounts = Dictionary(reasons.lazy.map { ($0, 1) }, uniquingKeysWith: +)
        for reason in reasons {
            guard let count = nameCounts.removeValue(forKey: reason) else { continue }
            writeLineToStandardError("symbology: \(reason)" + (count > 1 ? " (\(count) names)" : ""))
        }
        throw worst.1.status == .notLoaded ? ExitCode(ExitStatus.unavailable.rawValue) : ExitCode(1)
    }

    private func ask(
        _ questions: [SymbolQuestion], _ configuration: Configuration
    ) throws(CommandFailure) -> [(answer: SymbolResolution, source: AnswerSource)] {
        if let time = past.asOf {
            var resolver = SnapshotResolver(try PastSession(configuration).snapshot(asOf: time))
            return questions.map { ($0.answer(exchange: exchange, from: &resolver), .database) }
        }
        if hasFallback {
            var session = try FallbackSession(configuration)
            return try session.resolve(exchange: exchange, questions)
        }
        let session = try ServerSession(configuration)
        return try session.resolve(exchange: exchange, questions).map { ($0, .server) }
    }

    private struct Row: Sendable {
        let exchange: String
        let symbol: String
        let answer: SymbolResolution
        let source: AnswerSource

        /// What only an answer with ids can say.
        func known<Value>(_ value: Value) -> Value? { answer.symbolId != 0 ? value : nil }
        func digits(_ precision: UInt8) -> UInt8? { known(precision).flatMap(ShownSymbol.digits) }
        func has(_ flag: ResolutionFlags) -> Bool { answer.flags.contains(flag) }
    }

    private static let fields: [Field<Row>] = [
        Field("exchange", \.exchange), Field("symbol", \.symbol), Field("symbol_id") { $0.known($0.answer.symbolId) },
        Field("exchange_id") { $0.answer.exchangeId != 0 ? $0.answer.exchangeId : nil },
        Field("status", \.answer.status.name), Field("generation", \.answer.generation),
        Field("precision_price") { $0.digits($0.answer.precisionPrice) },
        Field("precision_base") { $0.digits($0.answer.precisionBase) },
        Field("precision_quote") { $0.digits($0.answer.precisionQuote) },
        Field("tiered") { $0.has(.tiered) }.inTables { $0.has(.tiered) },
        Field("digits_derived") { $0.has(.derived) }.inTables { $0.has(.derived) },
    ]
    private static let sourceFields: [Field<Row>] = [Field("source", \.source.rawValue)]

    private func explain(_ question: SymbolQuestion, _ status: ResolutionStatus) -> String? {
        let venue = Cell.escapeControls(exchange)
        let symbol = question.shown
        let shown = "\"\(Cell.escapeControls(symbol))\""
        // Other commands answer for now.
        func next(_ command: String) -> String { past.asOf == nil ? command : "" }
        return switch (status, question.meaning) {
        case (.malformed, _) where exchange.utf8.count > Exchange.codeByteCountMax:
            "\"\(venue)\" cannot be an exchange: it has \(exchange.utf8.count) bytes, the most "
                + "is \(Exchange.codeByteCountMax)" + next("; \"symbology exchange\" lists them")
        case (.malformed, .pair?): "\(shown) cannot be a pair: an asset has 1 to \(AssetText.byteCountMax) bytes"
        case (.malformed, _) where symbol.isEmpty: "an empty symbol names nothing; give the venue's own string"
        case (.malformed, .name?):
            "\(shown) cannot be asked for: it has \(symbol.utf8.count) bytes, the most is \(SymbolText.byteCountMax); "
                + "what has a longer name is found by its venue's string" + contracts(of: question, " and by ")
        case (.malformed, nil):
            "\(shown) cannot be a symbol: it has \(symbol.utf8.count) bytes, the most is \(SymbolText.byteCountMax)"
        case (.unknownExchange, _): "no exchange \(venue)" + next("; \"symbology exchange\" lists them")
        case (.unknownSymbol, nil):
            "\(venue) has no \(shown)" + next("; try: symbology search \(Cell.escapeControls(symbol))")
        case (.unknownSymbol, _):
            "\(venue) has no \(shown)"
                + (question.guessedPair.map { next("; try: symbology find \($0.argument)") } ?? "")
        case (.ambiguous, _):
            "\(shown) may be several live symbols: ask for one by its own string" + contracts(of: question, ": ")
        case (.notLoaded, _): "the server has not read the database yet; \"symbology status\" says why"
        case (.refused, _):
            "\(shown) is in the database but cannot be represented"
                + next("; \"symbology refused\" says why")
        default: nil
        }
    }

    /// The command that lists what a pair may mean.
    private func contracts(of question: SymbolQuestion, _ joint: String) -> String {
        guard past.asOf == nil, let pair = question.guessedPair else { return "" }
        return joint + "symbology contracts \(Cell.escapeControls(exchange.shellWord)) \(pair.argument)"
    }
}
