import ReferenceData
import ReferenceStore
import TestSupport

@testable import ReferenceFeed

/// A publisher whose clock is the test's own, beside what its answers must be: all rows, and the time.
final class DueWorld {
    var generator: SeededGenerator
    private(set) var now: Int64 = 1_764_000_000_000_000
    private(set) var rows: [UInt32: SymbolRecord] = [:]
    private(set) var publisher: SnapshotPublisher!
    private var nextId: UInt32 = 1
    /// Before the last step: what a reader knew of each symbol.
    private var known: [UInt32: Known] = [:]
    private var knownGeneration: UInt64 = 0
    /// Since the last step.
    private var pushed: [ReferenceChange] = []
    /// The image under way, which shows an older state: a feed makes one at a time.
    private var imageUnderWay: SnapshotImage?
    private(set) var expiryCount = 0
    private(set) var revivalCount = 0
    private(set) var adoptionCount = 0
    var mismatches: [String] = []

    static let second: Int64 = 1_000_000
    private static let exchanges = [
        Exchange(id: 1, name: "S", enumValue: "S", displayName: "S", marketType: .spot),
        Exchange(id: 2, name: "F", enumValue: "F", displayName: "F", marketType: .futures),
        Exchange(id: 3, name: "O", enumValue: "O", displayName: "O", marketType: .options),
    ]

    /// What a reader is told of a symbol.
    private struct Known: Equatable {
        let record: SymbolRecord
        let isActive: Bool
    }

    init(_ generator: SeededGenerator) {
        self.generator = generator
        publisher = SnapshotPublisher(
            initial: .empty(epoch: 5), confirmedAt: .absent,
            wallClock: { [unowned self] in time },
            onUpdate: { [unowned self] update in
                if Set(update.changes).count != update.changes.count { mismatches.append("told of twice at once") }
                pushed += update.changes
            })
        for _ in 0..<60 { insert() }
        load()
        check()
    }

    var time: Timestamp { Timestamp(microsecondsSince1970: now) }
    var snapshot: Snapshot { publisher.snapshot }

    // MARK: What happens

    func step() {
        switch Int.random(in: 0..<20, using: &generator) {
        case 0..<9: pass(Int64.random(in: 0..<4 * Self.second, using: &generator))
        case 9, 10: reachNext()
        case 11: pass(Int64.random(in: 0..<120 * Self.second, using: &generator))
        case 12: pass(-Int64.random(in: 0..<60 * Self.second, using: &generator))
        case 13..<17: refresh()
        case 17: load()
        default: image()
        }
        check()
    }

    /// The clock moves, and the feed looks at it.
    private func pass(_ microseconds: Int64) {
        now += microseconds
        _ = publisher.judge()
    }

    /// To the very moment, and to the one before it.
    private func reachNext() {
        guard let next = snapshot.nextDue else { return }
        now = next.microsecondsSince1970 - (generator.chance(50) ? 1 : 0)
        _ = publisher.judge()
    }

    /// Some rows change while time passes: a refresh begun before an expiry is published after it.
    private func refresh() {
        var delta = ReferenceDelta()
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            if generator.chance(20), let id = rows.keys.sorted().randomElement(using: &generator) {
                rows[id] = nil
                delta.deletedSymbolIds.append(id)
            } else if generator.chance(50), let id = rows.keys.sorted().randomElement(using: &generator) {
                rows[id] = changed(rows[id]!)
            } else {
                insert()
            }
        }
        let published = Set(known.keys)
        delta.deletedSymbolIds.removeAll { !published.contains($0) }
        delta.symbols = rows.values.filter { known[$0.id]?.record != $0 }.sorted { $0.id < $1.id }
        now += Int64.random(in: 0..<2 * Self.second, using: &generator) - (generator.chance(10) ? 3 * Self.second : 0)
        publish(
            FinishedRead(
                refresh: .increment(since: Watermark(text: "1:1:")), delta: delta, databaseSnapshot: "1:1:",
                startedNanoseconds: 1))
    }

    private func load() {
        let content = ReferenceContent(
            exchanges: Self.exchanges, symbols: rows.values.sorted { $0.id < $1.id })
        publish(
            FinishedRead(
                refresh: .fullLoad(.requested), content: content, databaseSnapshot: "1:1:", startedNanoseconds: 1))
    }

    private func publish(_ read: FinishedRead) {
        var limit = ShrinkLimit()
        limit.vanishingCountMin = 10
        var read = read
        if publisher.holdBack(&read, limit) != nil { mismatches.append("an expiry is no loss of symbols") }
        _ = publisher.publish(read)
    }

    /// One is begun in the background, or one comes back, of before what happened since.
    private func image() {
        guard let image = imageUnderWay.take() else {
            imageUnderWay = SnapshotImage(snapshot, confirmedAt: time)
            return
        }
        if publisher.adopt(image) { adoptionCount += 1 }
    }

    // MARK: Rows

    private func insert() {
        let id = nextId
        nextId += 1
        rows[id] = changed(
            SymbolRecord(
                id: id, exchangeId: 1, precisionBase: 2, precisionQuote: 2, precisionPrice: 2,
                symbolString: SymbolText("S\(id)")!, baseAsset: AssetText("B\(id)")!, quoteAsset: AssetText("USD")!))
    }

    /// Due soon, at a moment that others share, long ago, years away, or never.
    private func due() -> Timestamp {
        let distance: Int64 =
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<4: .random(in: 0..<30 * Self.second, using: &generator)
            case 4..<7: .random(in: 0..<20, using: &generator) * 5 * Self.second - now % (5 * Self.second)
            case 7: -.random(in: 0..<1_000_000 * Self.second, using: &generator)
            default: .random(in: 0..<1_000_000_000 * Self.second, using: &generator)
            }
        return Timestamp(microsecondsSince1970: now + distance)
    }

    private func changed(_ record: SymbolRecord) -> SymbolRecord {
        var record = record
        record.isActive = generator.chance(85)
        record.precisionPrice = .random(in: 0...20, using: &generator)
        record.delistsAt = generator.chance(30) ? due() : .absent
        let kind = [InstrumentKind.spot, .future, .option, .perpetual].randomElement(using: &generator)!
        record.kind = kind
        record.exchangeId = kind == .spot ? 1 : kind == .option ? 3 : 2
        record.settleAsset = kind == .spot ? AssetText() : AssetText("USD")!
        record.expiresAt = kind == .future || kind == .option ? due() : .absent
        record.strike = kind == .option ? DecimalValue(mantissa: Int64(record.id), exponent: 0)! : .absent
        record.optionType = kind == .option ? .call : nil
        return record
    }

    // MARK: What must be

    private func isActive(_ record: SymbolRecord) -> Bool {
        record.isActive && (record.due.isAbsent || record.due > time)
    }

    private func check() {
        let truth = rows.mapValues { Known(record: $0, isActive: isActive($0)) }
        checkAnswers(truth)
        checkPushes(truth)
        for (id, now) in truth {
            guard let before = known[id], before.record == now.record, before.isActive != now.isActive else { continue }
            if now.isActive { revivalCount += 1 } else { expiryCount += 1 }
        }
        known = truth
        knownGeneration = snapshot.generation
        pushed = []
    }

    private func checkAnswers(_ truth: [UInt32: Known]) {
        for id in 1..<nextId {
            let answer = snapshot.symbolRecord(id: id)
            let byString = snapshot.resolve(SymbolKey(exchangeId: truth[id]?.record.exchangeId ?? 1, symbol: "S\(id)")!)
            guard let expected = truth[id] else {
                if answer.status != .unknownSymbol || byString.symbolId == id {
                    mismatches.append("\(id) is gone, and the answer is \(answer.status), \(byString.status)")
                }
                continue
            }
            let status: ResolutionStatus = expected.isActive ? .ok : .inactive
            if answer.status != status || byString.status != status || byString.symbolId != id
                || answer.record != expected.record || byString.flags.contains(.active) != expected.isActive
            {
                mismatches.append("\(id): \(answer.status), \(byString.status), must be \(status) at \(time)")
            }
        }
        let activeCount = truth.values.count { $0.isActive }
        if snapshot.activeSymbolCount != activeCount {
            mismatches.append("\(snapshot.activeSymbolCount) active, must be \(activeCount)")
        }
        let next = rows.values.filter { $0.isActive && $0.due > time }.map(\.due).min()
        if snapshot.nextDue != next {
            mismatches.append("next due \(String(describing: snapshot.nextDue)), not \(next!)")
        }
        if snapshot.judgedAt > time { mismatches.append("judged at \(snapshot.judgedAt), later than \(time)") }
    }

    /// Nothing is lost, and nothing is pushed that is no news.
    private func checkPushes(_ truth: [UInt32: Known]) {
        let ids = Set(pushed.filter { $0.kind == .symbol }.map(\.id))
        let isEverything = pushed.contains { $0.kind == .everything }
        for id in Set(truth.keys).union(known.keys) where truth[id] != known[id] && !ids.contains(id) && !isEverything {
            mismatches.append("\(id) changed and nobody was told")
        }
        for id in ids where truth[id] == known[id] { mismatches.append("\(id) was told of and did not change") }
        if !pushed.isEmpty, snapshot.generation <= knownGeneration { mismatches.append("pushed without a generation") }
        if pushed.isEmpty, snapshot.generation != knownGeneration { mismatches.append("a generation without a push") }
    }
}
