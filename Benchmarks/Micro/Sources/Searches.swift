import Measuring
import ReferenceData

/// Search as the `search` command asks: at most 50 matches.
enum Searches {
    private static let names = [
        "prefix of 4 letters", "prefix of 2 letters", "prefix of 1 letter", "substring of 3 letters",
        "prefix without a match",
    ]
    private static let matchCountMax = 50

    static func register(size: Int, order: Int) {
        let contest = Contest(
            "search, \(grouped(size)) symbols", fileName: "1-micro-\(order)0-search", unit: .microseconds
        ) {
            let fixture = Fixture(size: size)
            let snapshot = fixture.snapshot
            let bases = stride(from: 1, to: size, by: size / 100).map {
                fixture.content.symbols[$0].baseAsset.description
            }
            func contender(
                _ key: String, _ name: String, _ mode: SearchMode, _ texts: [String], finds: Bool = true
            ) throws -> Contender {
                let texts = texts.map { Array($0.utf8) }
                guard texts.allSatisfy({ (search(snapshot, mode, $0) > 0) == finds }) else {
                    throw ContestError(reason: "\(name) finds something else")
                }
                return Contender(key: "search.\(key).\(size)", name: name, count: texts.count) {
                    texts.reduce(0) { $0 &+ search(snapshot, mode, $1) }
                }
            }
            return try [
                contender("prefix4", names[0], .prefix, bases.map { String($0.prefix(4)) }),
                contender("prefix2", names[1], .prefix, bases.map { String($0.prefix(2)) }),
                contender("prefix1", names[2], .prefix, bases.prefix(10).map { String($0.prefix(1)) }),
                contender("substring", names[3], .substring, bases.prefix(5).map { String($0.dropFirst().prefix(3)) }),
                contender("miss", names[4], .prefix, bases.map { "\($0)-" }, finds: false),
            ]
        }
        contest.register(names: names)
    }

    private static func search(_ snapshot: Snapshot, _ mode: SearchMode, _ text: [UInt8]) -> UInt64 {
        var sum: UInt64 = 0
        _ = text.withUnsafeBytes { bytes in
            snapshot.search(text: bytes, mode: mode, exchangeId: 0, activeOnly: false, limit: matchCountMax) {
                record, _ in
                sum &+= UInt64(record.id)
            }
        }
        return sum
    }
}
