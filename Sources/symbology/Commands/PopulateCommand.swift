import ArgumentParser
import PostgreSQL
import ReferencePhases
import ReferenceStore

struct PopulateCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "populate", abstract: "Exchanges and symbols from the legacy market-data tables.",
        discussion: """
            Each distinct pair of a known venue gets a symbol, under the string the venue itself would write: a spot \
            symbol, or a perpetual where the venue trades futures. Precision, tick and step are read off the observed \
            prices and quantities: prices of at most k digits behind the point give a tick of 10^-k, which may be \
            below the venue's, so that the symbol and every answer about it say that it was inferred. A symbol that \
            is there keeps what was set by hand; is_inferred = false confirms what was inferred. It may be \
            run again at \
            any time; pairs that can be no symbol are reported and skipped.
            """)

    @Flag(help: "Say what would be done, and change nothing.") var dryRun = false
    @Option(
        help: ArgumentHelp(
            "Look at so many of the newest rows of each pair; 0 is all of them.", valueName: "count"))
    var observedRows = 10_000
    @OptionGroup var settings: SettingOptions<DatabaseSettings>

    mutating func validate() throws {
        if observedRows < 0 { throw ValidationError("--observed-rows is \(observedRows); 0 is all, else 1 or more") }
    }

    func execute(_ configuration: Configuration) throws {
        var population = SymbolPopulation(try DatabaseTarget.connect(configuration))
        population.observedRowCountMax = observedRows == 0 ? nil : observedRows
        var shownPercent: Int64 = 0
        population.onProgress = { progress in
            // A line for each twentieth of what takes a while; a table that is read in a moment needs none.
            let percent = progress.doneCount * 100 / max(1, progress.totalCount)
            if percent < shownPercent { shownPercent = 0 }
            guard progress.totalCount > (progress.unit == .pairs ? 500 : 1_000_000), percent >= shownPercent + 5
            else { return }
            shownPercent = percent
            writeLineToStandardError(
                "symbology: \(progress.source.tableName): \(progress.doneCount) of \(progress.totalCount) "
                    + "\(progress.unit.rawValue), \(percent) %")
        }
        let report = try DatabaseTarget.ask { () throws(StoreError) in try population.run(isDryRun: dryRun) }
        PopulationRows.write(report, configuration.format)
        PopulationRows.warn(report)
    }
}
