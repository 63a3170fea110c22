import ArgumentParser
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

            --dry-run prints a line for each new and each missing symbol and for each column that would change, with \
            its old and new value.

            --from ccxt takes the markets of one exchange as ccxt's load_markets() returns them, an object or a list. \
            precision becomes tick_size and step_size, limits.amount the smallest and largest order (of contracts: in \
            contracts), limits.cost.min min_notional, created listed_at. What is null is not given, and what no market \
            of the file gives is left as it is. With ccxt's own Python, as a line for cron:

            python3 -c 'import ccxt, json, sys; json.dump(ccxt.okx().load_markets(), sys.stdout)' | symbology import \
            --from ccxt --exchange OKX --deactivate-missing -
            """)

    @Argument(help: "The file; - is standard input.") var file: String
    @Flag(help: "Leave bad lines out and import the others.") var skipBad = false
    @Option(
        help: ArgumentHelp("Write the bad lines with their reasons to this file, as CSV.", valueName: "file"))
    var rejects: String?
    @Flag(help: "Say what would change, and change nothing.") var dryRun = false
    @Flag(help: "Deactivate what the file does not list, of each exchange it names; activate what it lists again.")
    var deactivateMissing = false
    @Flag(help: "Let symbols have new strings; the former ones stay aliases for a while.") var rename = false
    @Flag(help: "Give what was delisted and is listed again a new id.") var newListing = false
    @Flag(help: "Let a tick, a step or a contract size change ten-fold and more.") var allowJumps = false
    @OptionGroup var format: ListFormatOptions
    @OptionGroup var part: ListPartOptions
    @OptionGroup var alias: AliasOptions
    @OptionGroup var settings: SettingOptions<DatabaseSettings>

    func execute(_ configuration: Configuration) throws {
        let bytes: [UInt8]
        do {
            let byteCountMax = SymbolImport.fileByteCountMax
            bytes =
                try file == "-"
                ? FileBytes.readStandardInput(byteCountMax: byteCountMax)
                : FileBytes.read(file, byteCountMax: byteCountMax)
        } catch {
            throw CommandFailure(
                .system, "cannot read the file: \(error.message)", next: "check its name and permissions")
        }
        if let rejects { try FileBytes.requireWritable(rejects, next: "name another file with --rejects") }
        let target = try DatabaseTarget.parse(configuration)
        let connection = try DatabaseTarget.connect(target, applicationName: "symbology import")
        var progress = ImportProgressLine()
        var changes = ImportChangeRows(configuration.format, deactivatesMissing: deactivateMissing)
        let result: SymbolImportResult
        do throws(CommandFailure) {
            result = try Self.run(
                bytes, named: file, connection, options, as: format, rejects: rejects,
                onProgress: { progress.show($0) },
                onChange: { changes.write($0) })
        } catch {
            progress.finish()
            throw error
        }
        progress.finish()
        if dryRun { changes.finish() }
        for notice in result.notices {
            writeLineToStandardError("symbology: \(Self.place(file, notice.line)): \(Self.shown(notice.text))")
        }
        for fault in result.faults {
            writeLineToStandardError("symbology: \(Self.place(file, fault.line)): skipped: \(Self.shown(fault.reason))")
        }
        ImportRecord(result, isDryRun: dryRun, deactivatesMissing: deactivateMissing).print(configuration.format)
        guard result.isEmpty else { return }
        throw CommandFailure(
            .answerIsNo,
            "\(Self.shown(file)) lists no symbol\(part.isWhole ? "" : " of this part"): nothing was imported")
    }

    private var options: SymbolImportOptions {
        SymbolImportOptions(
            skipsBad: skipBad, deactivatesMissing: deactivateMissing, renames: rename, listsAnew: newListing,
            allowsJumps: allowJumps, kinds: part.kindSet, settleAssets: part.settleSet, isDryRun: dryRun,
            aliasDayCount: alias.dayCount)
    }

    /// What `import` and the seed of `dev` share.
    /// - Parameter rejects: the file that gets the bad lines, also when nothing is imported.
    static func run(
        _ bytes: [UInt8], named name: String, _ connection: Connection,
        _ options: SymbolImportOptions = SymbolImportOptions(), as format: ListFormatOptions = .csv,
        rejects: String? = nil,
        onProgress: (SymbolImportProgress) -> Void = { _ in }, onChange: (SymbolImportChange) -> Void = { _ in }
    ) throws(CommandFailure) -> SymbolImportResult {
        do {
            return try bytes.withUnsafeBytes { bytes in
                let list = try format.open(bytes)
                let result: SymbolImportResult
                do {
                    result = try SymbolImport(connection).run(
                        list, options, onProgress: onProgress, onChange: onChange)
                } catch StoreError.badLines(let faults, let skipsBad) {
                    if let rejects { try FileBytes.write(list.rejects(faults), to: rejects) }
                    throw StoreError.badLines(faults, skipsBad: skipsBad)
                }
                if let rejects { try FileBytes.write(list.rejects(result.faults), to: rejects) }
                return result
            }
        } catch let error as CommandFailure {
            throw error
        } catch let error as StoreError {
            throw describe(error, name)
        } catch {
            preconditionFailure("an import throws store errors only")
        }
    }

    /// What a file holds moves no cursor, and ends no line: that could pass for a line of another file.
    private static func shown(_ text: String) -> String { Cell.escapeControls(text) }

    private static func place(_ name: String, _ line: Int) -> String { "\(shown(name)):\(line)" }

    private static func describe(_ error: StoreError, _ name: String) -> CommandFailure {
        func listed(_ faults: [LineFault]) -> [String] { faults.map { "\(place(name, $0.line)): \(shown($0.reason))" } }
        switch error {
        case .badLines(let faults, let skipsBad):
            let what = faults.count == 1 ? "1 bad line" : "\(faults.count) bad lines"
            return CommandFailure(
                .answerIsNo, (["\(what), nothing was imported:"] + listed(faults)).joined(separator: "\n  "),
                next: skipsBad
                    ? "no line is left: correct the file" : "correct the file, or leave bad lines out with --skip-bad")
        case .jumps(let jumps):
            let what = "a tick, a step or a contract size would change ten-fold or more, nothing was imported:"
            return CommandFailure(
                .answerIsNo, ([what] + listed(jumps)).joined(separator: "\n  "),
                next: "a wrong table would reach every engine at once: ask the venue, then --allow-jumps")
        case .unusableFile(let reason):
            return CommandFailure(.answerIsNo, "\(shown(name)): \(shown(reason))", next: "nothing was imported")
        default: return DatabaseTarget.failure(error)
        }
    }
}
