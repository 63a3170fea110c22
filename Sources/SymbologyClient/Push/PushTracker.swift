import ReferenceData
import SymbologyWire

/// Keeps the order of pushes: pairs changes with their records, notices holes in the sequence and other epochs, and
/// holds what was not asked for yet. Knows no sockets.
struct PushTracker {
    /// A place in the sequence of one server's life.
    struct Position: Hashable {
        var epoch: UInt64 = 0
        var sequence: UInt64 = 0
    }

    private(set) var isSubscribed = false
    /// Of the last change that arrived, or of the subscription's start.
    private var arrived = Position()
    /// The same without a change whose record is still to come: from there on a next subscription has to go on.
    private(set) var told = Position()
    private var awaited = AwaitedRecord.none
    private var pending = PushQueue()

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
        arrived = Position(epoch: subscription.epoch, sequence: subscription.sequence)
        told = arrived
    }

    mutating func end() {
        self = PushTracker()
    }

    var hasPending: Bool { !pending.isEmpty }

    mutating func next() -> Push? { pending.popFirst() }

    /// Takes a `Change`; says what is wrong with it, if anything. One that was there before is passed over.
    mutating func take(_ view: ChangeView) -> String? {
        guard awaited.isNone else { return "a change came where the record of another was announced" }
        guard let push = ResponseParsing.change(view) else {
            return "a change of kind \(view.kind) and action \(view.action)"
        }
        let hasRecord = view.flags & WireChangeFlags.recordFollows != 0
        if push.epoch == arrived.epoch, push.sequence <= arrived.sequence {
            if hasRecord { awaited = .ofDuplicate }
            return nil
        }
        note(epoch: push.epoch, expectedSequence: arrived.sequence &+ 1, sequence: push.sequence)
        if hasRecord {
            awaited = .of(push)
        } else {
            tell(push)
        }
        return nil
    }

    private mutating func tell(_ change: ReferencePush) {
        pending.append(.change(change))
        told = arrived
    }

    /// Takes a `Heartbeat`. A late one says that the server lives, and nothing about the sequence.
    mutating func take(_ view: HeartbeatView) -> String? {
        guard awaited.isNone else { return "a heartbeat came where a record was announced" }
        if view.epoch != arrived.epoch || view.sequence > arrived.sequence {
            note(epoch: view.epoch, expectedSequence: arrived.sequence, sequence: view.sequence)
            told = arrived
        }
        pending.append(.heartbeat(ResponseParsing.heartbeat(view)))
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
        tell(push)
        return nil
    }

    private mutating func note(epoch: UInt64, expectedSequence: UInt64, sequence: UInt64) {
        if epoch != arrived.epoch {
            pending.append(.missed(.newEpoch(epoch)))
        } else if sequence != expectedSequence {
            pending.append(.missed(.gap(expectedSequence: expectedSequence, sequence: sequence)))
        }
        arrived = Position(epoch: epoch, sequence: sequence)
    }
}
