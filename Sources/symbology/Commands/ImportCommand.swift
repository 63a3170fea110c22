import ArgumentParser
import PostgreSQL
import ReferenceStore

struct ImportCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Symbols from a CSV file into the database, in one transaction.",
        discussion: """
            The first line names the columns: exchange, base_asset, quote_asset and symbol_string, and any other \
            column of symbols. What is missing is inserted, what differs is updated, and nothing else is touched. \
            With a bad line nothing is imported, unless --skip-bad. Where the symbol string of a pair changes, the \
            former one stays an alias for a while, as after "symbols rename". A venue has one symbol for a pair: there \
            is no room for dated futures or option strikes, several of which share one.

            --dry-run prints a line for each new and each missing symbol and for each column that would change, with \
            its old and new value.
            """)

    @Argument(help: "The CSV file.") var file: String
    @Flag(help: "Leave bad lines out and import the others.") var skipBad = false
    @Flag(help: "Say what would change, and change nothing.") var dryRun = false
    @Flag(help: "Deactivate what the file does not list, of each exchange it names. Not with bad lines.")
    var deactivateMissing = false
    @OptionGroup var alias: AliasOptions
    @OptionGroup var settings: SettingOptions<DatabaseSettings>

    func execute(_ configuration: Configuration) throws {
        let bytes: [UInt8]
        do {
            bytes = try FileBytes.read(file, byteCountMax: SymbolImport.fileByteCountMax)
        } catch {
            throw CommandFailure(
                .system, "cannot read the file: \(error.message)", next: "check its name and permissions")
        }
        let target = try DatabaseTarget.parse(configuration)
        let connection = try DatabaseTarget.connect(target, applicationName: "symbology import")
        let options = SymbolImportOptions(
            skipsBad: skipBad, deactivatesMissing: deactivateMissing, isDryRun: dryRun,
            aliasDayCount: alias.dayCount)
        var progress = ImportProgressLine()
        var changes = ImportChangeRows(configuration.format, deactivatesMissing: deactivateMissing)
        let result: SymbolImportResult
        do throws(CommandFailure) {
            result = try Self.run(
                bytes, named: file, connection, options, onProgress: { progress.show($0) },
                onChange: { changes.write($0) })
        } catch {
            progress.finish()
            throw error
        }
        progress.finish()
        if dryRun { changes.finish() }
        for fault in result.faults {
            writeLineToStandardError("symbology: \(Self.place(file, fault)): skipped: \(Self.shown(fault.reason))")
        }
        write(result, configuration.format)
    }

    /// What `import` and the seed of `dev` share.
    static func run(
        _ csv: [UInt8], named name: String, _ connection: Connection,
        _ options: SymbolImportOptions = SymbolImportOptions(),
        onProgress: (SymbolImportProgress) -> Void = { _ in }, onChange: (SymbolImportChange) -> Void = { _ in }
    ) throws(CommandFailure) -> SymbolImportResult {
        do {
            return try SymbolImport(connection).run(
                csv: csv, options, onProgress: onProgress, onChange: onChange)
        } catch {
            throw describe(error, name, options)
        }
    }

    /// What a file holds moves no cursor, and ends no line: that could pass for a line of another file.
    private static func shown(_ text: String) -> String { Cell.escapeControls(text) }

    private static func place(_ name: String, _ fault: LineFault) -> String { "\(shown(name)):\(fault.line)" }

    private static func describe(
        _ error: StoreError, _ name: String, _ options: SymbolImportOptions
    ) -> CommandFailure {
        switch error {
        case .badLines(let faults, let faultCount):
            let listed = faults.map { "\(place(name, $0)): \(shown($0.reason))" }
            let rest = faultCount > faults.count ? ["… and \(faultCount - faults.count) more"] : []
            let what = faultCount == 1 ? "1 bad line" : "\(faultCount) bad lines"
            return CommandFailure(
                .answerIsNo, (["\(what), nothing was imported:"] + listed + rest).joined(separator: "\n  "),
                next: options.deactivatesMissing
                    ? "correct the file: what a bad line lists is not missing, so nothing can be deactivated"
                    : "correct the file, or leave bad lines out with --skip-bad")
        case .unusableFile(let reason):
            return CommandFailure(.answerIsNo, "\(shown(name)): \(shown(reason))", next: "nothing was imported")
        default: return DatabaseTarget.failure(error)
        }
    }

    private func write(_ result: SymbolImportResult, _ format: OutputFormat) {
        let hasGone = dryRun || deactivateMissing
        if format == .table {
            let gone = hasGone ? ", \(result.goneCount) \(dryRun ? "gone" : "deactivated")" : ""
            let skipped = result.skippedCount > 0 ? ", \(result.skippedCount) skipped" : ""
            let renamed = result.renamedCount > 0 ? " (\(result.renamedCount) renamed)" : ""
            let counts =
                "\(result.insertedCount) \(dryRun ? "new" : "inserted"), "
                + "\(result.updatedCount) \(dryRun ? "changed" : "updated")\(renamed), "
                + "\(result.unchangedCount) unchanged\(gone)\(skipped)"
            StandardOutput.print(counts + (dryRun ? "; nothing was written\n" : "\n"))
        } else if dryRun, format == .tsv {
            // The rows are the result; a second table behind them would have to be told apart.
            writeLineToStandardError(
                "symbology: \(result.insertedCount) new, \(result.updatedCount) changed, "
                    + "\(result.unchangedCount) unchanged, \(result.goneCount) gone; nothing was written")
        } else {
            var record = RecordWriter(format)
            record.add("inserted", result.insertedCount)
            record.add("updated", result.updatedCount)
            record.add("renamed", result.renamedCount)
            record.add("unchanged", result.unchangedCount)
            if hasGone { record.add(dryRun ? "gone" : "deactivated", result.goneCount) }
            record.add("skipped", result.skippedCount)
            if dryRun { record.add("dry_run", true) }
            record.finish()
        }
    }
}
