import Histogram

/// Nanoseconds from one to an hour, to three digits. Recording allocates nothing.
package struct LatencyHistogram {
    private var histogram = Histogram<UInt64>(highestTrackableValue: BenchLimits.latencyNanosecondsMax)

    package init() {}

    @inline(__always)
    package mutating func record(nanoseconds: UInt64) {
        histogram.record(min(nanoseconds, BenchLimits.latencyNanosecondsMax))
    }

    /// The same value `count` times.
    mutating func record(nanoseconds: UInt64, count: UInt64) {
        histogram.record(min(nanoseconds, BenchLimits.latencyNanosecondsMax), count: count)
    }

    package mutating func add(_ other: LatencyHistogram) { histogram.add(other.histogram) }

    package var count: UInt64 { histogram.totalCount }
    package var isEmpty: Bool { histogram.totalCount == 0 }
    package var maxNanoseconds: UInt64 { histogram.max }
    package var meanNanoseconds: UInt64 { isEmpty ? 0 : UInt64(histogram.mean) }

    package func nanoseconds(atPercentile percentile: Double) -> UInt64 { histogram.valueAtPercentile(percentile) }

    /// HdrHistogram's percentile distribution, values in microseconds.
    package var distributionText: String {
        var text = ""
        histogram.outputPercentileDistribution(to: &text, outputValueUnitScalingRatio: 1_000)
        return text
    }
}
