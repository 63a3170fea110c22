import Foundation
import Glibc
import Measuring
import ReferenceData

/// Building and changing an image; finishing, writing and opening it.
enum Images {
    private static let buildNames = ["build from rows", "one changed row", "rewrite after 100 changed rows"]
    private static let fileNames = ["checksum a finished image", "write the file", "open the file to the first answer"]

    static func register(size: Int, order: Int) {
        let building = Contest(
            "building, \(grouped(size)) symbols", fileName: "1-micro-\(order)0-building", unit: .milliseconds
        ) {
            let fixture = Fixture(size: size)
            let snapshot = fixture.snapshot
            let changed = changes(fixture, count: 1)
            let later = snapshot.applying(changes(fixture, count: 100), generation: 2, databaseSnapshot: "2:2:")
                .snapshot
            return [
                Contender(key: "image.build.\(size)", name: buildNames[0], count: 1) {
                    UInt64(
                        Snapshot.build(fixture.content, epoch: 1, generation: 1, databaseSnapshot: "1:1:").symbolCount)
                },
                Contender(key: "image.change.\(size)", name: buildNames[1], count: 10) {
                    (0..<10).reduce(0) { sum, _ in
                        let next = snapshot.applying(changed, generation: 2, databaseSnapshot: "2:2:")
                        return sum &+ UInt64(next.changes.count)
                    }
                },
                Contender(key: "image.rewrite.\(size)", name: buildNames[2], count: 1) {
                    UInt64(later.rewritten().symbolCount)
                },
            ]
        }
        // Seconds a round.
        building.register(names: buildNames, roundCountMax: size > 100_000 ? 5 : .max)
        registerFiles(size: size, order: order)
    }

    private static func registerFiles(size: Int, order: Int) {
        let files = Contest(
            "image files, \(grouped(size)) symbols", fileName: "1-micro-\(order)1-files", unit: .milliseconds
        ) {
            let fixture = Fixture(size: size)
            let snapshot = fixture.snapshot
            let image = SnapshotImage(snapshot, confirmedAt: .absent)
            let folder = getenv("MICRO_FOLDER").map { String(cString: $0) } ?? NSTemporaryDirectory()
            let path = "\(folder)/micro.image"
            try image.write(to: path)
            let key = fixture.content.symbols[size / 2].symbolKey
            let expected = snapshot.resolve(key)
            return [
                Contender(key: "image.finish.\(size)", name: fileNames[0], count: 1) {
                    SnapshotImage(snapshot, confirmedAt: .absent).checksum
                },
                Contender(key: "image.write.\(size)", name: fileNames[1], count: 1) {
                    UInt64(try image.shared(beside: path).byteCount)
                },
                // The pages are in the cache, as after a restart of the server.
                Contender(key: "image.open.\(size)", name: fileNames[2], count: 1) {
                    let answer = try SnapshotImage.open(path: path).snapshot.resolve(key)
                    guard answer.symbolId == expected.symbolId, answer.status == .ok else {
                        throw ContestError(reason: "the opened image answers otherwise")
                    }
                    return UInt64(answer.symbolId)
                },
            ]
        }
        files.register(names: fileNames, roundCountMax: size > 100_000 ? 13 : .max)
    }

    /// Rows with another precision.
    private static func changes(_ fixture: Fixture, count: Int) -> ReferenceDelta {
        ReferenceDelta(
            symbols: (0..<count).map { index in
                var record = fixture.content.symbols[(index &* 7_919) % fixture.size]
                record.precisionPrice = 1 + record.precisionPrice % 18
                return record
            })
    }
}
