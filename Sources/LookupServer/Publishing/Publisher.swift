import ReferenceData
import Synchronization

/// One turn of publishing: what all serving threads adopt, and then push.
final class Publication: Sendable {
    let snapshot: Snapshot
    let source: SourceState
    let pushes: PushBatch
    /// Of the last change pushed, this publication's included.
    let sequence: UInt64
    /// The newest image, where there is a newer one than before.
    let image: PublishedImage?
    /// Threads that have not handed the pushes to their subscribers yet.
    private let pushingThreadCount: Atomic<Int>

    init(
        snapshot: Snapshot, source: SourceState, pushes: PushBatch, sequence: UInt64, image: PublishedImage?,
        threadCount: Int
    ) {
        self.snapshot = snapshot
        self.source = source
        self.pushes = pushes
        self.sequence = sequence
        self.image = image
        pushingThreadCount = Atomic(threadCount)
    }

    /// One thread has handed the pushes out, or never will.
    /// - Returns: whether it was the last one.
    func endPushing() -> Bool { pushingThreadCount.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 }
}

/// Publish, then push: every serving thread swaps its snapshot and acknowledges; when the last one has, the pushes go
/// out.
///
/// One publication is under way at a time; what arrives meanwhile waits as one, and collapses into `everything` when it
/// grows past the maximum. So a serving thread that stands still costs bounded memory. Thread-safe.
final class Publisher: Sendable {
    private struct State {
        var sequence: UInt64 = 0
        var history: PushHistory
        var waiting: WaitingUpdate?
        var sequences: SequenceLedger
        var isUnderWay = false
        var acknowledgementsMissing = 0
        var threads: [ServingThread] = []
    }

    private let state: Mutex<State>
    private let shared: ServerShared

    init(shared: ServerShared) {
        self.shared = shared
        state = Mutex(
            State(
                history: PushHistory(countMax: shared.limits.historyCountMax),
                sequences: SequenceLedger(countMax: shared.limits.historyCountMax)))
    }

    /// From now on these threads take part; without any, publications are only remembered.
    func attach(_ threads: [ServingThread]) {
        let publication = state.withLock { state in
            state.threads = threads
            return Publisher.begin(&state)
        }
        if let publication { swap(publication) }
    }

    func publish(_ update: SnapshotUpdate) {
        let changesMax = shared.limits.changesPerUpdateMax
        let pushes = PushBatch(update, changesMax: changesMax)
        let publication = state.withLock { state -> Publication? in
            if state.waiting == nil {
                state.waiting = WaitingUpdate(update, pushes)
            } else {
                state.waiting?.add(update, pushes, changesMax: changesMax)
            }
            return Publisher.begin(&state)
        }
        if let publication { swap(publication) }
    }

    private static func begin(_ state: inout State) -> Publication? {
        guard !state.isUnderWay, var waiting = state.waiting, !state.threads.isEmpty else { return nil }
        state.waiting = nil
        state.isUnderWay = true
        state.acknowledgementsMissing = state.threads.count
        waiting.pushes.number(from: state.sequence + 1)
        for (generation, changeCount) in waiting.changeCounts {
            state.sequences.note(generation: generation, sequence: state.sequence + UInt64(changeCount))
        }
        state.sequence += UInt64(waiting.pushes.count)
        state.history.append(waiting.pushes)
        let image = waiting.image.map {
            PublishedImage(image: $0, sequence: state.sequences.sequence(ofGeneration: $0.generation))
        }
        return Publication(
            snapshot: waiting.snapshot, source: waiting.source, pushes: waiting.pushes, sequence: state.sequence,
            image: image, threadCount: state.threads.count)
    }

    private func swap(_ publication: Publication) {
        for thread in state.withLock({ $0.threads }) {
            let isAccepted = thread.thread.perform(evenWhenFull: true) { _ in
                thread.adopt(publication)
                self.acknowledge(publication, by: thread)
            }
            // A thread that is stopping answers nobody any more.
            if !isAccepted { acknowledge(publication, by: nil) }
        }
    }

    /// - Parameter thread: the caller's own thread, which pushes at once instead of sending itself a message.
    private func acknowledge(_ publication: Publication, by thread: ServingThread?) {
        let threads = state.withLock { state -> [ServingThread]? in
            state.acknowledgementsMissing -= 1
            return state.acknowledgementsMissing == 0 ? state.threads : nil
        }
        guard let threads else { return }
        for other in threads {
            if other === thread {
                push(publication, by: other)
            } else {
                let isAccepted = other.thread.perform(evenWhenFull: true) { _ in self.push(publication, by: other) }
                if !isAccepted { reportIfLast(publication) }
            }
        }
        // Only now, so that every thread gets its messages in the order of the sequence.
        let next = state.withLock { state in
            state.isUnderWay = false
            return Publisher.begin(&state)
        }
        if let next { swap(next) }
    }

    private func push(_ publication: Publication, by thread: ServingThread) {
        thread.push(publication)
        reportIfLast(publication)
    }

    /// In the order of the publications, because every thread pushes in that order.
    private func reportIfLast(_ publication: Publication) {
        guard publication.endPushing() else { return }
        shared.onEvent(
            .published(
                generation: publication.snapshot.generation, changeCount: publication.pushes.count,
                sequence: publication.sequence))
    }

    /// The batches that hold every change after `sequence` up to `last`; nil when some are gone.
    func history(after sequence: UInt64, through last: UInt64) -> [PushBatch]? {
        state.withLock { $0.history.batches(after: sequence, through: last) }
    }
}
