import AllocationCounter
import Glibc

/// Allocates on purpose, in every way Swift and C have, and throws when the counter misses one of them.
enum Canary {
    private final class Box {
        var value: Int
        init(_ value: Int) { self.value = value }
    }

    struct Missed: Error, CustomStringConvertible { let description: String }

    static func run() throws -> Finding {
        allocation_counter_set_loud(false)
        defer { allocation_counter_set_loud(true) }
        var finding = Finding()
        try expect("each function of the C library", atLeast: 7, exactly: true, in: &finding) {
            _ = allocation_counter_call_each()
        }
        try expect("an object, by the runtime's library", atLeast: 1, in: &finding) {
            keep(Box(CommandLine.arguments.count))
        }
        try expect("an array", atLeast: 1, in: &finding) {
            keep([Int](repeating: 7, count: CommandLine.arguments.count + 1_000))
        }
        try expect("a string", atLeast: 1, in: &finding) {
            keep(String(repeating: "long enough to need memory of its own ", count: CommandLine.arguments.count))
        }
        try expect("memory aligned to a cache line", atLeast: 1, in: &finding) {
            let memory = UnsafeMutableRawPointer.allocate(byteCount: 256, alignment: 64)
            keep(memory)
            memory.deallocate()
        }
        try expect("nothing", atLeast: 0, exactly: true, in: &finding) {}
        try expectOtherThread()
        return finding
    }

    private static func expect(
        _ what: String, atLeast count: UInt64, exactly: Bool = false, in finding: inout Finding, _ body: () -> Void
    ) throws {
        body()
        var own = Finding()
        own.count(body)
        guard own.allocationCount >= count, !exactly || own.allocationCount == count,
            own.processAllocationCount >= own.allocationCount
        else { throw Missed(description: "\(what): counted \(own)") }
        finding.allocationCount += own.allocationCount
        finding.processAllocationCount += own.processAllocationCount
    }

    /// What another thread allocates counts for the process and not for this thread.
    private static func expectOtherThread() throws {
        var thread = pthread_t()
        var gate = Gate()
        try withUnsafeMutablePointer(to: &gate) { gate in
            sem_init(&gate.pointee.begin, 0, 0)
            sem_init(&gate.pointee.end, 0, 0)
            defer {
                sem_destroy(&gate.pointee.begin)
                sem_destroy(&gate.pointee.end)
            }
            let code = pthread_create(
                &thread, nil,
                { argument in
                    guard let gate = argument?.assumingMemoryBound(to: Gate.self) else { return nil }
                    sem_wait(&gate.pointee.begin)
                    _ = allocation_counter_call_each()
                    sem_post(&gate.pointee.end)
                    return nil
                }, gate)
            guard code == 0 else { throw Missed(description: "no second thread: \(code)") }
            var finding = Finding()
            finding.count {
                sem_post(&gate.pointee.begin)
                sem_wait(&gate.pointee.end)
            }
            pthread_join(thread, nil)
            guard finding.allocationCount == 0, finding.processAllocationCount >= 7 else {
                throw Missed(description: "another thread: counted \(finding)")
            }
        }
    }

    private struct Gate {
        var begin = sem_t()
        var end = sem_t()
    }

    /// No compiler sees through it, so what is passed must exist.
    @inline(never)
    @_optimize(none)
    private static func keep<Value>(_ value: Value) {}
}
