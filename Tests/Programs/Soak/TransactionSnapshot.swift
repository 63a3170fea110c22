/// `pg_snapshot` as text: which transactions a state shows.
struct TransactionSnapshot: Equatable {
    let xmin: UInt64
    let xmax: UInt64
    let inProgress: Set<UInt64>

    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let xmin = UInt64(parts[0]), let xmax = UInt64(parts[1]) else { return nil }
        self.xmin = xmin
        self.xmax = xmax
        inProgress = Set(parts[2].split(separator: ",").compactMap { UInt64($0) })
    }

    func shows(_ transaction: UInt64) -> Bool {
        transaction < xmin || transaction < xmax && !inProgress.contains(transaction)
    }
}
