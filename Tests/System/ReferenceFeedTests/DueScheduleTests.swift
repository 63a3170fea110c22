import ReferenceData
import Scenarios
import TestSupport
import Testing

@testable import ReferenceFeed

/// Expiries and delistings against a clock that the test moves.
@Suite("Due changes: a clock of its own")
struct DueScheduleTests {
    @Test("through thousands of expiries, forth and back, every answer is the model's", .scenario(.clockJumps))
    func everyAnswerEqualsTheModel() {
        var (expiryCount, revivalCount, adoptionCount) = (0, 0, 0)
        for _ in 0..<Sanitizer.rounds(10) {
            let world = DueWorld(SeededGenerator())
            for _ in 0..<800 where world.mismatches.isEmpty { world.step() }
            #expect(world.mismatches.isEmpty, "\(world.generator): \(world.mismatches.prefix(3))")
            expiryCount += world.expiryCount
            revivalCount += world.revivalCount
            adoptionCount += world.adoptionCount
        }
        #expect(expiryCount > Sanitizer.rounds(10) * 200, "\(expiryCount) expiries")
        #expect(revivalCount > Sanitizer.rounds(10) * 20, "\(revivalCount) revivals")
        #expect(adoptionCount > Sanitizer.rounds(10), "\(adoptionCount) images adopted")
    }

    @Test("the next look is at the next moment, never late by more than a second, and thousands make few")
    func delays() {
        func delay(_ microseconds: Int64?, hasChanged: Bool = false) -> UInt32 {
            let now = Timestamp(microsecondsSince1970: 1_000_000_000)
            let next = microseconds.map { Timestamp(microsecondsSince1970: $0) }
            return DueSchedule.delay(until: next, at: now, hasChanged: hasChanged)
        }
        #expect(delay(nil) == 1_000)
        #expect(delay(.max) == 1_000, "libuv counts no years")
        #expect(delay(1_000_000_000 + 86_400_000_000) == 1_000)
        #expect(delay(1_000_250_000) == 250)
        #expect(delay(1_000_250_001) == 251)
        #expect(delay(1_000_000_001) == 1)
        #expect(delay(1_000_000_000) == 1)
        #expect(delay(.min + 1) == 1)
        #expect(delay(1_000_000_001, hasChanged: true) == 100)
        #expect(delay(1_000_250_000, hasChanged: true) == 250)
    }
}
