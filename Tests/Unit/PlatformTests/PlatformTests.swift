import Glibc
import Platform
import Synchronization
import TestSupport
import Testing

@Suite("Platform: clocks, deadlines, pauses, threads")
struct PlatformTests {
    @Test("pauses double up to the maximum, and chance takes at most half")
    func pausesDouble() {
        let seeds = SeededGenerator()
        var generator = SplitMix64(seed: seeds.seed)
        var backoff = Backoff(millisecondsMin: 10, millisecondsMax: 70)
        for longest in [10, 20, 40, 70, 70] {
            let pause = backoff.nextMilliseconds(using: &generator)
            #expect(((longest + 1) / 2...longest).contains(pause), "\(seeds)")
        }
        backoff.reset()
        #expect(backoff.nextMilliseconds(using: &generator) <= 10, "\(seeds)")
    }

    @Test("bounds that make no sense neither trap nor spin", arguments: [Int.min, 0, 1, .max])
    func pausesAreBounded(bound: Int) {
        var backoff = Backoff(millisecondsMin: bound, millisecondsMax: bound)
        for _ in 0..<100 { #expect(backoff.next().nanoseconds < .max) }
    }

    @Test("one seed gives the same numbers, as the algorithm's authors publish them")
    func seededNumbers() {
        var generator = SplitMix64(seed: 1_234_567)
        #expect(generator.next() == 6_457_827_717_110_365_317)
        #expect(generator.next() == 3_203_168_211_198_807_973)
    }

    @Test("a deadline that cannot be counted never comes, one in the past is over")
    func deadlines() {
        #expect(Platform.Deadline.after(milliseconds: .max).pollMilliseconds == -1)
        #expect(!Platform.Deadline.never.isOver)
        #expect(Platform.Deadline(nanoseconds: 1).isOver)
        #expect(
            Platform.Deadline.after(milliseconds: 1_000, since: 0).share(among: 4, at: 0).nanoseconds == 250_000_000)
    }

    @Test("a thread runs its body once, and what it holds goes with it")
    func threads() throws {
        final class Held: Sendable {}
        let runCount = Mutex(0)
        weak var held: Held?
        try {
            let value = Held()
            held = value
            let thread = try SystemThread(receivesSignals: false) { [value] in
                withExtendedLifetime(value) { runCount.withLock { $0 += 1 } }
            }
            thread.join()
        }()
        #expect(runCount.withLock { $0 } == 1)
        #expect(held == nil)
    }

    @Test("two pieces of work run side by side: each waits for the other")
    func sideBySide() {
        let arrived = Atomic(0)
        func meet() {
            arrived.add(1, ordering: .acquiringAndReleasing)
            let deadline = Platform.Deadline.after(milliseconds: patienceMilliseconds)
            while arrived.load(ordering: .acquiring) < 2, !deadline.isOver { sched_yield() }
        }
        SystemThread.concurrently({ meet() }, { meet() })
        #expect(arrived.load(ordering: .acquiring) == 2)
    }
}
