import Glibc
internal import Platform
import Synchronization

/// Cuts connections whose server does not answer: libpq's blocking calls have no deadline, and a frozen server or host
/// would hold their thread for ever. One thread; all members are thread-safe.
final class SessionWatch: Sendable {
    private struct Entry {
        let session: StoreSession
        var deadline: Deadline
        var wasCut = false
    }

    private struct State {
        var entries: [ObjectIdentifier: Entry] = [:]
        var isStopped = false
        /// Whether there is an earlier deadline than the one that is waited for.
        var isNews = false
        var waitsUntil = UInt64.max
    }

    /// What the thread holds on to, so that it does not keep the watch.
    private final class Shared: Sendable {
        let state = Mutex(State())
        let changed = MonotonicCondition()

        func run() {
            while true {
                let next = state.withLock { state -> Deadline? in
                    if state.isStopped { return nil }
                    var next = Deadline.never
                    for (key, entry) in state.entries where !entry.wasCut {
                        if entry.deadline.isOver {
                            shutdown(entry.session.cutDescriptor, Int32(SHUT_RDWR))
                            state.entries[key]?.wasCut = true
                        } else {
                            next = next.earlier(entry.deadline)
                        }
                    }
                    state.waitsUntil = next.nanoseconds
                    state.isNews = false
                    return next
                }
                guard let next else { return }
                _ = changed.wait(by: next) { state.withLock { $0.isNews || $0.isStopped } }
            }
        }
    }

    private let shared = Shared()

    init() throws(MarketStoreError) {
        let shared = shared
        do {
            try SystemThread(receivesSignals: false) { shared.run() }.detach()
        } catch {
            throw .configuration("the store needs a thread, and the system gives none")
        }
    }

    deinit { stop() }

    /// Nothing is cut any more.
    func stop() {
        shared.state.withLock { $0.isStopped = true }
        shared.changed.broadcast()
    }

    /// Its time begins anew: it has answered, and is asked something else.
    func renew(_ session: StoreSession, milliseconds: Int) {
        shared.state.withLock { $0.entries[ObjectIdentifier(session)]?.deadline = .after(milliseconds: milliseconds) }
    }

    /// Runs `body`, and cuts the session's connection when that takes longer; says whether it did.
    func during<Answer>(
        _ session: StoreSession, milliseconds: Int, _ body: () throws -> Answer
    ) -> (outcome: Result<Answer, any Error>, wasCut: Bool) {
        let deadline = Deadline.after(milliseconds: milliseconds)
        let isNews = shared.state.withLock { state in
            state.entries[ObjectIdentifier(session)] = Entry(session: session, deadline: deadline)
            if deadline.nanoseconds < state.waitsUntil { state.isNews = true }
            return state.isNews
        }
        if isNews { shared.changed.broadcast() }
        let outcome = Result { try body() }
        let entry = shared.state.withLock { $0.entries.removeValue(forKey: ObjectIdentifier(session)) }
        return (outcome, entry?.wasCut == true)
    }
}
