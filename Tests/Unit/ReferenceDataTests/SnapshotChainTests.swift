import Synchronization
import Testing

@testable import ReferenceData

/// Snapshots that were made of one another share memory: each goes on answering as it did, whatever is made of it.
struct SnapshotChainTests {
    static let seeds: [UInt64] = [1, 2, 3, .random(in: .min ... .max)]

    private struct State {
        var snapshot: Snapshot
        var oracle = SnapshotOracle()

        init(_ world: inout RandomWorld) {
            let content = world.content()
            oracle.replace(by: content)
            oracle.generation = 1
            snapshot = Snapshot.build(content, epoch: 1, generation: 1, databaseSnapshot: "")
        }

        mutating func apply(_ delta: ReferenceDelta) {
            oracle.generation += 1
            oracle.apply(delta)
            snapshot =
                snapshot.applying(delta, generation: oracle.generation, databaseSnapshot: "", at: oracle.now).snapshot
        }

        func agrees(_ context: Comment, _ world: inout RandomWorld) -> Bool {
            SnapshotComparison(snapshot: snapshot, oracle: oracle, context: context).run(&world)
        }
    }

    @Test(arguments: seeds)
    func olderSnapshotsAndSiblingsAnswerAsBefore(seed: UInt64) {
        var world = RandomWorld(seed: seed, symbolIdMax: 60, exchangeIdMax: 5)
        var states = [State(&world)]
        for _ in 0..<50 {
            // Mostly of the last one; at times of one before it, which has a successor already.
            let isLast = world.generator.chance(80)
            var next = states[isLast ? states.count - 1 : Int.random(in: 0..<states.count, using: &world.generator)]
            if world.generator.chance(30) { next.oracle.now = world.now() }
            next.apply(world.delta(to: next.oracle))
            states.append(next)
        }
        for (number, state) in states.enumerated() where number % 5 == 0 {
            guard state.agrees("seed \(seed), snapshot \(number)", &world) else { return }
        }
    }

    /// So many versions of few rows that there is no room for more, several times over.
    @Test(arguments: seeds)
    func versionsThatNobodyServesMakeRoom(seed: UInt64) {
        var world = RandomWorld(seed: seed, symbolIdMax: 12, exchangeIdMax: 3)
        var state = State(&world)
        var held: [State] = []
        var moveCount = 0
        for step in 1...900 {
            let before = state.snapshot
            var delta = world.delta(to: state.oracle)
            // What changes an exchange may be a new main image.
            (delta.exchanges, delta.deletedExchangeIds) = ([], [])
            delta.refused.removeAll { $0.table == .exchange }
            state.apply(delta)
            #expect(state.snapshot.mainImage === before.mainImage, "seed \(seed), step \(step)")
            if let old = before.overlay, let new = state.snapshot.overlay, new !== old, !new.isNext(after: old) {
                moveCount += 1
                held.append(state)
            }
            if step % 300 == 0 { held.append(state) }
        }
        #expect(moveCount > 0, "seed \(seed)")
        for state in held {
            guard state.agrees("seed \(seed), generation \(state.oracle.generation)", &world) else { return }
        }
    }

    /// Changes that concern no key are written into a copy of the main image.
    @Test(arguments: seeds)
    func rulesAreWrittenIntoACopy(seed: UInt64) throws {
        var world = RandomWorld(seed: seed, symbolIdMax: 200, exchangeIdMax: 6)
        var state = State(&world)
        var copyCount = 0
        for step in 1...8 {
            let (before, context): (Snapshot, Comment) = (state.snapshot, "seed \(seed), step \(step)")
            let isOfRules = step % 2 == 1
            var delta = ReferenceDelta()
            for id in state.oracle.rows.keys.sorted() where world.generator.chance(20) {
                guard let row = state.oracle.rows[id], !row.isLastGood else { continue }
                var record = world.record(id: id).withKeys(of: row.record)
                // Another row of the key may answer then.
                record.isActive = isOfRules ? row.record.isActive : world.generator.chance(50)
                delta.symbols.append(record)
            }
            if !isOfRules { state.oracle.now = world.now() }
            state.apply(delta)
            let isCopy = state.snapshot.rewritten()
            #expect(isCopy.overlayRowCount == 0, context)
            // A main image that is built anew has another seed.
            if isCopy.mainRows.seed == before.mainRows.seed { copyCount += 1 }
            if isOfRules { #expect(isCopy.mainRows.seed == before.mainRows.seed, context) }
            state.snapshot = try SnapshotImageTests.open(
                SnapshotImageTests.bytes(of: SnapshotImage(isCopy, confirmedAt: .absent))
            ).snapshot
            guard state.agrees(context, &world) else { return }
        }
        #expect(copyCount >= 4, "seed \(seed)")
    }

    /// Rows that are due are written into a copy, too, where no other row has their keys.
    @Test
    func rowsThatExpireAreWrittenIntoACopy() throws {
        let time = Timestamp(microsecondsSince1970: 1_700_000_000_000_000)
        let exchange = Exchange(id: 1, name: "X", enumValue: "X", displayName: "X", marketType: .options)
        let symbols = (1...200).map { id in
            SymbolRecord(
                id: UInt32(id), exchangeId: 1, kind: .option, settleAsset: AssetText("USD")!, payoff: .linear,
                contractSize: DecimalValue(mantissa: 1, exponent: 0)!, expiresAt: time,
                strike: DecimalValue(mantissa: Int64(id), exponent: 0)!, optionType: .call,
                symbolString: SymbolText("O\(id)")!, baseAsset: AssetText("BTC")!, quoteAsset: AssetText("USD")!)
        }
        let content = ReferenceContent(exchanges: [exchange], symbols: symbols)
        let early = Timestamp(microsecondsSince1970: 0)
        let before = Snapshot.build(content, epoch: 1, generation: 1, databaseSnapshot: "", at: early)
        let (expired, changes) = before.judged(at: time, generation: 2)
        let copy = expired.rewritten()
        #expect(changes.count == 200 && copy.activeSymbolCount == 0 && copy.nextDue == nil)
        #expect(copy.mainRows.seed == before.mainRows.seed && copy.overlayRowCount == 0)
        let opened = try SnapshotImageTests.open(
            SnapshotImageTests.bytes(of: SnapshotImage(copy, confirmedAt: .absent))
        ).snapshot
        for record in symbols {
            #expect(opened.resolve(record.symbolKey).status == .inactive)
            #expect(opened.symbolRecord(id: record.id).status == .inactive)
        }
        var foundCount = 0
        Array("o1".utf8).withUnsafeBytes { text in
            _ = opened.search(text: text, mode: .prefix, exchangeId: 0, activeOnly: true, limit: 10) { _, _ in
                foundCount += 1
            }
        }
        #expect(foundCount == 0)
    }

    /// Only one of them finds room behind what they all have.
    @Test
    func threadsMakeSuccessorsOfOneSnapshot() throws {
        var world = RandomWorld(seed: 7, symbolIdMax: 40, exchangeIdMax: 3)
        let built = State(&world).snapshot
        let record = try #require((1...40).map { built.symbolRecord(id: $0) }.first { $0.status == .ok }?.record)
        @Sendable func changing(_ snapshot: Snapshot, _ precision: UInt8) -> Snapshot {
            var record = record
            (record.precisionPrice, record.precisionBase, record.precisionQuote) = (precision, 1, 1)
            record.derivedDigits = []
            let delta = ReferenceDelta(symbols: [record])
            return snapshot.applying(delta, generation: snapshot.generation + 1, databaseSnapshot: "").snapshot
        }
        let common = changing(built, 18)
        let wrongCount = Atomic<Int>(0)
        withThreads(count: 4) { number in
            var snapshot = common
            for step in 0..<300 {
                let precision = UInt8((number * 5 + step) % 18)
                snapshot = changing(snapshot, precision)
                let answers = [snapshot, common].map { $0.resolve(record.symbolKey).precisionPrice }
                if answers != [precision, 18] { wrongCount.add(1, ordering: .relaxed) }
            }
        }
        #expect(wrongCount.load(ordering: .relaxed) == 0)
    }
}

extension SymbolRecord {
    /// This record where it says nothing of its keys, its terms or when it is due; the rest as another one has it.
    fileprivate func withKeys(of other: SymbolRecord) -> SymbolRecord {
        var record = other
        record.tickSize = tickSize
        record.stepSize = stepSize
        record.minOrderSize = minOrderSize
        record.maxOrderSize = maxOrderSize
        record.minNotional = minNotional
        record.precisionPrice = precisionPrice
        record.precisionBase = precisionBase
        record.precisionQuote = precisionQuote
        record.isTiered = isTiered
        record.isInferred = isInferred
        record.isLastGood = isLastGood
        record.updatedAt = updatedAt
        record.lastSeen = lastSeen
        return record
    }
}
