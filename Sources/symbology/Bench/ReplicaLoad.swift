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
    let stop: StopWait
    private let workers: Mutex<[ReplicaWorker]>
    private let isEnding = Atomic(false)
    private let runningCount: Atomic<Int>

    /// - Parameter verifiers: one a thread, or none.
    init(
        _ plan: LoadPlan, keys: LoadKeys, replica: Replica, verifiers: [AnswerVerifier], generation: UInt64,
        stop: StopWait
    ) {
        self.plan = plan
        self.keys = keys
        self.replica = replica
        self.stop = stop
        runningCount = Atomic(plan.connectionCount)
        workers = Mutex(
            (0..<plan.connectionCount).map { index in
                ReplicaWorker(
                    plan, keys: keys, index: index, verifier: index < verifiers.count ? verifiers[index] : nil,
                    generation: generation)
            })
    }

    /// Runs to the end of the duration, of the lookups, or to a signal; returns what all threads found together.
    func run() throws(CommandFailure) -> [ReplicaWorker] {
        let start = MonotonicClock.nanoseconds()
        let workers = workers.withLock { $0 }
        var threads: [pthread_t] = []
        for worker in workers { threads.append(try begin(worker, at: start)) }
        watch(workers, since: start)
        isEnding.store(true, ordering: .releasing)
        for thread in threads { pthread_join(thread, nil) }
        return workers
    }

    private final class Start: Sendable {
        let load: ReplicaLoad
        let worker: ReplicaWorker
        let nanoseconds: UInt64

        init(_ load: ReplicaLoad, _ worker: ReplicaWorker, at nanoseconds: UInt64) {
            (self.load, self.worker, self.nanoseconds) = (load, worker, nanoseconds)
        }
    }

    private func begin(_ worker: ReplicaWorker, at nanoseconds: UInt64) throws(CommandFailure) -> pthread_t {
        var thread = pthread_t()
        let start = Unmanaged.passRetained(Start(self, worker, at: nanoseconds))
        let code = pthread_create(
            &thread, nil,
            { context in
                let start = Unmanaged<Start>.fromOpaque(context!).takeRetainedValue()
                start.worker.run(start.load.replica.reader(), since: start.nanoseconds, until: start.load.isEnding)
                start.load.runningCount.subtract(1, ordering: .releasing)
                return nil
            }, start.toOpaque())
        guard code == 0 else {
            start.release()
            isEnding.store(true, ordering: .releasing)
            throw CommandFailure.systemError("cannot start a thread", code: code)
        }
        return thread
    }

    /// A line a second until it is over; ends the run on a signal.
    private func watch(_ workers: [ReplicaWorker], since start: UInt64) {
        let progress = LoadProgress()
        let end = start &+ plan.durationNanoseconds
        var nextProgress = start &+ LoadProgress.intervalNanoseconds
        while !stop.isRequested, runningCount.load(ordering: .acquiring) > 0 {
            let now = MonotonicClock.nanoseconds()
            guard now < end else { return }
            if now >= nextProgress {
                let answerCount = workers.reduce(0) { $0 + $1.answerCount.load(ordering: .relaxed) }
                let status = replica.status
                progress.write(
                    answerCount: answerCount, "\(status.state), generation \(status.generation)", since: start)
                nextProgress = now &+ LoadProgress.intervalNanoseconds
            }
            // Short, because the threads end without a word when their lookups are done.
            stop.wait(milliseconds: Int32(clamping: min(20, (end - now) / 1_000_000 + 1)))
        }
    }
}
