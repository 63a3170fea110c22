/// The memory of one life of a process, second by second.
struct MemoryTrace {
    private var samples: [(seconds: Double, byteCount: Double)] = []
    private let startedSeconds: Double

    /// How long a life takes to settle, or a quarter of it where that is less: buffers and free lists fill up, most of
    /// all when the clients are exhausted for the first time.
    private static let settlingSeconds = 900.0
    private static let spacingSeconds = 1.0
    /// Growth is judged where this much is left after settling: over less, noise looks like growth.
    static let judgedSecondsMin = 600.0
    /// Above this memory is not flat.
    static let growthBytesPerHourMax = 4_000_000.0

    /// - Parameter startedSeconds: when the life began, in seconds since the soak did.
    init(startedSeconds: Double = 0) { self.startedSeconds = startedSeconds }

    mutating func take(_ byteCount: Int, at seconds: Double) {
        guard byteCount > 0, seconds - (samples.last?.seconds ?? -.infinity) >= Self.spacingSeconds else { return }
        samples.append((seconds, Double(byteCount)))
    }

    var seconds: Double { (samples.last?.seconds ?? startedSeconds) - startedSeconds }
    var endByteCount: Double { samples.last?.byteCount ?? 0 }

    private var settled: ArraySlice<(seconds: Double, byteCount: Double)> {
        let from = startedSeconds + min(Self.settlingSeconds, seconds / 4)
        return samples[(samples.firstIndex { $0.seconds >= from } ?? samples.endIndex)...]
    }

    /// Once settled.
    var startByteCount: Double { settled.first?.byteCount ?? 0 }

    var settledSeconds: Double { settled.isEmpty ? 0 : settled.last!.seconds - settled.first!.seconds }

    /// The slope of the straight line that fits the settled samples best; nil where they are too few to say.
    var growthBytesPerHour: Double? {
        let settled = self.settled
        guard settledSeconds >= Self.judgedSecondsMin else { return nil }
        let count = Double(settled.count)
        let meanSeconds = settled.reduce(0) { $0 + $1.seconds } / count
        let meanByteCount = settled.reduce(0) { $0 + $1.byteCount } / count
        let (covariance, variance) = settled.reduce((0.0, 0.0)) { sums, sample in
            let distance = sample.seconds - meanSeconds
            return (sums.0 + distance * (sample.byteCount - meanByteCount), sums.1 + distance * distance)
        }
        return covariance / variance * 3_600
    }

    var isFlat: Bool { growthBytesPerHour ?? 0 <= Self.growthBytesPerHourMax }
}
