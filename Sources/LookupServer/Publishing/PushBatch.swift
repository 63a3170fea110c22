import ReferenceData
import SymbologyWire

/// The pushes of one or more updates as finished frames, twice: bare, and with records. Rendered once, by whoever
/// publishes; numbered when their turn comes, and from then on shared by all subscribers and the history.
struct PushBatch: Sendable {
    private(set) var firstSequence: UInt64 = 0
    private(set) var count = 0
    /// Until they are numbered.
    private var bare: [UInt8] = []
    private var withRecords: [UInt8] = []
    private var numbered: (bare: PushFrames, withRecords: PushFrames)?
    /// Where each change begins in `withRecords`.
    private var recordOffsets: [Int] = []

    private static let changeByteCount = WireLayout.Change.frameByteCount

    /// - Parameter changesMax: more changes than that become one of kind `everything`.
    init(_ update: SnapshotUpdate, changesMax: Int) {
        if update.changes.count > changesMax {
            appendEverything(update.snapshot)
            return
        }
        bare.reserveCapacity(update.changes.count * PushBatch.changeByteCount)
        withRecords.reserveCapacity(update.changes.count * (PushBatch.changeByteCount + 256))
        for (index, change) in update.changes.enumerated() {
            append(change, update.snapshot, isLast: index == update.changes.count - 1)
        }
    }

    /// One `everything` in place of all that waits.
    init(everythingOf snapshot: Snapshot) { appendEverything(snapshot) }

    private mutating func appendEverything(_ snapshot: Snapshot) {
        append(ReferenceChange(kind: .everything, action: .modify, id: 0), snapshot, isLast: true)
    }

    private mutating func append(_ change: ReferenceChange, _ snapshot: Snapshot, isLast: Bool) {
        let record = change.action == .delete ? nil : PushBatch.record(of: change, snapshot)
        let flags = isLast ? WireChangeFlags.lastOfGeneration : 0
        recordOffsets.append(withRecords.count)
        PushBatch.append(change, flags, snapshot, to: &bare)
        PushBatch.append(
            change, record == nil ? flags : flags | WireChangeFlags.recordFollows, snapshot, to: &withRecords)
        if let record { withRecords += record }
        count += 1
    }

    private static func append(
        _ change: ReferenceChange, _ flags: UInt8, _ snapshot: Snapshot, to bytes: inout [UInt8]
    ) {
        let isEverything = change.kind == .everything
        withUnsafeTemporaryAllocation(byteCount: changeByteCount, alignment: 8) { frame in
            guard let base = frame.baseAddress else { return }
            ChangeView.write(
                to: base, kind: change.kind.rawValue,
                action: isEverything ? WireChangeAction.modify : change.action.rawValue, flags: flags,
                id: isEverything ? 0 : change.id, epoch: snapshot.epoch, sequence: 0, generation: snapshot.generation)
            bytes += frame
        }
    }

    private static func record(of change: ReferenceChange, _ snapshot: Snapshot) -> [UInt8]? {
        var answers = AnswerBuffer(capacity: WireLayout.ExchangeRecord.frameByteCount)
        defer { answers.deallocate() }
        switch change.kind {
        case .everything: return nil
        case .symbol:
            let answer = snapshot.symbolRecord(id: change.id)
            guard answer.status == .ok || answer.status == .inactive else { return nil }
            answers.append(
                answer.record, status: answer.status, flags: answer.flags.rawValue, requestId: WireNull.requestId,
                generation: snapshot.generation)
        case .exchange:
            guard let id = UInt16(exactly: change.id) else { return nil }
            let answer = snapshot.exchangeResolution(id: id)
            guard answer.exchange != nil else { return nil }
            answers.append(
                answer.exchange, status: answer.status, flags: answer.flags.rawValue, requestId: WireNull.requestId,
                generation: snapshot.generation)
        }
        return Array(answers.bytes)
    }

    /// Adds what comes after; neither is numbered yet.
    mutating func append(_ later: PushBatch) {
        recordOffsets += later.recordOffsets.map { $0 + withRecords.count }
        bare += later.bare
        withRecords += later.withRecords
        count += later.count
    }

    /// Writes the sequence numbers into the frames, `first` and on.
    mutating func number(from first: UInt64) {
        firstSequence = first
        for index in 0..<count {
            let sequence = first + UInt64(index)
            PushBatch.store(sequence, at: index * PushBatch.changeByteCount, of: &bare)
            PushBatch.store(sequence, at: recordOffsets[index], of: &withRecords)
        }
        numbered = (PushFrames(copying: bare), PushFrames(copying: withRecords))
        (bare, withRecords) = ([], [])
    }

    private static func store(_ sequence: UInt64, at frameOffset: Int, of bytes: inout [UInt8]) {
        bytes.withUnsafeMutableBytes {
            $0.storeBytes(
                of: sequence.littleEndian, toByteOffset: frameOffset + WireLayout.Change.sequence, as: UInt64.self)
        }
    }

    /// The sequence of the last change; `firstSequence - 1` when there is none.
    var lastSequence: UInt64 { firstSequence + UInt64(count) - 1 }

    /// The frames after `sequence`; nil when there are none.
    func frames(after sequence: UInt64, records: Bool) -> PushedFrames? {
        let skipped = sequence < firstSequence ? 0 : min(Int(sequence - firstSequence) + 1, count)
        guard skipped < count, let numbered else { return nil }
        return PushedFrames(
            frames: records ? numbered.withRecords : numbered.bare,
            byteOffset: records ? recordOffsets[skipped] : skipped * PushBatch.changeByteCount,
            changeCount: count - skipped)
    }
}

/// What one subscriber gets of a batch: from `byteOffset` on.
struct PushedFrames {
    let frames: PushFrames
    let byteOffset: Int
    let changeCount: Int

    /// As long as `frames` lives.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: frames.bytes[byteOffset...]) }
}

/// The last changes, for subscribers that come back.
struct PushHistory: Sendable {
    private var batches: [PushBatch] = []
    private var count = 0
    private let countMax: Int

    init(countMax: Int) { self.countMax = countMax }

    mutating func append(_ batch: PushBatch) {
        guard batch.count > 0 else { return }
        batches.append(batch)
        count += batch.count
        var dropped = 0
        while count > countMax, dropped < batches.count {
            count -= batches[dropped].count
            dropped += 1
        }
        batches.removeFirst(dropped)
    }

    /// The batches that hold every change after `sequence` up to `last`; nil when some are gone.
    func batches(after sequence: UInt64, through last: UInt64) -> [PushBatch]? {
        guard sequence < last else { return sequence == last ? [] : nil }
        guard let first = batches.first, first.firstSequence <= sequence + 1 else { return nil }
        return batches.filter { $0.lastSequence > sequence && $0.firstSequence <= last }
    }
}
