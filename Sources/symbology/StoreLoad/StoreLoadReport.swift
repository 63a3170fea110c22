import SymbologyBench

/// What a load test of the store found.
struct StoreLoadReport {
    let plan: StoreLoad.Plan
    let doneCount: Int
    var failureCount: Int
    /// From the start to the end of the last operation.
    let nanoseconds: UInt64
    /// By `StoreLoadKind`.
    var latencies = StoreLoadKind.allCases.map { _ in LatencyHistogram() }
    /// The first of them.
    var failures: [String] = []

    /// Below this share of the rate that was asked for it was not held.
    static let shareMin = 0.99

    var operationsPerSecond: Double { Double(doneCount) * 1e9 / Double(nanoseconds) }

    /// Every operation was done, and none of them later than the rate has it.
    var isHeld: Bool {
        failureCount == 0 && doneCount == plan.seconds * plan.operationsPerSecond
            && operationsPerSecond >= Double(plan.operationsPerSecond) * Self.shareMin
    }

    /// A line of what is printed: of one kind, or of all.
    struct Row {
        let name: String
        let latency: LatencyHistogram
        let report: StoreLoadReport
        let isTotal: Bool
    }

    var rows: [Row] {
        var all = LatencyHistogram()
        for latency in latencies { all.add(latency) }
        let kinds = StoreLoadKind.allCases.map {
            Row(name: $0.name, latency: latencies[$0.rawValue], report: self, isTotal: false)
        }
        return kinds.filter { !$0.latency.isEmpty } + [Row(name: "all", latency: all, report: self, isTotal: true)]
    }

    static let fields: [Field<Row>] = [
        Field("operation", \.name), Field("count") { Int64($0.latency.count) },
        Field("p50_us") { Int64($0.latency.nanoseconds(atPercentile: 50) / 1_000) },
        Field("p90_us") { Int64($0.latency.nanoseconds(atPercentile: 90) / 1_000) },
        Field("p99_us") { Int64($0.latency.nanoseconds(atPercentile: 99) / 1_000) },
        Field("p999_us") { Int64($0.latency.nanoseconds(atPercentile: 99.9) / 1_000) },
        Field("max_us") { Int64($0.latency.maxNanoseconds / 1_000) },
        Field("operations_per_second") { row -> Int64? in row.isTotal ? Int64(row.report.operationsPerSecond) : nil },
        Field("failed") { row -> Int64? in row.isTotal ? Int64(row.report.failureCount) : nil },
        Field("held") { row -> Bool? in row.isTotal ? row.report.isHeld : nil },
    ]
}
