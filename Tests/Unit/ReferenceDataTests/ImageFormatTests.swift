import Foundation
import TestSupport
import Testing

@testable import ReferenceData

/// The chapter on the image format, as a program in C has it that was written from it: every answer is the snapshot's.
@Suite(.enabled(if: Sanitizer.current == nil, "make test has it"))
struct ImageFormatTests {
    private static let images = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../Protocol/images").standardizedFileURL
    private let folder = TemporaryFolder()

    /// Compiles the program.
    init() throws {
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "image_reader.c")
        let compiler = ["/usr/bin/env", "clang", "-O1", "-std=c11", "-D_DEFAULT_SOURCE", "-Wall", "-Wextra", "-Werror"]
        // What it reads beside the image, and each shift and sum that C leaves undefined, ends it.
        let checks = ["-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
        let run = Program.run(compiler + checks + ["-o", folder.path("reader"), source.path])
        try #require(run.status == 0, "\(run.output)")
    }

    /// What the program prints to questions about an image.
    private func answers(_ questions: [ImageQuestion], imagePath: String) -> [String] {
        let lines = folder.write("questions", questions.map { $0.text + "\n" }.joined())
        let run = Program.run([folder.path("reader"), imagePath, lines])
        #expect(run.status == 0)
        return run.output.split(separator: "\n").map(String.init)
    }

    @Test func thePageIsAboutThisVersion() throws {
        let page = Self.images.deletingLastPathComponent().appendingPathComponent("PROTOCOL.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        #expect(text.contains("\n## The image format, version \(ImageHeader.currentVersion)\n"))
        #expect(text.contains("(#the-image-format-version-\(ImageHeader.currentVersion))"))
        for section in ImageSection.allCases {
            let row = "\n| \(section.rawValue) | \(section) | \(section.elementByteCount) |"
            #expect(text.contains(row), "\(row)")
        }
    }

    @Test(arguments: 1...12)
    func aReaderWrittenFromThePageAnswersAsTheSnapshotDoes(seed: UInt64) throws {
        var world = RandomWorld(seed: seed, symbolIdMax: seed < 10 ? 400 : 6_000, exchangeIdMax: 6)
        let snapshot = Snapshot.build(
            world.content(), epoch: seed, generation: 1, databaseSnapshot: "1:2:", at: world.now())
        var questions = [ImageQuestion.symbol(0), .symbol(.max)]
        for _ in 0..<3_000 {
            let record = world.record(id: world.symbolId())
            let exchangeId =
                world.generator.chance(2) ? [0, 99, 0x8001].randomElement(using: &world.generator)! : record.exchangeId
            questions.append(.string(exchangeId, record.symbolString.description))
            questions.append(.pair(exchangeId, record.baseAsset.description, record.quoteAsset.description))
            if let name = record.unifiedName { questions.append(.name(exchangeId, name)) }
            questions.append(.symbol(record.id))
        }
        questions += snapshot.aliases.aliases.map { .string($0.key.exchangeId, $0.key.symbol.description) }
        for row in snapshot.refused {
            if let key = row.symbolKey { questions.append(.string(key.exchangeId, key.symbol.description)) }
            if let key = row.pairKey { questions.append(.pair(key.exchangeId, "\(key.base)", "\(key.quote)")) }
            if let key = row.nameKey { questions.append(.name(key.exchangeId, key.name.description)) }
        }
        questions.removeAll { !$0.isAsked }

        let path = folder.path("image")
        try SnapshotImage(snapshot, confirmedAt: .absent).write(to: path)
        let found = answers(questions, imagePath: path)
        #expect(found.count == questions.count)
        for (question, answer) in zip(questions, found) {
            #expect(answer == question.answer(from: snapshot), "\(question), seed \(seed)")
        }
        // What it is for: it finds things, and damage.
        #expect(found.contains { $0.hasPrefix("0 ") } && found.contains { $0.hasPrefix("3 ") })
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(fileURLWithPath: folder.path("damaged")))
        #expect(Program.run([folder.path("reader"), folder.path("damaged"), "/dev/null"]).status == 1)
    }

    /// What the page says of an image that holds nothing, and of tables of none at all, which other writers may make.
    @Test func anEmptyImageHasNoKeyAndNoId() throws {
        let questions: [ImageQuestion] = [
            .string(1, "A"), .string(0, ""), .pair(1, "A", "B"), .name(1, "A/B:B"), .name(1, "A/B"), .symbol(0),
            .symbol(1), .symbol(.max),
        ].filter(\.isAsked)
        let content = ReferenceContent(exchanges: [], symbols: [])
        let loaded = Snapshot.build(content, epoch: 1, generation: 1, databaseSnapshot: "")
        for snapshot in [Snapshot.empty(epoch: 1), loaded] {
            let path = folder.path("image")
            try SnapshotImage(snapshot, confirmedAt: .absent).write(to: path)
            let expected = questions.map { $0.answer(from: snapshot) }
            #expect(answers(questions, imagePath: path) == expected)
            let sections: [[ImageSection]] = [
                [.symbolSlots, .pairSlots], [.symbolPilots, .pairPilots], [.idEntries],
                [.symbolSlots, .pairSlots, .symbolPilots, .pairPilots, .idEntries],
            ]
            for emptied in sections {
                var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
                bytes.withUnsafeMutableBytes { image in
                    for section in emptied {
                        // A section's place and count, from 128 on.
                        image.storeBytes(of: 0, toByteOffset: 136 + 16 * section.rawValue, as: UInt64.self)
                    }
                    let header = UnsafeMutableRawPointer(image.baseAddress!)
                    header[ImageHeader.checksum] = 0
                    let whole = ImageBytes([UnsafeRawBufferPointer(image)], owners: [])
                    header[ImageHeader.checksum] = ImageChecksum.of(whole)
                }
                try Data(bytes).write(to: URL(fileURLWithPath: folder.path("emptied")))
                #expect(answers(questions, imagePath: folder.path("emptied")) == expected, "\(emptied)")
            }
        }
    }

    /// The image in `Protocol/images` for readers in other languages. SYMBOLOGY_WRITE_IMAGES=1 writes it, after the
    /// format has changed.
    @Test func theImageThatIsPublishedAnswersAsItSays() throws {
        let image = Self.images.appendingPathComponent("instruments.image")
        let list = Self.images.appendingPathComponent("instruments.tsv")
        if ProcessInfo.processInfo.environment["SYMBOLOGY_WRITE_IMAGES"] != nil {
            let snapshot = PublishedImage.snapshot
            try SnapshotImage(snapshot, confirmedAt: snapshot.judgedAt).write(to: image.path)
            let lines = PublishedImage.questions.map { "\($0.text)\t\($0.answer(from: snapshot))\n" }
            try lines.joined().write(to: list, atomically: false, encoding: .utf8)
        }
        let snapshot = try SnapshotImage.open(path: image.path).snapshot
        let questions = PublishedImage.questions
        let expected = try String(contentsOf: list, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(expected == questions.map { "\($0.text)\t\($0.answer(from: snapshot))" })
        // ASCII case is folded to lower case: "_" stands before letters.
        let rows = snapshot.mainRows
        let symbols = (0..<rows.rowCount).map { rows.symbolText(at: rows.rowIndex(in: rows.symbolOrder, at: $0)) }
        let places = ["BTC_USD_2", "BTC_USDT"].map { name in symbols.firstIndex { $0.description == name } ?? 0 }
        #expect(places[0] < places[1])
        #expect(expected == zip(questions, answers(questions, imagePath: image.path)).map { "\($0.text)\t\($1)" })
    }
}
