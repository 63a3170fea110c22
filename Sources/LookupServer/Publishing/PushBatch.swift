import ReferenceData
import SymbologyWire

/// The pushes of one or more updates as finished frames, twice: bare, and with records. Rendered once, by whoever
/// publishes; numbered when their turn comes, and from then on shared by the histories of all threads.
struct PushBatch: Sendable {
    private(set) var firstSequence: UInt64 = 0
    private(set) var count = 0
    private var bare: [UInt8] = []
    private var withRecords: [UInt8] = []
    /// The offset of each change in `withRecords`.
    private var recordOffsets: [Int] = []

    private static let changeByteCount = WireLayout.Change.frameByteCount

    /// No changes.
    init() {}

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
    }

    private static func store(_ sequence: UInt64, at frameOffset: Int, of bytes: inout [UInt8]) {
        bytes.withUnsafeMutableBytes {
            $0.storeBytes(
                of: sequence.littleEndian, toByteOffset: frameOffset + WireLayout.Change.sequence, as: UInt64.self)
        }
    }

    /// The sequence of the last change; `firstSequence - 1` when there is none.
    var lastSequence: UInt64 { firstSequence + UInt64(count) - 1 }

    /// The offset of change number `index` among the frames; the end of them for `count`.
    func byteOffset(of index: Int, records: Bool) -> Int {
        guard records else { return index * PushBatch.changeByteCount }
        return index < count ? recordOffsets[index] : withRecords.count
    }

    /// The number of the change, with its record, that the byte at `byteOffset` belongs to. O(log n).
    func index(ofByte byteOffset: Int, records: Bool) -> Int {
        guard records else { return byteOffset / PushBatch.changeByteCount }
        var (low, high) = (0, count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if recordOffsets[middle] <= byteOffset { low = middle } else { high = middle }
        }
        return low
    }

    /// The frames of all changes, one after the other.
    func withFrames<Value>(records: Bool, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        records ? withRecords.withUnsafeBytes(body) : bare.withUnsafeBytes(body)
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
