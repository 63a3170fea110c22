import EventLoop
import ReferenceData

/// Keeps a snapshot current with the reference tables, on a thread and a loop of its own: a slow or absent database
/// blocks nobody else.
///
/// Starts without a database and goes on trying for ever. Thread-safe. No call is dropped, however busy the thread
/// is: an operator and a signal call, a few times a day.
public final class SnapshotFeed: Sendable {
    private let thread: LoopThread
    private let core: LoopConfined<FeedCore>
    /// Makes images and writes files: long work that must delay no refresh.
    private let imageWorker: LoopThread

    /// Starts the thread; nothing is connected before `start()`.
    ///
    /// - Parameters:
    ///   - initial: what is current until the first load: `Snapshot.empty`, or an image read from a file. Its epoch is
    ///     kept, its generation is counted on from.
    ///   - confirmedAt: when `initial`, read from a file, was last known to equal the tables.
    ///   - onUpdate: called on the feed's thread with each new snapshot and its changes, and with an unchanged snapshot
    ///     and no changes when only the state of the source is news. Must not block.
    ///   - onEvent: called on the feed's thread, after the update it belongs to. Must not block.
    public init(
        _ configuration: FeedConfiguration, initial: Snapshot, confirmedAt: Timestamp = .absent,
        onUpdate: @escaping @Sendable (SnapshotUpdate) -> Void,
        onEvent: @escaping @Sendable (FeedEvent) -> Void = { _ in }
    ) throws(EventLoopError) {
        let imageWorker = try LoopThread(.background)
        do throws(EventLoopError) {
            thread = try LoopThread(.following)
        } catch {
            imageWorker.stop()
            imageWorker.join()
            throw error
        }
        self.imageWorker = imageWorker
        core = LoopConfined()
        let deliver: @Sendable (FinishedImage) -> Void = { [thread, core] finished in
            thread.perform(evenWhenFull: true) { _ in core.value?.take(finished) }
        }
        thread.perform { [core] loop in
            core.value = FeedCore(
                on: loop, configuration, initial: initial, confirmedAt: confirmedAt, imageWorker: imageWorker,
                deliver: deliver, onUpdate: onUpdate, onEvent: onEvent)
        }
    }

    /// Begins to serve `initial`, and to connect. Once started it goes on until `stop()`.
    public func start() { thread.perform(evenWhenFull: true) { [core] _ in core.value?.start() } }

    /// Looks for changes now, as if the doorbell had rung.
    public func refresh() { send(.refreshRequested) }

    /// Reads everything anew.
    /// - Parameter servingHeldBack: if a load is held back at this moment, what is read now is served even if it loses
    ///   most of the symbols, or their ids mean something else. Where none is, nobody can have looked at what would
    ///   change, and this is a plain reload. What there is no memory for stays held back. That the database is another
    ///   one is no longer reported.
    public func reload(servingHeldBack: Bool = false) {
        guard servingHeldBack else { return send(.reloadRequested) }
        thread.perform(evenWhenFull: true) { [core] _ in core.value?.reloadServingHeldBack() }
    }

    /// Puts other intervals and deadlines in force, each from the next time it begins; all of them with the end of the
    /// next load. Follow with `reload` where the longest of the old ones would be too late.
    public func update(refresh: RefreshSettings, memory: MemoryLimit, shrink: ShrinkLimit, allowsShrink: Bool) {
        thread.perform(evenWhenFull: true) { [core] _ in
            core.value?.update(refresh, memory, shrink, allowsShrink: allowsShrink)
        }
    }

    /// Closes both connections, writes the image file if it is behind, ends the threads and waits for them. Not to be
    /// called from `onUpdate` or `onEvent`.
    public func stop() {
        thread.perform(evenWhenFull: true) { [core] _ in
            core.value?.stop()
            core.value = nil
        }
        thread.stop()
        thread.join()
        imageWorker.stop()
        imageWorker.join()
    }

    private func send(_ event: RefreshMachine.Event) {
        thread.perform(evenWhenFull: true) { [core] _ in core.value?.handle(event) }
    }
}

/// Holds what only the loop's thread touches.
private final class LoopConfined<Value>: @unchecked Sendable {
    var value: Value?
}
