import Platform
import ReferenceData
import TestSupport
import Testing

@testable import SymbologyClient

/// Whether the answers are young enough is for the engine to say, and for the database to have confirmed.
@Suite struct ReplicaFreshnessTests {
    private static let hourNanoseconds: UInt64 = 3_600_000_000_000

    private func state(isConnected: Bool, confirmedHoursAgo hours: UInt64) -> SourceState {
        var state = SourceState(databaseConnected: isConnected, isLoaded: true)
        state.lastConfirmedNanoseconds = MonotonicClock.nanoseconds() &- hours * Self.hourNanoseconds
        return state
    }

    @Test func freshIsWhatTheDatabaseConfirmedWithinTheLimit() throws {
        let fixture = try ServerFixture(Tables.snapshot())
        fixture.publish(state(isConnected: true, confirmedHoursAgo: 0))
        let replica = try Replica(fixture.unix, options: ReplicaOptions(environment: "test"))
        try replica.waitUntilLive(timeoutMilliseconds: patienceMilliseconds)
        let reader = replica.reader()
        func waits(until isTrue: () -> Bool) -> Bool {
            replica.wait(timeoutMilliseconds: patienceMilliseconds) { _ in isTrue() }
        }
        #expect(waits { reader.isFresh(within: .seconds(1_800)) && replica.isFresh(within: .seconds(1_800)) })
        #expect(replica.status.isDatabaseConnected == true && !reader.isFresh(within: .zero))

        fixture.publish(state(isConnected: true, confirmedHoursAgo: 2))
        #expect(waits { !reader.isFresh(within: .seconds(3_600)) && reader.isFresh(within: .seconds(10_800)) })

        fixture.publish(state(isConnected: false, confirmedHoursAgo: 0))
        #expect(waits { replica.status.isDatabaseConnected == false })
        #expect(reader.state == .live && !reader.isFresh(within: .seconds(86_400)))

        fixture.publish(state(isConnected: true, confirmedHoursAgo: 0))
        #expect(waits { reader.isFresh(within: .seconds(1_800)) })
        fixture.stop()
        #expect(waits { replica.status.isDatabaseConnected == nil })
        #expect(!reader.isFresh(within: .seconds(86_400)))
    }

    /// A server that is subscribed to before it has opened its file says so with a heartbeat, while the replica still
    /// waits for the image.
    @Test func aServerThatOpensItsFileLaterIsSaidToServeOne() throws {
        let fixture = try ServerFixture(.empty(epoch: 7)) { $0.limits.heartbeatMilliseconds = 60_000 }
        let replica = try Replica(fixture.unix, options: ReplicaOptions(environment: "test"))
        func waits(until isTrue: () -> Bool) -> Bool {
            replica.wait(timeoutMilliseconds: patienceMilliseconds) { _ in isTrue() }
        }
        #expect(waits { replica.status.subscriptionCount == 1 && replica.status.isDatabaseConnected == true })

        let opened = Tables.snapshot(epoch: 7)
        let state = SourceState(databaseConnected: false, isLoaded: true, fromFile: true)
        let image = SnapshotImage(opened, confirmedAt: Timestamp(microsecondsSince1970: 1_700_000_000_000_000))
        fixture.server.publish(
            SnapshotUpdate(
                snapshot: opened, changes: [ReferenceChange(kind: .everything, action: .modify, id: 0)], state: state,
                image: image))
        #expect(waits { replica.status.state != .notLoaded } && replica.status.state == .fromFile)
        fixture.stop()
    }
}
