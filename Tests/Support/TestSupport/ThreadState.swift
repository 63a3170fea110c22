import Glibc

/// A thread of this process, as the kernel sees it.
public struct ThreadState: Sendable {
    private let id: String

    /// The calling thread.
    public init() {
        var target = [UInt8](repeating: 0, count: 64)
        let count = readlink("/proc/thread-self", &target, target.count)
        // "process/task/thread"
        let path = String(decoding: target.prefix(max(0, count)), as: UTF8.self)
        guard let id = path.split(separator: "/").last else { fatalError("/proc/thread-self: \(errno)") }
        self.id = String(id)
    }

    private init(id: String) { self.id = id }

    /// Whether it waits for something: a lock, a descriptor, a time. True too when it has ended.
    public var isAsleep: Bool {
        // "number (name) state …", where a name may hold anything.
        guard let stat = readFile("/proc/self/task/\(id)/stat"), let end = stat.lastIndex(of: ")") else { return true }
        return stat[end...].dropFirst(2).first == "S"
    }

    /// Waits until all threads but the caller's wait: what was on its way between them has arrived and been dealt with.
    /// - Returns: false when one was still at work at the deadline.
    public static func othersFallAsleep(by deadline: Deadline = Deadline()) -> Bool {
        let own = ThreadState().id
        return deadline.poll {
            namesInFolder("/proc/self/task").allSatisfy { $0 == own || ThreadState(id: $0).isAsleep }
        }
    }
}
