/// A position in the sequence of changes of one server's life.
struct PushPosition: Hashable {
    var epoch: UInt64 = 0
    /// Of the last change up to here; 0 is before the first.
    var sequence: UInt64 = 0

    /// What the next change to come is, seen from here.
    enum Step {
        /// One that was there before.
        case repeated
        case next
        /// One that others should have come before.
        case gap
        /// One of another life of the server: sequences begin anew.
        case newEpoch
    }

    func step(to change: PushPosition) -> Step {
        if change.epoch != epoch { return .newEpoch }
        if change.sequence <= sequence { return .repeated }
        return change.sequence == sequence + 1 ? .next : .gap
    }
}

extension Subscription {
    var position: PushPosition { PushPosition(epoch: epoch, sequence: sequence) }
}

extension ReferencePush {
    var position: PushPosition { PushPosition(epoch: epoch, sequence: sequence) }
}

extension HeartbeatPush {
    var position: PushPosition { PushPosition(epoch: epoch, sequence: sequence) }
}
