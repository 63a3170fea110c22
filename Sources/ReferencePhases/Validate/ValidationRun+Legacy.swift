import ReferenceStore

// Whether the reference tables know all venues and pairs that the legacy tables name.
extension ValidationRun {
    func checkLegacyData() throws(StoreError) {
        var report: PopulationReport?
        try check("legacy.read") {
            let scan = LegacyScan(connection, observedRowCountMax: 0)
            let found = try SymbolPopulation(connection).run(scan, isDryRun: true, observing: false)
            report = found
            let read = LegacySource.allCases.map(\.tableName).filter { !found.absentTables.contains($0) }
            guard !read.isEmpty else { return .skipped("there are no legacy tables") }
            return .passed("\(found.pairs.count) pairs in \(read.joined(separator: ", "))")
        }
        guard let report else { return }
        try check("legacy.venues") {
            .complaints(
                report.venues.filter { $0.outcome == .unknown }.map {
                    "\($0.legacyName) is in no row of exchanges (\($0.pairCount) pairs)"
                }
                    + report.venues.filter { $0.outcome == .added }.map {
                        "\($0.legacyName) has no row in exchanges yet"
                    },
                otherwise: "\(report.venues.count { $0.outcome == .mapped }) venues")
        }
        try check("legacy.pairs") {
            let pairs = report.pairs.filter { $0.outcome == .new }
            return .complaints(
                pairs.map { "\($0.exchange) \($0.baseAsset)/\($0.quoteAsset) has no symbol; run: symbology populate" },
                otherwise: "each of \(report.pairs.count { $0.outcome != .skipped }) pairs has its symbol")
        }
        try check("legacy.unusable_pairs") {
            let pairs = report.pairs.filter { $0.outcome == .skipped && $0.remark != "unknown venue" }
            guard !pairs.isEmpty else { return .passed() }
            return .warning(
                ValidationFinding.listed(
                    pairs.map { "\($0.exchange) \($0.baseAsset)/\($0.quoteAsset): \($0.remark ?? "")" }))
        }
    }
}
