internal import Platform
import Synchronization

/// Threads of the store's own for what tasks ask of it: they wait for the database, so that no thread of Swift's
/// cooperative pool does. At most as many as there are connections; started when there is work, ended when there has
/// been none for some seconds. All members are thread-safe.
final class TaskThreads: Sendable {
    private struct Job {
        let id: UInt64
        /// - Parameter isCancelled: it will not be run.
        let run: @Sendable (_ isCancelled: Bool) -> Void
    }

    private struct State {
        /// Bounded by the pool, which counts them among those who wait.
        var jobs: [Job] = []
        var idCount: UInt64 = 0
        var threadCount = 0
        var idleCount = 0
        var isClosed = false
    }

    private static let idleMilliseconds = 10_000

    private let threadCountMax: Int
    private let state = Mutex(State())
    private let changed = MonotonicCondition()

    init(countMax: Int) { threadCountMax = countMax }

    /// No thread waits for work any more; what is queued is cancelled.
    func close() {
        let jobs = state.withLock { state in
            state.isClosed = true
            defer { state.jobs = [] }
            return state.jobs
        }
        for job in jobs { job.run(true) }
        changed.broadcast()
    }

    /// Runs `body` on one of the threads and waits for it without holding one.
    /// - Parameter body: is told whether its task was cancelled, or the store closed, before its turn.
    func run<Answer: Sendable>(_ body: @escaping @Sendable (_ isCancelled: Bool) -> Answer) async -> Answer {
        let id = state.withLock { state in
            state.idCount += 1
            return state.idCount
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let job = Job(id: id) { isCancelled in continuation.resume(returning: body(isCancelled)) }
                // A task that was cancelled before has called the handler in vain.
                if !submit(job, isCancelled: Task.isCancelled) { job.run(true) }
            }
        } onCancel: {
            let job = state.withLock { state in
                state.jobs.firstIndex { $0.id == id }.map { state.jobs.remove(at: $0) }
            }
            job?.run(true)
        }
    }

    /// - Returns: false where it must not be run.
    private func submit(_ job: Job, isCancelled: Bool) -> Bool {
        enum Next { case refused, queued, thread }
        let next = state.withLock { state -> Next in
            if state.isClosed || isCancelled { return .refused }
            state.jobs.append(job)
            guard state.idleCount < state.jobs.count, state.threadCount < threadCountMax else { return .queued }
            state.threadCount += 1
            return .thread
        }
        changed.broadcast()
        guard next == .thread else { return next == .queued }
        if let thread = try? SystemThread(receivesSignals: false, { self.work() }) {
            thread.detach()
            return true
        }
        // Another thread gets to it, or nobody.
        return state.withLock { state in
            state.threadCount -= 1
            guard state.threadCount == 0 else { return true }
            state.jobs.removeAll { $0.id == job.id }
            return false
        }
    }

    private func work() {
        while let job = next() { job.run(false) }
    }

    private func next() -> Job? {
        state.withLock { $0.idleCount += 1 }
        var job: Job?
        _ = changed.wait(by: .after(milliseconds: Self.idleMilliseconds)) {
            state.withLock { state in
                if !state.jobs.isEmpty { job = state.jobs.removeFirst() }
                return job != nil || state.isClosed
            }
        }
        state.withLock { state in
            state.idleCount -= 1
            // A job may have come since: it counted on this thread.
            if job == nil, !state.jobs.isEmpty { job = state.jobs.removeFirst() }
            if job == nil { state.threadCount -= 1 }
        }
        return job
    }
}
