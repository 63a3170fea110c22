import Foundation
import Platform
import ReferenceData
import Scenarios
import SymbologyWire
import TestSupport
import Testing

@testable import SymbologyClient

/// Where a replica gets its image: a mapped file that is checked, or bytes that are; never from what is damaged.
@Suite struct ReplicaImageTests {
    private let folder = TemporaryFolder()
    private let confirmedAt = Timestamp(microsecondsSince1970: 1_700_000_000_000_000)

    private func image(generation: UInt64 = 3) -> SnapshotImage {
        SnapshotImage(Tables.snapshot(generation: generation), confirmedAt: confirmedAt)
    }

    private func replica(_ server: ScriptedImageServer, imagePath: String? = nil) throws -> Replica {
        try Replica(
            server.address, options: ReplicaOptions(environment: "test", clientName: "tests", imagePath: imagePath))
    }

    private func expectRight(_ replica: Replica, generation: UInt64 = 3) throws {
        try replica.waitUntilLive(timeoutMilliseconds: patienceMilliseconds)
        let reader = replica.reader()
        #expect(reader.state == .live && reader.generation == generation && reader.epoch == 7)
        let expected = Tables.snapshot(generation: generation)
        for key in Tables.keys() { #expect(reader.resolve(key) == expected.resolve(key)) }
    }

    @Test(.scenario(.marketsInEachProcess)) func theNamedFileIsMapped() throws {
        let file = try image().shared(beside: folder.path("i"))
        let server = ScriptedImageServer(.init(image: file, path: try #require(file.path)))
        let replica = try replica(server)
        try expectRight(replica)
        #expect(replica.status.mappedImageCount == 1 && server.askedCounts == (1, 0))
    }

    @Test func withoutAFileTheBytesAreAskedFor() throws {
        let server = ScriptedImageServer(.init(image: image()))
        let replica = try replica(server)
        try expectRight(replica)
        #expect(replica.status.mappedImageCount == 0 && replica.status.imageCount == 1)
        #expect(server.askedCounts == (1, 1), "\(replica.status)")
    }

    @Test func aFileThatIsGoneIsAskedForAgainAndThenItsBytesAre() throws {
        let server = ScriptedImageServer(.init(image: image(), path: folder.path("gone")))
        let replica = try replica(server)
        try expectRight(replica)
        #expect(server.askedCounts.names > 1 && server.askedCounts.bytes == 1)
    }

    /// Renamed over between the name and the opening: the file is a newer image than the frame said.
    @Test func aFileOfAnotherGenerationIsNotWhatWasNamed() throws {
        try image(generation: 9).write(to: folder.path("i"))
        let server = ScriptedImageServer(.init(image: image(), path: folder.path("i")))
        let replica = try replica(server)
        try expectRight(replica, generation: 3)
        #expect(replica.status.mappedImageCount == 0 && server.askedCounts.names > 1)
    }

    @Test(arguments: ["cut", "flipped", "foreign"]) func aDamagedFileIsRefused(_ damage: String) throws {
        let path = folder.path("i")
        try image().write(to: path)
        var bytes = try Data(contentsOf: URL(filePath: path))
        switch damage {
        case "cut": bytes.removeLast(100)
        case "flipped": bytes[bytes.count / 2] ^= 0x10
        default: bytes = Data("no image at all".utf8)
        }
        try FileManager.default.removeItem(atPath: path)
        try bytes.write(to: URL(filePath: path))
        let server = ScriptedImageServer(.init(image: image(), path: path))
        let replica = try replica(server)
        try expectRight(replica)
        #expect(replica.status.mappedImageCount == 0 && server.askedCounts.bytes == 1)
    }

    @Test func damagedBytesAreRefusedAndAskedForAgain() throws {
        let server = ScriptedImageServer(
            .init(
                image: image(),
                spoil: { index, frame in
                    if index == 1 { frame[WireLayout.SnapshotChunk.data.lowerBound + 17] ^= 1 }
                }))
        let replica = try replica(server)
        let isNoticed = replica.wait(timeoutMilliseconds: patienceMilliseconds) {
            $0.imageProblem?.contains("checksum") == true
        }
        #expect(isNoticed, "\(replica.status)")
        #expect(replica.status.state == .notLoaded)
        #expect(replica.reader().resolve(Tables.keys()[0]).status == .notLoaded)
        server.change { $0.spoil = nil }
        try expectRight(replica)
        #expect(replica.status.imageProblem == nil)
    }

    /// What the server knows of its own image says nothing of what is held here, as long as that is another one.
    @Test func theServersAgeIsNotThatOfAnOldFile() throws {
        let path = folder.path("own")
        let confirmedAt = Timestamp(microsecondsSince1970: 1_700_000_000_000_000)
        try SnapshotImage(Tables.snapshot(epoch: 6), confirmedAt: confirmedAt).write(to: path)
        let server = ScriptedImageServer(
            .init(
                image: image(),
                spoil: { index, frame in
                    if index == 1 { frame[WireLayout.SnapshotChunk.data.lowerBound + 17] ^= 1 }
                }))
        let replica = try replica(server, imagePath: path)
        #expect(
            replica.wait(timeoutMilliseconds: patienceMilliseconds) { $0.imageProblem?.contains("checksum") == true })
        #expect(replica.status.state == .fromFile)
        let age = try #require(replica.status.ageMilliseconds)
        #expect(age > 365 * 86_400 * 1_000, "the file was confirmed in 2023")
        server.change { $0.spoil = nil }
        try expectRight(replica)
        #expect(replica.wait(timeoutMilliseconds: patienceMilliseconds) { ($0.ageMilliseconds ?? .max) < 3_600_000 })
    }

    /// A file from the future: one of the clocks is wrong, so nobody knows how old it is.
    @Test func aFileFromTheFutureHasNoAge() throws {
        let path = folder.path("own")
        let confirmedAt = Timestamp(microsecondsSince1970: WallClock.microseconds() + 3_600_000_000)
        try SnapshotImage(Tables.snapshot(), confirmedAt: confirmedAt).write(to: path)
        let replica = try Replica(.unix(path: folder.path("nobody")), options: .init(environment: nil, imagePath: path))
        #expect(replica.status.state == .fromFile && replica.status.ageMilliseconds == nil)
    }

    /// Pieces that do not fit together end the connection: what follows them could be anything.
    @Test(arguments: ["index", "offset", "count"]) func piecesOutOfOrderAreAViolation(_ what: String) throws {
        let server = ScriptedImageServer(
            .init(
                image: image(),
                spoil: { index, frame in
                    guard index == 1 else { return }
                    switch what {
                    case "index": frame[WireLayout.SnapshotChunk.chunkIndex] = 7
                    case "offset": frame[WireLayout.SnapshotChunk.byteOffset] = 7
                    default: frame[WireLayout.SnapshotChunk.dataByteCount + 1] -= 1
                    }
                }))
        let replica = try replica(server)
        #expect(
            replica.wait(timeoutMilliseconds: patienceMilliseconds) {
                if case .protocolViolation? = $0.failure { true } else { false }
            })
        server.change { $0.spoil = nil }
        try expectRight(replica)
    }

    @Test func fetchedBytesAreSavedAndStartedFrom() throws {
        let path = folder.path("own")
        do {
            let server = ScriptedImageServer(.init(image: image()))
            let replica = try replica(server, imagePath: path)
            try expectRight(replica)
            #expect(replica.wait(timeoutMilliseconds: patienceMilliseconds) { $0.savedImageCount == 1 })
            replica.stop()
            #expect(replica.status.state == .stale)
        }
        let replica = try Replica(.unix(path: folder.path("nobody")), options: .init(environment: nil, imagePath: path))
        let reader = replica.reader()
        #expect(reader.state == .fromFile && replica.status.state == .fromFile)
        let age = try #require(reader.ageNanoseconds)
        #expect(age > 365 * 86_400 * 1_000_000_000, "the image was confirmed in 2023")
        for key in Tables.keys() {
            let answer = reader.resolve(key)
            var expected = Tables.snapshot().resolve(key)
            expected.flags.insert(.fromFile)
            #expect(answer == expected)
        }
        #expect(reader.symbolRecord(id: 8).flags.contains(.fromFile))
        #expect(reader.symbol(id: 8).row?.flags.contains(.fromFile) == true)
        #expect(reader.find(base: "C1", quote: "USDT").rows.allSatisfy { $0.flags.contains(.fromFile) })
        #expect(throws: ClientError.self) { try replica.waitUntilLive(timeoutMilliseconds: 50) }
    }

    /// The file that it started from is the operator's: a copy over it changes no answer, and a cut one ends nobody.
    @Test(.scenario(.imageFileDamaged), arguments: [true, false])
    func theFileItStartedFromMayBeOverwritten(_ isCut: Bool) throws {
        let path = folder.path("own")
        try image().write(to: path)
        let other = folder.path("other")
        try SnapshotImage(Tables.snapshot(symbolCount: 2, epoch: 6), confirmedAt: confirmedAt).write(to: other)
        let replica = try Replica(.unix(path: folder.path("nobody")), options: .init(environment: nil, imagePath: path))
        let reader = replica.reader()
        let before = Tables.keys().map { reader.resolve($0) }
        #expect(chmod(path, 0o600) == 0)
        let file = open(path, O_WRONLY | (isCut ? O_TRUNC : 0))
        defer { close(file) }
        let bytes = try Data(contentsOf: URL(filePath: other))
        #expect(isCut || bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) } == bytes.count)
        #expect(Tables.keys().map { reader.resolve($0) } == before)
    }

    /// What is mapped is the server's, and gone with it: the replica keeps a copy of its own.
    @Test func aMappedImageIsSavedAndStartedFrom() throws {
        let own = folder.path("own")
        let file = try image().shared(beside: folder.path("i"))
        let server = ScriptedImageServer(.init(image: file, path: try #require(file.path)))
        let first = try replica(server, imagePath: own)
        try expectRight(first)
        first.stop()
        #expect(first.status.mappedImageCount == 1 && first.status.savedImageCount == 1)
        try expectStart(from: own, Tables.snapshot())
    }

    /// Nothing but pushes came since the image: they are in the file at the end.
    @Test(arguments: [true, false]) func whatWasPushedIsSavedAtTheEnd(_ isMapped: Bool) throws {
        let own = folder.path("own")
        let fixture = try ServerFixture(Tables.snapshot())
        let replica = try Replica(
            isMapped ? fixture.unix : fixture.tcp, options: ReplicaOptions(environment: "test", imagePath: own))
        try replica.waitUntilLive(timeoutMilliseconds: patienceMilliseconds)
        let last = fixture.publish(ReferenceDelta(deletedSymbolIds: [8]))
        #expect(replica.wait(timeoutMilliseconds: patienceMilliseconds) { $0.generation == last.generation })
        replica.stop()
        try expectStart(from: own, last)
    }

    private func expectStart(from path: String, _ snapshot: Snapshot) throws {
        let replica = try Replica(.unix(path: folder.path("nobody")), options: .init(environment: nil, imagePath: path))
        #expect(replica.status.state == .fromFile && replica.status.generation == snapshot.generation)
        for key in Tables.keys() {
            var expected = snapshot.resolve(key)
            if expected.status == .ok || expected.status == .inactive { expected.flags.insert(.fromFile) }
            var answer = replica.reader().resolve(key)
            if expected.status != .ok, expected.status != .inactive { answer.flags.remove(.fromFile) }
            #expect(answer == expected)
        }
    }

    /// Images that come while one is written are not lost: the newest of them is in the file at the end.
    @Test func theNewestOfManyImagesIsSaved() throws {
        let path = folder.path("own")
        let publication = ReplicaPublication(.empty(epoch: 0), state: .notLoaded)
        let saver = ImageSaver(path: path, publication: publication)
        for generation in UInt64(1)...20 {
            saver.save(Tables.snapshot(generation: generation), confirmedAt: confirmedAt)
        }
        saver.finish()
        let saved = try SnapshotImage.open(path: path)
        #expect(saved.generation == 20 && saved.confirmedAt == confirmedAt && publication.status.imageProblem == nil)
        saver.save(Tables.snapshot(generation: 21), confirmedAt: confirmedAt)
        saver.finish()
        #expect(try SnapshotImage.open(path: path).generation == 21)
    }

    /// The file may be the server's own, under whatever name: then it is not this replica's to write.
    @Test(arguments: ["i", "link"]) func theServersOwnFileIsNotWritten(_ name: String) throws {
        let path = folder.path("i")
        let damaged = Data("no image at all, but long enough".utf8)
        try damaged.write(to: URL(filePath: path))
        try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: path)
        let file = try image().shared(beside: path)
        let server = ScriptedImageServer(.init(image: file, path: try #require(file.path)))
        let replica = try replica(server, imagePath: folder.path(name))
        try expectRight(replica)
        replica.stop()
        #expect(replica.status.savedImageCount == 0)
        #expect(try Data(contentsOf: URL(filePath: path)) == damaged)
    }

    /// What keeps a replica from being live is said as it is.
    @Test func whatIsAmissIsNamed() throws {
        let spoiled = ScriptedImageServer(
            .init(image: image(), spoil: { $1[WireLayout.SnapshotChunk.data.lowerBound + 17] ^= 1 }))
        let damaged = try replica(spoiled)
        #expect(damaged.wait(timeoutMilliseconds: patienceMilliseconds) { $0.imageProblem != nil })
        guard
            case .imageNotUsable? = #expect(
                throws: ClientError.self,
                performing: {
                    try damaged.waitUntilLive(timeoutMilliseconds: 0)
                })
        else {
            Issue.record("\(damaged.status)")
            return
        }

        let fixture = try ServerFixture(Tables.snapshot())
        fixture.publish(SourceState(databaseConnected: false, isLoaded: true, fromFile: true))
        let early = try Replica(fixture.unix, options: ReplicaOptions(environment: "test"))
        #expect(early.wait(timeoutMilliseconds: patienceMilliseconds) { $0.isServerLoaded == false })
        #expect(throws: ClientError.notLoaded(fixture.unix)) { try early.waitUntilLive(timeoutMilliseconds: 0) }

        let mute = ScriptedServer { $0.awaitEnd() }
        var options = ReplicaOptions(environment: "test")
        options.connectTimeoutMilliseconds = 30
        let waiting = try Replica(mute.address, options: options)
        #expect(
            waiting.wait(timeoutMilliseconds: patienceMilliseconds) {
                $0.failure == .timeout(mute.address, operation: "hello", milliseconds: 30)
            })
    }

    @Test func aSavedImageThatCannotBeOpenedIsNamedAndNoHindrance() throws {
        let path = folder.path("own")
        try Data("no image at all, but long enough".utf8).write(to: URL(filePath: path))
        let server = ScriptedImageServer(.init(image: image()))
        let started = try Replica(.unix(path: folder.path("nobody")), options: .init(environment: nil, imagePath: path))
        #expect(started.status.state == .notLoaded && started.status.imageProblem?.contains(path) == true)
        let replica = try replica(server, imagePath: path)
        try expectRight(replica)
        #expect(replica.wait(timeoutMilliseconds: patienceMilliseconds) { $0.savedImageCount == 1 })
        #expect(try SnapshotImage.open(path: path).generation == 3)
    }
}
