import Testing

@testable import ReferenceData

struct SnapshotTests {
    static func exchange(_ id: UInt16, isActive: Bool = true) -> Exchange {
        Exchange(
            id: id, name: "Venue \(id)", enumValue: "VENUE_\(id)", displayName: "Venue", marketType: .spot,
            isActive: isActive)
    }

    static func record(_ id: UInt32, _ exchangeId: UInt16, _ base: String, _ quote: String) -> SymbolRecord {
        SymbolRecord(
            id: id, exchangeId: exchangeId, precisionPrice: 5, symbolString: SymbolText("\(base)_\(quote)")!,
            baseAsset: AssetText(base)!, quoteAsset: AssetText(quote)!)
    }

    static func snapshot(_ symbols: [SymbolRecord], exchanges: [Exchange] = [exchange(1), exchange(2)]) -> Snapshot {
        Snapshot.build(
            ReferenceContent(exchanges: exchanges, symbols: symbols), epoch: 7, generation: 1, databaseSnapshot: "5:5:")
    }

    private func key(_ exchangeId: UInt16, _ symbol: String) -> SymbolKey {
        SymbolKey(exchangeId: exchangeId, symbol: symbol)!
    }

    @Test func emptySnapshotSaysNotLoaded() {
        let empty = Snapshot.empty(epoch: 3)
        #expect(empty.epoch == 3 && empty.generation == 0 && !empty.isLoaded)
        #expect(empty.resolve(key(1, "A")).status == .notLoaded)
        #expect(empty.resolve(PairKey(exchangeId: 1, base: "A", quote: "B")!).status == .notLoaded)
        #expect(empty.symbolRecord(id: 1).status == .notLoaded)
        #expect(empty.exchangeResolution(id: 1).status == .notLoaded)
        #expect(SnapshotResolver(empty).resolve(exchange: "X", symbol: "A").status == .notLoaded)
        #expect(
            SnapshotResolver(empty).symbols(exchange: nil, activeOnly: false, afterSymbolId: 0, limit: 9).status
                == .notLoaded)
        // Loaded, but without a row, is another answer.
        #expect(Self.snapshot([], exchanges: []).resolve(key(1, "A")).status == .unknownExchange)
    }

    @Test func answersCarryIdsPrecisionsAndGeneration() {
        var row = Self.record(4_711, 2, "BTC", "USDT")
        row.precisionBase = 6
        row.precisionQuote = 3
        let answer = Self.snapshot([row]).resolve(key(2, "BTC_USDT"))
        let wanted = SymbolResolution(
            status: .ok, flags: [.active, .exchangeActive], exchangeId: 2, symbolId: 4_711, precisionPrice: 5,
            precisionBase: 6, precisionQuote: 3, generation: 1)
        #expect(answer == wanted)
    }

    @Test func bytesThatAreNoKeyMatchNothing() {
        let snapshot = Self.snapshot([Self.record(1, 1, "A", "B")])
        for filler: UInt8 in [0, 1, 0xFF] {
            let bytes = [UInt8](repeating: filler, count: 53)
            bytes.withUnsafeBytes {
                #expect(snapshot.resolveSymbol(frameBytes: $0.baseAddress! + 1).status == .unknownExchange)
                #expect(snapshot.resolvePair(frameBytes: $0.baseAddress! + 1).status == .unknownExchange)
            }
        }
        var bytes = [UInt8](repeating: 0, count: 52)
        bytes.withUnsafeMutableBytes { key(1, "A_B").copyBytes(to: $0.baseAddress!) }
        bytes[51] = 1
        #expect(bytes.withUnsafeBytes { snapshot.resolveSymbol(frameBytes: $0.baseAddress!) }.status == .unknownSymbol)
    }

    @Test func deactivatingAnExchangeTouchesNoSymbol() {
        let before = Self.snapshot([Self.record(1, 1, "A", "B"), Self.record(2, 2, "A", "B")])
        let delta = ReferenceDelta(exchanges: [Self.exchange(1, isActive: false)])
        let (after, changes) = before.applying(delta, generation: 2, databaseSnapshot: "6:6:")
        #expect(changes == [ReferenceChange(kind: .exchange, action: .modify, id: 1)])
        #expect(after.mainImage === before.mainImage && after.overlay == nil)
        let answer = after.resolve(key(1, "A_B"))
        #expect(answer.status == .inactive && answer.symbolId == 1 && answer.flags == .active)
        #expect(after.resolve(key(2, "A_B")).status == .ok)
        #expect(after.activeSymbolCount == 1 && after.symbolCount == 2)
        #expect(before.resolve(key(1, "A_B")).status == .ok, "the older snapshot still answers as it did")
    }

    @Test func liveKeysBeatAliasesAndAliasesSaySo() {
        var content = ReferenceContent(
            exchanges: [Self.exchange(1)], symbols: [Self.record(1, 1, "A", "B"), Self.record(2, 1, "C", "D")])
        content.aliases = [
            SymbolAlias(key: key(1, "OLD"), symbolId: 1), SymbolAlias(key: key(1, "C_D"), symbolId: 1),
            SymbolAlias(key: key(1, "GONE"), symbolId: 9),
        ]
        let snapshot = Snapshot.build(content, epoch: 1, generation: 1, databaseSnapshot: "")
        #expect(snapshot.resolve(key(1, "OLD")).symbolId == 1)
        #expect(snapshot.resolve(key(1, "OLD")).flags.contains(.alias))
        #expect(snapshot.resolve(key(1, "C_D")).symbolId == 2)
        #expect(!snapshot.resolve(key(1, "C_D")).flags.contains(.alias))
        #expect(snapshot.resolve(key(1, "GONE")).status == .unknownSymbol)
    }

    @Test func refusedRowKeepsItsLastGoodRecordAndRecovers() {
        let row = Self.record(1, 1, "A", "B")
        let first = Self.snapshot([row])
        let refusal = RefusedRow(table: .symbol, id: 1, reason: "tick_size: NaN", symbolKey: key(1, "NEW"))
        let (second, changes) = first.applying(ReferenceDelta(refused: [refusal]), generation: 2, databaseSnapshot: "")
        #expect(changes == [ReferenceChange(kind: .symbol, action: .modify, id: 1)])
        #expect(second.resolve(row.symbolKey).status == .ok)
        #expect(second.resolve(row.symbolKey).flags.contains(.lastGood))
        #expect(second.resolve(key(1, "NEW")).status == .refused)
        #expect(second.refused == [refusal])
        // A full reload that finds it refused still keeps it.
        let content = ReferenceContent(exchanges: [Self.exchange(1), Self.exchange(2)], refused: [refusal])
        let (third, none) = second.replaced(by: content, generation: 3, databaseSnapshot: "")
        #expect(none.isEmpty)
        #expect(third.resolve(row.symbolKey).flags.contains(.lastGood))
        // But not where its id means something else.
        let (other, removal) = second.replaced(
            by: content, generation: 3, databaseSnapshot: "", keepsLastGood: false)
        #expect(removal == [ReferenceChange(kind: .symbol, action: .remove, id: 1)])
        #expect(other.symbolRecord(id: 1).status == .refused && other.refused == [refusal])
        let (fourth, recovery) = third.applying(ReferenceDelta(symbols: [row]), generation: 4, databaseSnapshot: "")
        #expect(recovery == [ReferenceChange(kind: .symbol, action: .modify, id: 1)])
        #expect(!fourth.resolve(row.symbolKey).flags.contains(.lastGood))
        #expect(fourth.refused.isEmpty && fourth.resolve(key(1, "NEW")).status == .unknownSymbol)
    }

    @Test func rowNeverGoodAnswersRefusedByIdAndKeys() {
        let refusal = RefusedRow(
            table: .symbol, id: 5, reason: "quote_asset: too long", symbolKey: key(1, "X_Y"),
            pairKey: PairKey(exchangeId: 1, base: "X", quote: "Y"), exchangeId: 1)
        let content = ReferenceContent(exchanges: [Self.exchange(1)], refused: [refusal])
        let snapshot = Snapshot.build(content, epoch: 1, generation: 1, databaseSnapshot: "")
        #expect(snapshot.resolve(key(1, "X_Y")).status == .refused)
        #expect(snapshot.resolve(refusal.pairKey!).status == .refused)
        #expect(snapshot.symbolRecord(id: 5).status == .refused)
        // Whether or not its exchange is there.
        let alone = Snapshot.build(
            ReferenceContent(exchanges: [], refused: [refusal]), epoch: 1, generation: 1, databaseSnapshot: "")
        for answer in [alone.resolve(key(1, "X_Y")), alone.resolve(refusal.pairKey!)] {
            #expect(answer.status == .refused && answer.exchangeId == 0)
        }
        #expect(snapshot.symbolCount == 0)
    }

    @Test func rowsThatBreakARuleAreNamedAndOthersServed() {
        var empty = Self.record(3, 1, "E", "F")
        empty.symbolString = SymbolText()
        var wrong = Self.record(7, 1, "K", "L")
        wrong.kind = .perpetual
        let rows = [
            Self.record(0, 1, "Z", "Y"), Self.record(1, 1, "A", "B"), Self.record(2, 1, "A", "B"), empty,
            Self.record(4, 9, "G", "H"), Self.record(5, 1, "SAME", "SAME"), Self.record(6, 1, "I", "J"), wrong,
        ]
        let snapshot = Self.snapshot(rows)
        #expect(snapshot.symbolCount == 2)
        #expect(snapshot.refused.map(\.id) == [0, 2, 3, 4, 5, 7])
        let reasons = [
            "id: out of range", "symbol_string: used by another row of the exchange", "symbol_string: empty",
            "exchange_id: unknown",
            "quote_asset: equals base_asset", "settle_asset: missing",
        ]
        #expect(snapshot.refused.map(\.reason) == reasons)
        #expect(snapshot.resolve(key(1, "A_B")).symbolId == 1)
        #expect(snapshot.resolve(key(1, "I_J")).symbolId == 6)
    }

    @Test func swappingKeysInOneDeltaSwapsAnswers() {
        let (one, two) = (Self.record(1, 1, "A", "B"), Self.record(2, 1, "C", "D"))
        var (newOne, newTwo) = (two, one)
        (newOne.id, newTwo.id) = (1, 2)
        let (after, changes) = Self.snapshot([one, two]).applying(
            ReferenceDelta(symbols: [newTwo, newOne]), generation: 2, databaseSnapshot: "")
        #expect(changes.map(\.id) == [1, 2])
        #expect(after.resolve(key(1, "A_B")).symbolId == 2 && after.resolve(key(1, "C_D")).symbolId == 1)
        #expect(after.refused.isEmpty)
    }

    @Test func rowThatSaysTheSamePublishesNothing() {
        var row = Self.record(1, 1, "A", "B")
        let before = Self.snapshot([row])
        row.lastSeen = Timestamp(microsecondsSince1970: 5)
        let (after, changes) = before.applying(ReferenceDelta(symbols: [row]), generation: 2, databaseSnapshot: "")
        #expect(changes.isEmpty)
        #expect(after.symbolRecord(id: 1).record.lastSeen == row.lastSeen)
    }

    @Test func idsMayBeSparse() {
        let ids: [UInt32] = [1, 2, 1_000_000, 0x7FFF_FFFF]
        let snapshot = Self.snapshot(ids.map { Self.record($0, 1, "A\($0)", "B") })
        for id in ids { #expect(snapshot.symbolRecord(id: id).record.id == id) }
        #expect(snapshot.symbolRecord(id: 3).status == .unknownSymbol)
        // No larger than with ids in a row, but for rounding: a place for each id up to the last would be gigabytes.
        let dense = Self.snapshot((1...4).map { Self.record($0, 1, "A\($0)", "B") })
        #expect(snapshot.imageByteCount <= dense.imageByteCount + 4_096)
    }

    /// Enough rows for two threads to share the work; ThreadSanitizer runs this one.
    @Test func whatTwoThreadsBuiltIsWhole() {
        let rowCount = UInt32(RowImage.sharedRowCountMin)
        let rows = (1...rowCount).map { Self.record($0, UInt16($0 % 2 + 1), "T\($0)", "USDT") }
        let snapshot = Self.snapshot(rows)
        #expect(snapshot.symbolCount == rows.count)
        let lost = rows.filter { row in
            let byPair = PairKey(exchangeId: row.exchangeId, base: "T\(row.id)", quote: "USDT")!
            return snapshot.resolve(key(row.exchangeId, "T\(row.id)_USDT")).symbolId != row.id
                || snapshot.resolve(byPair).symbolId != row.id || snapshot.symbolRecord(id: row.id).record != row
        }
        #expect(lost.isEmpty, "\(lost.count) rows, the first \(String(describing: lost.first))")
    }

    @Test func imageStaysWithinItsMemory() {
        let rows = (1...10_000).map { Self.record(UInt32($0), 1, "T\($0)", "USDT") }
        let snapshot = Self.snapshot(rows)
        #expect(snapshot.imageByteCount <= 4_000_000)
        // Also with as large an overlay as may be.
        let changed = rows.prefix(Overlay.rowCountMax(mainRowCount: 10_000)).map { row in
            var row = row
            row.precisionPrice = 1
            return row
        }
        let after = snapshot.applying(ReferenceDelta(symbols: changed), generation: 2, databaseSnapshot: "").snapshot
        #expect(after.overlay != nil)
        #expect(after.imageByteCount <= 4_000_000)
    }

    @Test func deletedAndInsertedAgainIsThere() {
        let row = Self.record(1, 1, "A", "B")
        let before = Self.snapshot([row])
        var renamed = row
        renamed.symbolString = SymbolText("AB")!
        let delta = ReferenceDelta(symbols: [renamed], deletedSymbolIds: [1])
        let (after, changes) = before.applying(delta, generation: 2, databaseSnapshot: "")
        #expect(changes == [ReferenceChange(kind: .symbol, action: .modify, id: 1)])
        #expect(after.resolve(key(1, "AB")).symbolId == 1 && after.resolve(key(1, "A_B")).status == .unknownSymbol)
    }

    @Test func resolverAnswersByText() {
        let resolver = SnapshotResolver(Self.snapshot([Self.record(1, 1, "A", "B"), Self.record(2, 2, "A", "B")]))
        #expect(resolver.resolve(exchange: "VENUE_1", symbol: "A_B").symbolId == 1)
        #expect(resolver.resolve(exchange: "Venue 2", base: "A", quote: "B").symbolId == 2)
        #expect(resolver.resolve(exchange: "nobody", symbol: "A_B").status == .unknownExchange)
        #expect(resolver.resolve(exchange: "VENUE_1", symbol: "").status == .malformed)
        #expect(resolver.exchange(code: "VENUE_1").row?.id == 1)
        #expect(resolver.exchange(id: 9).status == .unknownExchange)
        #expect(resolver.symbol(id: 2).row?.symbolString == "A_B")
        #expect(resolver.symbol(id: 3).status == .unknownSymbol)
        #expect(resolver.find(base: "A", quote: "B").rows.map(\.id) == [1, 2])
        #expect(resolver.search("a", mode: .prefix, exchange: "VENUE_2", limit: 5).rows.map(\.id) == [2])
        let page = resolver.symbols(exchange: nil, activeOnly: true, afterSymbolId: 0, limit: 1)
        #expect(page.rows.map(\.id) == [1] && page.hasMore)
    }

    /// A letter with an accent, in one character and in two: other bytes, which Swift holds for equal.
    @Test func namesAreToldApartByteForByte() throws {
        let (composed, decomposed) = ("CAF\u{C9}_SPOT", "CAFE\u{301}_SPOT")
        try #require(composed == decomposed)
        func exchange(_ id: UInt16, _ code: String, name: String) -> Exchange {
            Exchange(id: id, name: name, enumValue: code, displayName: "Caf\u{E9}", marketType: .spot)
        }
        let snapshot = Self.snapshot(
            [Self.record(1, 1, "A", "B"), Self.record(2, 2, "A", "B")],
            exchanges: [exchange(1, composed, name: "one"), exchange(2, decomposed, name: "two")])
        #expect(snapshot.refused.isEmpty)
        let resolver = SnapshotResolver(snapshot)
        #expect(resolver.resolve(exchange: composed, symbol: "A_B").symbolId == 1)
        #expect(resolver.resolve(exchange: decomposed, symbol: "A_B").symbolId == 2)
        let image = SnapshotImage(snapshot, confirmedAt: .absent)
        #expect(try SnapshotImageTests.open(SnapshotImageTests.bytes(of: image)).snapshot.exchangeCount == 2)

        let names = Self.snapshot(
            [], exchanges: [exchange(1, "A", name: composed), exchange(2, "B", name: decomposed)])
        #expect(names.refused.isEmpty)
        #expect(resolver.exchange(code: decomposed).row?.name == "two")
    }

    @Test func anotherSpellingOfTheSameLettersIsAChange() {
        let old = Exchange(
            id: 1, name: "Caf\u{E9}", enumValue: "CAF\u{C9}", displayName: "\u{E9}", marketType: .spot,
            baseURL: "\u{E9}", websocketURL: "\u{E9}")
        let edits: [(inout Exchange) -> Void] = [
            { $0.name = "Cafe\u{301}" }, { $0.enumValue = "CAFE\u{301}" }, { $0.displayName = "e\u{301}" },
            { $0.baseURL = "e\u{301}" }, { $0.websocketURL = "e\u{301}" }, { $0.websocketURL = nil },
        ]
        for edit in edits {
            var new = old
            edit(&new)
            let changes = Self.snapshot([], exchanges: [old]).applying(
                ReferenceDelta(exchanges: [new]), generation: 2, databaseSnapshot: ""
            ).changes
            #expect(changes == [ReferenceChange(kind: .exchange, action: .modify, id: 1)])
        }
    }
}
