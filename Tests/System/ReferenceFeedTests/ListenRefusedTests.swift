import Glibc
import PostgreSQL
import ReferenceStore
import Scenarios
import TestSupport
import Testing

@testable import ReferenceFeed

/// PostgreSQL's queue of notifications holds an entry that LISTEN cannot read.
@Suite("LISTEN is refused")
struct ListenRefusedTests {
    private let server = ServerIdentity(
        systemIdentifier: 7, timeline: 1, isInRecovery: false, startedAtMicroseconds: 5, databaseId: 16_384)
    private let refused = FeedFailure.listenRefused("could not access status of transaction 753")

    private func polling() -> RefreshMachine {
        var machine = RefreshMachine(settings: RefreshSettings(), seed: 42)
        for event in [.start, .connected(.query, server), .connected(.listener, server)] as [RefreshMachine.Event] {
            _ = machine.handle(event)
        }
        let actions = machine.handle(.listenFailed(refused))
        #expect(actions.contains(.disconnectListener) && !actions.contains(.disconnectAll))
        #expect(actions.contains(.begin(.fullLoad(.connected))), "the tables are there all the same")
        #expect(actions.contains { if case .setTimer(.relisten, _) = $0 { true } else { false } })
        return machine
    }

    @Test(
        "the machine loads and polls, and tries again until notifications arrive",
        .scenario(.notificationQueueBroken))
    func machine() {
        var machine = polling()
        let loaded = machine.handle(.refreshFinished(Watermark(text: "w1")))
        #expect(loaded.contains(.setTimer(.poll, milliseconds: RefreshMachine.pollingMillisecondsMax)))
        #expect(!loaded.contains { if case .report(.recovered) = $0 { true } else { false } })
        #expect(machine.handle(.timer(.poll)).contains(.begin(.increment(since: Watermark(text: "w1")))))
        _ = machine.handle(.refreshFinished(Watermark(text: "w2")))
        #expect(!machine.handle(.timer(.heartbeat)).contains(.probeListener), "there is no listener to ask")

        // Refused again, lost on the way, silent: each time only the listener is given up.
        for failure in [
            .listenFailed(refused), .connectionFailed(.listener, .connection(.listener, "refused")),
            .timer(.listenerDeadline),
        ] as [RefreshMachine.Event] {
            #expect(machine.handle(.timer(.relisten)).contains(.connect(.listener)))
            let actions = machine.handle(failure)
            #expect(actions.contains(.disconnectListener) && !actions.contains(.disconnectAll), "\(failure)")
            #expect(machine.phase == .established && machine.watermark == Watermark(text: "w2"))
        }

        #expect(machine.handle(.timer(.relisten)).contains(.connect(.listener)))
        #expect(machine.handle(.connected(.listener, server)) == [.listen])
        #expect(machine.handle(.listening).contains(.probeListener))
        let heard = machine.handle(.probeHeard)
        #expect(heard.contains(.begin(.increment(since: Watermark(text: "w2")))))
        #expect(heard.contains { if case .report(.recovered) = $0 { true } else { false } })
        let refreshed = machine.handle(.refreshFinished(Watermark(text: "w3")))
        #expect(refreshed.contains(.setTimer(.poll, milliseconds: RefreshSettings().pollMilliseconds)))
        #expect(machine.handle(.timer(.heartbeat)).contains(.probeListener))
        #expect(machine.handle(.timer(.listenerDeadline)).contains(.disconnectAll))
    }

    @Test("a listener on another server ends the session, and so does the loss of the other connection")
    func endOfSession() {
        let other = ServerIdentity(
            systemIdentifier: 7, timeline: 2, isInRecovery: false, startedAtMicroseconds: 5, databaseId: 16_384)
        for event in [
            .connected(.listener, other), .connectionFailed(.query, .connection(.query, "lost")),
        ] as [RefreshMachine.Event] {
            var machine = polling()
            _ = machine.handle(.timer(.relisten))
            #expect(machine.handle(event).contains(.disconnectAll))
            #expect(machine.handle(.timer(.relisten)).isEmpty)
            #expect(machine.handle(.timer(.retry)).prefix(2) == [.connect(.listener), .connect(.query)])
            #expect(!machine.isPolling)
        }
    }

    /// A session in another database that listens inside a transaction keeps the queue; the file that holds its oldest
    /// pages goes. What LISTEN meets then is what it meets where the memory of old transactions is gone.
    @Test(
        "against a real queue: it loads, polls, and hears again once the queue has moved on",
        .scenario(.notificationQueueBroken))
    func realQueue() throws {
        let cluster = try TestCluster { $0.settings.append(("log_min_messages", "panic")) }
        let database = try TestSession(in: cluster)
        defer { database.keep() }
        let stalled = try cluster.connect()
        try stalled.executeScript("LISTEN elsewhere", name: "listen")
        try stalled.executeScript("BEGIN; SELECT 1", name: "stall")
        let noise = try cluster.connect()
        for _ in 0..<3 {
            try noise.executeScript(
                "SELECT count(pg_notify('elsewhere', n || repeat('y', 7000))) FROM generate_series(1, 40) n",
                name: "noise")
        }
        let queue = cluster.cluster.directory + "/cluster/data/pg_notify/0000"
        #expect(unlink(queue) == 0, "\(queue)")

        let probe = try FeedProbe(conninfo: database.readerConninfo())
        try probe.event { if case .retrying(.listenRefused, _, _) = $0 { true } else { false } }
        _ = try probe.loaded()
        var next = try probe.update { $0.snapshot.isLoaded }.next
        #expect(probe.latest?.state.databaseConnected == true)
        // Nobody hears of it; but for the poll it would be found in ten minutes.
        try database.run(
            "INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string) VALUES (2, 'A', 'B', 'AB')")
        next = try probe.update(from: next) { !$0.changes.isEmpty }.next

        stalled.close()
        try probe.event { if case .recovered = $0 { true } else { false } }
        #expect(!probe.events.contains { if case .disconnected = $0 { true } else { false } })
        try database.run("DELETE FROM symbols")
        _ = try probe.update(from: next) { $0.snapshot.symbolCount == 0 }
    }
}
