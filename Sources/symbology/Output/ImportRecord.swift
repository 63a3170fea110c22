import ReferenceStore

/// Prints what an import did, or would do.
struct ImportRecord {
    private let result: SymbolImportResult
    private let isDryRun: Bool
    private let deactivatesMissing: Bool

    init(_ result: SymbolImportResult, isDryRun: Bool, deactivatesMissing: Bool) {
        self.result = result
        self.isDryRun = isDryRun
        self.deactivatesMissing = deactivatesMissing
    }

    func print(_ format: OutputFormat) {
        switch format {
        case .table: StandardOutput.print(sentence + (isDryRun ? "; nothing was written\n" : "\n"))
        // The rows are the result; a second table behind them would have to be told apart.
        case .tsv where isDryRun: writeLineToStandardError("symbology: \(sentence); nothing was written")
        default: printRecord(format)
        }
    }

    private var hasGone: Bool { isDryRun || deactivatesMissing }

    /// What did not happen is not mentioned, but for the first three.
    private var sentence: String {
        func count(_ count: Int, _ what: String) -> String? { count > 0 ? "\(count) \(what)" : nil }
        let ofUpdated = [
            count(result.renamedCount, "renamed"), count(result.reactivatedCount, "active again"),
            count(result.completedCount, "with more of what they are"),
        ].compactMap { $0 }
        let parts = [
            "\(result.insertedCount) \(isDryRun ? "new" : "inserted")",
            "\(result.updatedCount) \(isDryRun ? "changed" : "updated")"
                + (ofUpdated.isEmpty ? "" : " (\(ofUpdated.joined(separator: ", ")))"),
            "\(result.unchangedCount) unchanged"
                + (count(result.ignoredCount, "delisted").map { " (\($0))" } ?? ""),
            hasGone ? "\(result.goneCount) \(isDryRun ? "gone" : "deactivated")" : nil,
            count(result.expiredCount, "expired"),
            count(result.pastCount, "inactive, their time is past"),
            count(result.skippedCount, "skipped"),
            count(result.lastGoodCount, "with their last good rules"),
            count(result.zeroCount, "zeros read as none"),
            count(result.leftOutCount, "of another part"),
        ]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }

    private func printRecord(_ format: OutputFormat) {
        var record = RecordWriter(format)
        record.add("inserted", result.insertedCount)
        record.add("updated", result.updatedCount)
        record.add("renamed", result.renamedCount)
        record.add("unchanged", result.unchangedCount)
        if hasGone { record.add(isDryRun ? "gone" : "deactivated", result.goneCount) }
        record.add("skipped", result.skippedCount)
        if isDryRun { record.add("dry_run", true) }
        record.add("reactivated", result.reactivatedCount)
        record.add("completed", result.completedCount)
        record.add("still_delisted", result.ignoredCount)
        record.add("expired", result.expiredCount)
        record.add("past", result.pastCount)
        record.add("last_good", result.lastGoodCount)
        record.add("zeros_as_none", result.zeroCount)
        record.add("left_out", result.leftOutCount)
        record.add("notices", result.notices.count)
        record.finish()
    }
}
