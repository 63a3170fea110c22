import ReferenceData
import SymbologyWire

/// The pushes of one or more updates as finished frames, twice: bare, and with records. Rendered once, by whoever
/// publishes; numbered when their turn comes, and from then on shared by all subscribers and the history.
struct PushBatch: Sendable {
    private(set) var firstSequence: UInt64 = 0
    private(set) var count = 0
    /// The frames until they are numbered.
    private var bare: [UInt8] = []
    private var withRecords: [UInt8] = []
    private var numbered: (bare: PushFrames, withRecords: PushFrames)?
    /// The offset of each change in `withRecords`.
    private var recordOffsets: [Int] = []

    private static let changeByteCount = WireLayout.Change.frameByteCount

    /// - Parameter changesMax: more changes than that become one of kind `everything`.
    init(_ update: SnapshotUpdate, changesMax: Int) {
        self.init(
            rendering: update.changes.count > changesMax ? PushBatch.everything : update.changes, update.snapshot)
    }

    /// One `everything` in place of all that waits.
    init(everythingOf snapshot: Snapshot) { self.init(rendering: PushBatch.everything, snapshot) }

    private static let everything = [ReferenceChange(kind: .everything, action: .modify, id: 0)]

    private init(rendering changes: [ReferenceChange], _ snapshot: Snapshot) {
        bare.reserveCapacity(changes.count * PushBatch.changeByteCount)
        withRecords.reserveCapacity(
            changes.count * (PushBatch.changeByteCount + WireLayout.SymbolRecord.frameByteCount))
        var frames = AnswerBuffer(
            capacity: PushBatch.changeByteCount + AnswerBuffer.singleAnswerByteCountMax)
        defer { frames.deallocate() }
        for (index, change) in changes.enumerated() {
            let flags: ChangeFlags = index == changes.count - 1 ? .lastOfGeneration : []
            frames.append(change, flags: flags, of: snapshot)
            bare += frames.bytes
            let hasRecord = change.action != .remove && frames.appendRecord(of: change, from: snapshot)
            recordOffsets.append(withRecords.count)
            withRecords += frames.bytes
            if hasRecord {
                withRecords[recordOffsets[index] + WireLayout.Change.flags] |= ChangeFlags.recordFollows.rawValue
            }
            frames.reset()
        }
        count = changes.count
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

    /// The frames for a subscriber that has seen `sequence`: those of the later changes; nil when there are none.
    func frames(
        after sequence: UInt64, records: Bool
    ) -> (frames: PushFrames, bytes: UnsafeRawBufferPointer, changeCount: Int)? {
        let skipped = sequence < firstSequence ? 0 : min(Int(sequence - firstSequence) + 1, count)
        guard skipped < count, let numbered else { return nil }
        let frames = records ? numbered.withRecords : numbered.bare
        let byteOffset = records ? recordOffsets[skipped] : skipped * PushBatch.changeByteCount
        return (frames, UnsafeRawBufferPointer(rebasing: frames.bytes[byteOffset...]), count - skipped)
    }
}

extension AnswerBuffer {
    /// Its sequence is not known yet.
    fileprivate mutating func append(_ change: ReferenceChange, flags: ChangeFlags, of snapshot: Snapshot) {
        ChangeView.write(
            to: end, kind: change.kind, action: change.action, flags: flags, id: change.id,
            epoch: snapshot.epoch, sequence: 0, generation: snapshot.generation)
        advance(WireLayout.Change.frameByteCount)
    }

    /// The row as it is served now.
    /// - Returns: whether there is one.
    fileprivate mutating func appendRecord(of change: ReferenceChange, from snapshot: Snapshot) -> Bool {
        func head(_ status: ResolutionStatus, _ flags: ResolutionFlags) -> AnswerHead {
            AnswerHead(requestId: nil, status: status, flags: flags, generation: snapshot.generation)
        }
        switch change.kind {
        case .everything: return false
        case .symbol:
            let found = snapshot.symbolRecord(id: change.id)
            guard found.status.isFound else { return false }
            append(found.record, head(found.status, found.flags))
        case .exchange:
            guard let id = UInt16(exactly: change.id) else { return false }
            let found = snapshot.exchangeResolution(id: id)
            guard found.exchange != nil else { return false }
            append(found.exchange, head(found.status, found.flags))
        }
        return true
    }
}
