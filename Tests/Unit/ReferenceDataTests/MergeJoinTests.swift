import TestSupport
import Testing

@testable import ReferenceData

struct MergeJoinTests {
    private struct Number: Keyed, Equatable {
        let key: Int
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func everyElementComesOnceInOrder(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        func numbers() -> Set<Int> {
            Set((0..<Int.random(in: 0..<12, using: &generator)).map { _ in Int.random(in: 0..<20, using: &generator) })
        }
        let (left, right) = (numbers(), numbers())
        var join = MergeJoin(
            left.sorted().map(Number.init).makeIterator(), right.sorted().map(Number.init).makeIterator())
        for key in left.union(right).sorted() {
            let next = join.next()
            #expect(next?.left == (left.contains(key) ? Number(key: key) : nil), "seed \(seed)")
            #expect(next?.right == (right.contains(key) ? Number(key: key) : nil), "seed \(seed)")
        }
        #expect(join.next() == nil, "seed \(seed)")
    }

    /// As in a forged image: nothing is left out and nothing comes twice.
    @Test func whatDoesNotAscendComesAllTheSame() {
        let (left, right) = ([5, 1, 9, 9, 2], [3, 3, 1])
        var join = MergeJoin(left.map(Number.init).makeIterator(), right.map(Number.init).makeIterator())
        var (lefts, rights): ([Int], [Int]) = ([], [])
        while let next = join.next() {
            if let key = next.left?.key { lefts.append(key) }
            if let key = next.right?.key { rights.append(key) }
        }
        #expect(lefts == left && rights == right)
    }
}
