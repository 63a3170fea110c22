import Platform
import ReferenceData
import ReferenceStore

/// Holds the current snapshot and the state of its source, and hands both over when something is news.
struct SnapshotPublisher {
    private(set) var snapshot: Snapshot
    private(set) var state: SourceState
    private let firstGeneration: UInt64
    private let wallClock: () -> Timestamp
    private let onUpdate: (SnapshotUpdate) -> Void
    private var refused: [RefusedRow]
    /// Where the rows that are served came from; nil before the first load. That of the snapshot is the one before it
    /// until somebody has looked.
    private var database: SourceDatabase?
    private var lapsed: LapsedSymbols

    /// - Parameters:
    ///   - confirmedAt: when `initial` was last known to equal the tables.
    ///   - firstGeneration: that of the first load, should `initial` be empty.
    ///   - wallClock: tells what has expired.
    init(
        initial: Snapshot, confirmedAt: Timestamp, firstGeneration: UInt64 = 1, wallClock: @escaping () -> Timestamp,
        onUpdate: @escaping (SnapshotUpdate) -> Void
    ) {
        snapshot = initial
        refused = initial.refused
        database = initial.database
        lapsed = LapsedSymbols(before: initial)
        self.firstGeneration = firstGeneration
        self.wallClock = wallClock
        self.onUpdate = onUpdate
        state = initial.isLoaded ? SourceState(ofFileConfirmedAt: confirmedAt) : SourceState()
        state.refusedCount = UInt32(clamping: refused.count)
    }

    /// When the snapshot was last known to equal the tables.
    var confirmedAt: Timestamp { Timestamp(atMonotonicNanoseconds: state.lastConfirmedNanoseconds) }

    /// What is served before the first load: an image from a file, with what expired since it was written.
    mutating func publishInitial() {
        guard snapshot.isLoaded else { return }
        let now = wallClock()
        if DueSchedule.isDue(snapshot, at: now), Snapshot.hasRoom(for: snapshot.byteCount(toJudgeAt: now)) {
            let judged = snapshot.judged(at: now)
            snapshot =
                judged.changes.isEmpty
                ? judged.snapshot : judged.snapshot.renumbered(snapshot.generation + 1)
        }
        handOver([ReferenceChange(kind: .everything, action: .modify, id: 0)])
    }

    /// Puts what has come since on top of an image made in the background, and hands both over; false when the image is
    /// of a main image that is no longer current, or there is no memory for what has come.
    mutating func adopt(_ image: SnapshotImage) -> Bool {
        guard Snapshot.hasRoom(for: snapshot.byteCount(toMoveOnto: image.snapshot)),
            let rewritten = snapshot.rewritten(onto: image.snapshot)
        else { return false }
        snapshot = rewritten
        onUpdate(SnapshotUpdate(snapshot: snapshot, changes: [], state: state, image: image))
        return true
    }

    /// Why what was read waits for somebody's yes, which is then noted in the state; nil where it may be served.
    ///
    /// An emptied table is more likely a mistake than the truth, and so are ids that mean something else.
    /// - Parameter isAccepted: somebody said yes.
    mutating func holdBack(
        _ read: inout FinishedRead, _ limit: ShrinkLimit, isAccepted: Bool = false
    ) -> FeedFailure? {
        guard snapshot.isLoaded, let departure = read.departure(from: snapshot, lapsed) else { return nil }
        let isOther = database != nil && read.database != nil && database != read.database
        let isWhole = read.delta == nil
        read.hasOtherIds = isWhole && departure.strangeCount(isWhole: isWhole, isOther: isOther) > 0
        if isAccepted { return nil }
        let served = snapshot.symbolCount
        let lostCount = served - departure.symbolCount
        let failure: FeedFailure
        if limit.forbids(departure, of: served, isWhole: isWhole, isOther: isOther) {
            failure = .idsChange(count: departure.changingIdCount, example: departure.example)
        } else if limit.forbids(vanishing: lostCount, of: served) {
            failure = .shrunk(from: served, to: departure.symbolCount)
        } else {
            return nil
        }
        holdBack(
            HeldBackLoad(
                vanishingSymbolCount: UInt32(clamping: lostCount),
                vanishingExchangeCount: UInt32(clamping: snapshot.exchangeCount - departure.exchangeCount),
                changingIdCount: UInt32(clamping: departure.changingIdCount)))
        return failure
    }

    /// Why what was read waits for more memory, which is then noted in the state; nil where there is enough.
    ///
    /// An increment is built into an overlay, which takes little, or else into a new main image at once; and it makes
    /// rows more, of which a main image has to be made in time.
    mutating func holdBack(_ read: FinishedRead, _ limit: MemoryLimit) -> FeedFailure? {
        let served = snapshot.rowCount
        let count: Int
        let excess: MemoryLimit.Excess?
        if let delta = read.delta, read.rowCount == 0 {
            if delta.isEmpty { return nil }
            count = served + delta.symbols.count { snapshot.symbolRecord(id: $0.id).status == .unknownSymbol }
            let byteCount = snapshot.byteCount(toApply: delta, at: wallClock())
            if count == served, !snapshot.isOverlayHalfFull, Snapshot.hasRoom(for: byteCount) { return nil }
            excess = limit.excess(ofRows: count, served: served) ?? MemoryLimit.excess(ofBytes: byteCount)
        } else {
            count = read.rowCount
            excess = limit.excess(ofRows: count, served: served) ?? read.excess
        }
        guard let excess else { return nil }
        holdBack(HeldBackLoad(neededByteCount: UInt64(clamping: excess.neededByteCount)))
        return .tooLarge(rowCount: count, excess)
    }

    /// Notes it, as old as the first of those in a row.
    private mutating func holdBack(_ load: HeldBackLoad) {
        var load = load
        load.sinceNanoseconds = state.heldBack?.sinceNanoseconds ?? MonotonicClock.nanoseconds()
        state.heldBack = load
        handOver([])
    }

    /// Somebody has looked at what `status` calls for attention.
    mutating func acknowledge() {
        guard state.isDatabaseReplaced else { return }
        state.isDatabaseReplaced = false
        snapshot = snapshot.attributed(to: database)
        handOver([])
    }

    /// Notes what a heartbeat said, and returns what there is to log.
    mutating func take(_ sample: HealthSample, _ watch: inout HealthWatch) -> [FeedEvent] {
        let before = state
        let events = watch.take(sample, now: MonotonicClock.nanoseconds(), &state)
        if state != before { handOver([]) }
        return events
    }

    /// Notes what is amiss with the tables; the time counts on where it is another thing than before.
    mutating func note(_ fault: SourceFault?) {
        guard fault != state.sourceFault?.kind else { return }
        let since = state.sourceFault?.sinceNanoseconds ?? MonotonicClock.nanoseconds()
        state.sourceFault = fault.map { LastingFault($0, sinceNanoseconds: since) }
        handOver([])
    }

    /// Notes what is amiss with the image file, likewise.
    mutating func note(_ fault: ImageFault?) {
        guard fault != state.imageFault?.kind else { return }
        let since = state.imageFault?.sinceNanoseconds ?? MonotonicClock.nanoseconds()
        state.imageFault = fault.map { LastingFault($0, sinceNanoseconds: since) }
        handOver([])
    }

    mutating func setConnected(_ isConnected: Bool) {
        state.databaseConnected = isConnected
        handOver([])
    }

    /// Judges anew what is active where the time has come, or was set back; hands it over, and says what there is to
    /// log.
    mutating func judge() -> FeedEvent? { judge(at: wallClock()) }

    private mutating func judge(at now: Timestamp) -> FeedEvent? {
        guard DueSchedule.isDue(snapshot, at: now) else {
            endOverdue()
            return nil
        }
        let started = MonotonicClock.nanoseconds()
        let judgedBefore = snapshot.judgedAt
        let byteCount = snapshot.byteCount(toJudgeAt: now)
        guard Snapshot.hasRoom(for: byteCount) else {
            guard state.overdueSinceNanoseconds == nil else { return nil }
            state.overdueSinceNanoseconds = started
            handOver([])
            return .overdue(neededByteCount: byteCount)
        }
        endOverdue()
        let (judged, changes) = snapshot.judged(at: now)
        guard !changes.isEmpty else {
            snapshot = judged
            return nil
        }
        snapshot = judged.renumbered(snapshot.generation + 1)
        handOver(changes)
        return .judged(
            outcome(changes, (MonotonicClock.nanoseconds() &- started) / 1_000),
            setBackFrom: now < judgedBefore ? judgedBefore : nil)
    }

    private mutating func endOverdue() {
        guard state.overdueSinceNanoseconds != nil else { return }
        state.overdueSinceNanoseconds = nil
        handOver([])
    }

    /// Milliseconds until the wall clock must be looked at again; nil where time does not pass.
    func milliseconds(toNextLook hasChanged: Bool) -> UInt32? {
        guard DueSchedule.isWatched(snapshot) else { return nil }
        if state.overdueSinceNanoseconds != nil { return DueSchedule.lookMillisecondsMax }
        return DueSchedule.delay(until: snapshot.nextDue, at: wallClock(), hasChanged: hasChanged)
    }

    /// Makes the rows of a finished refresh current, hands the outcome over, and says what there is to log.
    /// - Parameter isConfirmed: somebody has looked at it, and said yes.
    mutating func publish(_ read: consuming FinishedRead, isConfirmed: Bool = false) -> [FeedEvent] {
        let now = wallClock()
        // What the rows change is told from what is true now, not from what was when the refresh began.
        let due = judge(at: now)
        var events = due.map { [$0] } ?? []
        if let now = read.database, now != database {
            if let database {
                state.isDatabaseReplaced = !isConfirmed && !read.hasOtherIds
                events.append(.databaseReplaced(before: database, now: now))
            }
            database = now
        }
        if !state.isDatabaseReplaced, snapshot.database != database { snapshot = snapshot.attributed(to: database) }
        return events + publish(consume read, at: now)
    }

    private mutating func publish(_ read: consuming FinishedRead, at now: Timestamp) -> [FeedEvent] {
        var read = read
        var changes: [ReferenceChange] = []
        var driftCount = 0
        let text = read.databaseSnapshot
        if let delta = read.delta, !delta.isEmpty {
            changes = apply(delta, text, now)
            lapsed.forget(delta.symbols)
        }
        let contentRowCount = read.content?.rowCount ?? 0
        if let content = read.content.take() {
            let former = snapshot
            lapsed.forget(content.symbols)
            let greatestId = former.isLoaded ? content.symbols.greatestId : 0
            let contentChanges = replace(consume content, text, keepsLastGood: !read.hasOtherIds, now)
            if read.hasOtherIds {
                // What the former ids meant says nothing about these.
                lapsed = LapsedSymbols()
                snapshot = snapshot.attributed(to: snapshot.database, forgettingIds: true)
            } else {
                lapsed.note(contentChanges, of: former, greatestId: greatestId)
            }
            if read.delta != nil { driftCount = contentChanges.count }
            changes += contentChanges
        }
        let duration = (MonotonicClock.nanoseconds() &- read.startedNanoseconds) / 1_000
        state.isLoaded = snapshot.isLoaded
        state.fromFile = false
        state.heldBack = nil
        state.lastConfirmedNanoseconds = read.startedNanoseconds
        state.lastRefreshMicroseconds = duration
        state.lastRefreshRowCount = UInt64((read.delta?.rowCount ?? 0) + contentRowCount)
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
        let outcome = outcome(changes, duration)
        switch read.refresh {
        case .fullLoad(let reason): return events + [.loaded(reason, outcome)]
        case .increment: return events + [.refreshed(outcome)]
        case .reconcile: return events + [.reconciled(driftCount: driftCount, outcome)]
        }
    }

    private func outcome(_ changes: [ReferenceChange], _ durationMicroseconds: UInt64) -> FeedEvent.Outcome {
        FeedEvent.Outcome(
            generation: snapshot.generation, changeCount: changes.count, symbolCount: snapshot.symbolCount,
            exchangeCount: snapshot.exchangeCount, durationMicroseconds: durationMicroseconds,
            databaseSnapshot: snapshot.databaseSnapshot)
    }

    private func handOver(_ changes: [ReferenceChange]) {
        onUpdate(SnapshotUpdate(snapshot: snapshot, changes: changes, state: state))
    }

    /// An increment usually holds a change, so the next generation is tried first.
    private mutating func apply(_ delta: ReferenceDelta, _ text: String, _ now: Timestamp) -> [ReferenceChange] {
        let next = snapshot.applying(delta, generation: snapshot.generation + 1, databaseSnapshot: text, at: now)
        if next.changes.isEmpty, next.snapshot.refused == refused {
            // No difference but perhaps in times that are not pushed: no new generation for that.
            snapshot = next.snapshot.renumbered(snapshot.generation)
        } else {
            snapshot = next.snapshot
        }
        return next.changes
    }

    /// A full reload usually finds nothing new, and then needs no new generation.
    private mutating func replace(
        _ content: consuming ReferenceContent, _ text: String, keepsLastGood: Bool, _ now: Timestamp
    ) -> [ReferenceChange] {
        guard snapshot.isLoaded else {
            let loaded = Snapshot.build(
                consume content, epoch: snapshot.epoch, generation: firstGeneration, databaseSnapshot: text, at: now)
            snapshot = loaded.attributed(to: snapshot.database)
            return [ReferenceChange(kind: .everything, action: .modify, id: 0)]
        }
        let (read, changes) = snapshot.replaced(
            by: consume content, generation: snapshot.generation, databaseSnapshot: text,
            keepsLastGood: keepsLastGood, at: now)
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

extension FinishedRead {
    /// Nil where nothing was read to compare.
    fileprivate func departure(from snapshot: Snapshot, _ lapsed: LapsedSymbols) -> Departure? {
        if let content { return Departure(content, from: snapshot, lapsed) }
        return delta.map { Departure($0, from: snapshot, lapsed) }
    }
}

extension ReferenceDelta {
    /// Nothing changed since the watermark.
    var isEmpty: Bool {
        exchanges.isEmpty && symbols.isEmpty && deletedExchangeIds.isEmpty && deletedSymbolIds.isEmpty
            && refused.isEmpty && aliases == nil
    }
}
