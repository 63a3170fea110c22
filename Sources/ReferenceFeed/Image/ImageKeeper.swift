import EventLoop
import Platform
import ReferenceData

/// An image made in the background.
struct FinishedImage: Sendable {
    /// Nil where there was no memory for it.
    let image: SnapshotImage?
    /// Why there is no image, or no file of it.
    let failure: ImageFileError?
    let tookNanoseconds: UInt64

    /// Makes one main image of main image and overlay; where there is a path, shares it with the engines of this host,
    /// unless nobody will serve it, and writes the file. O(rows); blocks.
    init(_ snapshot: Snapshot, confirmedAt: Timestamp, path: String?, isServed: Bool = true) {
        let started = MonotonicClock.nanoseconds()
        // Once to be made, and once as a mapping; while it is made all that it is made of.
        let byteCount = max(2 * snapshot.imageByteCount, snapshot.byteCountToRewrite)
        guard AddressSpace.hasRoomBesideReserve(for: byteCount + MemoryLimit.baseByteCount) else {
            image = nil
            failure = .outOfMemory(byteCount: snapshot.imageByteCount)
            tookNanoseconds = MonotonicClock.nanoseconds() &- started
            return
        }
        let inMemory = SnapshotImage(snapshot.rewritten(), confirmedAt: confirmedAt)
        var image = inMemory
        var failure: ImageFileError?
        if let path {
            do throws(ImageFileError) {
                if isServed { image = try inMemory.shared(beside: path) }
                try inMemory.write(to: path)
            } catch {
                failure = error
            }
        }
        self.image = image
        self.failure = failure
        tookNanoseconds = MonotonicClock.nanoseconds() &- started
    }
}

/// Keeps an image of the current snapshot, and a file of it, one background job at a time. Belongs to the feed's loop.
///
/// The job's thread touches nothing but the immutable snapshot it was given; what comes of it is handed back to the
/// loop, which puts what changed meanwhile on top.
final class ImageKeeper {
    private let loop: Loop
    private let settings: ImageSettings
    private let worker: LoopThread
    private let deliver: @Sendable (FinishedImage) -> Void
    private let onDue: () -> Void
    private var schedule: ImageSchedule
    private var timer: Timer?
    /// The last image that took effect.
    private var image: SnapshotImage?
    /// The snapshot that the job under way was given.
    private var source: Snapshot?
    private var lastFailure: ImageFileError?

    /// - Parameters:
    ///   - worker: where jobs run.
    ///   - deliver: takes a finished image back to the loop; called on the worker's thread.
    ///   - onDue: an image that had to wait is due: call `consider` again.
    init(
        on loop: Loop, _ settings: ImageSettings, worker: LoopThread,
        deliver: @escaping @Sendable (FinishedImage) -> Void, onDue: @escaping () -> Void
    ) {
        self.loop = loop
        self.settings = settings
        self.worker = worker
        self.deliver = deliver
        self.onDue = onDue
        schedule = ImageSchedule(settings: settings)
    }

    /// Why the last image was not made, or not written.
    var fault: ImageFault? { lastFailure?.fault }

    /// Looks whether the snapshot needs an image, and starts one when its time has come.
    func consider(_ snapshot: Snapshot, confirmedAt: Timestamp) {
        let want = want(snapshot, confirmedAt)
        let now = MonotonicClock.nanoseconds()
        // A job for this very snapshot may be under way; it is looked at again when that one is done.
        guard want > .no, source !== snapshot else { return }
        switch schedule.wants(want, now: now) {
        case .nothing: break
        case .wait(let milliseconds): wait(milliseconds)
        case .start:
            source = snapshot
            let path = settings.path
            worker.perform(evenWhenFull: true) { [deliver] _ in
                deliver(FinishedImage(snapshot, confirmedAt: confirmedAt, path: path))
            }
        }
    }

    /// Notes the outcome of the job and says what there is to log.
    /// - Parameter isAdopted: whether the image took effect; one of a main image that is no longer current does not.
    func finished(_ finished: FinishedImage, isAdopted: Bool) -> [FeedEvent] {
        source = nil
        if isAdopted { image = finished.image }
        schedule.finished(
            hasFailed: finished.failure != nil, tookNanoseconds: finished.tookNanoseconds,
            now: MonotonicClock.nanoseconds())
        defer { lastFailure = finished.failure }
        guard let path = settings.path else { return [] }
        if let failure = finished.failure {
            return failure == lastFailure ? [] : [.imageFailed(path: path, failure)]
        }
        guard let image = finished.image else { return [] }
        let event = FeedEvent.imageWritten(
            path: path, generation: image.generation, byteCount: image.byteCount,
            durationMicroseconds: finished.tookNanoseconds / 1_000, isRecovery: lastFailure != nil)
        return [event]
    }

    /// Writes the current snapshot if the file does not hold it, after the job under way; the worker's `stop` waits for
    /// both.
    func stop(_ snapshot: Snapshot, confirmedAt: Timestamp, onEvent: @escaping @Sendable (FeedEvent) -> Void) {
        timer?.close()
        timer = nil
        guard let path = settings.path, want(snapshot, confirmedAt) > .no, source !== snapshot else { return }
        worker.perform(evenWhenFull: true) { _ in
            let finished = FinishedImage(snapshot, confirmedAt: confirmedAt, path: path, isServed: false)
            if let failure = finished.failure { onEvent(.imageFailed(path: path, failure)) }
        }
    }

    private func want(_ snapshot: Snapshot, _ confirmedAt: Timestamp) -> ImageSchedule.Want {
        guard snapshot.isLoaded else { return .no }
        guard let image, image.generation == snapshot.generation, snapshot.overlayRowCount == 0,
            snapshot.database == image.snapshot.database, snapshot.sharesMainImage(with: image.snapshot)
        else {
            return image == nil || settings.path != nil || snapshot.isOverlayHalfFull ? .soon : .later
        }
        if lastFailure != nil { return .soon }
        let age = confirmedAt.microsecondsSince1970.subtractingReportingOverflow(
            image.confirmedAt.microsecondsSince1970)
        let isStale = age.partialValue > Int64(settings.confirmationMilliseconds) * 1_000
        return settings.path != nil && !age.overflow && isStale ? .soon : .no
    }

    private func wait(_ milliseconds: UInt32) {
        loop.updateTime()
        if timer == nil {
            do throws(EventLoopError) {
                timer = try Timer(on: loop) { [unowned self] in onDue() }
            } catch {
                preconditionFailure("a timer needs no resource that can run out: \(error)")
            }
        }
        timer?.start(afterMilliseconds: UInt64(milliseconds))
    }
}
