import Glibc
import Histogram

/// Nanoseconds from one to an hour, to three digits. Recording allocates nothing.
struct LatencyHistogram {
    private var histogram = Histogram<UInt64>(highestTrackableValue: BenchLimits.latencyNanosecondsMax)

    @inline(__always)
    mutating func record(nanoseconds: UInt64) {
        histogram.record(min(nanoseconds, BenchLimits.latencyNanosecondsMax))
    }

    /// The same value `count` times.
    mutating func record(nanoseconds: UInt64, count: UInt64) {
        histogram.record(min(nanoseconds, BenchLimits.latencyNanosecondsMax), count: count)
    }

    mutating func add(_ other: LatencyHistogram) { histogram.add(other.histogram) }

    var count: UInt64 { histogram.totalCount }
    var isEmpty: Bool { histogram.totalCount == 0 }
    var maxNanoseconds: UInt64 { histogram.max }
    var meanNanoseconds: UInt64 { isEmpty ? 0 : UInt64(histogram.mean) }

    func nanoseconds(atPercentile percentile: Double) -> UInt64 { histogram.valueAtPercentile(percentile) }

    /// Throws where no file of this name can be written; leaves an empty one where there was none.
    static func requireWritable(_ path: String) throws(CommandFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw CommandFailure.systemError("cannot write \(path)", next: "name another file with --hdr")
        }
        close(descriptor)
    }

    /// Writes HdrHistogram's percentile distribution, values in microseconds.
    func write(to path: String) throws(CommandFailure) {
        var text = ""
        histogram.outputPercentileDistribution(to: &text, outputValueUnitScalingRatio: 1_000)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw CommandFailure.systemError("cannot write \(path)") }
        defer { close(descriptor) }
        let isWritten = text.withUTF8 { writeAll(UnsafeRawBufferPointer($0), to: descriptor) }
        guard isWritten else { throw CommandFailure.systemError("cannot write \(path)") }
    }
}
