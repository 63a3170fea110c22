import TestSupport
import Testing

@testable import Soak

@Suite("The soak's faults")
struct FaultDeckTests {
    @Test("every fault comes once before any comes again, in the order of the seed")
    func order() {
        let seeded = SeededGenerator()
        var deck = FaultDeck(seeded)
        var same = FaultDeck(seeded)
        for round in 0..<3 {
            #expect(deck.isThrough == (round > 0), "\(seeded)")
            let dealt = Fault.allCases.map { _ in deck.deal(sparesServer: false) }
            #expect(Set(dealt) == Set(Fault.allCases), "\(seeded)")
            #expect(dealt == Fault.allCases.map { _ in same.deal(sparesServer: false) }, "\(seeded)")
            #expect(deck.isThrough)
        }
    }

    @Test("a spared server is not ended, once every fault has been had")
    func sparing() {
        let seeded = SeededGenerator()
        var deck = FaultDeck(seeded)
        let first = Fault.allCases.map { _ in deck.deal(sparesServer: true) }
        #expect(Set(first) == Set(Fault.allCases), "\(seeded)")
        let sparing = Fault.allCases.filter { !$0.endsServer }
        #expect(sparing.count < Fault.allCases.count)
        for _ in 0..<3 {
            #expect(Set(sparing.map { _ in deck.deal(sparesServer: true) }) == Set(sparing), "\(seeded)")
        }
        // From the middle of a deck on, too.
        var midway = FaultDeck(seeded)
        for _ in 0..<Fault.allCases.count + 3 { _ = midway.deal(sparesServer: false) }
        for _ in 0..<30 { #expect(!midway.deal(sparesServer: true).endsServer, "\(seeded)") }
    }
}
