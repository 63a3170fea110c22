import EventLoop
import Glibc
import ReferenceData
import Scenarios
import SymbologyWire
import TestSupport
import Testing

@testable import LookupServer

/// `GetSnapshot`: which image is named, and how its bytes travel.
@Suite(.serialized) struct ImageTests {
    private let image = SnapshotImage(Fixture.snapshot(symbolCount: 20_000), confirmedAt: .absent)

    private func update(_ snapshot: Snapshot, _ image: SnapshotImage?) -> SnapshotUpdate {
        SnapshotUpdate(
            snapshot: snapshot, changes: [], state: SourceState(databaseConnected: true, isLoaded: true), image: image)
    }

    /// What a client needs of a `Snapshot`.
    private struct Named: Equatable {
        var status: ResolutionStatus?
        var generation: UInt64
        var byteCount = 0
        var sequence: UInt64 = 0
        var chunkCount: UInt32 = 0
        var path = ""
    }

    private func named(_ frame: Frame?) throws -> Named {
        try #require(frame).read(SnapshotView.self) {
            #expect($0.fault() == nil)
            #expect($0.epoch == Fixture.epoch)
            #expect($0.chunkByteCount == 8_192)
            return Named(
                status: $0.status, generation: $0.generation, byteCount: Int($0.imageByteCount),
                sequence: $0.sequence, chunkCount: $0.chunkCount, path: String(decoding: $0.path, as: UTF8.self))
        }
    }

    @Test func withoutAnImageThereIsNone() throws {
        let test = try TestServer()
        let client = try RawClient(test.unix)
        try client.send(Request.getSnapshot(1, sendBytes: true) + Request.ping(2, token: 0))
        #expect(try named(client.next()) == Named(status: .notLoaded, generation: 0))
        #expect(try client.next()?.template == .pong)
    }

    @Test func theNewestImageIsNamedWithItsSequence() throws {
        let test = try TestServer()
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let client = try RawClient(test.unix)
        try client.send(Request.subscribe(1))
        _ = try client.frames(1)
        var snapshot = Fixture.snapshot()
        var snapshots = [snapshot]
        for step in 0..<4 {
            let next = Fixture.update(snapshot, precisionPrice: Fixture.precision(step))
            try test.publish(next)
            snapshot = next.snapshot
            snapshots.append(snapshot)
        }
        _ = try (0..<4).map { _ in try client.nextSkippingHeartbeats() }
        // The image of an earlier generation: two changes are in it, two are not.
        let older = SnapshotImage(snapshots[2], confirmedAt: .absent)
        test.server.publish(update(snapshot, older))
        try test.events.wait("published without changes") {
            if case .published(5, changeCount: 0, sequence: 4) = $0 { true } else { false }
        }
        try client.send(Request.getSnapshot(2))
        var expected = Named(status: .ok, generation: 3, byteCount: older.byteCount, sequence: 2)
        #expect(try named(client.nextSkippingHeartbeats()) == expected)

        let newest = try SnapshotImage(snapshot, confirmedAt: .absent).shared(beside: folder.path("image"))
        test.server.publish(update(newest.snapshot, newest))
        try test.events.wait("published without changes", count: 2) {
            if case .published(5, changeCount: 0, sequence: 4) = $0 { true } else { false }
        }
        try client.send(Request.getSnapshot(3))
        expected = Named(
            status: .ok, generation: 5, byteCount: newest.byteCount, sequence: 4,
            path: try #require(newest.path))
        #expect(try named(client.nextSkippingHeartbeats()) == expected)
        // An update without an image leaves the one before, and neither of the images was pushed as a change.
        let last = Fixture.update(newest.snapshot, precisionPrice: 18)
        try test.publish(last)
        #expect(try client.nextSkippingHeartbeats()?.read(ChangeView.self) { $0.sequence } == 5)
        try client.send(Request.getSnapshot(4))
        #expect(try named(client.nextSkippingHeartbeats()) == expected)
    }

    @Test(arguments: [false, true]) func theBytesComeWholeAndInOrder(overTCP: Bool) throws {
        let test = try TestServer(snapshot: image.snapshot)
        test.server.publish(update(image.snapshot, image))
        try test.events.wait("published") { if case .published = $0 { true } else { false } }
        let client = try RawClient(overTCP ? test.tcp : test.unix, receiveBufferByteCount: 8_192)
        try client.send(Request.subscribe(1, records: true))
        _ = try client.frames(1)
        try client.send(
            Request.ping(2, token: 0) + Request.getSnapshot(3, sendBytes: true) + Request.resolveSymbol(4, ofFixture: 1)
                + Request.getSnapshot(5))
        #expect(try client.nextSkippingHeartbeats()?.template == .pong)
        let first = try named(client.nextSkippingHeartbeats())
        #expect(first.status == .ok && first.byteCount == image.byteCount)
        #expect(Int(first.chunkCount) == (image.byteCount + 8_191) / 8_192)

        // Somebody else is served meanwhile, and changes wait until the image is through: both too much for the socket.
        let other = try RawClient(test.unix)
        try other.send(Request.ping(1, token: 0))
        #expect(try other.frames(1)[0].template == .pong)
        var snapshot = image.snapshot
        let changeCount: UInt64 = 1_000
        for step in 0..<Int(changeCount) {
            let next = Fixture.update(snapshot, precisionPrice: Fixture.precision(step))
            test.server.publish(next)
            snapshot = next.snapshot
        }
        try test.events.wait("all published") {
            if case .published(snapshot.generation, _, _) = $0 { true } else { false }
        }
        guard var buffer = ImageBuffer(byteCount: image.byteCount) else {
            throw RawClient.Failure(description: "memory")
        }
        var byteOffset = 0
        for index in 0..<first.chunkCount {
            let chunk = try #require(try client.next())
            byteOffset += chunk.read(SnapshotChunkView.self) { view in
                #expect(view.fault() == nil)
                #expect(view.requestId == 3 && view.chunkIndex == index && view.byteOffset == UInt64(byteOffset))
                buffer.withMutableBytes { $0[byteOffset...].copyBytes(from: view.data) }
                return view.data.count
            }
        }
        #expect(byteOffset == image.byteCount)
        let received = try SnapshotImage.open(buffer)
        #expect(received.checksum == image.checksum && received.snapshot.symbolCount == 20_000)

        for sequence in 1...changeCount {
            #expect(try client.nextSkippingHeartbeats()?.read(ChangeView.self) { $0.sequence } == sequence)
            #expect(try client.next()?.template == .symbolRecord)
        }
        #expect(try client.nextSkippingHeartbeats()?.resolution.generation == snapshot.generation)
        #expect(try named(client.nextSkippingHeartbeats()).chunkCount == 0)
    }

    @Test func whoHangsUpHalfWayLeavesNothingBehind() throws {
        let test = try TestServer(snapshot: Fixture.snapshot()) { $0.limits.imageSendCountMax = 1 }
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        weak var held: SnapshotImage?
        try {
            let image = try SnapshotImage(Fixture.snapshot(symbolCount: 20_000), confirmedAt: .absent)
                .shared(beside: folder.path("image"))
            held = image
            test.server.publish(update(Fixture.snapshot(), image))
            try test.events.wait("published") { if case .published = $0 { true } else { false } }
        }()
        let leaver = try RawClient(test.tcp, receiveBufferByteCount: 8_192)
        try leaver.send(Request.getSnapshot(1, sendBytes: true))
        #expect(try named(leaver.next()).chunkCount > 0)
        let next = try RawClient(test.unix)
        try next.send(Request.getSnapshot(2, sendBytes: true))
        let refused = try named(next.next())
        #expect(refused.status == .limitReached && refused.chunkCount == 0)
        // It is named all the same, and can be mapped.
        #expect(refused.path == held?.path && refused.byteCount == held?.byteCount && !refused.path.isEmpty)
        // Superseded, the image lives on for the one who is reading it.
        test.server.publish(update(Fixture.snapshot(), SnapshotImage(Fixture.snapshot(), confirmedAt: .absent)))
        try test.events.wait("published", count: 2) { if case .published = $0 { true } else { false } }
        #expect(held != nil)
        leaver.reset()
        try test.events.wait("closed") { if case .clientClosed = $0 { true } else { false } }
        #expect(held == nil)
        #expect(test.server.statistics.queuedByteCount == 0)
        try next.send(Request.getSnapshot(3, sendBytes: true))
        let granted = try named(next.next())
        #expect(granted.status == .ok)
        #expect(try next.frames(Int(granted.chunkCount)).allSatisfy { $0.template == .snapshotChunk })
    }

    @Test(.scenario(.halfClose)) func whoAsksAndEndsItsSideGetsTheWholeImage() throws {
        let test = try TestServer(snapshot: image.snapshot)
        test.server.publish(update(image.snapshot, image))
        try test.events.wait("published") { if case .published = $0 { true } else { false } }
        let client = try RawClient(test.unix)
        try client.send(Request.getSnapshot(1, sendBytes: true))
        client.endWriting()
        let rest = try client.rest()
        #expect(rest.frames.count == 1 + (image.byteCount + 8_191) / 8_192)
        #expect(rest.unfinishedByteCount == 0)
    }

    @Test(.scenario(.stopUnderLoad)) func aStoppingServerCutsNoFrame() throws {
        let test = try TestServer(snapshot: image.snapshot)
        test.server.publish(update(image.snapshot, image))
        try test.events.wait("published") { if case .published = $0 { true } else { false } }
        let client = try RawClient(test.tcp, receiveBufferByteCount: 8_192)
        try client.send(Request.getSnapshot(1, sendBytes: true))
        _ = try client.frames(1)
        let stopping = try LoopThread(.answering)
        let server = test.server
        stopping.perform { _ in server.stop() }
        let rest = try client.rest()
        #expect(rest.unfinishedByteCount == 0)
        #expect(rest.frames.last?.rejectReason == .shuttingDown)
        #expect(rest.frames.dropLast().allSatisfy { $0.template == .snapshotChunk })
        stopping.stop()
        stopping.join()
    }

    @Test func eachGenerationHasItsSequence() {
        var ledger = SequenceLedger(countMax: 3)
        #expect(ledger.sequence(ofGeneration: 9) == 0)
        for (generation, sequence) in [(2, 5), (4, 9), (4, 12), (5, 12)] as [(UInt64, UInt64)] {
            ledger.note(generation: generation, sequence: sequence)
        }
        let found = (1...6 as ClosedRange<UInt64>).map { ledger.sequence(ofGeneration: $0) }
        #expect(found == [0, 5, 5, 12, 12, 12])
        for generation in 10...30 as ClosedRange<UInt64> { ledger.note(generation: generation, sequence: generation) }
        #expect(ledger.sequence(ofGeneration: 30) == 30 && ledger.sequence(ofGeneration: 28) == 28)
        #expect(ledger.sequence(ofGeneration: 10) == 0)
    }

    @Test func publicationsThatBecameOneKeepTheirSequences() {
        let first = Fixture.update(Fixture.snapshot(), precisionPrice: 10)
        let second = Fixture.update(first.snapshot, precisionPrice: 11)
        let image = SnapshotImage(first.snapshot, confirmedAt: .absent)
        var waiting = WaitingUpdate(first, PushBatch(first, changesMax: 9))
        waiting.add(
            update(first.snapshot, image), PushBatch(update(first.snapshot, image), changesMax: 9), changesMax: 9)
        waiting.add(second, PushBatch(second, changesMax: 9), changesMax: 9)
        #expect(waiting.changeCounts.map(\.generation) == [2, 3])
        #expect(waiting.changeCounts.map(\.changeCount) == [1, 2])
        #expect(waiting.image === image)
        // Too many of them: the generation before is not told apart any more.
        waiting.add(second, PushBatch(second, changesMax: 9), changesMax: 2)
        #expect(waiting.changeCounts.map(\.generation) == [3])
        #expect(waiting.changeCounts.map(\.changeCount) == [1])
    }
}
