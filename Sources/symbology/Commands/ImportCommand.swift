import ArgumentParser
import PostgreSQL
import ReferenceStore

struct ImportCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Symbols from a CSV file into the database, in one transaction.",
        discussion: """
            The first line names the columns: exchange, base_asset, quote_asset and symbol_string, and any other \
            column of symbols. What is missing is inserted, what differs is updated, and nothing else is touched. \
            With a bad line nothing is imported, unless --skip-bad.
            """)
    static let settings: [Setting] = [.database]

    @Argument(help: "The CSV file.") var file: String
    @Flag(help: "Leave bad lines out and import the others.") var skipBad = false
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var common: CommonOptions

    var flags: [Setting: String] { database.flags }

    func execute(_ configuration: Configuration) throws {
        let format = try configuration.format()
        let bytes: [UInt8]
        do {
            bytes = try FileBytes.read(file, byteCountMax: SymbolImport.fileByteCountMax)
        } catch {
            throw CommandFailure(
                .system, "cannot read the file: \(error.message)", next: "check its name and permissions")
        }
        let connection = try DatabaseTarget.connect(configuration)
        let result = try Self.run(bytes, named: file, connection, skipBad: skipBad)
        for fault in result.faults {
            writeLineToStandardError("symbology: \(file):\(fault.line): skipped: \(fault.reason)")
        }
        Self.write(result, format)
    }

    /// What `import` and the seed of `dev` share.
    static func run(
        _ csv: [UInt8], named name: String, _ connection: Connection, skipBad: Bool = false
    ) throws(CommandFailure) -> SymbolImportResult {
        do {
            return try SymbolImport(connection).run(csv: csv, skipBad: skipBad)
        } catch {
            throw describe(error, name)
        }
    }

    private static func describe(_ error: StoreError, _ name: String) -> CommandFailure {
        switch error {
        case .badLines(let faults, let faultCount):
            let listed = faults.map { "\(name):\($0.line): \($0.reason)" }
            let rest = faultCount > faults.count ? ["… and \(faultCount - faults.count) more"] : []
            let what = faultCount == 1 ? "1 bad line" : "\(faultCount) bad lines"
            return CommandFailure(
                .answerIsNo, (["\(what), nothing was imported:"] + listed + rest).joined(separator: "\n  "),
                next: "correct the file, or leave bad lines out with --skip-bad")
        case .unusableFile(let reason):
            return CommandFailure(.answerIsNo, "\(name): \(reason)", next: "nothing was imported")
        default: return DatabaseTarget.failure(error)
        }
    }

    private static func write(_ result: SymbolImportResult, _ format: OutputFormat) {
        if format == .table {
            var output = StandardOutput()
            let skipped = result.skippedCount > 0 ? ", \(result.skippedCount) skipped" : ""
            output.write(
                "\(result.insertedCount) inserted, \(result.updatedCount) updated, "
                    + "\(result.unchangedCount) unchanged\(skipped)\n")
            output.flush()
        } else {
            var record = RecordWriter(format)
            record.add("inserted", Cell(result.insertedCount))
            record.add("updated", Cell(result.updatedCount))
            record.add("unchanged", Cell(result.unchangedCount))
            record.add("skipped", Cell(result.skippedCount))
            record.finish()
        }
    }
}
