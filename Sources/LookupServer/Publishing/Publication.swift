import ReferenceData
import Synchronization

/// One turn of publishing: what all serving threads adopt, and then push.
final class Publication: Sendable {
    let snapshot: Snapshot
    let source: SourceState
    let pushes: PushBatch
    /// The sequence of the last change pushed, this publication's included.
    let sequence: UInt64
    /// The newest image, where there is a newer one than before.
    let image: PublishedImage?
    /// All of them adopt it, and then push.
    let threads: [ServingThread]
    private let adoptingThreadCount: Atomic<Int>
    private let pushingThreadCount: Atomic<Int>

    init(
        snapshot: Snapshot, source: SourceState, pushes: PushBatch, sequence: UInt64, image: PublishedImage?,
        threads: [ServingThread]
    ) {
        self.snapshot = snapshot
        self.source = source
        self.pushes = pushes
        self.sequence = sequence
        self.image = image
        self.threads = threads
        adoptingThreadCount = Atomic(threads.count)
        pushingThreadCount = Atomic(threads.count)
    }

    /// One thread answers from the snapshot, or will answer nobody any more.
    /// - Returns: whether it was the last one.
    func endAdopting() -> Bool { adoptingThreadCount.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 }

    /// One thread hands the pushes to its subscribers from now on, or never will.
    /// - Returns: whether it was the last one.
    func endPushing() -> Bool { pushingThreadCount.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 }
}

/// The image that `GetSnapshot` names.
struct PublishedImage: Sendable {
    let image: SnapshotImage
    /// The sequence of the last change that the image contains; 0 when there was none.
    let sequence: UInt64
}
