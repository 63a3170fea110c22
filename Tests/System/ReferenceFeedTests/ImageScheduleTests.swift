import Testing

@testable import ReferenceFeed

/// When images are made, in a time that the test makes.
@Suite struct ImageScheduleTests {
    private let millisecond: UInt64 = 1_000_000

    private func schedule(_ path: String? = "file") -> ImageSchedule {
        var settings = ImageSettings(path: path)
        settings.spacingMillisecondsMin = 250
        settings.spacingFactor = 10
        settings.ageMilliseconds = 5_000
        return ImageSchedule(settings: settings)
    }

    @Test func oneAtATimeAndSpaced() {
        var schedule = schedule()
        #expect(schedule.wants(.soon, now: 1_000) == .start)
        #expect(schedule.wants(.soon, now: 2_000) == .nothing)
        schedule.finished(hasFailed: false, tookNanoseconds: 100 * millisecond, now: 100 * millisecond)
        // Ten times what it took.
        #expect(schedule.step(now: 100 * millisecond) == .wait(milliseconds: 1_000))
        #expect(schedule.step(now: 1_100 * millisecond) == .start)
        schedule.finished(hasFailed: false, tookNanoseconds: millisecond, now: 1_200 * millisecond)
        #expect(schedule.step(now: 1_200 * millisecond) == .nothing)
        #expect(schedule.wants(.soon, now: 1_201 * millisecond) == .wait(milliseconds: 249))
    }

    @Test func aChangeMayWaitUntilItsAge() {
        var schedule = schedule(nil)
        #expect(schedule.wants(.later, now: 0) == .wait(milliseconds: 5_000))
        // The age counts from the first change, and a half full overlay does not wait.
        #expect(schedule.wants(.later, now: 3_000 * millisecond) == .wait(milliseconds: 2_000))
        #expect(schedule.wants(.soon, now: 3_000 * millisecond) == .start)
    }

    @Test func failuresAreRetriedWithGrowingDistance() {
        var schedule = schedule()
        var now: UInt64 = 0
        var waits: [UInt32] = []
        #expect(schedule.wants(.soon, now: now) == .start)
        for _ in 0..<8 {
            schedule.finished(hasFailed: true, tookNanoseconds: 0, now: now)
            guard case .wait(let milliseconds) = schedule.wants(.soon, now: now) else {
                Issue.record("a failed write is not tried again")
                return
            }
            waits.append(milliseconds)
            now += UInt64(milliseconds) * millisecond
            #expect(schedule.step(now: now) == .start)
        }
        #expect(waits == [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
        schedule.finished(hasFailed: false, tookNanoseconds: 0, now: now)
        #expect(schedule.wants(.soon, now: now) == .wait(milliseconds: 250))
    }
}
