/// The middle of a set of figures and how far they spread.
struct Spread: Codable {
    let median: Double
    let lowest: Double
    let highest: Double

    init?(_ figures: [Double]) {
        guard !figures.isEmpty else { return nil }
        let sorted = figures.sorted()
        let middle = sorted.count / 2
        median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
        lowest = sorted[0]
        highest = sorted[sorted.count - 1]
    }
}

/// The value below which the share `quantile` of the sorted samples lies (nearest rank).
func percentile(_ quantile: Double, ofSorted samples: [UInt32]) -> UInt32 {
    guard !samples.isEmpty else { return 0 }
    return samples[min(samples.count - 1, Int((Double(samples.count) * quantile).rounded(.up)) - 1)]
}
