import ReferenceData

/// What a person calls a symbol, and in which order it is looked for: the venue's own string, else a name or a pair.
enum SymbolQuestion: Sendable {
    case text(String)
    /// A pair that was said to be one, because an asset of it holds a `/`.
    case pair(PairText)

    /// What a text is where no symbol has it as its string.
    enum Meaning: Sendable {
        case name(String)
        case pair(PairText)
    }

    /// A colon makes a text a name, one `/` a pair, more of them the name of a spot symbol whose assets hold some; nil
    /// where it can only be a string.
    var meaning: Meaning? {
        switch self {
        case .pair(let pair): .pair(pair)
        case .text(let text):
            switch text.utf8.count(where: { $0 == UInt8(ascii: "/") }) {
            case 1 where !text.utf8.contains(UInt8(ascii: ":")): PairText(text).map { .pair($0) }
            case 1...: .name(text)
            default: nil
            }
        }
    }

    /// As it is asked for first; nil for what is no string.
    var symbolString: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    var shown: String {
        switch self {
        case .text(let text): text
        case .pair(let pair): "\(pair.base)/\(pair.quote)"
        }
    }

    /// Base and quote as far as they can be read off it: for hints only, names are never parsed.
    var guessedPair: PairText? {
        switch meaning {
        case .pair(let pair): pair
        case .name(let name): PairText(String(name.prefix { $0 != ":" }))
        case nil: nil
        }
    }

    /// Asks for the string, and then for the rest where that is open.
    func answer<Source: SymbolResolving>(
        exchange: String, from source: inout Source
    ) throws(Source.Failure) -> SymbolResolution {
        var known: SymbolResolution?
        if let symbolString {
            let answer = try source.resolve(exchange: exchange, symbol: symbolString)
            guard isOpen(answer.status) else { return answer }
            known = answer
        }
        switch meaning {
        case .pair(let pair)?: return try source.resolve(exchange: exchange, base: pair.base, quote: pair.quote)
        case .name(let name)?: return try source.resolve(exchange: exchange, unifiedName: name)
        case nil: return known ?? SymbolResolution(status: .malformed, generation: 0)
        }
    }

    /// Whether an answer to the string leaves open that the text means something else. (A pair may be longer than any
    /// string, which is malformed then.)
    func isOpen(_ status: ResolutionStatus) -> Bool {
        switch (status, meaning) {
        case (_, nil): false
        case (.unknownSymbol, _), (.malformed, .pair?): true
        default: false
        }
    }
}
