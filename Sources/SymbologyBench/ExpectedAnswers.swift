import ReferenceData
import SymbologyClient
import SymbologyWire

/// What every key of a run has to be answered with in one generation, by the server's own list.
final class ExpectedAnswers: Sendable {
    let epoch: UInt64
    let generation: UInt64
    /// By key; nil where nothing is listed under it.
    private let answers: [SymbolAnswer?]
    private let answersById: [UInt32: SymbolAnswer]

    init(_ listing: SymbolListing, keys: [SymbolKey]) {
        epoch = listing.epoch
        generation = listing.generation
        var answersByKey: [SymbolKey: SymbolAnswer] = [:]
        var answersById: [UInt32: SymbolAnswer] = [:]
        for symbol in listing.symbols {
            let answer = SymbolAnswer(symbol)
            answersById[symbol.id] = answer
            if let key = SymbolKey(exchangeId: symbol.exchangeId, symbol: symbol.symbolString) {
                answersByKey[key] = answer
            }
        }
        answers = keys.map { answersByKey[$0] }
        self.answersById = answersById
    }

    func expected(_ keyIndex: Int) -> SymbolAnswer? { answers[keyIndex] }

    /// Whether the answer is what the list of its generation demands.
    ///
    /// What is not listed may be unknown, or be refused by the server because it cannot be represented, or be the old
    /// name of a symbol that is listed: the list names neither refused rows nor aliases.
    func isRight(_ answer: SymbolAnswer, keyIndex: Int) -> Bool {
        if let expected = answers[keyIndex] { return answer.says(expected) }
        switch answer.status {
        case .unknownSymbol, .unknownExchange, .refused: return answer.symbolId == 0
        case .ok, .inactive:
            guard answer.flags.contains(.alias), let aliased = answersById[answer.symbolId] else { return false }
            return answer.says(aliased)
        default: return false
        }
    }
}
