import CLoad

/// A call of the one client loop, with the memory it needs.
final class LoadRun {
    private let ring: BatchRing
    private var answer: [UInt8]
    private var buffer: [UInt32]

    init(ring: BatchRing, sampleCountMax: Int) {
        self.ring = ring
        answer = [UInt8](repeating: 0, count: max(1, ring.answerByteCountMax))
        buffer = [UInt32](repeating: 0, count: sampleCountMax)
    }

    func run(_ connection: Connection, spin: Bool, nanoseconds: UInt64, peerName: String) throws -> load_outcome {
        let outcome = ring.withBatches { batches in
            load_run(
                connection.fd, batches.baseAddress, batches.count, spin ? 1 : 0, nanoseconds, &answer, &buffer,
                buffer.count)
        }
        guard outcome.error == 0 else {
            throw BenchmarkError("\(peerName) stopped answering: \(errorText(outcome.error))")
        }
        return outcome
    }

    /// Nanoseconds of each round trip of the last run, in order.
    func samples(_ outcome: load_outcome) -> ArraySlice<UInt32> { buffer.prefix(outcome.sampleCount) }
}
