import ArgumentParser
import Glibc
import PostgreSQL
import ReferenceData
import ReferenceStore

struct ImportCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Symbols from a file into the database, in one transaction.",
        discussion: """
            The first line names the columns: exchange, base_asset, quote_asset and symbol_string, and any other \
            column of symbols. What is missing is inserted, what differs is updated, and nothing else is touched. \
            With a bad line nothing is imported, unless --skip-bad. Symbols of the file's exchanges that have expired \
            are deactivated.

            The file is judged by the state it leads to. A symbol is known by what it is (base, quote and, of a \
            contract, settle asset, kind, payoff, expiry, strike and type), then by its string. Strings that change \
            places leave every id with its symbol. A symbol that gives its string up for a new one is refused unless \
            --rename; a string that goes from a symbol which the file no longer lists to another one is refused unless \
            --deactivate-missing. Where nobody says a kind, it is the exchange's: spot, or a linear perpetual settled \
            in the quote asset.

            --kinds and --settle take a part of the file; where it does not say them, those of the known symbol count. \
            A venue that writes one string for two kinds is two exchanges here: import each part into one of its own.

            Of bad lines the first 1000 of each kind are named, of lines worth a look the first 20, and the others are \
            counted, with their first ranges: --verbose names all, and --rejects writes all bad ones down. An unknown \
            exchange is told once, with the ranges of its lines.

            A tick, a step, digits or a contract size that change ten-fold hold the import back, and so does a new id \
            far above all others, and a file by which 100 or more of a venue's live symbols, and most of them, become \
            inactive (also as missing, with --deactivate-missing) or get another string: --allow-jumps. A file with \
            more than 100000 bad lines is none.

            A symbol whose line is left out keeps its rules, marked is_last_good. The mark ends with a file that has \
            every column in which the symbol has a number; a tick or a step tells the digits.

            --dry-run prints a line for each new and each missing symbol and for each column that would change, with \
            its old and new value, and ends as the import would.

            --from ccxt takes the markets of one exchange as ccxt's load_markets() returns them, an object or a list. \
            precision becomes tick_size and step_size, limits.amount the smallest and largest order (of contracts: in \
            contracts), limits.cost.min min_notional, created listed_at. What is null is not given, and what no market \
            of the file gives is left as it is. Where every precision of the file is a whole number, also 1.0, they \
            may be ticks or counts of digits: --precision says what ccxt's exchange.precisionMode is (4 is tick-size, \
            2 decimal-places, 3 significant-digits). With ccxt's own Python, as a line for cron:

            python3 -c 'import ccxt, json, sys; json.dump(ccxt.okx().load_markets(), sys.stdout)' | symbology import \
            --from ccxt --exchange OKX --deactivate-missing -
            """)

    @Argument(help: "The file; - is standard input.") var file: String
    @Flag(help: "Leave bad lines out and import the others.") var skipBad = false
    @Option(
        help: ArgumentHelp(
            "Write the bad lines with their reasons to this file, as CSV; also where nothing is imported.",
            valueName: "file"))
    var rejects: String?
    @Flag(help: "Name every line that is bad or worth a look, not only the first of each kind.") var verbose = false
    @Flag(help: "Say what would change, and change nothing.") var dryRun = false
    @Flag(help: "Deactivate what the file does not list, of each exchange it names; activate what it lists again.")
    var deactivateMissing = false
    @Flag(help: "Let symbols have new strings; the former ones stay aliases for a while.") var rename = false
    @Flag(help: "Give what was delisted and is listed again a new id.") var newListing = false
    @Flag(
        help: ArgumentHelp(
            "Let a tick, a step or a contract size change ten-fold and more, let an id be far above all others, and "
                + "let most of a venue be delisted."))
    var allowJumps = false
    @OptionGroup var format: ListFormatOptions
    @OptionGroup var part: ListPartOptions
    @OptionGroup var alias: AliasOptions
    @OptionGroup var settings: SettingOptions<DatabaseSettings>

    func execute(_ configuration: Configuration) throws {
        let list = try opening { () throws(CommandFailure) in
            try file == "-" ? STDIN_FILENO : FileBytes.openToRead(file)
        }
        let output = try rejects.map { try RejectsOutput($0, besides: list) }
        let bytes = try opening { () throws(CommandFailure) in
            try FileBytes.read(
                list, named: file == "-" ? "standard input" : file, byteCountMax: SymbolImport.fileByteCountMax)
        }
        close(list)
        let target = try DatabaseTarget.parse(configuration)
        let connection = try DatabaseTarget.connect(target, applicationName: "symbology import")
        try bytes.withUnsafeBytes { try importList($0, connection, output, configuration.format) }
    }

    private func opening<Result>(_ body: () throws(CommandFailure) -> Result) throws(CommandFailure) -> Result {
        do {
            return try body()
        } catch {
            throw CommandFailure(
                .system, "cannot read the file: \(error.message)", next: "check its name and permissions")
        }
    }

    private func importList(
        _ bytes: UnsafeRawBufferPointer, _ connection: Connection, _ output: RejectsOutput?, _ form: OutputFormat
    ) throws(CommandFailure) {
        let list: any SymbolList
        do throws(StoreError) { list = try format.open(bytes) } catch { throw ImportReport.failure(error, of: file) }
        let report = ImportReport(file: file, list: list, rejects: rejects, isVerbose: verbose)
        var progress = ImportProgressLine()
        var changes = ImportChangeRows(form, deactivatesMissing: deactivateMissing)
        let result: SymbolImportResult
        do throws(StoreError) {
            result = try SymbolImport(connection).run(
                list, options, onProgress: { progress.show($0) }, onChange: { changes.write($0) })
        } catch {
            progress.finish()
            let failure = report.failure(error)
            do throws(CommandFailure) {
                if let faults = ImportReport.faults(error) { try write(faults, of: report, to: output) }
            } catch {
                failure.writeToStandardError()
                throw error
            }
            throw failure
        }
        progress.finish()
        if dryRun { changes.finish() }
        report.tell(result)
        ImportRecord(result, isDryRun: dryRun, deactivatesMissing: deactivateMissing).print(form)
        // Behind the result, which stands whatever becomes of them.
        try write(result.faults, of: report, to: output)
        guard !result.isHeldBack else {
            throw CommandFailure(
                .answerIsNo, "the import itself would be held back, for what is said above",
                next: "ask the venue, then --allow-jumps")
        }
        guard result.isEmpty else { return }
        throw CommandFailure(
            .answerIsNo,
            "\(ImportReport.shown(file)) lists no symbol\(part.isWhole ? "" : " of this part"): nothing was imported")
    }

    private func write(
        _ faults: [LineFault], of report: ImportReport, to output: RejectsOutput?
    ) throws(CommandFailure) {
        guard let output else { return }
        try output.write(report.list.rejects(faults))
        guard !faults.isEmpty else { return }
        writeLineToStandardError(
            "symbology: \(output.path): \(faults.count) \(report.entries(faults.count)) with their reasons")
    }

    private var options: SymbolImportOptions {
        SymbolImportOptions(
            skipsBad: skipBad, deactivatesMissing: deactivateMissing, renames: rename, listsAnew: newListing,
            allowsJumps: allowJumps, kinds: part.kindSet, settleAssets: part.settleSet, isDryRun: dryRun,
            aliasDayCount: alias.dayCount)
    }
}
