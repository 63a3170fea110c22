import ReferenceData
import Testing

extension SnapshotComparison {
    func discoveries(_ world: inout RandomWorld) -> Bool {
        pairs(&world) && assets(&world) && stale(&world)
    }

    private func pairs(_ world: inout RandomWorld) -> Bool {
        let known = oracle.rows.keys.sorted()
        for venueCountMin in [Int.random(in: 0..<3, using: &world.generator), 2] {
            let activeOnly = world.generator.chance(50)
            for after in [world.generator.chance(30) ? 0 : known.randomElement(using: &world.generator) ?? 1] {
                for limit in [Int.random(in: 0..<9, using: &world.generator), 100_000] {
                    let wanted = oracle.pairs(
                        venueCountMin: venueCountMin, activeOnly: activeOnly, afterSymbolId: after, limit: limit)
                    var answers: [SnapshotOracle.Answer] = []
                    let end = snapshot.pairs(
                        venueCountMin: venueCountMin, activeOnly: activeOnly, afterSymbolId: after, limit: limit
                    ) { answers.append(.init(id: $0.id, flags: $1)) }
                    let what = "pairs on \(venueCountMin), active \(activeOnly), after \(after), \(limit)"
                    guard expect(answers, wanted?.answers ?? [], what),
                        expect(end?.hasMore, wanted?.hasMore, "more of \(what)")
                    else { return false }
                }
            }
        }
        return pagedPairs(&world)
    }

    /// Pages cut by how much is looked at, one after the other, give the whole list.
    private func pagedPairs(_ world: inout RandomWorld) -> Bool {
        let activeOnly = world.generator.chance(50)
        let wanted = oracle.pairs(venueCountMin: 2, activeOnly: activeOnly, afterSymbolId: 0, limit: 100_000)?.answers
        var answers: [SnapshotOracle.Answer] = []
        var after: UInt32 = 0
        for _ in 0..<10_000 {
            let end = snapshot.pairs(
                venueCountMin: 2, activeOnly: activeOnly, afterSymbolId: after, limit: 3,
                examinedCountMax: Int.random(in: 1..<8, using: &world.generator)
            ) { answers.append(.init(id: $0.id, flags: $1)) }
            guard let end, end.hasMore else { break }
            after = end.lastId
        }
        return expect(answers, wanted ?? [], "pairs page by page")
    }

    private func assets(_ world: inout RandomWorld) -> Bool {
        for exchangeId in [0, world.exchangeId(), world.exchangeId()] {
            let activeOnly = world.generator.chance(50)
            let after = world.generator.chance(30) ? AssetText() : world.asset()
            for limit in [Int.random(in: 0..<9, using: &world.generator), 100_000] {
                let wanted = oracle.assets(
                    exchangeId: exchangeId, activeOnly: activeOnly, after: after, limit: limit)
                var answers: [SnapshotOracle.AssetAnswer] = []
                let end = snapshot.assets(
                    exchangeId: exchangeId, activeOnly: activeOnly, after: after, limit: limit
                ) { answers.append(.init(asset: $0, baseCount: $1, quoteCount: $2)) }
                let what = "assets of \(exchangeId), active \(activeOnly), after \(after), \(limit)"
                guard expect(answers, wanted.answers, what), expect(end.hasMore, wanted.hasMore, "more of \(what)")
                else {
                    return false
                }
            }
        }
        return true
    }

    private func stale(_ world: inout RandomWorld) -> Bool {
        for _ in 0..<2 {
            let exchangeId: UInt16 = world.generator.chance(50) ? 0 : world.exchangeId()
            let activeOnly = world.generator.chance(50)
            let since = Timestamp(microsecondsSince1970: Int64.random(in: 0..<120, using: &world.generator))
            let limit = Int.random(in: 0..<20, using: &world.generator)
            let wanted = oracle.stale(
                exchangeId: exchangeId, notSeenSince: since, activeOnly: activeOnly, afterSymbolId: 0, limit: 100_000)
            var answers: [SnapshotOracle.Answer] = []
            var end = snapshot.symbols(
                exchangeId: exchangeId, notSeenSince: since, activeOnly: activeOnly, afterSymbolId: 0, limit: limit
            ) { answers.append(.init(id: $0.id, flags: $1)) }
            guard expect(answers, Array(wanted.answers.prefix(limit)), "stale since \(since), \(limit)"),
                expect(end.hasMore, wanted.answers.count > limit, "more stale since \(since), \(limit)")
            else { return false }
            answers = []
            end = PageEnd(hasMore: true)
            while end.hasMore {
                end = snapshot.symbols(
                    exchangeId: exchangeId, notSeenSince: since, activeOnly: activeOnly,
                    afterSymbolId: end.lastId, limit: limit + 1, examinedCountMax: 7
                ) { answers.append(.init(id: $0.id, flags: $1)) }
            }
            guard expect(answers, wanted.answers, "stale since \(since) page by page") else { return false }
        }
        return true
    }
}
