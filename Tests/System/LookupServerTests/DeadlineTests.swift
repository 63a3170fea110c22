import EventLoop
import Glibc
import ReferenceData
import SymbologyWire
import Testing

@testable import LookupServer

/// When a connection has had its time, by a clock that the tests set.
@Suite struct DeadlineTests {
    /// A connection that did all it ever did at the moment 1,000,000.
    private func withConnection<Value: Sendable>(
        _ limits: ServerLimits, _ body: @escaping @Sendable (Connection) throws -> Value
    ) throws -> Value {
        try withServedConnection(limits) { connection in
            connection.lastRequestTime = DeadlineTests.start
            connection.lastProgressTime = DeadlineTests.start
            connection.unfinishedSince = DeadlineTests.start
            return try body(connection)
        }
    }

    private static let start: UInt64 = 1_000_000

    private enum Seen: Sendable, Equatable {
        case open, ended
        case ending(RejectReason)
        case closed

        init(_ connection: Connection) {
            switch connection.phase {
            case .open: self = .open
            case .ended: self = .ended
            case .ending(let reason, _): self = .ending(reason)
            case .closed: self = .closed
            }
        }
    }

    /// What the connection is after its deadlines were looked at, each time so many milliseconds after the start.
    private static func look(_ connection: Connection, after times: [UInt64]) -> [Seen] {
        times.map {
            connection.checkDeadlines(start + $0)
            return Seen(connection)
        }
    }

    /// Who is sent what it asked for is not idle while it reads, nor the moment after.
    @Test func idlenessBeginsWithTheLastThingThatHappened() throws {
        var limits = ServerLimits()
        limits.idleMilliseconds = 1_000
        let seen = try withConnection(limits) { connection in
            connection.lastProgressTime = DeadlineTests.start + 900
            return DeadlineTests.look(connection, after: [1_000, 1_899, 1_900])
        }
        #expect(seen == [.open, .open, .ending(.idleTimeout)])
    }

    /// Who ends its side has asked its last, and reads its answers as slowly as everybody may.
    @Test func aHalfClosedPeerHasTheTimeOfAnyReader() throws {
        var limits = ServerLimits()
        (limits.unreadMilliseconds, limits.lingerMilliseconds) = (30_000, 2_000)
        let seen = try withConnection(limits) { connection in
            connection.phase = .ended
            return DeadlineTests.look(connection, after: [2_000, 29_999, 30_000])
        }
        #expect(seen == [.ended, .ended, .closed])
    }

    /// A reader that takes a little now and then would keep an image in memory, and others from one, for days.
    @Test func anImageHasToArriveSomeTime() throws {
        let image = SnapshotImage(Fixture.snapshot(), confirmedAt: .absent)
        var limits = ServerLimits()
        limits.imageMilliseconds = 60_000
        let (seen, sendCount) = try withConnection(limits) { connection in
            connection.serving.shared.imageSendCount.add(1, ordering: .relaxed)
            connection.cursors.hold(.imageSending)
            connection.imageSending = ImageSending(
                image: image, requestId: 1, chunkCount: 9, startTime: DeadlineTests.start)
            let seen = DeadlineTests.look(connection, after: [59_999, 60_000])
            return (seen, connection.serving.shared.imageSendCount.load(ordering: .relaxed))
        }
        #expect(seen == [.open, .closed])
        #expect(sendCount == 0)
    }

    /// Nothing is read while a connection is held: the frame that is unfinished then could not have been finished.
    @Test func timeThatNothingIsReadInIsNotTheFrames() throws {
        let isFresh = try withConnection(ServerLimits()) { connection in
            connection.unfinishedSince = 0
            connection.cursors.hold(.turnOver)
            [UInt8](repeating: 0, count: 4).withUnsafeBytes { connection.keep($0) }
            connection.goOn()
            return connection.cursors.kept.count == 4
                && connection.unfinishedSince == connection.serving.nowMilliseconds
        }
        #expect(isFresh)
    }

    /// One that is kept waiting holds no more memory than all of them may.
    @Test func requestsThatNoTotalHasRoomForEndTheirConnection() throws {
        var limits = ServerLimits()
        limits.queuedByteCountTotalMax = 4_000
        let (seen, count) = try withConnection(limits) { connection in
            connection.cursors.hold(.turnOver)
            [UInt8](repeating: 0, count: 5_000).withUnsafeBytes { connection.keep($0) }
            return (Seen(connection), connection.serving.shared.queuedByteCount.load(ordering: .relaxed))
        }
        #expect(seen == .closed)
        #expect(count == 0)
    }
}
