import Foundation
import Testing

@testable import EventLoop

@Suite struct ThreadUrgencyTests {
    @Test func whatTheProcessWasGivenStays() {
        for urgency in [ThreadUrgency.answering, .following, .background] {
            let own = urgency.niceness
            #expect(ThreadUrgency.niceness(own, from: 0) == own)
            #expect(ThreadUrgency.niceness(own, from: -10) == own - 10)
            #expect(ThreadUrgency.niceness(own, from: 19) == 19)
            #expect(ThreadUrgency.niceness(own, from: 7) == max(7, own))
        }
    }

    /// What the system says of the threads: the niceness of each, and the slice where the kernel shows it.
    @Test(
        arguments: [(.answering, 0, 100_000), (.following, 10, 100_000), (.background, 15, nil)]
            as [(ThreadUrgency, Int32, Int?)])
    func theSystemKnowsTheOrder(urgency: ThreadUrgency, niceness: Int32, slice: Int?) throws {
        let thread = try LoopThread(urgency)
        defer {
            thread.stop()
            thread.join()
        }
        let (nice, shown) = try thread.performAndWait { _ in
            (
                getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0),
                (try? String(contentsOfFile: "/proc/thread-self/sched", encoding: .utf8)) ?? ""
            )
        }
        let ownNiceness = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)
        #expect(nice == ThreadUrgency.niceness(niceness, from: ownNiceness))
        guard let line = shown.split(separator: "\n").first(where: { $0.hasPrefix("se.slice") }) else { return }
        let number = line.split(separator: " ").last.flatMap { Int($0) }
        #expect(slice == nil || number == slice)
    }
}
