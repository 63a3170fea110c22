import ReferenceStore
import Scenarios
import Testing

@testable import ReferenceFeed

@Suite struct RefreshMachineTests {
    let server = ServerIdentity(
        systemIdentifier: 7, timeline: 1, isInRecovery: false, startedAtMicroseconds: 5, databaseId: 16_384)

    func machine(_ settings: RefreshSettings = RefreshSettings()) -> RefreshMachine {
        RefreshMachine(settings: settings, seed: 42)
    }

    /// A machine whose session is up and whose first full load is in flight.
    func established(_ settings: RefreshSettings = RefreshSettings()) -> RefreshMachine {
        var machine = machine(settings)
        for event in [
            .start, .connected(.query, server), .connected(.listener, server), .listening, .probeRung,
            .probeHeard,
        ] as [RefreshMachine.Event] {
            _ = machine.handle(event)
        }
        return machine
    }

    /// A machine at rest with watermark `w1`.
    func loaded(_ settings: RefreshSettings = RefreshSettings()) -> RefreshMachine {
        var machine = established(settings)
        _ = machine.handle(.refreshFinished(Watermark(text: "w1")))
        return machine
    }

    func begun(_ actions: [RefreshMachine.Action]) -> [Refresh] {
        actions.compactMap { if case .begin(let refresh) = $0 { refresh } else { nil } }
    }

    func retryDelay(_ actions: [RefreshMachine.Action]) -> UInt32? {
        actions.compactMap { if case .setTimer(.retry, let delay) = $0 { delay } else { nil } }.last
    }

    let refused = FeedFailure.connection(.query, "connection refused")
    let lockTimeout = FeedFailure.statement(sqlState: "55P03", "lock timeout")

    @Test func listensBeforeTheFirstLoad() {
        var machine = machine()
        let start = machine.handle(.start)
        #expect(start.prefix(2) == [.connect(.listener), .connect(.query)])
        #expect(machine.handle(.connected(.query, server)).isEmpty)
        #expect(machine.handle(.connected(.listener, server)) == [.listen])
        let listening = machine.handle(.listening)
        #expect(begun(listening).isEmpty && listening.contains(.ringProbe))
        // Whichever is reported first, both must be: the query connection is busy until the ring is answered for.
        #expect(machine.handle(.probeHeard).isEmpty)
        let heard = machine.handle(.probeRung)
        #expect(begun(heard) == [.fullLoad(.connected)])
        #expect(heard.contains(.sessionEstablished) && heard.contains(.cancelTimer(.listenerDeadline)))
        let finished = machine.handle(.refreshFinished(Watermark(text: "w1")))
        #expect(machine.watermark == Watermark(text: "w1"))
        #expect(begun(finished).isEmpty)
        #expect(begun(machine.handle(.notified)) == [.increment(since: Watermark(text: "w1"))])
    }

    @Test func anAliasThatExpiresBeforeTheNextPollIsWaitedFor() {
        var settings = RefreshSettings()
        settings.pollMilliseconds = 30_000
        for (microseconds, expected) in [
            (nil, nil), (1_000_000, 1), (1_000_001, 1), (3_999_999, 3_000), (30_998_999, 29_999), (30_999_999, nil),
            (Int64.max, nil),
        ] as [(Int64?, UInt32?)] {
            var machine = established(settings)
            let finished = machine.handle(
                .refreshFinished(
                    Watermark(text: "w1", readAtMicroseconds: 1_000_000, aliasExpiryMicroseconds: microseconds)))
            let delay = finished.compactMap { if case .setTimer(.aliasExpiry, let delay) = $0 { delay } else { nil } }
            #expect(delay == (expected.map { [$0] } ?? []), "\(String(describing: microseconds))")
            #expect(begun(machine.handle(.timer(.aliasExpiry))).count == 1)
        }
        var machine = loaded()
        _ = machine.handle(.connectionFailed(.query, refused))
        #expect(machine.handle(.timer(.aliasExpiry)).isEmpty)
    }

    @Test func newIntervalsCountFromTheNextTime() {
        var machine = loaded()
        machine.settings.pollMilliseconds = 111
        machine.settings.reconcileMilliseconds = 222
        _ = machine.handle(.reloadRequested)
        let finished = machine.handle(.refreshFinished(Watermark(text: "w2")))
        #expect(finished.contains(.setTimer(.poll, milliseconds: 111)))
        #expect(finished.contains(.setTimer(.reconcile, milliseconds: 222)))
    }

    @Test func manyDoorbellsDuringOneRefreshMakeOneMore() {
        var machine = loaded()
        #expect(begun(machine.handle(.notified)).count == 1)
        for _ in 0..<1_000 { #expect(machine.handle(.notified).isEmpty) }
        let finished = machine.handle(.refreshFinished(Watermark(text: "w2")))
        #expect(begun(finished) == [.increment(since: Watermark(text: "w2"))])
        #expect(begun(machine.handle(.refreshFinished(Watermark(text: "w3")))).isEmpty)
    }

    @Test(.scenario(.floodOfDoorbells)) func floodIsSpacedOut() {
        var settings = RefreshSettings()
        settings.burstCountMax = 3
        var machine = loaded(settings)
        _ = machine.handle(.notified)
        var immediateCount = 0
        var spaced: [RefreshMachine.Action] = []
        for number in 0..<10 where spaced.isEmpty {
            _ = machine.handle(.notified)
            let actions = machine.handle(.refreshFinished(Watermark(text: "f\(number)")))
            if begun(actions).isEmpty { spaced = actions } else { immediateCount += 1 }
        }
        #expect(immediateCount == 3)
        #expect(spaced.contains(.setTimer(.spacing, milliseconds: settings.spacingMilliseconds)))
        #expect(machine.handle(.notified).isEmpty)
        #expect(begun(machine.handle(.timer(.spacing))).count == 1)
        // Once nothing waits, the next doorbell is answered at once again.
        _ = machine.handle(.refreshFinished(Watermark(text: "end")))
        #expect(begun(machine.handle(.notified)).count == 1)
    }

    @Test func failedRefreshKeepsItsWatermarkAndBacksOff() {
        var machine = loaded()
        _ = machine.handle(.notified)
        let failed = machine.handle(.refreshFailed(lockTimeout))
        #expect(retryDelay(failed) != nil)
        #expect(!failed.contains(.disconnectAll))
        for _ in 0..<10 { #expect(machine.handle(.notified).isEmpty) }
        #expect(begun(machine.handle(.timer(.retry))) == [.increment(since: Watermark(text: "w1"))])
        let finished = machine.handle(.refreshFinished(Watermark(text: "w2")))
        #expect(finished.contains(.report(.recovered(after: 1))))
    }

    @Test func failedFullLoadIsRepeatedWhole() {
        var machine = established()
        _ = machine.handle(.refreshFailed(lockTimeout))
        _ = machine.handle(.notified)
        #expect(begun(machine.handle(.timer(.retry))) == [.fullLoad(.connected)])
    }

    @Test(arguments: [ConnectionRole.listener, .query])
    func lostConnectionForgetsTheWatermark(role: ConnectionRole) {
        var machine = loaded()
        let lost = machine.handle(.connectionFailed(role, refused))
        #expect(lost.contains(.disconnectAll))
        #expect(lost.contains(.sessionLost(refused)))
        #expect(machine.watermark == nil)
        #expect(machine.handle(.notified).isEmpty)
        #expect(machine.handle(.refreshFinished(Watermark(text: "late"))).isEmpty)
        #expect(machine.handle(.timer(.retry)).prefix(2) == [.connect(.listener), .connect(.query)])
        _ = machine.handle(.connected(.listener, server))
        #expect(machine.handle(.connected(.query, server)) == [.listen])
        _ = machine.handle(.listening)
        _ = machine.handle(.probeRung)
        #expect(begun(machine.handle(.probeHeard)) == [.fullLoad(.connected)])
    }

    @Test func differentServersAreRefused() {
        let other = ServerIdentity(
            systemIdentifier: 7, timeline: 2, isInRecovery: false, startedAtMicroseconds: 5, databaseId: 16_384)
        var machine = machine()
        _ = machine.handle(.start)
        _ = machine.handle(.connected(.listener, server))
        let actions = machine.handle(.connected(.query, other))
        #expect(actions.contains(.disconnectAll))
        #expect(!actions.contains(.listen))
        #expect(retryDelay(actions) != nil)
    }

    @Test(.scenario(.standby)) func standbyIsRefused() {
        let standby = ServerIdentity(
            systemIdentifier: 7, timeline: 0, isInRecovery: true, startedAtMicroseconds: 5, databaseId: 16_384)
        var machine = machine()
        _ = machine.handle(.start)
        #expect(machine.handle(.connected(.query, standby)).contains(.disconnectAll))
    }

    @Test(arguments: [FullLoadReason.pruned, .truncated, .tooManyChanges])
    func expiredIncrementIsLoadedWholeAtOnce(reason: FullLoadReason) {
        var machine = loaded()
        _ = machine.handle(.notified)
        #expect(begun(machine.handle(.refreshExpired(reason))) == [.fullLoad(reason)])
        // The load fails once: it is still a full load that is repeated.
        _ = machine.handle(.refreshFailed(lockTimeout))
        #expect(begun(machine.handle(.timer(.retry))) == [.fullLoad(reason)])
    }

    @Test func pollRefreshesWithoutDoorbell() {
        var machine = established()
        let finished = machine.handle(.refreshFinished(Watermark(text: "w1")))
        #expect(finished.contains(.setTimer(.poll, milliseconds: RefreshSettings().pollMilliseconds)))
        #expect(begun(machine.handle(.timer(.poll))) == [.increment(since: Watermark(text: "w1"))])
        let refreshed = machine.handle(.refreshFinished(Watermark(text: "w2")))
        #expect(refreshed.contains(.setTimer(.poll, milliseconds: RefreshSettings().pollMilliseconds)))
    }

    @Test func reconcileReadsTheIncrementFirst() {
        var machine = loaded()
        #expect(begun(machine.handle(.timer(.reconcile))) == [.reconcile(since: Watermark(text: "w1"))])
        _ = machine.handle(.notified)
        let finished = machine.handle(.refreshFinished(Watermark(text: "w2")))
        #expect(finished.contains(.setTimer(.reconcile, milliseconds: 300_000)))
        #expect(begun(finished) == [.increment(since: Watermark(text: "w2"))])
    }

    /// Behind a comparison that never succeeds, changes must come all the same.
    @Test func failingReconcileStopsNoIncrement() {
        var machine = loaded()
        var delays: [UInt32] = []
        var reports: [RefreshMachine.Report] = []
        var held = Watermark(text: "w1")
        for number in 1...20 {
            #expect(begun(machine.handle(.timer(.reconcile))) == [.reconcile(since: held)])
            #expect(machine.handle(.notified).isEmpty)
            let failed = machine.handle(.refreshFailed(lockTimeout))
            // What rang meanwhile is looked for at once, and the comparison waits for its own timer.
            #expect(begun(failed) == [.increment(since: held)] && retryDelay(failed) == nil)
            delays += failed.compactMap { if case .setTimer(.reconcile, let delay) = $0 { delay } else { nil } }
            held = Watermark(text: "f\(number)")
            let finished = machine.handle(.refreshFinished(held))
            #expect(machine.watermark == held)
            #expect(begun(machine.handle(.notified)) == [.increment(since: held)])
            _ = machine.handle(.refreshFinished(held))
            reports += (failed + finished).compactMap { if case .report(let report) = $0 { report } else { nil } }
        }
        #expect(delays.count == 20 && delays[0] <= 100 && delays.allSatisfy { (1...30_000).contains($0) })
        #expect(delays.suffix(5).allSatisfy { $0 >= 15_000 }, "\(delays)")
        // A night of it is a few lines: increments between the failures are no recovery.
        #expect(reports.count == 5 && !reports.contains { if case .recovered = $0 { true } else { false } })
        _ = machine.handle(.timer(.reconcile))
        let finished = machine.handle(.refreshFinished(Watermark(text: "end")))
        #expect(finished.contains(.report(.recovered(after: 20))))
        #expect(finished.contains(.setTimer(.reconcile, milliseconds: 300_000)))
    }

    @Test func reloadThatIsWantedOutlivesAFailingReconcile() {
        var machine = loaded()
        _ = machine.handle(.timer(.reconcile))
        _ = machine.handle(.reloadRequested)
        let failed = machine.handle(.refreshFailed(lockTimeout))
        #expect(begun(failed).isEmpty && retryDelay(failed) != nil)
        #expect(begun(machine.handle(.timer(.retry))) == [.fullLoad(.requested)])
    }

    /// Whatever else goes on meanwhile, and though the deadline may already have struck when the answer was handled.
    @Test(.scenario(.listenerStalled)) func listenerThatAnswersIsKept() {
        var machine = loaded()
        for number in 0..<20 {
            let beat = machine.handle(.timer(.heartbeat))
            #expect(beat.contains(.probeListener))
            #expect(beat.contains(.setTimer(.listenerDeadline, milliseconds: 5_000)))
            if number.isMultiple(of: 2) { _ = machine.handle(.notified) }
            #expect(machine.handle(.probeHeard) == [.cancelTimer(.listenerDeadline)])
            #expect(machine.handle(.timer(.listenerDeadline)).isEmpty)
            if number.isMultiple(of: 2) { _ = machine.handle(.refreshFinished(Watermark(text: "w\(number)"))) }
        }
        #expect(machine.phase == .established)
    }

    @Test func silentListenerIsFound() {
        var machine = loaded()
        #expect(machine.handle(.timer(.heartbeat)).contains(.probeListener))
        #expect(machine.handle(.probeHeard) == [.cancelTimer(.listenerDeadline)])
        #expect(machine.handle(.timer(.heartbeat)).contains(.probeListener))
        #expect(machine.handle(.timer(.listenerDeadline)).contains(.disconnectAll))
    }

    /// A pooler accepts LISTEN and delivers nothing.
    @Test func deafListenerIsFoundAtTheStart() {
        var machine = machine()
        for event in [.start, .connected(.query, server), .connected(.listener, server), .listening, .probeRung]
            as [RefreshMachine.Event]
        {
            _ = machine.handle(event)
        }
        let lost = machine.handle(.timer(.listenerDeadline))
        #expect(lost.contains(.disconnectAll))
        #expect(lost.contains { if case .report(.retrying(.deaf, 1, _)) = $0 { true } else { false } })
        #expect(!lost.contains { if case .sessionLost = $0 { true } else { false } })
    }

    /// What was held back is not built upon: everything is read again, until the operator or the tables give way.
    @Test(.scenario(.tableEmptied)) func shrunkLoadIsReadAgainWhole() {
        var machine = loaded()
        _ = machine.handle(.notified)
        let held = machine.handle(.refreshFailed(.shrunk(from: 1_000, to: 0)))
        #expect(machine.watermark == nil)
        #expect(begun(held).isEmpty && retryDelay(held) != nil)
        #expect(begun(machine.handle(.notified)).isEmpty)
        #expect(begun(machine.handle(.timer(.retry))) == [.fullLoad(.heldBack)])
        _ = machine.handle(.refreshFailed(.shrunk(from: 1_000, to: 0)))
        let override = machine.handle(.reloadRequested)
        #expect(override.first == .cancelTimer(.retry) && begun(override).count == 1)
    }

    /// A lock that is let go is found soon; a million rows that nobody may serve are not read every few seconds.
    @Test func whatReadsEveryRowWaitsLonger() {
        let shrunk = FeedFailure.shrunk(from: 1_000, to: 0)
        for (failure, range) in [(lockTimeout, 2_250...4_500), (shrunk, 15_000...30_000)] {
            var machine = loaded()
            _ = machine.handle(.notified)
            for _ in 0..<20 {
                _ = machine.handle(.refreshFailed(failure))
                _ = machine.handle(.timer(.retry))
            }
            #expect(retryDelay(machine.handle(.refreshFailed(failure))).map { range.contains(Int($0)) } == true)
        }
    }

    @Test func deadlinesEndTheSession() {
        var connecting = machine()
        _ = connecting.handle(.start)
        #expect(connecting.handle(.timer(.connectDeadline)).contains(.disconnectAll))
        var loading = established()
        #expect(loading.handle(.timer(.refreshDeadline)).contains(.disconnectAll))
        var idle = loaded()
        #expect(idle.handle(.timer(.refreshDeadline)).isEmpty)
    }

    @Test(.scenario(.databaseAway)) func databaseAwayForANightIsAFewLines() {
        var machine = machine()
        _ = machine.handle(.start)
        var reportCount = 0
        var delays: [UInt32] = []
        for _ in 0..<2_000 {
            let actions = machine.handle(.connectionFailed(.query, refused))
            reportCount += actions.count { if case .report = $0 { true } else { false } }
            if let delay = retryDelay(actions) { delays.append(delay) }
            // Both connections fail; the second failure of a session is no news.
            #expect(machine.handle(.connectionFailed(.listener, refused)).isEmpty)
            #expect(machine.handle(.timer(.retry)).contains(.connect(.query)))
        }
        #expect(delays.count == 2_000)
        // Whenever the database comes back, a change is seen within 5 s.
        #expect(delays.allSatisfy { (1...4_500).contains($0) })
        #expect(delays.suffix(1_000).allSatisfy { $0 >= 2_250 })
        #expect(Set(delays.suffix(1_000)).count > 100, "jitter")
        #expect(delays[0] <= 100)
        #expect(reportCount <= 12)
    }

    /// A machine that failed a dozen times and then got a session and its load.
    private func recovered() -> RefreshMachine {
        var machine = loaded()
        for _ in 0..<12 {
            _ = machine.handle(.connectionFailed(.query, refused))
            _ = machine.handle(.timer(.retry))
        }
        _ = machine.handle(.connected(.listener, server))
        _ = machine.handle(.connected(.query, server))
        _ = machine.handle(.listening)
        _ = machine.handle(.probeHeard)
        _ = machine.handle(.probeRung)
        _ = machine.handle(.refreshFinished(Watermark(text: "w2")))
        return machine
    }

    /// Doorbells that come faster than the poll put it off for ever: it says nothing about how long a session lasts.
    @Test func lastingSessionStartsBackoffAnewHoweverBusyTheTables() {
        var machine = recovered()
        for number in 0..<100 {
            _ = machine.handle(.notified)
            let finished = machine.handle(.refreshFinished(Watermark(text: "busy \(number)")))
            #expect(finished.contains(.setTimer(.poll, milliseconds: RefreshSettings().pollMilliseconds)))
            _ = machine.handle(.timer(.spacing))
        }
        _ = machine.handle(.timer(.heartbeat))
        #expect((retryDelay(machine.handle(.connectionFailed(.query, refused))) ?? .max) <= 100)
    }

    @Test func sessionThatIsLostAtOnceDoesNot() {
        var machine = recovered()
        #expect((retryDelay(machine.handle(.connectionFailed(.query, refused))) ?? 0) >= 2_250)
    }

    @Test func operatorsReloadCoversADoorbell() {
        var machine = loaded()
        _ = machine.handle(.notified)
        _ = machine.handle(.notified)
        _ = machine.handle(.reloadRequested)
        let finished = machine.handle(.refreshFinished(Watermark(text: "w2")))
        #expect(begun(finished) == [.fullLoad(.requested)])
        #expect(begun(machine.handle(.refreshFinished(Watermark(text: "w3")))).isEmpty)
    }

    @Test func nothingHappensAfterStop() {
        var machine = loaded()
        _ = machine.handle(.notified)
        #expect(machine.handle(.stop) == [.disconnectAll, .cancelAllTimers])
        let events: [RefreshMachine.Event] = [
            .notified, .timer(.poll), .timer(.retry), .refreshFinished(Watermark(text: "w")), .listening, .stop,
        ]
        for event in events {
            #expect(machine.handle(event).isEmpty)
        }
    }
}
