import LookupServer
import ReferenceData
import SymbologyWire
import TestSupport
import Testing

/// How the server stands with its database is told when it changes, not with the next heartbeat.
@Suite struct AnnouncementTests {
    @Test func aLostDatabaseIsToldAtOnce() throws {
        let test = try TestServer { $0.limits.heartbeatMilliseconds = 86_400_000 }
        let client = try RawClient(test.unix)
        try client.send(Request.subscribe(1, records: true))
        _ = try client.frames(1)
        for isConnected in [true, false, true] {
            let state = SourceState(databaseConnected: isConnected, isLoaded: true)
            // The second time nothing is news.
            for _ in 0..<2 {
                test.server.publish(SnapshotUpdate(snapshot: Fixture.snapshot(), changes: [], state: state))
            }
            let frame = try #require(try client.next())
            #expect(frame.template == .heartbeat)
            #expect(frame.read(HeartbeatView.self) { $0.flags.contains(.databaseConnected) } == isConnected)
        }
        try client.send(Request.ping(2, token: 7))
        #expect(try client.next()?.template == .pong)
    }
}
