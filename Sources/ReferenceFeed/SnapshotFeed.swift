import EventLoop
import PostgreSQL
import ReferenceData

/// What a feed reads and how often.
public struct FeedConfiguration: Sendable {
    public var target: ConnectionTarget
    /// The schema of the reference tables; nil leaves the role's search path.
    public var schema: String?
    public var refresh = RefreshSettings()
    /// An increment of more rows is loaded whole.
    public var changeCountMax = 10_000
    /// Per statement on the query connection; the lock on the tables has its own, shorter one.
    public var statementTimeoutMilliseconds: Int32 = 60_000
    public var lockTimeoutMilliseconds: Int32 = 2_000
    /// Of the jitter in the backoff.
    public var seed: UInt64 = UInt64.random(in: .min ... .max)

    public init(target: ConnectionTarget, schema: String? = nil) {
        self.target = target
        self.schema = schema
    }
}

/// Keeps a snapshot current with the reference tables, on a thread and a loop of its own: a slow or absent database
/// blocks nobody else.
///
/// Starts without a database and goes on trying for ever. Thread-safe.
public final class SnapshotFeed: Sendable {
    private let thread: LoopThread
    private let core: LoopConfined<FeedCore>

    /// Starts the thread; nothing is connected before `start()`.
    ///
    /// - Parameters:
    ///   - initial: what is current until the first load: `Snapshot.empty`, or an image read from a file. Its epoch is
    ///     kept, its generation is counted on from.
    ///   - onUpdate: called on the feed's thread with each new snapshot and its changes, and with an unchanged snapshot
    ///     and no changes when only the state of the source is news. Must not block.
    ///   - onEvent: called on the feed's thread, after the update it belongs to. Must not block.
    public init(
        _ configuration: FeedConfiguration, initial: Snapshot,
        onUpdate: @escaping @Sendable (SnapshotUpdate) -> Void,
        onEvent: @escaping @Sendable (FeedEvent) -> Void = { _ in }
    ) throws(EventLoopError) {
        thread = try LoopThread()
        core = LoopConfined()
        thread.perform { [core] loop in
            core.value = FeedCore(
                on: loop, configuration, initial: initial, onUpdate: onUpdate, onEvent: onEvent)
        }
    }

    /// Begins to connect. Once started it goes on until `stop()`.
    public func start() { send(.start) }

    /// Looks for changes now, as if the doorbell had rung.
    public func refresh() { send(.refreshRequested) }

    /// Reads everything anew.
    public func reload() { send(.reloadRequested) }

    /// Closes both connections, ends the thread and waits for it. Not to be called from `onUpdate` or `onEvent`.
    public func stop() {
        thread.perform { [core] _ in
            core.value?.stop()
            core.value = nil
        }
        thread.stop()
        thread.join()
    }

    private func send(_ event: RefreshMachine.Event) {
        thread.perform { [core] _ in core.value?.handle(event) }
    }
}

/// Holds what only the loop's thread touches.
private final class LoopConfined<Value>: @unchecked Sendable {
    var value: Value?
}
