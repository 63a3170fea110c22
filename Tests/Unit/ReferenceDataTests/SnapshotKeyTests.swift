import Testing

@testable import ReferenceData

/// Who answers for a string, a pair and a name where several rows have it.
struct SnapshotKeyTests {
    private static let day = Timestamp("2024-12-27T08:00:00Z")!

    private static func venue(_ id: UInt16, _ marketType: MarketType, precisionDefault: UInt8? = nil) -> Exchange {
        Exchange(
            id: id, name: "Venue \(id)", enumValue: "VENUE_\(id)", displayName: "Venue", marketType: marketType,
            precisionDefault: precisionDefault)
    }

    private static let venues = [venue(1, .spot), venue(2, .futures), venue(3, .options)]

    private static func contract(
        _ id: UInt32, _ exchangeId: UInt16, _ kind: InstrumentKind, settle: String = "USDT", payoff: Payoff? = .linear,
        symbol: String? = nil, expiresAt: Timestamp? = nil, isActive: Bool = true
    ) -> SymbolRecord {
        let expires = kind == .future || kind == .option
        return SymbolRecord(
            id: id, exchangeId: exchangeId, isActive: isActive, kind: kind,
            settleAsset: AssetText(kind == .spot ? "" : settle)!, payoff: kind == .spot ? nil : payoff,
            expiresAt: expires ? expiresAt ?? day : .absent,
            strike: kind == .option ? DecimalValue("100000")! : .absent,
            optionType: kind == .option ? .call : nil, precisionPrice: 2, symbolString: SymbolText(symbol ?? "S\(id)")!,
            baseAsset: AssetText("BTC")!, quoteAsset: AssetText("USDT")!)
    }

    private static func snapshot(_ symbols: [SymbolRecord], _ aliases: [SymbolAlias] = []) -> Snapshot {
        Snapshot.build(
            ReferenceContent(exchanges: venues, symbols: symbols, aliases: aliases), epoch: 1, generation: 1,
            databaseSnapshot: "")
    }

    private static func pair(_ exchangeId: UInt16) -> PairKey {
        PairKey(exchangeId: exchangeId, base: "BTC", quote: "USDT")!
    }

    private static func answer(_ snapshot: Snapshot, _ exchangeId: UInt16, unified name: String) -> SymbolResolution {
        let bytes = [UInt8(exchangeId), 0] + Array(name.utf8) + [UInt8](repeating: 0, count: 50 - name.utf8.count)
        return bytes.withUnsafeBytes { snapshot.resolveUnified(frameBytes: $0.baseAddress!) }
    }

    /// A coin is delisted, and another one takes its ticker: both are there.
    @Test func aTickerGoesOnToTheNext() throws {
        let old = Self.contract(1, 1, .spot, symbol: "LUNA_USDT")
        var new = old
        new.id = 2
        var snapshot = Self.snapshot([old])
        var dead = old
        dead.isActive = false
        let (after, changes) = snapshot.applying(
            ReferenceDelta(symbols: [dead, new]), generation: 2, databaseSnapshot: "")
        #expect(changes.map(\.action) == [.modify, .add] && after.refused.isEmpty)
        for snapshot in [after, after.rewritten()] {
            #expect(snapshot.resolve(old.symbolKey).symbolId == 2 && snapshot.resolve(old.symbolKey).status == .ok)
            #expect(snapshot.resolve(old.pairKey).symbolId == 2)
            #expect(snapshot.symbolRecord(id: 1).status == .inactive)
        }
        // The newcomer dies too: the one that was listed last answers, and when it is gone the one before.
        new.isActive = false
        snapshot =
            after.rewritten().applying(ReferenceDelta(symbols: [new]), generation: 3, databaseSnapshot: "").snapshot
        #expect(snapshot.resolve(old.symbolKey).symbolId == 2 && snapshot.resolve(old.symbolKey).status == .inactive)
        snapshot =
            snapshot.applying(ReferenceDelta(deletedSymbolIds: [2]), generation: 4, databaseSnapshot: "").snapshot
        #expect(snapshot.resolve(old.symbolKey).symbolId == 1 && snapshot.resolve(old.pairKey).symbolId == 1)
        // The first one comes back to life.
        snapshot = snapshot.applying(ReferenceDelta(symbols: [old]), generation: 5, databaseSnapshot: "").snapshot
        #expect(snapshot.resolve(old.symbolKey).status == .ok)
    }

    @Test func activeRowsOfOneStringOrOneInstrumentAreRefused() {
        let rows = [
            Self.contract(1, 2, .perpetual, symbol: "A"), Self.contract(2, 2, .future, symbol: "A"),
            Self.contract(3, 2, .perpetual, symbol: "B"), Self.contract(4, 2, .perpetual, settle: "USDC", symbol: "C"),
            Self.contract(5, 2, .other, symbol: "D"), Self.contract(6, 2, .other, symbol: "E"),
            Self.contract(7, 2, .perpetual, symbol: "F", isActive: false),
        ]
        let reasons = [
            "symbol_string: used by another row of the exchange",
            "base_asset to option_type: used by another row of the exchange",
        ]
        let loaded = Self.snapshot(rows)
        #expect(loaded.refused.map(\.id) == [2, 3] && loaded.refused.map(\.reason) == reasons)
        var changed = Self.snapshot([rows[0]])
        changed =
            changed.applying(
                ReferenceDelta(symbols: Array(rows.dropFirst())), generation: 2, databaseSnapshot: ""
            ).snapshot
        #expect(changed.refused.map(\.id) == [2, 3] && changed.symbolCount == 5)
    }

    /// Nobody gets an arbitrary contract, and nobody's spot becomes a perpetual when it is delisted.
    @Test func aPairIsWhatItsExchangeTrades() {
        let spot = Self.contract(1, 1, .spot)
        let rows = [
            spot, Self.contract(2, 1, .perpetual), Self.contract(3, 2, .spot), Self.contract(4, 2, .future),
            Self.contract(5, 3, .option), Self.contract(6, 3, .perpetual),
        ]
        let snapshot = Self.snapshot(rows)
        #expect(snapshot.resolve(Self.pair(1)).symbolId == 1)
        #expect(snapshot.resolve(Self.pair(2)).status == .unknownSymbol)
        #expect(snapshot.resolve(Self.pair(3)).status == .unknownSymbol)
        var dead = spot
        dead.isActive = false
        let later = snapshot.applying(ReferenceDelta(symbols: [dead]), generation: 2, databaseSnapshot: "").snapshot
        #expect(later.resolve(Self.pair(1)).status == .inactive && later.resolve(Self.pair(1)).symbolId == 1)
        let gone = later.applying(ReferenceDelta(deletedSymbolIds: [1]), generation: 3, databaseSnapshot: "").snapshot
        #expect(gone.resolve(Self.pair(1)).status == .unknownSymbol)
    }

    @Test func aPairOfFuturesIsItsPlainPerpetualOrTheOnlyOne() {
        let inverse = Self.contract(1, 2, .perpetual, settle: "BTC", payoff: .inverse)
        let other = Self.contract(2, 2, .perpetual, settle: "USDC")
        var plain = Self.contract(3, 2, .perpetual)
        var snapshot = Self.snapshot([inverse])
        #expect(snapshot.resolve(Self.pair(2)).symbolId == 1)
        func apply(_ rows: [SymbolRecord]) {
            snapshot = snapshot.applying(ReferenceDelta(symbols: rows), generation: 2, databaseSnapshot: "").snapshot
        }
        apply([other])
        let ambiguous = SymbolResolution(status: .ambiguous, exchangeId: 2, generation: 2)
        #expect(snapshot.resolve(Self.pair(2)) == ambiguous)
        #expect(snapshot.rewritten().resolve(Self.pair(2)) == ambiguous)
        #expect(Self.answer(snapshot, 2, unified: "BTC/USDT") == ambiguous)
        apply([plain])
        #expect(snapshot.resolve(Self.pair(2)).symbolId == 3)
        plain.isActive = false
        apply([plain])
        #expect(snapshot.resolve(Self.pair(2)) == ambiguous, "the live ones before the dead one")
        apply(
            [inverse, other].map { row in
                var row = row
                row.isActive = false
                return row
            })
        #expect(snapshot.resolve(Self.pair(2)).symbolId == 3 && snapshot.resolve(Self.pair(2)).status == .inactive)
        #expect(snapshot.rewritten().resolve(Self.pair(2)).symbolId == 3)
    }

    @Test func namesFindTheirSymbols() {
        let rows = [
            Self.contract(1, 2, .perpetual), Self.contract(2, 2, .future), Self.contract(3, 3, .option),
            Self.contract(4, 1, .spot),
        ]
        let snapshot = Self.snapshot(rows)
        #expect(Self.answer(snapshot, 2, unified: "BTC/USDT:USDT").symbolId == 1)
        #expect(Self.answer(snapshot, 2, unified: "BTC/USDT:USDT-241227").symbolId == 2)
        #expect(Self.answer(snapshot, 3, unified: "BTC/USDT:USDT-241227-100000-C").symbolId == 3)
        #expect(Self.answer(snapshot, 1, unified: "BTC/USDT").symbolId == 4)
        #expect(Self.answer(snapshot, 2, unified: "BTC/USDT").symbolId == 1)
        #expect(Self.answer(snapshot, 3, unified: "BTC/USDT:USDT-241227-100000-P").status == .unknownSymbol)
        #expect(Self.answer(snapshot, 9, unified: "BTC/USDT:USDT").status == .unknownExchange)
        // A string is none of the names that it lies among, whatever exchange a frame asks for.
        var frame = [UInt8](repeating: 0, count: 52)
        frame.replaceSubrange(0..<2, with: [2, 0x80])
        frame.replaceSubrange(2..<15, with: Array("BTC/USDT:USDT".utf8))
        frame.withUnsafeBytes {
            #expect(snapshot.resolveSymbol(frameBytes: $0.baseAddress!).status == .unknownExchange)
            #expect(snapshot.resolveUnified(frameBytes: $0.baseAddress!).status == .unknownExchange)
        }
    }

    /// Two contracts of one day that expire at different hours: the first one to go leaves the name to the other.
    @Test func contractsOfOneDayAreAmbiguousUntilOneExpires() throws {
        let noon = Timestamp(microsecondsSince1970: Self.day.microsecondsSince1970 + 4 * 3_600_000_000)
        let snapshot = Self.snapshot([
            Self.contract(1, 2, .future), Self.contract(2, 2, .future, expiresAt: noon),
        ])
        let name = "BTC/USDT:USDT-241227"
        #expect(Self.answer(snapshot, 2, unified: name).status == .ambiguous)
        #expect(snapshot.nextDue == Self.day)
        let (morning, changes) = snapshot.judged(at: Self.day)
        #expect(changes == [ReferenceChange(kind: .symbol, action: .modify, id: 1)])
        #expect(Self.answer(morning, 2, unified: name).symbolId == 2 && morning.nextDue == noon)
        let evening = morning.judged(at: noon).snapshot
        #expect(Self.answer(evening, 2, unified: name).status == .inactive && evening.nextDue == nil)
        #expect(evening.judged(at: .absent).snapshot.resolve(SymbolKey(exchangeId: 2, symbol: "S1")!).status == .ok)
    }

    @Test func anAliasOfALiveSymbolBeatsADeadOne() {
        var dead = Self.contract(1, 1, .spot, symbol: "X", isActive: false)
        var live = Self.contract(2, 1, .spot, symbol: "Y")
        let key = dead.symbolKey
        let snapshot = Self.snapshot([dead, live], [SymbolAlias(key: key, symbolId: 2)])
        #expect(snapshot.resolve(key).symbolId == 2 && snapshot.resolve(key).flags.contains(.alias))
        live.isActive = false
        let bothDead = snapshot.applying(ReferenceDelta(symbols: [live]), generation: 2, databaseSnapshot: "").snapshot
        #expect(bothDead.resolve(key).symbolId == 1 && !bothDead.resolve(key).flags.contains(.alias))
        dead.isActive = true
        let back = bothDead.applying(ReferenceDelta(symbols: [dead]), generation: 3, databaseSnapshot: "").snapshot
        #expect(back.resolve(key).symbolId == 1 && back.resolve(key).status == .ok)
    }

    @Test func digitsComeFromTheIncrementOrTheExchange() {
        var row = Self.contract(1, 1, .spot)
        row.precisionPrice = SymbolRecord.unknownPrecision
        row.stepSize = DecimalValue("0.25")!
        let snapshot = Self.snapshot([row])
        let answer = snapshot.resolve(row.symbolKey)
        #expect(answer.precisionBase == 2 && answer.precisionPrice == SymbolRecord.unknownPrecision)
        #expect(answer.flags == [.active, .exchangeActive, .derived])
        #expect(snapshot.symbolRecord(id: 1).record.derivedDigits == .basePrecision)
        // The exchange says how many there are: its rows change.
        let (later, changes) = snapshot.applying(
            ReferenceDelta(exchanges: [Self.venue(1, .spot, precisionDefault: 5)]), generation: 2, databaseSnapshot: "")
        #expect(changes.map(\.kind) == [.exchange, .symbol])
        #expect(later.resolve(row.symbolKey).precisionPrice == 5 && later.resolve(row.symbolKey).precisionBase == 2)
        #expect(later.overlay == nil, "a new main image")
    }

    @Test func anExchangeThatTradesSomethingElseAnswersOtherPairs() {
        let snapshot = Self.snapshot([Self.contract(1, 1, .spot), Self.contract(2, 1, .perpetual)])
        let delta = ReferenceDelta(exchanges: [Self.venue(1, .futures)])
        let later = snapshot.applying(delta, generation: 2, databaseSnapshot: "").snapshot
        #expect(snapshot.resolve(Self.pair(1)).symbolId == 1 && later.resolve(Self.pair(1)).symbolId == 2)
    }

    @Test func aStateAsOfAMomentStaysAsItIs() throws {
        let before = Timestamp(microsecondsSince1970: Self.day.microsecondsSince1970 - 1)
        let content = ReferenceContent(exchanges: Self.venues, symbols: [Self.contract(1, 2, .future)])
        let snapshot = Snapshot.build(content, epoch: 1, generation: 1, databaseSnapshot: "", asOf: before)
        let image = SnapshotImage(snapshot, confirmedAt: before)
        let opened = try SnapshotImageTests.open(SnapshotImageTests.bytes(of: image)).snapshot
        for snapshot in [snapshot, opened] {
            #expect(snapshot.asOf == before && snapshot.judgedAt == before && snapshot.nextDue == nil)
            let later = snapshot.judged(at: Self.day)
            #expect(later.changes.isEmpty && later.snapshot === snapshot)
            #expect(snapshot.resolve(SymbolKey(exchangeId: 2, symbol: "S1")!).status == .ok)
            let changed = snapshot.applying(ReferenceDelta(), generation: 2, databaseSnapshot: "", at: Self.day)
                .snapshot
            #expect(changed.judgedAt == before)
        }
    }

    /// All options of a venue expire in one second: an overlay over a large main image holds them.
    @Test func manyExpireAtOnce() {
        let count = UInt32(RowImage.sharedRowCountMin)
        var rows = (1...count).map { SnapshotTests.record($0, 1, "T\($0)", "USDT") }
        let dueCount = Int(count) / 40
        for index in 0..<dueCount { rows[index].delistsAt = Self.day }
        let snapshot = SnapshotTests.snapshot(rows)
        let (later, changes) = snapshot.judged(at: Self.day)
        #expect(changes.count == dueCount && later.sharesMainImage(with: snapshot))
        #expect(Overlay.rowCountLimit(mainRowCount: 1_000_000) >= 24_096)
        #expect(later.activeSymbolCount == rows.count - dueCount)
    }
}
