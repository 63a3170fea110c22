import TestSupport

/// Deals the faults like cards: in an order that the seed decides, and none again before all have been had.
struct FaultDeck {
    private var generator: SeededGenerator
    private var cards: [Fault] = []
    private var dealtCount = 0

    init(_ generator: SeededGenerator) { self.generator = generator }

    /// Whether every fault has been dealt once.
    var isThrough: Bool { dealtCount >= Fault.allCases.count }

    /// - Parameter sparesServer: leaves out what ends the server, but not the first time.
    mutating func deal(sparesServer: Bool) -> Fault {
        let spares = sparesServer && isThrough
        if spares { cards.removeAll { $0.endsServer } }
        if cards.isEmpty { cards = Fault.allCases.filter { !spares || !$0.endsServer }.shuffled(using: &generator) }
        dealtCount += 1
        return cards.removeLast()
    }
}
