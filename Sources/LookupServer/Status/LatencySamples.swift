/// How long reads took, from a read to the write of its answers, in a histogram: one serving thread counts, any thread
/// looks. One read in `sampleInterval` is timed, so that two looks at the clock are not part of every lookup.
///
/// A bucket is an eighth of its power of two, so a percentile is at most 12.5 % above the truth.
final class LatencySamples: Sendable {
    /// Reads between two that are timed.
    static let sampleInterval: UInt64 = 64
    private static let bucketsPerPower = 8
    /// The last bucket takes all from 15 × 2³⁹ ns on, more than two hours.
    static let bucketCount = 8 * 41

    private let counts = PublishedWords(count: bucketCount)

    deinit { counts.deallocate() }

    /// Only by the thread that owns it.
    func note(_ nanoseconds: UInt64) {
        let index = LatencySamples.bucket(of: nanoseconds)
        counts[index] &+= 1
    }

    /// Percentiles over all of `samples`, in the order asked; nil when nothing was timed yet.
    static func percentiles(_ fractions: [Double], of samples: [LatencySamples]) -> [UInt64]? {
        let sums = (0..<bucketCount).map { index in
            samples.reduce(into: UInt64(0)) { $0 &+= $1.counts[index] }
        }
        let total = sums.reduce(0, &+)
        guard total > 0 else { return nil }
        return fractions.map { fraction in
            let rank = max(1, UInt64((Double(total) * fraction).rounded(.up)))
            var seen: UInt64 = 0
            for (index, count) in sums.enumerated() {
                seen &+= count
                if seen >= rank { return upperBound(ofBucket: index) }
            }
            return upperBound(ofBucket: bucketCount - 1)
        }
    }

    /// Below 8 every number is a bucket of its own; from there on the three bits below the highest one choose.
    static func bucket(of nanoseconds: UInt64) -> Int {
        guard nanoseconds >= 8 else { return Int(nanoseconds) }
        let power = 63 - nanoseconds.leadingZeroBitCount
        let index = (power - 2) * bucketsPerPower + Int(nanoseconds >> UInt64(power - 3)) - bucketsPerPower
        return min(index, bucketCount - 1)
    }

    /// The largest number in a bucket.
    static func upperBound(ofBucket index: Int) -> UInt64 {
        guard index >= bucketsPerPower else { return UInt64(index) }
        let power = index / bucketsPerPower + 2
        let eighth = UInt64(index % bucketsPerPower + bucketsPerPower)
        return (eighth + 1) << UInt64(power - 3) - 1
    }
}
