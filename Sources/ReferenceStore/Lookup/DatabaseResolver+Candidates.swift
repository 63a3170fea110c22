import PostgreSQL
import ReferenceData

/// A symbol that may answer a key.
struct Candidate {
    let symbol: Symbol
    /// What the exchange that was asked trades.
    let marketType: MarketType
    /// Whether only a former string of it was asked for.
    let isAlias: Bool

    /// How good a claim is: the lowest wins. Of several live symbols with the best one nobody is chosen.
    enum Claim: Int, Comparable {
        case live, liveToo, dead, deadToo, none

        static func < (left: Claim, right: Claim) -> Bool { left.rawValue < right.rawValue }
    }

    private func claim(isFirst: Bool = true) -> Claim {
        symbol.flags.contains(.active) ? (isFirst ? .live : .liveToo) : isFirst ? .dead : .deadToo
    }

    /// A string belongs to the live symbol that has it, then to the live one that had it, then to the one that died
    /// last.
    var claimToString: Claim { claim(isFirst: !isAlias) }

    /// A pair belongs to spot symbols of a spot exchange, and to perpetuals of a futures exchange: the linear one that
    /// settles in the quote asset goes first.
    var claimToPair: Claim {
        let record = symbol.record
        return switch (marketType, record.kind) {
        case (.spot, .spot): claim()
        case (.futures, .perpetual):
            claim(isFirst: record.payoff == .linear && record.settleAsset == record.quoteAsset)
        default: .none
        }
    }

    var claimToName: Claim { claim() }
}

// One answer, from the rows of `LookupStatements.candidates`.
extension DatabaseResolver {
    /// - Parameters:
    ///   - claim: how good a claim to the key is.
    ///   - hasKey: whether a row that is refused has the key of this exchange.
    func answer(
        _ result: QueryResult, claim: (Candidate) -> Candidate.Claim,
        hasKey: (RefusedRow, Exchange) -> Bool = { _, _ in true }
    ) throws(StoreError) -> SymbolResolution {
        guard let (exchange, firstRow) = try servedExchange(in: result) else { return Self.miss(.unknownExchange) }
        var candidates: [Candidate] = []
        var isRefused = false
        for row in firstRow..<result.rowCount {
            guard try self.exchange(result, row, Self.askedColumn)?.id == exchange.id else { break }
            let isAlias = result.rawBytes(row, Self.aliasColumn)?.first == 1
            switch try decoded(result, row) {
            case nil: continue
            // A former string of a row that is refused is nobody's.
            case .refused(let refused)?: isRefused = isRefused || !isAlias && hasKey(refused, exchange)
            case .row(let symbol)?:
                candidates.append(Candidate(symbol: symbol, marketType: exchange.marketType, isAlias: isAlias))
            }
        }
        // A string that a refused row has is not followed to a symbol that had it once.
        if isRefused { candidates.removeAll(where: \.isAlias) }
        let best = candidates.map(claim).min() ?? .none
        let winners = candidates.filter { claim($0) == best }
        guard best != .none, let winner = winners.first else {
            return Self.miss(isRefused ? .refused : .unknownSymbol, exchange.id)
        }
        if winners.count > 1, best <= .liveToo { return Self.miss(.ambiguous, exchange.id) }
        return Self.resolution(winner)
    }

    /// The column of the exchange that was asked.
    private static let askedColumn = 3
    private static let aliasColumn = 4

    /// The first row whose exchange can be represented: an enum value goes before a name, but a row that is refused
    /// leaves its code to the other.
    private func servedExchange(in result: QueryResult) throws(StoreError) -> (exchange: Exchange, row: Int)? {
        for row in 0..<result.rowCount {
            if let exchange = try exchange(result, row, Self.askedColumn) { return (exchange, row) }
        }
        return nil
    }

    private static func resolution(_ candidate: Candidate) -> SymbolResolution {
        let symbol = candidate.symbol
        let record = symbol.record
        let flags = symbol.flags.subtracting(.due)
        return SymbolResolution(
            status: symbol.isTradable ? .ok : .inactive, flags: candidate.isAlias ? flags.union(.alias) : flags,
            exchangeId: record.exchangeId,
            symbolId: record.id, precisionPrice: record.precisionPrice, precisionBase: record.precisionBase,
            precisionQuote: record.precisionQuote, generation: 0)
    }

    static func miss(_ status: ResolutionStatus, _ exchangeId: UInt16 = 0) -> SymbolResolution {
        SymbolResolution(status: status, exchangeId: exchangeId, generation: 0)
    }
}
