import TestSupport
import Testing

@testable import ReferenceData

/// The lists of contracts and of pairs against the model, page by page, over main image and overlay.
struct ContractListTests {
    static let seeds: [UInt64] = [1, 2, 3, .random(in: .min ... .max)]

    /// A list as its pages, and what they should be.
    private struct List {
        let what: String
        let wanted: [ContractModel.Row]
        let page:
            (
                _ after: UInt32, _ limit: Int, _ examinedCountMax: Int,
                _ body: (SymbolRecord, ResolutionFlags) -> Void
            ) -> PageEnd?
    }

    @Test(arguments: seeds)
    func listsAgreeWithTheModel(seed: UInt64) {
        var world = ContractWorld(seed: seed)
        var snapshot = Snapshot.build(
            world.content(count: 160), epoch: 1, generation: 1, databaseSnapshot: "", at: world.time(0))
        var overlayStepCount = 0
        for step in 1...30 {
            let context: Comment = "seed \(seed), step \(step)"
            let model = ContractModel(snapshot)
            for list in lists(snapshot, model, &world) {
                guard isAsWanted(list, model, &world, context) else { return }
            }
            if snapshot.overlay != nil { overlayStepCount += 1 }
            switch Int.random(in: 0..<10, using: &world.generator) {
            case 0: snapshot = snapshot.rewritten(epoch: 1)
            case 1...3:
                // Forwards and backwards.
                let time = ContractWorld.expiries.randomElement(using: &world.generator)!
                snapshot = snapshot.judged(at: world.time(time)).snapshot
            default:
                snapshot =
                    snapshot.applying(
                        world.delta(), generation: snapshot.generation + 1, databaseSnapshot: ""
                    ).snapshot
            }
        }
        #expect(overlayStepCount > 5, "the overlay took part (seed \(seed))")
    }

    private func lists(_ snapshot: Snapshot, _ model: ContractModel, _ world: inout ContractWorld) -> [List] {
        let pair = ContractWorld.pairs.randomElement(using: &world.generator)!
        let contracts: Set<InstrumentKind> = [.perpetual, .future, .option, .other]
        var lists: [List] = []
        for kinds in [[], Set(InstrumentKind.allCases.filter { _ in world.generator.chance(40) })] {
            let bits = kinds.reduce(into: InstrumentKinds()) { $0.insert(InstrumentKinds($1)) }
            let exchangeId =
                world.generator.chance(50) ? 0 : ContractWorld.exchangeIds.randomElement(using: &world.generator)!
            let activeOnly = world.generator.chance(40)
            let (from, to) = (time(&world), time(&world))
            lists.append(
                List(
                    what: "contracts of \(exchangeId), \(pair), \(kinds), \(from) to \(to), active \(activeOnly)",
                    wanted: model.members(
                        exchangeId: exchangeId, base: pair.base, quote: pair.quote,
                        kinds: kinds.isEmpty ? contracts : kinds, expiresFrom: from, expiresTo: to,
                        activeOnly: activeOnly)
                ) {
                    snapshot.contracts(
                        exchangeId: exchangeId, base: pair.base, quote: pair.quote, kinds: bits, expiresFrom: from,
                        expiresTo: to, activeOnly: activeOnly, afterSymbolId: $0, limit: $1, examinedCountMax: $2, $3)
                })
            lists.append(
                List(
                    what: "find \(pair), \(kinds), active \(activeOnly)",
                    wanted: model.members(
                        base: pair.base, quote: pair.quote, kinds: kinds.isEmpty ? contracts.union([.spot]) : kinds,
                        activeOnly: activeOnly)
                ) {
                    snapshot.find(
                        base: pair.base, quote: pair.quote, kinds: bits, activeOnly: activeOnly, afterSymbolId: $0,
                        limit: $1, examinedCountMax: $2, $3)
                })
            let venueCountMin = Int.random(in: 0...6, using: &world.generator)
            lists.append(
                List(
                    what: "pairs on \(venueCountMin), active \(activeOnly)",
                    wanted: model.pairs(venueCountMin: venueCountMin, activeOnly: activeOnly)
                ) {
                    snapshot.pairs(
                        venueCountMin: venueCountMin, activeOnly: activeOnly, afterSymbolId: $0, limit: $1,
                        examinedCountMax: $2, $3)
                })
        }
        return lists
    }

    private func time(_ world: inout ContractWorld) -> Timestamp {
        world.generator.chance(60)
            ? .absent : world.time(ContractWorld.expiries.randomElement(using: &world.generator)!)
    }

    /// Whether the list is right as a whole and in pages of several sizes.
    private func isAsWanted(
        _ list: List, _ model: ContractModel, _ world: inout ContractWorld, _ context: Comment
    ) -> Bool {
        var rows: [ContractModel.Row] = []
        func page(_ after: UInt32, _ limit: Int, _ examinedCountMax: Int = .max) -> PageEnd? {
            list.page(after, limit, examinedCountMax) { rows.append(ContractModel.Row(record: $0, flags: $1)) }
        }
        func expect(_ what: String, _ isRight: Bool) -> Bool {
            if !isRight { Issue.record("\(context): \(list.what), \(what)") }
            return isRight
        }
        let whole = page(0, .max)
        guard expect("whole", rows == list.wanted && whole?.count == rows.count && whole?.hasMore == false) else {
            return false
        }
        // Some sizes of each list: in hundreds of lists each comes up in all kinds of them.
        let limits = (2...12).shuffled(using: &world.generator).prefix(3).filter { $0 <= list.wanted.count }
        for limit in [1] + limits + [list.wanted.count + 1] {
            let examinedCountMax = world.generator.chance(50) ? Int.max : Int.random(in: 1..<9, using: &world.generator)
            rows = []
            var end = PageEnd(hasMore: true)
            var pageCount = 0
            while end.hasMore, pageCount <= 1_000 {
                let count = rows.count
                guard let next = page(end.lastId, limit, examinedCountMax),
                    expect("a page of \(limit)", next.count == rows.count - count && next.count <= limit),
                    expect("a page that moves on", !next.hasMore || next.lastId != end.lastId)
                else { return false }
                if next.count == limit, examinedCountMax == .max {
                    guard expect("whether more follow", next.hasMore == (rows.count < list.wanted.count)) else {
                        return false
                    }
                }
                end = next
                pageCount += 1
            }
            guard expect("in pages of \(limit), \(examinedCountMax)", rows == list.wanted) else { return false }
        }
        // From any row on, whether it is in the list or not, and from one that is gone.
        return expect("after nobody", page(99_999, 1) == nil)
    }

    /// Behind a row that the list does not give, of another pair or kind.
    @Test(arguments: seeds)
    func aPageBeginsBehindAnyRowOfItsPair(seed: UInt64) {
        var world = ContractWorld(seed: seed)
        let snapshot = Snapshot.build(
            world.content(count: 120), epoch: 1, generation: 1, databaseSnapshot: "", at: world.time(150)
        ).applying(world.delta(), generation: 2, databaseSnapshot: "", at: world.time(150)).snapshot
        let model = ContractModel(snapshot)
        for id in model.ids {
            guard let row = model.row(id: id)?.record else { continue }
            var rows: [ContractModel.Row] = []
            snapshot.find(base: row.baseAsset, quote: row.quoteAsset, kinds: .option, afterSymbolId: id) {
                rows.append(ContractModel.Row(record: $0, flags: $1))
            }
            let list = model.members(
                base: row.baseAsset, quote: row.quoteAsset, kinds: [.option], activeOnly: false)
            #expect(rows == model.behind(id, list), "seed \(seed), behind \(id)")
        }
    }

    /// Ten thousand pages of ten: were each to walk to where it begins, this would take minutes.
    @Test(.timeLimit(.minutes(2)))
    func aPairOfAHundredThousandContractsIsReadInOnePass() {
        let count = Sanitizer.rounds(100_000)
        var content = ReferenceContent(exchanges: [
            Exchange(id: 1, name: "a", enumValue: "A", displayName: "A", marketType: .options),
            Exchange(id: 2, name: "b", enumValue: "B", displayName: "B", marketType: .options),
        ])
        content.symbols += (1...UInt32(count)).lazy.map { id in
            SymbolRecord(
                id: id, exchangeId: UInt16(id % 2) + 1, kind: .option, settleAsset: AssetText("USD")!,
                payoff: .linear, expiresAt: Timestamp(microsecondsSince1970: Int64(id / 1_000 * 7 % 101)),
                strike: DecimalValue(mantissa: Int64(id % 1_000) + 1, exponent: 2)!,
                optionType: id % 4 < 2 ? .call : .put, symbolString: SymbolText("S\(id)")!,
                baseAsset: AssetText("BTC")!, quoteAsset: AssetText("USD")!)
        }
        let snapshot = Snapshot.build(
            content, epoch: 1, generation: 1, databaseSnapshot: "", at: Timestamp(microsecondsSince1970: 50))
        let list = { (after: UInt32, activeOnly: Bool, body: (SymbolRecord, ResolutionFlags) -> Void) in
            snapshot.contracts(
                exchangeId: 0, base: AssetText("BTC")!, quote: AssetText("USD")!, activeOnly: activeOnly,
                afterSymbolId: after, limit: 10, examinedCountMax: 16, body)
        }
        let pairs = { (after: UInt32, activeOnly: Bool, body: (SymbolRecord, ResolutionFlags) -> Void) in
            snapshot.pairs(
                venueCountMin: 2, activeOnly: activeOnly, afterSymbolId: after, limit: 10, examinedCountMax: 16, body)
        }
        for page in [list, pairs] {
            var (givenCount, examinedCount) = (0, 0)
            var end = PageEnd(hasMore: true)
            while end.hasMore {
                guard let next = page(end.lastId, false, { _, _ in givenCount += 1 }) else { return }
                examinedCount += next.examinedCount
                end = next
            }
            #expect(givenCount == count && examinedCount <= count + 1)
        }
        // On three exchanges nothing is listed, and that is seen at once.
        let none = snapshot.pairs(venueCountMin: 3, activeOnly: false, afterSymbolId: 0, limit: 10) { _, _ in }
        #expect(none?.count == 0 && none?.hasMore == false && none?.examinedCount ?? 0 <= 1)
    }
}
