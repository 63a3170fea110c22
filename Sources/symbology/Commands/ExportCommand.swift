import ArgumentParser
import Platform
import ReferenceData
import ReferenceStore

struct ExportCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Symbols of the database as the CSV that import reads, or as ccxt's markets, on standard output.",
        discussion: """
            --to ccxt writes one exchange as the JSON object that ccxt's load_markets() returns and its set_markets() \
            takes. ccxt's markets know more than the tables: baseId, quoteId, settleId, fees, leverage and info are \
            missing; ids, delists_at, is_tiered and is_inferred have no place in them.
            """)

    enum Form: String, ExpressibleByArgument, CaseIterable {
        case csv, ccxt
    }

    @Option(help: "The form: csv or ccxt.") var to = Form.csv
    @Option(help: "Only this exchange.") var exchange: String?
    @OptionGroup var past: AsOfOption
    @OptionGroup var settings: SettingOptions<DatabaseSettings>

    mutating func validate() throws {
        if let format = settings.flags[.format] {
            throw ValidationError("export writes CSV or, with --to ccxt, JSON, not \(format): leave --format out")
        }
        if to == .ccxt, exchange == nil {
            throw ValidationError("ccxt holds the markets of one exchange: say which by --exchange CODE")
        }
    }

    func execute(_ configuration: Configuration) throws {
        let export = SymbolExport(try DatabaseTarget.connect(configuration), asOf: past.asOf)
        var exchangeId: UInt16?
        if let exchange {
            exchangeId = try ask { () throws(StoreError) in try export.exchangeId(code: exchange) }
            guard exchangeId != nil else {
                throw CommandFailure(
                    .answerIsNo, "no exchange has the code \"\(exchange)\"", next: "see symbology exchanges stats")
            }
        }
        var output = StandardOutput()
        if to == .ccxt, let exchangeId {
            let (symbols, refusedCount) = try ask { () throws(StoreError) in
                try export.symbols(exchangeId: exchangeId)
            }
            let time = past.asOf ?? Timestamp(microsecondsSince1970: WallClock.microseconds())
            let loss = CCXTMarkets.write(symbols, at: time) { output.write($0) }
            output.flush()
            tell(loss, refusedCount)
        } else {
            _ = try ask { () throws(StoreError) in
                try export.run(exchangeId: exchangeId) { output.write($0) }
            }
            output.flush()
        }
    }

    private func ask<Value>(_ body: () throws(StoreError) -> Value) throws(CommandFailure) -> Value {
        do throws(StoreError) { return try body() } catch { throw PastSession.failure(HistoryError(error)) }
    }

    private func tell(_ loss: CCXTMarkets.Loss, _ refusedCount: Int) {
        let counts = [
            (loss.namelessCount, "left out: of a kind without a unified symbol"),
            (loss.shadowedCount, "left out: inactive, and another one has the unified symbol"),
            (refusedCount, "left out: rows that cannot be served"),
            (loss.digitsOnlyCount, "written with a tick or step of one unit of the last digit: only digits are known"),
            (loss.cutTimeCount, "written with a time cut to the millisecond, which is ccxt's unit"),
        ]
        for (count, what) in counts where count > 0 { writeLineToStandardError("symbology: \(count) \(what)") }
        writeLineToStandardError(
            "symbology: without baseId, quoteId, settleId, fees, leverage and info, which the database does not hold, "
                + "and delists_at, is_tiered and is_inferred, which ccxt's markets do not")
    }
}
