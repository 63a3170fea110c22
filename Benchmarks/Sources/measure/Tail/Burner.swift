import CLoad
import Foundation
import Synchronization

/// A thread that uses a fixed time of the processor each time it is asked to.
final class Burner: Sendable {
    private let requests = DispatchSemaphore(value: 0)
    private let mustStop = Atomic<Bool>(false)

    /// `core` −1 leaves the choice of core to the kernel.
    init(nanoseconds: UInt64, core: Int32) {
        Thread.detachNewThread { [self] in
            // A new thread inherits where the client is pinned.
            if core >= 0 { _ = load_pin(core) } else { _ = load_unpin() }
            while true {
                requests.wait()
                if mustStop.load(ordering: .relaxed) { return }
                let start = Self.used()
                while Self.used() - start < nanoseconds {}
            }
        }
    }

    func burn() { requests.signal() }

    func stop() {
        mustStop.store(true, ordering: .relaxed)
        requests.signal()
    }

    /// Nanoseconds that the calling thread has had a processor.
    private static func used() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
