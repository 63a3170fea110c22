import ReferenceData
import TestSupport
import Testing

@testable import ReferenceFeed

/// What ids of symbols mean, by all that makes an instrument: whatever a database calls by the same strings, an id that
/// means another one is found, and everyday work is not.
@Suite struct SymbolComparisonTests {
    private static func row(
        _ id: UInt32, _ string: String, _ kind: InstrumentKind = .spot, base: String = "BTC", payoff: Payoff? = nil,
        isActive: Bool = true
    ) -> SymbolRecord {
        SymbolRecord(
            id: id, exchangeId: 1, isActive: isActive, kind: kind,
            settleAsset: AssetText(kind == .perpetual ? "USDT" : "")!, payoff: payoff,
            symbolString: SymbolText(string)!, baseAsset: AssetText(base)!, quoteAsset: AssetText("USDT")!)
    }

    private let exchanges = [
        Exchange(id: 1, name: "a", enumValue: "A", displayName: "A", marketType: .futures),
        Exchange(id: 2, name: "b", enumValue: "B", displayName: "B", marketType: .spot),
    ]

    private func snapshot(_ symbols: [SymbolRecord]) -> Snapshot {
        .build(
            ReferenceContent(exchanges: exchanges, symbols: symbols), epoch: 1, generation: 1, databaseSnapshot: "1:1:")
    }

    /// Reused ids, moved keys and redefined ids between two loads.
    private func counts(
        _ before: [SymbolRecord], _ after: [SymbolRecord], aliases: [SymbolAlias] = [], refused: [RefusedRow] = [],
        exchanges: [Exchange]? = nil
    ) -> [Int] {
        let content = ReferenceContent(
            exchanges: exchanges ?? self.exchanges, symbols: after, aliases: aliases, refused: refused)
        let departure = Departure(content, from: snapshot(before))
        return [departure.reusedCount, departure.movedCount, departure.redefinedCount]
    }

    /// The rows of one list under the ids of each other.
    private func swapped(_ rows: [SymbolRecord]) -> [SymbolRecord] {
        zip(rows, rows.reversed()).map { row, other in
            var row = row
            row.id = other.id
            return row
        }.sorted { $0.id < $1.id }
    }

    @Test func rowsOfTheKindOtherHaveTheirStringAlone() {
        let rows = [Self.row(1, "X1", .other), Self.row(2, "X2", .other)]
        #expect(counts(rows, swapped(rows)) == [2, 0, 0])
        #expect(counts(rows, [rows[0], Self.row(2, "NEW", .other)]) == [1, 0, 0])
        let alias = SymbolAlias(key: SymbolKey(exchangeId: 1, symbol: "X2")!, symbolId: 2)
        #expect(counts(rows, [rows[0], Self.row(2, "NEW", .other)], aliases: [alias]) == [0, 0, 0])
    }

    @Test func linearIsNotInverse() {
        let rows = [
            Self.row(1, "BTC_A", .perpetual, payoff: .linear), Self.row(2, "BTC_B", .perpetual, payoff: .inverse),
        ]
        #expect(counts(rows, swapped(rows)) == [2, 0, 0])
        #expect(counts(rows, [Self.row(1, "NEW", .perpetual, payoff: .inverse), rows[1]]) == [1, 0, 0])
        #expect(counts(rows, [Self.row(1, "NEW", .perpetual, payoff: .linear), rows[1]]) == [0, 0, 0])
        // One that nobody knew is learnt.
        #expect(counts([Self.row(1, "BTC_A", .perpetual)], [rows[0]]) == [0, 0, 0])
    }

    @Test func deadTwinsOfOneStringAreToldApart() {
        let dead = [
            Self.row(1, "S", base: "OLDER", isActive: false), Self.row(2, "S", base: "OLD", isActive: false),
        ]
        #expect(counts(dead, swapped(dead)) == [2, 0, 0])
        // Equal but for which of them is live; and in strings alone.
        let twins = [Self.row(1, "S", isActive: false), Self.row(2, "S")]
        #expect(counts(twins, swapped(twins)) == [1, 0, 0])
        let renamed = [Self.row(1, "S1", isActive: false), Self.row(2, "S2", isActive: false)]
        #expect(counts(renamed, swapped(renamed)) == [2, 0, 0])
        // The older one answers where the newer one is gone.
        #expect(counts(twins, [twins[0]]) == [0, 1, 0])
        #expect(counts(dead, [dead[0]]) == [0, 1, 0])
        // No database lists anew under a lower id.
        let last = Self.row(5, "S", isActive: false)
        #expect(counts([last], [Self.row(4, "S"), last]) == [1, 0, 0])
    }

    @Test func everydayWorkIsNoDeparture() {
        let dead = Self.row(1, "S", base: "OLD", isActive: false)
        #expect(counts([dead], [dead, Self.row(9, "S")]) == [0, 0, 0], "listed anew")
        #expect(counts([Self.row(1, "S", base: "OLD")], [dead, Self.row(9, "S")]) == [0, 0, 0])
        let taken = [dead, Self.row(2, "S")]
        let back = [Self.row(1, "S", base: "OLD"), Self.row(2, "S", isActive: false)]
        #expect(counts(taken, back) == [0, 0, 0], "the former owner of the string is back")
        // Corrected under its id: by itself nothing strange, unless the database is another one.
        #expect(counts([Self.row(1, "S")], [Self.row(1, "S", .perpetual, payoff: .linear)]) == [0, 0, 1])
    }

    @Test func correctionsAreLimitedAsChangingIdsAre() {
        let rows = (1...4).map { Self.row($0, "S\($0)", base: "B\($0)") }
        let corrected = rows[..<2] + [Self.row(3, "S3", base: "X3"), Self.row(4, "S4", base: "X4")]
        let departure = Departure(
            ReferenceContent(exchanges: exchanges, symbols: Array(corrected)), from: snapshot(rows))
        let limit = ShrinkLimit()
        #expect(departure.changingIdCount == 2)
        #expect(!limit.forbids(departure, of: 4, isWhole: true, isOther: false))
        #expect(limit.forbids(departure, of: 4, isWhole: true, isOther: true), "another database")
        #expect(limit.forbids(departure, of: 3, isWhole: true, isOther: false), "most of them")
        #expect(!limit.forbids(departure, of: 3, isWhole: false, isOther: false))
    }

    @Test func refusedRowsAndFormerNamesAreJudgedToo() {
        let rows = [Self.row(1, "S1"), Self.row(2, "S2", base: "ETH")]
        func refused(_ string: String, base: String) -> RefusedRow {
            RefusedRow(
                table: .symbol, id: 2, reason: "", symbolKey: SymbolKey(exchangeId: 1, symbol: string),
                pairKey: PairKey(exchangeId: 1, base: base, quote: "USDT"), kind: .spot, exchangeId: 1)
        }
        #expect(counts(rows, [rows[0]], refused: [refused("S2", base: "ETH")]) == [0, 0, 0])
        #expect(counts(rows, [rows[0]], refused: [refused("NEW", base: "ETH")]) == [0, 0, 0])
        #expect(counts(rows, [rows[0]], refused: [refused("NEW", base: "SOL")]) == [1, 0, 0])
        let alias = SymbolAlias(key: SymbolKey(exchangeId: 1, symbol: "S2")!, symbolId: 7)
        #expect(counts(rows, [rows[0], Self.row(7, "T", base: "ETH")], aliases: [alias]) == [0, 1, 0])
    }

    @Test func codesOfExchangesThatChangePlacesAreCounted() {
        var codes = exchanges
        (codes[0].enumValue, codes[1].enumValue) = ("B", "A")
        #expect(counts([Self.row(1, "S")], [Self.row(1, "S")], exchanges: codes)[0] >= 2)
        codes = exchanges
        codes[0].enumValue = "NEW"
        #expect(counts([Self.row(1, "S")], [Self.row(1, "S")], exchanges: codes) == [0, 0, 0])
        #expect(counts([Self.row(1, "S")], [Self.row(1, "T", base: "X")], exchanges: codes) == [1, 0, 0])
    }

    /// What an image remembers of the ids that a database gave out.
    @Test func anIdThatLapsedInALifeBeforeIsStrange() {
        let rows = (1...4).map { Self.row($0, "S\($0)", base: "B\($0)") }
        let served = snapshot(rows).applying(
            ReferenceDelta(deletedSymbolIds: [4]), generation: 2, databaseSnapshot: "1:1:"
        ).snapshot.rewritten()
        #expect(served.symbolIdMax == 4 && served.symbolIdGreatest == 3)
        func regiven(_ id: UInt32) -> Int {
            let content = ReferenceContent(exchanges: exchanges, symbols: rows[..<3] + [Self.row(id, "NEW", base: "N")])
            return Departure(content, from: served, LapsedSymbols(before: served)).regivenCount
        }
        #expect(regiven(4) == 1 && regiven(5) == 0)
        #expect(served.attributed(to: nil, forgettingIds: true).symbolIdMax == 3)
    }

    /// Whatever is different between two databases that know the same strings is found, and nothing where nothing is.
    @Test(arguments: [1, 2, 3, .random(in: .min ... .max)] as [UInt64])
    func noAnswerOfAPermutedDatabaseGoesUnnoticed(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for round in 0..<300 {
            let count = UInt32.random(in: 2...9, using: &generator)
            var rows = (1...count).map { id in
                Self.row(
                    id, "S\(Int.random(in: 0..<4, using: &generator))",
                    [.spot, .perpetual, .other].randomElement(using: &generator)!,
                    base: ["A", "B"].randomElement(using: &generator)!, isActive: generator.chance(50))
            }
            for index in rows.indices where rows[index].kind == .perpetual {
                rows[index].payoff = [nil, .linear, .inverse].randomElement(using: &generator)!
            }
            let before = snapshot(rows)
            // Rows that cannot be served side by side are another matter.
            guard before.refused.isEmpty else { continue }
            let ids = (1...count).shuffled(using: &generator)
            let other = zip(rows, ids).map { row, id in
                var row = row
                row.id = id
                return row
            }
            let after = snapshot(other)
            var isChanged = false
            for id in 1...count {
                let (one, two) = (before.symbolRecord(id: id).record, after.symbolRecord(id: id).record)
                let key = one.symbolKey
                let (answer, now) = (before.resolve(key), after.resolve(key))
                isChanged = isChanged || answer.symbolId != now.symbolId || !one.hasTerms(of: two)
                isChanged = isChanged || one.symbolString != two.symbolString
            }
            let departure = Departure(ReferenceContent(exchanges: exchanges, symbols: other), from: before)
            let isFound = departure.strangeCount(isWhole: true, isOther: false) > 0
            #expect(isFound == isChanged, "seed \(seed), round \(round): \(departure)")
        }
    }
}
