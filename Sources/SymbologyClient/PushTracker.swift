import ReferenceData
import SymbologyWire

/// Keeps the order of pushes: pairs changes with their records, notices holes in the sequence and other epochs, and
/// holds what was not asked for yet. Knows no sockets.
struct PushTracker {
    /// Most pushes kept; more are dropped and reported as `overflow`.
    static let pendingCountMax = 16_384

    private(set) var isSubscribed = false
    private(set) var epoch: UInt64 = 0
    /// Of the last change seen, or of the subscription's start.
    private(set) var sequence: UInt64 = 0
    private var awaited = AwaitedRecord.none
    private var pending: [Push] = []
    private var pendingStart = 0

    /// The record that the last change announced.
    private enum AwaitedRecord {
        case none
        case of(ReferencePush)
        /// That of a change which was there before.
        case ofDuplicate

        var isNone: Bool { if case .none = self { true } else { false } }
    }

    /// What was pushed before belongs to the subscription that this one replaces.
    mutating func begin(_ subscription: Subscription) {
        self = PushTracker()
        isSubscribed = true
        (epoch, sequence) = (subscription.epoch, subscription.sequence)
    }

    mutating func end() {
        self = PushTracker()
    }

    mutating func enqueue(_ push: Push) {
        if pending.count - pendingStart >= Self.pendingCountMax {
            pending.removeAll(keepingCapacity: true)
            pendingStart = 0
            pending.append(.missed(.overflow))
        }
        pending.append(push)
    }

    var hasPending: Bool { pendingStart < pending.count }

    mutating func next() -> Push? {
        guard pendingStart < pending.count else { return nil }
        defer {
            pendingStart += 1
            if pendingStart == pending.count {
                pending.removeAll(keepingCapacity: true)
                pendingStart = 0
            }
        }
        return pending[pendingStart]
    }

    /// Takes a `Change`; says what is wrong with it, if anything. One that was there before is passed over.
    mutating func take(_ view: ChangeView) -> String? {
        guard awaited.isNone else { return "a change came where the record of another was announced" }
        guard let push = ResponseParsing.change(view) else {
            return "a change of kind \(view.kind) and action \(view.action)"
        }
        let hasRecord = view.flags & WireChangeFlags.recordFollows != 0
        if push.epoch == epoch, push.sequence <= sequence {
            if hasRecord { awaited = .ofDuplicate }
            return nil
        }
        note(epoch: push.epoch, expectedSequence: sequence &+ 1, sequence: push.sequence)
        if hasRecord {
            awaited = .of(push)
        } else {
            enqueue(.change(push))
        }
        return nil
    }

    /// Takes a `Heartbeat`. A late one says that the server lives, and nothing about the sequence.
    mutating func take(_ view: HeartbeatView) -> String? {
        guard awaited.isNone else { return "a heartbeat came where a record was announced" }
        if view.epoch != epoch || view.sequence > sequence {
            note(epoch: view.epoch, expectedSequence: sequence, sequence: view.sequence)
        }
        enqueue(.heartbeat(ResponseParsing.heartbeat(view)))
        return nil
    }

    /// Takes the record that an earlier change announced.
    mutating func take(_ record: PushedRecord?, isLastGood: Bool) -> String? {
        guard case .of(var push) = awaited else {
            guard case .ofDuplicate = awaited else { return "a record came that no change announced" }
            awaited = .none
            return nil
        }
        awaited = .none
        guard let record else { return "the record of a change cannot be read" }
        switch (record, push.change.kind) {
        case (.symbol(let symbol, _), .symbol) where symbol.id == push.change.id: break
        case (.exchange(let exchange), .exchange) where UInt32(exchange.id) == push.change.id: break
        default: return "the record of a change is not that of its row"
        }
        push.record = record
        push.isLastGood = isLastGood
        enqueue(.change(push))
        return nil
    }

    private mutating func note(epoch: UInt64, expectedSequence: UInt64, sequence: UInt64) {
        if epoch != self.epoch {
            enqueue(.missed(.newEpoch(epoch)))
        } else if sequence != expectedSequence {
            enqueue(.missed(.gap(expectedSequence: expectedSequence, sequence: sequence)))
        }
        (self.epoch, self.sequence) = (epoch, sequence)
    }
}
