import Glibc
import Logging
import ReferenceData
import ReferenceFeed

/// What a server begins with: the image file, where there is a good one, else nothing.
struct ImageStart {
    /// Of the server's own epoch.
    let snapshot: Snapshot
    /// When the file's content was last known to equal the tables; absent without a file.
    let confirmedAt: Timestamp
    var isFromFile: Bool { snapshot.isLoaded }
    /// The moment in the past that the file shows; absent for one that a server wrote.
    var asOf: Timestamp { snapshot.asOf }

    /// The file as a publication, for who has no feed to make one.
    var update: SnapshotUpdate {
        SnapshotUpdate(
            snapshot: snapshot, changes: [ReferenceChange(kind: .everything, action: .modify, id: 0)],
            state: SourceState(ofFileConfirmedAt: confirmedAt),
            image: SnapshotImage(snapshot, confirmedAt: confirmedAt))
    }

    /// Opens and verifies the file. One that is refused is named with its reason, and the database is waited for.
    init(path: String?, epoch: UInt64, _ logger: Logger) {
        if let path {
            do throws(ImageFileError) {
                let image = try SnapshotImage.open(path: path)
                snapshot = image.snapshot.rewritten(epoch: epoch)
                confirmedAt = image.confirmedAt
                logger.info(
                    "image file opened",
                    metadata: [
                        "path": "\(path)", "generation": "\(image.generation)", "confirmed": "\(image.confirmedAt)",
                        "symbols": "\(image.snapshot.symbolCount)",
                    ])
                return
            } catch .system(call: "open", errorNumber: ENOENT) {
                logger.info("no image file yet", metadata: ["path": "\(path)"])
            } catch {
                logger.warning(
                    "image file refused, waiting for the database", metadata: ["path": "\(path)", "reason": "\(error)"])
            }
        }
        snapshot = .empty(epoch: epoch)
        confirmedAt = .absent
    }
}
