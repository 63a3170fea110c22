/// A position in the sequence of changes of one server's life.
struct PushPosition: Hashable {
    var epoch: UInt64 = 0
    /// The sequence of the last change up to here; 0 is before the first.
    var sequence: UInt64 = 0

    /// The relation of the next change to this position.
    enum Step {
        /// A change that had come before.
        case repeated
        case next
        /// Changes before it are missing.
        case gap
        /// A change of another life of the server: sequences begin anew.
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
