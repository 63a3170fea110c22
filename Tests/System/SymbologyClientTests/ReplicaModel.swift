import ReferenceData
import SymbologyWire

@testable import LookupServer
@testable import SymbologyClient

/// A server as far as a replica knows one: it publishes, pushes, remembers, and has an image that may be an old one.
/// Pushes are the frames that the real one renders.
final class ReplicaModel {
    private(set) var snapshot: Snapshot
    private(set) var sequence: UInt64 = 0
    private(set) var image: (snapshot: Snapshot, sequence: UInt64)
    private var batches: [PushBatch] = []
    private let batchCountMax: Int
    /// What each generation was.
    private var history: [Moment: Snapshot] = [:]
    /// The server's wall clock.
    private(set) var now = Contracts.start

    struct Moment: Hashable {
        var epoch: UInt64
        var generation: UInt64
    }

    /// A symbol as lookups show it.
    struct Row: Hashable {
        var record: SymbolRecord
        var flags: ResolutionFlags
    }

    /// All that lookups tell of a snapshot.
    struct Content: Hashable {
        var rows: [Row]
        var refused: [RefusedRow]
    }

    init(epoch: UInt64 = 7, historyCountMax: Int = 8) {
        snapshot = Tables.snapshot(symbolCount: 12, epoch: epoch, generation: 3)
        image = (snapshot, 0)
        batchCountMax = historyCountMax
        note()
    }

    private func note() {
        history[Moment(epoch: snapshot.epoch, generation: snapshot.generation)] = snapshot
    }

    private static func content(_ snapshot: Snapshot) -> Content {
        var rows: [Row] = []
        _ = snapshot.symbols(exchangeId: 0, activeOnly: false, afterSymbolId: 0, limit: .max) {
            rows.append(Row(record: $0, flags: $1))
        }
        return Content(rows: rows, refused: snapshot.refused)
    }

    func isRight(_ held: Snapshot) -> Bool {
        guard let then = history[Moment(epoch: held.epoch, generation: held.generation)] else { return false }
        return Self.isSame(held, then)
    }

    /// - Parameter isAhead: whether the replica's clock is ahead, so that something may be due for it already.
    func isCurrent(_ held: Snapshot, isAhead: Bool = false) -> Bool {
        held.epoch == snapshot.epoch
            && (isAhead ? Self.isSame(held, snapshot) : Self.content(held) == Self.content(snapshot))
    }

    /// Whether a replica holds what the server held, judged at the later of their times.
    private static func isSame(_ held: Snapshot, _ then: Snapshot) -> Bool {
        content(held) == content(then.judged(at: max(then.judgedAt, held.judgedAt)).snapshot)
    }

    /// Time passes, or the clock is set back, and perhaps something is due or not due any more; returns the frames of
    /// that.
    func pass(hours: Int64) -> [[UInt8]] {
        now = Timestamp(microsecondsSince1970: now.microsecondsSince1970 + hours * 3_600_000_000)
        guard now < snapshot.judgedAt || snapshot.nextDue.map({ $0 <= now }) == true else { return [] }
        let next = snapshot.judged(at: now)
        guard !next.changes.isEmpty else {
            snapshot = next.snapshot
            note()
            return []
        }
        return publish(next.snapshot.renumbered(snapshot.generation + 1), next.changes, changesMax: 100)
    }

    /// Publishes a change of the tables; returns the frames it pushes, each change with its record as one.
    func publish(_ delta: ReferenceDelta, changesMax: Int = 100) -> [[UInt8]] {
        let next = snapshot.applying(delta, generation: snapshot.generation + 1, databaseSnapshot: "100:201:", at: now)
        var changes = next.changes
        // No push carries a refused row.
        if next.snapshot.refused != snapshot.refused {
            changes.append(ReferenceChange(kind: .everything, action: .modify, id: 0))
        }
        return publish(next.snapshot, changes, changesMax: changesMax)
    }

    private func publish(_ next: Snapshot, _ changes: [ReferenceChange], changesMax: Int) -> [[UInt8]] {
        snapshot = next
        note()
        let update = SnapshotUpdate(
            snapshot: snapshot, changes: changes, state: SourceState(databaseConnected: true, isLoaded: true))
        var batch = PushBatch(update, changesMax: changesMax)
        batch.number(from: sequence + 1)
        sequence += UInt64(batch.count)
        if batch.count > 0 { batches.append(batch) }
        if batches.count > batchCountMax { batches.removeFirst() }
        return Self.frames(batch, after: 0)
    }

    /// Another life of the server, on the same tables.
    func restart() {
        snapshot = snapshot.rewritten(epoch: snapshot.epoch + 1)
        (sequence, batches) = (0, [])
        image = (snapshot, 0)
        note()
    }

    func renewImage() { image = (snapshot.rewritten(), sequence) }

    func subscribe(after position: PushPosition?) -> (Subscription, frames: [[UInt8]]) {
        var frames: [[UInt8]] = []
        var isResumed = false
        if let position, position.epoch == snapshot.epoch, position.sequence <= sequence {
            let isWhole = batches.first.map { $0.firstSequence <= position.sequence + 1 } ?? false
            isResumed = position.sequence == sequence || isWhole
            if isResumed { for batch in batches { frames += Self.frames(batch, after: position.sequence) } }
        }
        let subscription = Subscription(
            isResumed: isResumed, epoch: snapshot.epoch,
            sequence: isResumed ? position?.sequence ?? 0 : sequence, generation: snapshot.generation,
            heartbeatMilliseconds: 1_000)
        return (subscription, frames)
    }

    func heartbeat() -> [UInt8] {
        Reply.make(.heartbeat) {
            HeartbeatView.write(
                to: $0, flags: [.databaseConnected, .loaded], epoch: snapshot.epoch,
                sequence: sequence, generation: snapshot.generation, ageMilliseconds: 5)
        }
    }

    var status: ServerStatus {
        let bytes = Reply.status(
            1, epoch: snapshot.epoch, generation: snapshot.generation, sequence: sequence)
        return bytes.withUnsafeBytes { ResponseParsing.status(ServerStatusView($0.baseAddress!)) }
    }

    /// Each change and its record as one run of bytes.
    private static func frames(_ batch: PushBatch, after sequence: UInt64) -> [[UInt8]] {
        var units: [[UInt8]] = []
        guard batch.lastSequence > sequence else { return [] }
        let first = sequence < batch.firstSequence ? 0 : Int(sequence + 1 - batch.firstSequence)
        batch.withFrames(records: true) { frames in
            let missed = frames[batch.byteOffset(of: first, records: true)...]
            _ = FrameUnits.split(UnsafeRawBufferPointer(rebasing: missed)) { units.append($0) }
        }
        return units
    }
}

/// Cuts a stream of responses into what belongs together: a change with its record, any other frame alone.
enum FrameUnits {
    /// Calls `body` with each whole unit and returns how many bytes those took.
    @discardableResult
    static func split(_ bytes: UnsafeRawBufferPointer, _ body: ([UInt8]) -> Void) -> Int {
        var start = 0
        while let end = unitEnd(bytes, from: start) {
            body(Array(bytes[start..<end]))
            start = end
        }
        return start
    }

    private static func unitEnd(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let end = frameEnd(bytes, from: start) else { return nil }
        let frame = bytes.baseAddress! + start
        guard FrameHeaderView(frame).template == .change,
            ChangeView(frame).flags.contains(.recordFollows)
        else { return end }
        return frameEnd(bytes, from: end)
    }

    private static func frameEnd(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard case .frame(let byteCount) = Framing.nextResponse(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        else { return nil }
        return start + byteCount
    }
}
