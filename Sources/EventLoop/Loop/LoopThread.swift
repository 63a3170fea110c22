import Platform
import Synchronization

/// A thread that runs one loop. All members are thread-safe.
///
/// `stop()` and `join()` are the owner's duty: a running thread keeps everything it uses alive.
public final class LoopThread: Sendable {
    /// How many pieces of work may wait for the loop.
    public static let taskCountMax = 1_024

    private struct State {
        var tasks: [@Sendable (Loop) -> Void] = []
        var isStopping = false
        var thread: SystemThread?
    }

    private let state = Mutex(State())
    private let signal: AsyncSignal

    /// Starts the thread; its loop runs until `stop()`.
    /// - Parameters:
    ///   - urgency: how soon it runs when others want its core.
    ///   - busyPoll: spin instead of sleeping in the kernel.
    public init(_ urgency: ThreadUrgency, busyPoll: Bool = false) throws(EventLoopError) {
        let loop = try Loop()
        let drain = DrainBox()
        signal = try AsyncSignal(on: loop) { drain.owner?.runTasks(on: loop) }
        drain.owner = self
        nonisolated(unsafe) let handedOver = loop
        do throws(SystemThread.StartFailure) {
            let thread = try SystemThread {
                // Keeps what its loop works for.
                withExtendedLifetime(self) {
                    urgency.apply()
                    handedOver.run(busyPoll: busyPoll)
                    handedOver.close()
                }
            }
            state.withLock { $0.thread = thread }
        } catch {
            drain.owner = nil
            loop.close()
            throw EventLoopError(errno: error.code, operation: "start", target: "loop thread")
        }
    }

    /// Breaks the circle between the signal's callback and the thread that owns the signal.
    private final class DrainBox {
        unowned(unsafe) var owner: LoopThread?
    }

    /// Runs `task` on the loop's thread, in the order of the calls.
    /// - Parameter evenWhenFull: for tasks that must not be lost and whose caller bounds their number itself.
    /// - Returns: false, and the task is dropped, when the thread is stopping or `taskCountMax` tasks wait.
    @discardableResult
    public func perform(evenWhenFull: Bool = false, _ task: @escaping @Sendable (Loop) -> Void) -> Bool {
        let isAccepted = state.withLock { state in
            guard !state.isStopping, evenWhenFull || state.tasks.count < LoopThread.taskCountMax else { return false }
            state.tasks.append(task)
            return true
        }
        if isAccepted { signal.send() }
        return isAccepted
    }

    /// Runs `body` on the loop's thread and waits for its outcome. Not to be called from that thread.
    /// - Throws: what `body` throws, or `EventLoopError` of kind `closed`.
    public func performAndWait<Value: Sendable>(
        _ body: @escaping @Sendable (Loop) throws -> Value
    ) throws -> Value {
        let outcome = Outcome<Value>()
        let isAccepted = perform { loop in
            outcome.set(Result { try body(loop) })
        }
        guard isAccepted else {
            throw EventLoopError(
                kind: .closed, operation: "run on", target: "loop thread", message: "it is stopping or overloaded")
        }
        return try outcome.wait().get()
    }

    /// Asks the loop to end: tasks accepted so far run, then all its handles are closed. Returns at once.
    public func stop() {
        state.withLock { $0.isStopping = true }
        signal.send()
    }

    /// Waits until the thread has ended. Not to be called from that thread.
    public func join() {
        state.withLock { $0.thread.take() }?.join()
    }

    private func runTasks(on loop: Loop) {
        let (tasks, isStopping) = state.withLock { state in
            let tasks = state.tasks
            state.tasks = []
            return (tasks, state.isStopping)
        }
        for task in tasks { task(loop) }
        if isStopping { loop.stop() }
    }
}

/// One value handed from a loop's thread to a waiting one.
private final class Outcome<Value: Sendable>: @unchecked Sendable {
    private let isSet = Semaphore()
    private var result: Result<Value, any Error>?

    /// The semaphore orders this write before the reader's wake-up.
    func set(_ result: Result<Value, any Error>) {
        self.result = result
        isSet.signal()
    }

    func wait() -> Result<Value, any Error> {
        isSet.wait()
        guard let result else { preconditionFailure("set before the semaphore was signalled") }
        return result
    }
}
