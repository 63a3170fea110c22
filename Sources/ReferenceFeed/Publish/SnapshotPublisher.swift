import Platform
import ReferenceData
import ReferenceStore

/// Holds the current snapshot and the state of its source, and hands both over when something is news.
struct SnapshotPublisher {
    private(set) var snapshot: Snapshot
    private(set) var state: SourceState
    private let onUpdate: (SnapshotUpdate) -> Void
    private var refused: [RefusedRow]

    /// - Parameter confirmedAt: when `initial` was last known to equal the tables.
    init(initial: Snapshot, confirmedAt: Timestamp, onUpdate: @escaping (SnapshotUpdate) -> Void) {
        snapshot = initial
        refused = initial.refused
        self.onUpdate = onUpdate
        state = SourceState(isLoaded: initial.isLoaded, fromFile: initial.isLoaded)
        state.lastConfirmedNanoseconds = confirmedAt.monotonicNanoseconds
        state.refusedCount = UInt32(clamping: refused.count)
    }

    /// When the snapshot was last known to equal the tables.
    var confirmedAt: Timestamp { Timestamp(atMonotonicNanoseconds: state.lastConfirmedNanoseconds) }

    /// What is served before the first load: an image from a file.
    func publishInitial() {
        guard snapshot.isLoaded else { return }
        handOver([ReferenceChange(kind: .everything, action: .modify, id: 0)])
    }

    /// Puts what has come since on top of an image made in the background, and hands both over; false when the image is
    /// of a main image that is no longer current.
    mutating func adopt(_ image: SnapshotImage) -> Bool {
        guard let rewritten = snapshot.rewritten(onto: image.snapshot) else { return false }
        snapshot = rewritten
        onUpdate(SnapshotUpdate(snapshot: snapshot, changes: [], state: state, image: image))
        return true
    }

    /// The size of the tables after this read; nil unless it loses more than half of the symbols, and more than
    /// `countMin`.
    /// An emptied table is more likely a mistake than the truth.
    func shrinkage(_ read: ReferenceRead, countMin: Int) -> Shrinkage? {
        guard snapshot.isLoaded else { return nil }
        let from = snapshot.symbolCount
        let to: Int
        let exchangeCount: Int
        if let content = read.content {
            // Refused rows keep their last good record.
            to = content.symbols.count + content.refused.count { $0.table == .symbol }
            exchangeCount = content.exchanges.count + content.refused.count { $0.table == .exchange }
        } else if let delta = read.delta {
            // An id may be deleted more than once, and one that came and went between two refreshes was never held.
            func holds(_ id: UInt32) -> Bool { snapshot.symbolRecord(id: id).status != .unknownSymbol }
            func holdsExchange(_ id: UInt16) -> Bool { snapshot.exchange(id: id) != nil }
            let deletedCount = Set(delta.deletedSymbolIds).count(where: holds)
            to = from - deletedCount + delta.symbols.count { !holds($0.id) }
            let deletedExchangeCount = Set(delta.deletedExchangeIds).count(where: holdsExchange)
            exchangeCount =
                snapshot.exchangeCount - deletedExchangeCount + delta.exchanges.count { !holdsExchange($0.id) }
        } else {
            return nil
        }
        guard from - to > countMin, (from - to) * 2 > from else { return nil }
        return Shrinkage(symbolCount: max(0, to), exchangeCount: max(0, exchangeCount))
    }

    /// Notes in the state that what was read is not served, and returns the failure to report.
    mutating func holdBack(_ shrinkage: Shrinkage) -> FeedFailure {
        state.heldBack = HeldBackLoad(
            vanishingSymbolCount: UInt32(clamping: snapshot.symbolCount - shrinkage.symbolCount),
            vanishingExchangeCount: UInt32(clamping: snapshot.exchangeCount - shrinkage.exchangeCount),
            sinceNanoseconds: state.heldBack?.sinceNanoseconds ?? MonotonicClock.nanoseconds())
        handOver([])
        return .shrunk(from: snapshot.symbolCount, to: shrinkage.symbolCount)
    }

    /// Notes what a heartbeat said, and returns what there is to log.
    mutating func take(_ sample: HealthSample, _ watch: inout HealthWatch) -> [FeedEvent] {
        let before = state
        let events = watch.take(sample, now: MonotonicClock.nanoseconds(), &state)
        if state != before { handOver([]) }
        return events
    }

    mutating func setConnected(_ isConnected: Bool) {
        state.databaseConnected = isConnected
        handOver([])
    }

    /// Makes the rows of a finished refresh current, hands the outcome over, and says what there is to log.
    mutating func publish(_ running: RunningRefresh) -> [FeedEvent] {
        let read = running.read
        var changes: [ReferenceChange] = []
        var driftCount = 0
        let text = read.watermark?.text ?? ""
        if let delta = read.delta, !delta.isEmpty {
            changes = apply(delta, text)
        }
        if let content = read.content {
            let contentChanges = replace(content, text)
            if read.delta != nil { driftCount = contentChanges.count }
            changes += contentChanges
        }
        let duration = (MonotonicClock.nanoseconds() &- running.startedNanoseconds) / 1_000
        state.isLoaded = snapshot.isLoaded
        state.fromFile = false
        state.heldBack = nil
        state.lastConfirmedNanoseconds = running.startedNanoseconds
        state.lastRefreshMicroseconds = duration
        state.lastRefreshRowCount = UInt64((read.delta?.rowCount ?? 0) + (read.content?.rowCount ?? 0))
        state.refreshCount &+= 1
        state.driftCount &+= UInt64(driftCount)
        // No push carries a refused row. A replica would answer "unknown" where the server answers "refused", so it is
        // made to fetch the image anew.
        let isAnotherRefused = snapshot.refused != refused
        let events = refusalEvents()
        if isAnotherRefused, !changes.contains(where: { $0.kind == .everything }) {
            changes.append(ReferenceChange(kind: .everything, action: .modify, id: 0))
        }
        handOver(changes)
        let outcome = FeedEvent.Outcome(
            generation: snapshot.generation, changeCount: changes.count, symbolCount: snapshot.symbolCount,
            exchangeCount: snapshot.exchangeCount, durationMicroseconds: duration,
            databaseSnapshot: snapshot.databaseSnapshot)
        switch running.refresh {
        case .fullLoad(let reason): return events + [.loaded(reason, outcome)]
        case .increment: return events + [.refreshed(outcome)]
        case .reconcile: return events + [.reconciled(driftCount: driftCount, outcome)]
        }
    }

    private func handOver(_ changes: [ReferenceChange]) {
        onUpdate(SnapshotUpdate(snapshot: snapshot, changes: changes, state: state))
    }

    /// An increment usually holds a change, so the next generation is tried first.
    private mutating func apply(_ delta: ReferenceDelta, _ text: String) -> [ReferenceChange] {
        let next = snapshot.applying(delta, generation: snapshot.generation + 1, databaseSnapshot: text)
        if next.changes.isEmpty, next.snapshot.refused == refused {
            // No difference but perhaps in times that are not pushed: no new generation for that.
            snapshot = snapshot.applying(delta, generation: snapshot.generation, databaseSnapshot: text).snapshot
        } else {
            snapshot = next.snapshot
        }
        return next.changes
    }

    /// A full reload usually finds nothing new, and then needs no new generation.
    private mutating func replace(_ content: ReferenceContent, _ text: String) -> [ReferenceChange] {
        guard snapshot.isLoaded else {
            snapshot = Snapshot.build(
                content, epoch: snapshot.epoch, generation: snapshot.generation + 1, databaseSnapshot: text)
            return [ReferenceChange(kind: .everything, action: .modify, id: 0)]
        }
        let (read, changes) = snapshot.replaced(
            by: content, generation: snapshot.generation, databaseSnapshot: text)
        let isNews = !changes.isEmpty || read.refused != refused
        snapshot = isNews ? read.renumbered(snapshot.generation + 1) : read
        return changes
    }

    /// Names the rows that are refused now and were not, and counts them all.
    private mutating func refusalEvents() -> [FeedEvent] {
        let now = snapshot.refused
        guard now != refused else { return [] }
        let known = Set(refused)
        let new = now.filter { !known.contains($0) }
        refused = now
        state.refusedCount = UInt32(clamping: now.count)
        guard !new.isEmpty else { return [] }
        return [.refused(Array(new.prefix(FeedEvent.refusedCountMax)), count: new.count)]
    }
}

/// The size of the tables after a read.
struct Shrinkage {
    let symbolCount: Int
    let exchangeCount: Int
}

extension ReferenceDelta {
    /// Nothing changed since the watermark.
    var isEmpty: Bool {
        exchanges.isEmpty && symbols.isEmpty && deletedExchangeIds.isEmpty && deletedSymbolIds.isEmpty
            && refused.isEmpty && aliases == nil
    }
}
