import Glibc
import Platform
import ReferenceData
import SymbologyClient
import Synchronization

/// The load of `bench --replica`: threads that look up in this process, each by a reader of its own, while the replica
/// follows the server. Always a closed loop: nothing is sent, so nothing can be due.
final class ReplicaLoad: Sendable {
    let plan: LoadPlan
    let keys: LoadKeys
    let replica: Replica
    private let isStopRequested: @Sendable () -> Bool
    private let onLine: @Sendable (String) -> Void
    private let workers: Mutex<[ReplicaWorker]>
    private let isEnding = Atomic(false)
    private let runningCount: Atomic<Int>

    /// - Parameter verifiers: one a thread, or none.
    init(
        _ plan: LoadPlan, keys: LoadKeys, replica: Replica, verifiers: [AnswerVerifier], generation: UInt64,
        isStopRequested: @escaping @Sendable () -> Bool, onLine: @escaping @Sendable (String) -> Void
    ) {
        self.plan = plan
        self.keys = keys
        self.replica = replica
        self.isStopRequested = isStopRequested
        self.onLine = onLine
        runningCount = Atomic(plan.connectionCount)
        workers = Mutex(
            (0..<plan.connectionCount).map { index in
                ReplicaWorker(
                    plan, keys: keys, index: index, verifier: index < verifiers.count ? verifiers[index] : nil,
                    generation: generation)
            })
    }

    /// Runs to the end of the duration, of the lookups, or to a signal; returns what all threads found together.
    func run() throws(LoadFailure) -> [ReplicaWorker] {
        let start = MonotonicClock.nanoseconds()
        let workers = workers.withLock { $0 }
        var threads: [SystemThread] = []
        defer {
            isEnding.store(true, ordering: .releasing)
            for thread in threads { thread.join() }
        }
        for worker in workers { threads.append(try begin(worker, at: start)) }
        watch(workers, since: start)
        return workers
    }

    private func begin(_ worker: ReplicaWorker, at start: UInt64) throws(LoadFailure) -> SystemThread {
        do {
            return try SystemThread { [self] in
                worker.run(replica.reader(), since: start, until: isEnding)
                runningCount.subtract(1, ordering: .releasing)
            }
        } catch {
            throw LoadFailure.system("cannot start a thread", code: error.code)
        }
    }

    /// A line a second until it is over; ends the run on a signal.
    private func watch(_ workers: [ReplicaWorker], since start: UInt64) {
        let progress = LoadProgress(onLine)
        let end = start &+ plan.durationNanoseconds
        var nextProgress = start &+ LoadProgress.intervalNanoseconds
        while !isStopRequested(), runningCount.load(ordering: .acquiring) > 0 {
            let now = MonotonicClock.nanoseconds()
            guard now < end else { return }
            if now >= nextProgress {
                let answerCount = workers.reduce(0) { $0 + $1.answerCount.load(ordering: .relaxed) }
                let status = replica.status
                progress.write(
                    answerCount: answerCount, "\(status.state), generation \(status.generation)", since: start, now: now
                )
                nextProgress = now &+ LoadProgress.intervalNanoseconds
            }
            // Short, because the threads end without a word when their lookups are done.
            poll(nil, 0, Int32(clamping: min(20, (end - now) / 1_000_000 + 1)))
        }
    }
}
