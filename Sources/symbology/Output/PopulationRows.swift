import ReferencePhases

/// Prints a report: for people venues and what is not as it was, for scripts a line a venue, a pair and the whole.
enum PopulationRows {
    static func write(_ report: PopulationReport, _ format: OutputFormat) {
        switch format {
        case .table: writeTables(report)
        case .json: writeObjects(report)
        case .tsv: writeLines(report)
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

    private static let venueFields: [Field<PopulatedVenue>] = [
        Field("exchange", \.legacyName), Field("code", \.code), Field("exchange_id", \.exchangeId),
        Field("outcome", \.outcome.rawValue), Field("pairs", \.pairCount),
    ]
    private static let pairFields: [Field<PopulatedPair>] = [
        Field("exchange", \.exchange), Field("base_asset", \.baseAsset), Field("quote_asset", \.quoteAsset),
        Field("symbol", \.symbolString), Field("symbol_id", \.symbolId), Field("outcome", \.outcome.rawValue),
        Field("precision_price", \.precisionPrice), Field("tick_size", \.tickSize),
        Field("precision_base", \.precisionBase), Field("step_size", \.stepSize),
        Field("precision_quote", \.precisionQuote), Field("last_seen", \.lastSeen), Field("remark", \.remark),
        Field("is_inferred", \.isInferred),
    ]
    private static let summaryFields: [Field<PopulationReport>] =
        [Field("is_dry_run", \.isDryRun)]
        + PopulatedPair.Outcome.allCases.map { outcome in Field(outcome.rawValue) { $0.pairCount(outcome) } }
        + [Field("seen", \.seenCount)]

    private static func writeTables(_ report: PopulationReport) {
        RowWriter.print(report.venues, venueFields, .table)
        let shown = report.pairs.filter { $0.outcome != .known || $0.remark != nil }
        if !shown.isEmpty {
            StandardOutput.print("\n")
            RowWriter.print(shown, pairFields, .table)
        }
        let would = report.isDryRun ? " (dry run: nothing was changed)" : ""
        let counts = PopulatedPair.Outcome.allCases.map { "\(report.pairCount($0)) \($0.rawValue)" }
        StandardOutput.print("\n\(counts.joined(separator: ", ")), \(report.seenCount) seen since\(would)\n")
    }

    /// `kind` says what a line is about; it has the keys of its kind.
    private static func writeObjects(_ report: PopulationReport) {
        RowWriter.print(report.venues, ofKind("venue") + venueFields, .json)
        RowWriter.print(report.pairs, ofKind("pair") + pairFields, .json)
        RowWriter.print([report], ofKind("summary") + summaryFields, .json)
    }

    private static func ofKind<Row>(_ kind: String) -> [Field<Row>] { [Field("kind") { _ in kind }] }

    /// One header with the columns of all kinds; what a line has nothing for stays empty.
    private static func writeLines(_ report: PopulationReport) {
        let pairNames = pairFields.map(\.name)
        let names =
            ["kind"] + pairNames + venueFields.map(\.name).filter { !pairNames.contains($0) }
            + summaryFields.map(\.name)
        let fields = names.map { name in Field<[String: Cell]>(name) { $0[name] } }
        var writer = RowWriter(.tsv, fields)
        func write<Row>(_ kind: String, _ row: Row, _ fields: [Field<Row>]) {
            let cells = (ofKind(kind) + fields).map { ($0.name, $0.cell(row)) }
            writer.write(Dictionary(uniqueKeysWithValues: cells))
        }
        for venue in report.venues { write("venue", venue, venueFields) }
        for pair in report.pairs { write("pair", pair, pairFields) }
        write("summary", report, summaryFields)
        writer.finish()
    }
}
