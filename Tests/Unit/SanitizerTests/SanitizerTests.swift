import EventLoop
import Glibc
import Scenarios
import Synchronization
import TestSupport
import Testing

/// A sanitizer that finds nothing may not be there at all. So each must report what was planted for it, in a process of
/// its own, compiled, linked and configured as the tests beside it.
@Suite("The sanitizers are awake", .scenario(.sanitizers))
struct SanitizerTests {
    @Test("ThreadSanitizer reports a data race", .enabled(if: Sanitizer.current == .thread, "make test-tsan"))
    func racesAreReported() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let number = UnsafeMutablePointer<Int>.allocate(capacity: 1)
            number.initialize(to: 0)
            let threads = (0..<2).map { _ in
                var thread = pthread_t()
                pthread_create(
                    &thread, nil,
                    { number in
                        for _ in 0..<1_000 { number?.assumingMemoryBound(to: Int.self).pointee += 1 }
                        return nil
                    }, number)
                return thread
            }
            for thread in threads { pthread_join(thread, nil) }
        }
        try expectReport("WARNING: ThreadSanitizer", in: result)
    }

    /// The opposite: what is no race must not be reported, or nobody would believe the next report.
    @Test("threads that meet at a Mutex are no race", .enabled(if: Sanitizer.current == .thread, "make test-tsan"))
    func contendedMutexesAreUnderstood() throws {
        let numbers = Mutex([0])
        let thread = try LoopThread(.answering)
        defer {
            thread.stop()
            thread.join()
        }
        for _ in 0..<20 {
            let other = Mutex<ThreadState?>(nil)
            numbers.withLock { held in
                thread.perform { _ in
                    other.withLock { $0 = ThreadState() }
                    numbers.withLock { $0[0] += 1 }
                }
                // Held until the other thread waits for it: one report would end the process.
                #expect(Deadline().poll { other.withLock { $0 }?.isAsleep ?? false })
                held[0] += 1
            }
        }
        try thread.performAndWait { _ in }
        #expect(numbers.withLock { $0 } == [40])
    }

    @Test("AddressSanitizer reports a read past the end", .enabled(if: Sanitizer.current == .address, "make test-asan"))
    func readsPastTheEndAreReported() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: 64)
            bytes.initialize(repeating: 1, count: 64)
            // Memory without bounds, because Swift checks everything else itself; at a place that the compiler cannot
            // know, and with an outcome that depends on it, or it would leave the read out.
            exit(Int32(bytes[64 * Int(getpid().signum())]))
        }
        try expectReport("AddressSanitizer: heap-buffer-overflow", in: result)
    }

    @Test("LeakSanitizer reports what nobody holds", .enabled(if: Sanitizer.current == .address, "make test-asan"))
    func leaksAreReported() async throws {
        // Its report comes too late to be captured: the Makefile gives it a status of its own instead.
        await #expect(processExitsWith: .exitCode(23)) {
            // The C library allocates it: the compiler leaves out a malloc whose memory nobody uses.
            for _ in 0..<100 { _ = realpath("/", nil) }
        }
    }

    private func expectReport(_ report: String, in result: ExitTest.Result?) throws {
        let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(text.contains(report), "it ended for another reason: \(text)")
    }
}
