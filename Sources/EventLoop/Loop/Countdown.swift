/// Lets one thread wait until others have arrived. Thread-safe.
public final class Countdown: Sendable {
    private let arrivals = Semaphore()
    private let count: Int

    /// - Parameter count: how many arrivals `wait` waits for.
    public init(_ count: Int) { self.count = count }

    public func arrive() { arrivals.signal() }

    /// To be called once, by one thread.
    public func wait() { for _ in 0..<count { arrivals.wait() } }
}
