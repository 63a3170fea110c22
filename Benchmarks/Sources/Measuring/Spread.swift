/// The middle of a set of figures and how far they spread.
public struct Spread: Codable, Sendable {
    public let median: Double
    public let lowest: Double
    public let highest: Double
    /// Of how many figures.
    public let count: Int

    /// Nil without figures, or where one of them is no number.
    public init?(_ figures: [Double]) {
        guard !figures.isEmpty, figures.allSatisfy(\.isFinite) else { return nil }
        let sorted = figures.sorted()
        let middle = sorted.count / 2
        median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
        lowest = sorted[0]
        highest = sorted[sorted.count - 1]
        count = sorted.count
    }

    /// The pairwise ratio of two runs that were interleaved: figure n of one over figure n of the other.
    public init?(ratioOf figures: [Double], to others: [Double]) {
        self.init(zip(figures, others).map { $0 / $1 })
    }
}

/// The value below which the share `quantile` of the sorted samples lies (nearest rank); 0 without samples.
public func percentile<Sample: BinaryInteger>(_ quantile: Double, ofSorted samples: [Sample]) -> Sample {
    guard !samples.isEmpty else { return 0 }
    return samples[max(0, min(samples.count - 1, Int((Double(samples.count) * quantile).rounded(.up)) - 1))]
}
