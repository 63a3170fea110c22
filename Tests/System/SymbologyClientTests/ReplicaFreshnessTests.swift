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
}
