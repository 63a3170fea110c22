/// When faults were in force, such as may leave a question without answer.
struct FaultWindows {
    private var windows: [(from: UInt64, to: UInt64)] = []
    /// Reconnecting takes a client up to its longest backoff, on a busy machine twice. The next fault waits for it.
    static let graceSeconds = 4.0

    mutating func begin(_ now: UInt64) { windows.append((now, .max)) }
    mutating func end(_ now: UInt64, graceSeconds: Double = Self.graceSeconds) {
        windows[windows.count - 1].to = now + UInt64(graceSeconds * 1e9)
    }

    func explain(from: UInt64, to: UInt64) -> Bool { windows.contains { $0.from <= to && from <= $0.to } }
}
