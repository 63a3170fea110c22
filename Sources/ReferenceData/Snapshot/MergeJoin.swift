/// An element of a sequence that is ordered by a key.
protocol Keyed {
    associatedtype Key: Comparable
    var key: Key { get }
}

/// Joins two sequences that both ascend by key: gives the next element of either, or one of each where their keys are
/// equal. This is how the overlay lies over the main image, in whatever order rows are asked for.
///
/// Keys are computed only while both sequences have elements left. Where a sequence does not ascend, as in a forged
/// image, everything comes all the same, in some order.
struct MergeJoin<Left: IteratorProtocol, Right: IteratorProtocol>: IteratorProtocol
where Left.Element: Keyed, Right.Element: Keyed, Left.Element.Key == Right.Element.Key {
    private var left: Left
    private var right: Right
    private var nextLeft: Left.Element?
    private var nextRight: Right.Element?

    @inline(__always)
    init(_ left: Left, _ right: Right) {
        self.left = left
        self.right = right
        nextLeft = self.left.next()
        nextRight = self.right.next()
    }

    /// At least one of the two is there.
    @inline(__always)
    mutating func next() -> (left: Left.Element?, right: Right.Element?)? {
        guard let right = nextRight else {
            guard let left = nextLeft else { return nil }
            nextLeft = self.left.next()
            return (left, nil)
        }
        if let left = nextLeft {
            let (leftKey, rightKey) = (left.key, right.key)
            if leftKey < rightKey {
                nextLeft = self.left.next()
                return (left, nil)
            }
            if leftKey == rightKey {
                nextLeft = self.left.next()
                nextRight = self.right.next()
                return (left, right)
            }
        }
        nextRight = self.right.next()
        return (nil, right)
    }
}
