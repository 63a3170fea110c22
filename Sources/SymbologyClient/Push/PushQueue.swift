/// Pushes that wait to be taken, in order, and boundedly many: with one more all of them are dropped,
/// and `missed(.overflow)` stands in their place.
struct PushQueue {
    /// Most pushes kept.
    static let countMax = 16_384
    /// Pushes taken from the front before their places are given back.
    private static let takenCountMax = 1_024

    private var pushes: [Push] = []
    /// The index of the first push that was not taken.
    private var start = 0

    var isEmpty: Bool { start == pushes.count }

    mutating func append(_ push: Push) {
        if pushes.count - start >= Self.countMax {
            pushes.removeAll(keepingCapacity: true)
            start = 0
            pushes.append(.missed(.overflow))
        }
        pushes.append(push)
    }

    /// Amortised O(1).
    mutating func popFirst() -> Push? {
        guard !isEmpty else { return nil }
        defer {
            start += 1
            if isEmpty || start >= max(Self.takenCountMax, pushes.count - start) {
                pushes.removeFirst(start)
                start = 0
            }
        }
        return pushes[start]
    }
}
