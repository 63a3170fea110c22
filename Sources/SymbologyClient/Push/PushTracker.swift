import ReferenceData
import SymbologyWire

/// Keeps the order of pushes: pairs changes with their records, notices holes in the sequence and other epochs, and
/// holds what was not asked for yet. Knows no sockets.
struct PushTracker {
    private(set) var isSubscribed = false
    /// The position of the last change that arrived, or of the subscription's start.
    private var arrived = PushPosition()
    /// `arrived`, but before a change whose record is still to come: the next subscription resumes there.
    private(set) var delivered = PushPosition()
    private var awaited = AwaitedRecord.none
    private var pending = PushQueue()

    /// The record that the last change announced.
    private enum AwaitedRecord {
        case none
        case of(ReferencePush)
        /// The record of a change that had arrived before.
        case ofDuplicate

        var isNone: Bool { if case .none = self { true } else { false } }
    }

    /// Forgets all earlier pushes: they belong to the subscription that this one replaces.
    mutating func begin(_ subscription: Subscription) {
        self = PushTracker()
        isSubscribed = true
        arrived = subscription.position
        delivered = arrived
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
            return "a change of a kind or with an action that this version does not know"
        }
        let hasRecord = view.flags.contains(.recordFollows)
        guard advance(to: push.position, isChange: true) else {
            if hasRecord { awaited = .ofDuplicate }
            return nil
        }
        if hasRecord {
            awaited = .of(push)
        } else {
            deliver(push)
        }
        return nil
    }

    private mutating func deliver(_ change: ReferencePush) {
        pending.append(.change(change))
        delivered = arrived
    }

    /// Takes a `Heartbeat`. A late one says that the server lives, and nothing about the sequence.
    mutating func take(_ view: HeartbeatView) -> String? {
        guard awaited.isNone else { return "a heartbeat came where a record was announced" }
        let heartbeat = ResponseParsing.heartbeat(view)
        if advance(to: heartbeat.position, isChange: false) { delivered = arrived }
        pending.append(.heartbeat(heartbeat))
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
        deliver(push)
        return nil
    }

    /// Moves on to the position of a push, and notes what was missed before it; false where nothing is new. A heartbeat
    /// bears the position of a change that should have come before.
    private mutating func advance(to position: PushPosition, isChange: Bool) -> Bool {
        switch arrived.step(to: position) {
        case .repeated: return false
        case .newEpoch: pending.append(.missed(.newEpoch(position.epoch)))
        case .next where isChange: break
        case .next, .gap:
            let expected = isChange ? arrived.sequence + 1 : arrived.sequence
            pending.append(.missed(.gap(expectedSequence: expected, sequence: position.sequence)))
        }
        arrived = position
        return true
    }
}
