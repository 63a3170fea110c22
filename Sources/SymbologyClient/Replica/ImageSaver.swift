import Platform
import ReferenceData
import Synchronization

/// Keeps the newest image in a file. Writes on a thread of its own, because writing and syncing take their time, and
/// one image at a time. Of the images that come during a write only the newest is written after it.
///
/// One thread uses it. `State` holds what that thread shares with the writing thread.
final class ImageSaver {
    private struct Content: Sendable {
        let snapshot: Snapshot
        let confirmedAt: Timestamp
    }

    private final class State: Sendable {
        let path: String
        let publication: ReplicaPublication
        private let waiting = Mutex<(isWriting: Bool, next: Content?)>((false, nil))

        init(path: String, publication: ReplicaPublication) {
            (self.path, self.publication) = (path, publication)
        }

        /// Whether the caller must start a thread to write the content; otherwise the running one writes it.
        func begin(_ content: Content) -> Bool {
            waiting.withLock { waiting in
                if waiting.isWriting { waiting.next = content }
                defer { waiting.isWriting = true }
                return !waiting.isWriting
            }
        }

        /// The content to write next, after a write has ended; nil if none came meanwhile.
        func next() -> Content? {
            waiting.withLock { waiting in
                defer { waiting = (waiting.next != nil, nil) }
                return waiting.next
            }
        }

        func write(_ content: Content) {
            do throws(ImageFileError) {
                let byteCount = content.snapshot.byteCountToRewrite
                guard Snapshot.hasRoom(for: byteCount) else { throw .outOfMemory(byteCount: byteCount) }
                try SnapshotImage(content.snapshot, confirmedAt: content.confirmedAt).write(to: path)
                publication.note { $0.savedImageCount += 1 }
            } catch {
                publication.note { $0.imageProblem = "\(path): \(error)" }
            }
        }
    }

    private let state: State
    private var thread: SystemThread?

    init(path: String, publication: ReplicaPublication) { state = State(path: path, publication: publication) }

    /// Has an image of the snapshot written; returns at once.
    func save(_ snapshot: Snapshot, confirmedAt: Timestamp) {
        let content = Content(snapshot: snapshot, confirmedAt: confirmedAt)
        guard state.begin(content) else { return }
        finish()
        do {
            thread = try SystemThread(receivesSignals: false) { [state] in
                var rest: Content? = content
                while let content = rest {
                    state.write(content)
                    rest = state.next()
                }
            }
        } catch {
            // The next image finds it free again.
            _ = state.next()
            state.publication.note { $0.imageProblem = "\(state.path): there is no thread to save the image" }
        }
    }

    /// Waits until all that was to be saved is.
    func finish() {
        thread?.join()
        thread = nil
    }
}
