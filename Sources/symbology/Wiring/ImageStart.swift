import Glibc
import Logging
import Platform
import ReferenceData
import ReferenceFeed

/// What a server begins with: the image file, where there is a good one, else nothing.
struct ImageStart {
    /// Names this life of the server, and is its first generation.
    ///
    /// Microseconds, which scripts can still hold in a double: two lives never begin in the same one, and none counts
    /// as many generations as it lasts microseconds. So no life gives a generation out that a former one gave out, nor
    /// does another server at the same address. Where the clock was set back the image says how far the former lives
    /// had come, about; a random number keeps apart those that began with copies of one image.
    let epoch: UInt64
    /// Of that epoch, and its first generation; empty without a file.
    let snapshot: Snapshot
    /// When the file's content was last known to equal the tables; absent without a file.
    let confirmedAt: Timestamp
    var isFromFile: Bool { snapshot.isLoaded }
    /// The moment in the past that the file shows; absent for one that a server wrote.
    var asOf: Timestamp { snapshot.asOf }

    /// The file as a publication, for who has no feed to make one.
    var update: SnapshotUpdate {
        var state = SourceState(ofFileConfirmedAt: confirmedAt)
        state.refusedCount = UInt32(clamping: snapshot.refused.count)
        return SnapshotUpdate(
            snapshot: snapshot, changes: [ReferenceChange(kind: .everything, action: .modify, id: 0)], state: state,
            image: SnapshotImage(snapshot, confirmedAt: confirmedAt))
    }

    /// Opens and verifies the file. One that is refused is named with its reason, and the database is waited for.
    init(path: String?, _ logger: Logger) {
        let now = UInt64(max(1, WallClock.microseconds()))
        if let path {
            do throws(ImageFileError) {
                let image = try SnapshotImage.open(path: path)
                // No server counts so far, and this one is to count on.
                guard Int64(exactly: image.epoch) != nil else { throw .damaged("epoch") }
                let behindFormerLives = max(image.epoch, image.generation) + Self.generationsAheadOfFileMax
                epoch = max(now, behindFormerLives + .random(in: 0..<Self.generationsAheadOfFileMax))
                snapshot = image.snapshot.rewritten(epoch: epoch, generation: epoch)
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
        epoch = now
        snapshot = .empty(epoch: epoch)
        confirmedAt = .absent
    }

    /// The most generations that a life may have served beyond its file, which it may not have been able to write.
    private static let generationsAheadOfFileMax: UInt64 = 1 << 32
}
