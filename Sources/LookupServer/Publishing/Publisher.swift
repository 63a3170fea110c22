import ReferenceData
import Synchronization

// The server's part of the way of an UPDATE, from the publication to the frame, begins here. The head of the feed's
// `FeedCore.swift` tells the part before it; `Serving.init` joins them, with the `onUpdate` that it gives to the feed.
//
// 1. `SymbologyServer.publish` gets a `SnapshotUpdate` on the feed's thread: the new snapshot, and which rows changed.
// 2. `Publisher.publish` renders the changes as frames (`PushBatch`), bare and with the records that the new snapshot
//    shows, and puts them into what waits (`WaitingUpdate`). A publication that is under way is waited for.
// 3. `beginNext` makes a `Publication` of all that waits, and numbers its frames.
// 4. `thread.perform` sends every serving thread a message, on which it adopts the snapshot (`ServingThread.adopt`),
//    between two reads, and acknowledges it.
// 5. The last thread to do so makes all threads push: whoever hears of a change and asks any of them is answered from
//    the new snapshot.
// 6. `ServingThread.push` enters the frames into its history (`PushHistory`), and has each subscriber handed what it
//    has not seen: some in a turn of the loop (`FanOut`), with one system call each (`Connection.pushOn`). What the
//    kernel does not take stays in the history, until the peer has read or the history is full.
// 7. When all threads push, `ServerEvent.published` says so. The next publication has begun by then: threads get their
//    messages in order.

/// Publish, then push: every serving thread swaps its snapshot and acknowledges; when the last one has, the pushes go
/// out.
///
/// One publication is under way at a time; what arrives meanwhile waits as one, and collapses into `everything` when it
/// grows past the maximum. So a serving thread that stands still costs bounded memory. Thread-safe.
final class Publisher: Sendable {
    private struct State {
        var sequence: UInt64 = 0
        var waiting: WaitingUpdate?
        var sequences: SequenceLedger
        var isUnderWay = false
        var threads: [ServingThread] = []
    }

    private let state: Mutex<State>
    private let shared: ServerShared

    init(shared: ServerShared) {
        self.shared = shared
        state = Mutex(
            State(
                sequences: SequenceLedger(countMax: shared.limits.historyCountMax)))
    }

    /// From now on these threads take part; without any, publications are only remembered.
    func attach(_ threads: [ServingThread]) {
        state.withLock { $0.threads = threads }
        beginNext()
    }

    func publish(_ update: SnapshotUpdate) {
        let changesMax = shared.limits.changesPerUpdateMax
        let pushes = PushBatch(update, changesMax: changesMax)
        state.withLock { state in
            if state.waiting == nil {
                state.waiting = WaitingUpdate(update, pushes)
            } else {
                state.waiting?.add(update, pushes, changesMax: changesMax)
            }
        }
        beginNext()
    }

    /// Begins what waits, unless a publication is under way; makes every thread adopt it.
    private func beginNext() {
        guard let publication = state.withLock({ Publisher.begin(&$0) }) else { return }
        for thread in publication.threads {
            let isAccepted = thread.thread.perform(evenWhenFull: true) { _ in
                thread.adopt(publication)
                self.acknowledge(publication, by: thread)
            }
            // A thread that is stopping answers nobody any more.
            if !isAccepted { acknowledge(publication, by: nil) }
        }
    }

    private static func begin(_ state: inout State) -> Publication? {
        guard !state.isUnderWay, var waiting = state.waiting, !state.threads.isEmpty else { return nil }
        state.waiting = nil
        state.isUnderWay = true
        waiting.pushes.number(from: state.sequence + 1)
        for (generation, changeCount) in waiting.changeCounts {
            state.sequences.note(generation: generation, sequence: state.sequence + UInt64(changeCount))
        }
        state.sequence += UInt64(waiting.pushes.count)
        let image = waiting.image.map {
            PublishedImage(image: $0, sequence: state.sequences.sequence(ofGeneration: $0.generation))
        }
        return Publication(
            snapshot: waiting.snapshot, source: waiting.source, pushes: waiting.pushes, sequence: state.sequence,
            image: image, threads: state.threads)
    }

    /// The last thread that has adopted a publication makes all push it.
    /// - Parameter thread: the caller's own thread, which pushes at once instead of sending itself a message.
    private func acknowledge(_ publication: Publication, by thread: ServingThread?) {
        guard publication.endAdopting() else { return }
        for other in publication.threads {
            if other === thread {
                push(publication, by: other)
            } else {
                let isAccepted = other.thread.perform(evenWhenFull: true) { _ in self.push(publication, by: other) }
                if !isAccepted { endPushing(publication) }
            }
        }
        // Only now, so that every thread gets its messages in the order of the sequence.
        state.withLock { $0.isUnderWay = false }
        beginNext()
    }

    private func push(_ publication: Publication, by thread: ServingThread) {
        thread.push(publication)
        endPushing(publication)
    }

    /// Reports in the order of the publications, because every thread pushes in that order.
    private func endPushing(_ publication: Publication) {
        guard publication.endPushing() else { return }
        shared.onEvent(
            .published(
                generation: publication.snapshot.generation, changeCount: publication.pushes.count,
                sequence: publication.sequence))
    }
}
