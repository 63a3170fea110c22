import ReferenceData
import Scenarios
import Testing

@testable import ReferenceFeed

/// What of the database's health reaches the log and the status.
@Suite struct HealthWatchTests {
    private let second: UInt64 = 1_000_000_000

    private func percents(_ events: [FeedEvent]) -> [Int] {
        events.compactMap { if case .queueUsage(let percent) = $0 { percent } else { nil } }
    }

    /// An 8 GB queue takes hours to fill, so the samples are made here.
    @Test(.scenario(.queueFilling)) func queueAlarmsOncePerStepAndBeforeWritersFail() {
        var watch = HealthWatch()
        var state = SourceState()
        var reported: [Int] = []
        for percent in Array(0...99) + Array((0...99).reversed()) + [30] {
            var sample = HealthSample()
            sample.queueUsage = Double(percent) / 100 + 0.001
            reported += percents(watch.take(sample, now: 0, &state))
            #expect(state.health?.notificationQueuePercent == UInt8(percent))
        }
        #expect(reported.prefix(4) == [25, 50, 75, 90])
        // On the way down one line says that it has drained, and the next filling is news again.
        #expect(reported.dropFirst(4).elementsEqual([24, 30]))
        #expect(FeedEvent.queueUsage(percent: 25).isWarning && !FeedEvent.queueUsage(percent: 24).isWarning)
    }

    /// No server says this of its own queue; a function of the same name in another schema may.
    @Test(
        arguments: [(Double.nan, 0), (-.infinity, 0), (-1, 0), (.infinity, 100), (2, 100), (0.29, 28)]
            as [(Double, UInt8)])
    func usageThatIsNoShareEndsNothing(usage: Double, percent: UInt8) {
        var watch = HealthWatch()
        var state = SourceState()
        var sample = HealthSample()
        sample.queueUsage = usage
        _ = watch.take(sample, now: 1, &state)
        #expect(state.health?.notificationQueuePercent == percent)
    }

    @Test func longWriterIsNamedOnce() {
        var watch = HealthWatch()
        var state = SourceState()
        var sample = HealthSample()
        sample.writerProcessId = 42
        sample.writerTransaction = "900"
        var events: [FeedEvent] = []
        // The role may not see when the transaction began: its age counts from the first look.
        for now in 0..<100 { events += watch.take(sample, now: UInt64(now) * second, &state) }
        #expect(events.count == 1)
        #expect(state.health?.oldestWriter == DatabaseHealth.Writer(processId: 42, ageMilliseconds: 99_000))
        sample.writerTransaction = "901"
        #expect(watch.take(sample, now: 100 * second, &state).isEmpty)
        #expect(state.health?.oldestWriter?.ageMilliseconds == 0)
        sample.writerAgeMilliseconds = 70_000
        #expect(watch.take(sample, now: 101 * second, &state).count == 1)
        #expect(watch.take(HealthSample(), now: 102 * second, &state).isEmpty)
        #expect(state.health?.oldestWriter == nil && state.health?.sampledNanoseconds == 102 * second)
    }
}
