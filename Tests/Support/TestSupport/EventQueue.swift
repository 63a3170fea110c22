/// Events on their way from any thread to a waiting test.
public final class EventQueue<Event: Sendable>: @unchecked Sendable {
    // Guards the events.
    private let condition = MonotonicCondition()
    private var events: [Event] = []

    public init() {}

    public func push(_ event: Event) {
        condition.withLock {
            events.append(event)
            condition.broadcast()
        }
    }

    /// Takes the oldest event, waiting for one; nil when the deadline passes first.
    public func next(_ deadline: Deadline = Deadline()) -> Event? { first(deadline) { _ in true } }

    /// Takes events, dropping them, until one satisfies `isWanted`; nil when the deadline passes first.
    public func first(_ deadline: Deadline = Deadline(), where isWanted: (Event) throws -> Bool) rethrows -> Event? {
        try condition.withLock {
            while true {
                while !events.isEmpty {
                    let event = events.removeFirst()
                    if try isWanted(event) { return event }
                }
                if !condition.wait(until: deadline), events.isEmpty { return nil }
            }
        }
    }

    /// Takes everything that has arrived, without waiting.
    public func drain() -> [Event] {
        condition.withLock {
            defer { events.removeAll() }
            return events
        }
    }
}
