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
    /// does another server at the same address. Where the clock stands still or was set back, its record says how far
    /// the former lives had come (`LifeRecord`), and without one the image, about; a random number keeps apart those
    /// that began with copies of one image.
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
    /// - Parameter record: of the lives before; nil where there is no place for one.
    init(path: String?, _ record: LifeRecord?, _ logger: Logger) {
        var earliest = UInt64(max(1, WallClock.microseconds()))
        var image: SnapshotImage?
        if let path {
            do throws(ImageFileError) {
                let opened = try SnapshotImage.open(path: path)
                // No server counts so far, and this one is to count on.
                guard max(opened.epoch, opened.generation) <= LifeRecord.epochMax else { throw .damaged("epoch") }
                // Lives that could not write the file are behind it.
                let behindFormerLives = max(opened.epoch, opened.generation) + LifeRecord.generationCountMax
                earliest = max(earliest, behindFormerLives + .random(in: 0..<LifeRecord.generationCountMax))
                image = opened
                logger.info(
                    "image file opened",
                    metadata: [
                        "path": "\(path)", "generation": "\(opened.generation)", "confirmed": "\(opened.confirmedAt)",
                        "symbols": "\(opened.snapshot.symbolCount)",
                        "of": "\(opened.snapshot.database.map(\.description) ?? "an unknown database")",
                    ])
            } catch .system(call: "open", errorNumber: ENOENT) {
                logger.info("no image file yet", metadata: ["path": "\(path)"])
            } catch {
                logger.warning(
                    "image file refused, waiting for the database", metadata: ["path": "\(path)", "reason": "\(error)"])
            }
        }
        epoch = record?.begin(notBefore: earliest, logger) ?? earliest
        snapshot = image?.snapshot.rewritten(epoch: epoch, generation: epoch) ?? .empty(epoch: epoch)
        confirmedAt = image?.confirmedAt ?? .absent
    }
}
