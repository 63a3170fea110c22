import ArgumentParser
import PostgreSQL
import ReferenceStore

struct PopulateCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "populate", abstract: "Exchanges and symbols from the legacy market-data tables.",
        discussion: """
            Each distinct pair of a known venue gets a symbol, under the string the venue itself would write, with \
            precision, tick and step read off the observed prices and quantities: prices of at most k digits behind \
            the point give a tick of 10^-k. A symbol that is there keeps what was set by hand. It may be run again at \
            any time; pairs that can be no symbol are reported and skipped.
            """)
    static let settings: [Setting] = [.database]

    @Flag(help: "Say what would be done, and change nothing.") var dryRun = false
    @Option(
        help: ArgumentHelp(
            "Look at so many of the newest rows of each pair; 0 is all of them.", valueName: "count"))
    var observedRows = 10_000
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var common: CommonOptions

    var flags: [Setting: String] { database.flags }

    mutating func validate() throws {
        if observedRows < 0 { throw ValidationError("--observed-rows is \(observedRows); 0 is all, else 1 or more") }
    }

    func execute(_ configuration: Configuration) throws {
        let format = try configuration.format()
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
        let report: PopulationReport
        do {
            report = try population.run(isDryRun: dryRun)
        } catch {
            throw DatabaseTarget.failure(error)
        }
        PopulationRows.write(report, format)
        PopulationRows.warn(report)
    }
}

/// Prints a report: for people venues and what is not as it was, for scripts a line a venue, a pair and the whole.
private enum PopulationRows {
    static func write(_ report: PopulationReport, _ format: OutputFormat) {
        if format == .table {
            writeTables(report)
        } else {
            writeRows(report, format)
        }
    }

    /// What a person must look at goes to standard error too, where a script's log shows it.
    static func warn(_ report: PopulationReport) {
        for table in report.absentTables {
            writeLineToStandardError("symbology: there is no table \(table); nothing was read from it")
        }
        for venue in report.venues where venue.outcome == .unknown {
            writeLineToStandardError(
                "symbology: unknown venue \(Cell.escapeControls(venue.legacyName)): \(venue.pairCount) pairs skipped")
        }
    }

    private static let venueColumns = ["exchange", "code", "exchange_id", "outcome", "pairs"]
    private static let pairColumns = [
        "exchange", "base_asset", "quote_asset", "symbol", "symbol_id", "outcome", "precision_price", "tick_size",
        "precision_base", "step_size", "precision_quote", "last_seen", "remark",
    ]

    private static func writeTables(_ report: PopulationReport) {
        var venues = RowWriter(.table, columns: venueColumns.map { Column($0) })
        for venue in report.venues { venues.write(cells(venue)) }
        venues.finish()

        let shown = report.pairs.filter { $0.outcome != .known || $0.remark != nil }
        if !shown.isEmpty {
            var output = StandardOutput()
            output.write("\n")
            output.flush()
            var pairs = RowWriter(.table, columns: pairColumns.map { Column($0) })
            for pair in shown { pairs.write(cells(pair)) }
            pairs.finish()
        }
        var output = StandardOutput()
        let would = report.isDryRun ? " (dry run: nothing was changed)" : ""
        let counts = PopulatedPair.Outcome.allCases.map { "\(report.pairCount($0)) \($0.rawValue)" }
        output.write("\n\(counts.joined(separator: ", ")), \(report.seenCount) seen since\(would)\n")
        output.flush()
    }

    private static let summaryColumns = ["is_dry_run"] + PopulatedPair.Outcome.allCases.map(\.rawValue) + ["seen"]

    private static func summary(_ report: PopulationReport) -> [Cell] {
        [.boolean(report.isDryRun)] + PopulatedPair.Outcome.allCases.map { Cell(report.pairCount($0)) }
            + [Cell(report.seenCount)]
    }

    /// `kind` says what a line is about. JSON has the keys of its kind; TSV one header with all of them.
    private static func writeRows(_ report: PopulationReport, _ format: OutputFormat) {
        var lines: [(kind: String, columns: [String], cells: [Cell])] = []
        lines += report.venues.map { ("venue", venueColumns, cells($0)) }
        lines += report.pairs.map { ("pair", pairColumns, cells($0)) }
        lines.append(("summary", summaryColumns, summary(report)))

        if format == .json {
            var output = StandardOutput()
            for line in lines {
                let columns = (["kind"] + line.columns).map { Column($0) }
                output.write(RowWriter.jsonLine(columns, [.text(line.kind)] + line.cells))
            }
            output.flush()
        } else {
            let names = ["kind"] + pairColumns + venueColumns.filter { !pairColumns.contains($0) } + summaryColumns
            var writer = RowWriter(format, columns: names.map { Column($0) })
            for line in lines {
                let named = Dictionary(uniqueKeysWithValues: zip(line.columns, line.cells))
                writer.write([.text(line.kind)] + names.dropFirst().map { named[$0] ?? .absent })
            }
            writer.finish()
        }
    }

    private static func cells(_ venue: PopulatedVenue) -> [Cell] {
        [
            .text(venue.legacyName), Cell(venue.code), venue.exchangeId.map { Cell($0) } ?? .absent,
            .text(venue.outcome.rawValue), Cell(venue.pairCount),
        ]
    }

    private static func cells(_ pair: PopulatedPair) -> [Cell] {
        func number(_ value: UInt8?) -> Cell { value.map { Cell($0) } ?? .absent }
        return [
            .text(pair.exchange), .text(pair.baseAsset), .text(pair.quoteAsset), Cell(pair.symbolString),
            pair.symbolId.map { Cell($0) } ?? .absent, .text(pair.outcome.rawValue), number(pair.precisionPrice),
            Cell(pair.tickSize), number(pair.precisionBase), Cell(pair.stepSize), number(pair.precisionQuote),
            Cell(pair.lastSeen), Cell(pair.remark),
        ]
    }
}
