import Glibc
import PostgreSQL
import ReferenceData
import ReferenceFeed
import TestSupport
import Testing

/// The image beside the snapshot, and the file of it, while the tables change.
@Suite struct ImageFileTests {
    private func database() throws -> TestSession {
        let database = try TestSession()
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            SELECT 1, 'B' || g, 'Q', 'S' || g FROM generate_series(1, 500) g
            """)
        return database
    }

    @Test func everyImageIsAStateThatWasPublished() throws {
        let database = try database()
        defer { database.keep() }
        let folder = TemporaryFolder()
        let path = folder.path("image")
        let probe = try FeedProbe(conninfo: database.readerConninfo()) {
            $0.image.path = path
            $0.image.spacingMillisecondsMin = 1
            $0.image.spacingFactor = 0
        }
        _ = try probe.update { $0.image != nil }
        for round in 1...60 {
            try database.run(
                "UPDATE symbols SET precision_price = 1 + $1 % 18 WHERE id = $2",
                [.int32(Int32(round)), .int32(Int32(1 + round % 500))])
        }
        try database.run("UPDATE symbols SET is_active = false WHERE id = 7")
        _ = try probe.update { update in
            guard let image = update.image else { return false }
            return image.snapshot.symbolRecord(id: 7).status == .inactive
        }
        var published: [UInt64: Snapshot] = [:]
        for update in probe.updates {
            if !update.changes.isEmpty { published[update.snapshot.generation] = update.snapshot }
            guard let image = update.image else { continue }
            // The image never runs ahead of what is published, and shows just what that generation showed.
            let origin = try #require(published[image.generation])
            #expect(update.snapshot.generation >= image.generation)
            #expect(update.snapshot.sharesMainImage(with: image.snapshot))
            for id in UInt32(1)...500 {
                #expect(image.snapshot.symbolRecord(id: id).record == origin.symbolRecord(id: id).record)
            }
        }
        let opened = try SnapshotImage.open(path: path)
        #expect(opened.epoch == 9)
        #expect(opened.snapshot.symbolRecord(id: 7).status == .inactive)
    }

    @Test func stopWritesTheLastState() throws {
        let database = try database()
        defer { database.keep() }
        let folder = TemporaryFolder()
        let path = folder.path("image")
        let probe = try FeedProbe(conninfo: database.readerConninfo()) {
            $0.image.path = path
            $0.image.spacingMillisecondsMin = 3_600_000
        }
        let (_, next) = try probe.update { $0.image != nil }
        try database.run("UPDATE symbols SET precision_price = 9 WHERE id = 5")
        _ = try probe.update(from: next) { !$0.changes.isEmpty }
        #expect(try SnapshotImage.open(path: path).generation == 1)
        probe.feed.stop()
        let image = try SnapshotImage.open(path: path)
        #expect(image.generation == 2)
        #expect(image.snapshot.symbolRecord(id: 5).record.precisionPrice == 9)
        #expect(image.snapshot.overlayRowCount == 0)
    }

    @Test func servesFromAnImageUntilTheDatabaseConfirms() throws {
        let database = try database()
        defer { database.keep() }
        let folder = TemporaryFolder()
        let path = folder.path("image")
        let first = try FeedProbe(conninfo: database.readerConninfo()) { $0.image.path = path }
        _ = try first.update { $0.image != nil }
        first.feed.stop()
        try database.run("UPDATE symbols SET precision_price = 9 WHERE id = 5")

        let image = try SnapshotImage.open(path: path)
        let second = try FeedProbe(
            conninfo: database.readerConninfo(), initial: image.snapshot.rewritten(epoch: 77),
            confirmedAt: image.confirmedAt)
        let (fromFile, next) = try second.update { $0.snapshot.isLoaded }
        #expect(fromFile.state.fromFile && !fromFile.state.databaseConnected)
        #expect(fromFile.state.lastConfirmedNanoseconds < monotonicNanoseconds())
        #expect(fromFile.changes.map(\.kind) == [.everything])
        // Only the row that changed while nobody looked is news.
        let (confirmed, _) = try second.update(from: next) { !$0.changes.isEmpty }
        #expect(confirmed.changes == [ReferenceChange(kind: .symbol, action: .modify, id: 5)])
        #expect(confirmed.snapshot.epoch == 77 && confirmed.snapshot.generation == image.generation + 1)
        #expect(
            !confirmed.state.fromFile
                && confirmed.state.lastConfirmedNanoseconds > fromFile.state.lastConfirmedNanoseconds)
    }

    @Test func aFileThatCannotBeWrittenCostsNoRefresh() throws {
        let database = try database()
        defer { database.keep() }
        let probe = try FeedProbe(conninfo: database.readerConninfo()) {
            $0.image.path = "/nonexistent/folder/image"
            $0.image.retryMillisecondsMin = 1
            $0.image.retryMillisecondsMax = 1
            $0.image.spacingMillisecondsMin = 1
            $0.image.spacingFactor = 0
        }
        // In memory there is one all the same, and it is made again and again: the file is tried each time.
        var (update, next) = try probe.update { $0.image != nil }
        for _ in 0..<3 { (update, next) = try probe.update(from: next) { $0.image != nil } }
        #expect(update.image?.path == nil)
        try database.run("UPDATE symbols SET precision_price = 9 WHERE id = 5")
        _ = try probe.update(from: next) { !$0.changes.isEmpty }
        let failures = probe.events.count { if case .imageFailed = $0 { true } else { false } }
        #expect(failures == 1)
        #expect(probe.latest?.state.imageFault?.kind == .forbidden)
    }

    @Test func aFileThatCanBeWrittenAgainIsNoFault() throws {
        let database = try database()
        defer { database.keep() }
        let folder = TemporaryFolder()
        let probe = try FeedProbe(conninfo: database.readerConninfo()) {
            $0.image.path = folder.path("later/image")
            $0.image.retryMillisecondsMin = 1
            $0.image.retryMillisecondsMax = 1
            $0.image.spacingMillisecondsMin = 1
            $0.image.spacingFactor = 0
        }
        let (_, next) = try probe.update { $0.state.imageFault?.kind == .forbidden }
        #expect(mkdir(folder.path("later"), 0o700) == 0)
        _ = try probe.update(from: next) { $0.state.imageFault == nil }
    }
}
