import Foundation
import Platform
import Synchronization

/// Collects what the engine processes write, a thread per pipe. When it is full the pipes fill up, and the engines
/// wait.
final class ObservationQueue: Sendable {
    private static let countMax = 2_000_000

    private let collected = Mutex<[Observation]>([])
    private let openCount: Mutex<Int>

    init(_ pipes: [Pipe]) {
        openCount = Mutex(pipes.count)
        for pipe in pipes {
            let descriptor = pipe.fileHandleForReading.fileDescriptor
            let thread = SystemThread.started {
                withExtendedLifetime(pipe) { self.read(descriptor) }
                self.openCount.withLock { $0 -= 1 }
            }
            thread.detach()
        }
    }

    /// Whether everything that the processes wrote has been read; they have ended then.
    var isEnded: Bool { openCount.withLock { $0 == 0 } }

    private var isFull: Bool { collected.withLock { $0.count >= Self.countMax } }

    private func read(_ descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: Observation.byteCount * 1_024)
        var filled = 0
        while true {
            // The pipe is to fill up: nobody is waited for but the soak's next look.
            while isFull { usleep(1_000) }
            let count = buffer.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress! + filled, $0.count - filled)
            }
            guard count > 0 else { return }
            filled += count
            let whole = filled / Observation.byteCount
            buffer.withUnsafeBytes { bytes in
                let observations = (0..<whole).map {
                    bytes.loadUnaligned(fromByteOffset: $0 * Observation.byteCount, as: Observation.self)
                }
                collected.withLock { $0 += observations }
            }
            let used = whole * Observation.byteCount
            buffer.replaceSubrange(0..<filled - used, with: Array(buffer[used..<filled]))
            filled -= used
        }
    }

    func drain(_ body: ([Observation]) -> Void) {
        let observations = collected.withLock { held in
            defer { held.removeAll(keepingCapacity: true) }
            return held
        }
        body(observations)
    }
}
