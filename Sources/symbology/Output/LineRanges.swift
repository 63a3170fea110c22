/// Lines as people write them, `2-441, 445, …`: the first ranges, and how many lines there are in all of them.
struct LineRanges: CustomStringConvertible {
    private static let rangeCountMax = 8

    private var first: [ClosedRange<Int>] = []
    private var hasMore = false
    private(set) var count = 0

    /// - Parameter line: above those that were added before.
    mutating func add(_ line: Int) {
        count += 1
        if let last = first.last, line == last.upperBound + 1, !hasMore {
            first[first.count - 1] = last.lowerBound...line
        } else if first.count < Self.rangeCountMax {
            first.append(line...line)
        } else {
            hasMore = true
        }
    }

    var description: String {
        let texts = first.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
        return (texts + (hasMore ? ["…"] : [])).joined(separator: ", ")
    }
}
