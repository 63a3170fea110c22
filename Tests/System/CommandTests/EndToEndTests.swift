import Foundation
import PostgreSQL
import Scenarios
import TestSupport
import Testing

/// A real database that two writers change, a real server, and eight engines that look up: every answer is compared
/// with what the tables said in the moment that its generation shows.
@Suite("End to end")
struct EndToEndTests {
    private static let engineCount = 8
    private static let transactionCountMin = 150
    private static let firstId = 1_000_000
    private static let idCount = 24
    private static let nameCount = 16

    private static let enginePath = URL(filePath: Program.path).deletingLastPathComponent()
        .appending(path: "EngineProcess").path

    /// The system under test, and what is known about it.
    ///
    /// Unchecked: the writers' threads use constants and connections of their own, all else the test's thread.
    private final class Scene: @unchecked Sendable {
        let system: RunningSystem
        let exchangeIds: [Int]
        let stopPath: String
        private(set) var engines: [RunningCommand] = []

        init() throws {
            let folder = TemporaryFolder()
            system = try RunningSystem(arguments: [
                "--log-level", "debug", "--snapshot", folder.path("image"),
            ])
            stopPath = folder.path("stop")
            self.folder = folder
            try system.execute(TableHistory.script)
            let running = system
            exchangeIds = try ["MEXC_SPOT", "GATEIO_SPOT"].map { code in
                Int(try running.integer("SELECT id::bigint FROM exchanges WHERE enum_value = '\(code)'"))
            }
            for _ in 0..<EndToEndTests.engineCount {
                engines.append(
                    try RunningCommand(
                        EndToEndTests.enginePath,
                        [
                            system.unixPath, stopPath, exchangeIds.map(String.init).joined(separator: ","),
                            "\(EndToEndTests.firstId)", "\(EndToEndTests.idCount)", "\(EndToEndTests.nameCount)",
                        ]))
            }
        }

        private let folder: TemporaryFolder

        deinit { for engine in engines { engine.end() } }

        func waitForState(_ state: String, from next: inout [Int]) throws {
            for (index, engine) in engines.enumerated() {
                next[index] = try engine.waitForLine(.output, from: next[index], "state \(state)") {
                    $0 == "state \(state)"
                }.next
            }
        }

        /// Waits until all engines have told of a generation.
        func waitForGeneration(_ generation: UInt64, from next: inout [Int]) throws {
            for (index, engine) in engines.enumerated() {
                next[index] = try engine.waitForLine(.output, from: next[index], "generation \(generation)") { line in
                    let words = line.split(separator: " ", maxSplits: 3)
                    return words.count > 3 && words[0] == "generation" && UInt64(words[2]) ?? 0 >= generation
                }.next
            }
        }

        /// Two writers at once; each has its own connection.
        func write(_ seeds: [SeededGenerator], countMin: Int = EndToEndTests.transactionCountMin) throws -> Int {
            let outcomes = OutcomeBox()
            DispatchQueue.concurrentPerform(iterations: seeds.count) { index in
                outcomes.add(
                    Result {
                        var writer = RandomWriter(
                            try system.database.connect(), exchangeIds: exchangeIds, firstId: EndToEndTests.firstId,
                            idCount: EndToEndTests.idCount, nameCount: EndToEndTests.nameCount, random: seeds[index])
                        while writer.commitCount < countMin { try writer.write() }
                        return writer.commitCount
                    })
            }
            return try outcomes.results.reduce(0) { $0 + (try $1.get()) }
        }

        /// The generation that shows everything written so far.
        func lastGeneration() throws -> UInt64 {
            let newest = try system.integer(
                """
                SELECT greatest((SELECT max(xid::text::bigint) FROM history),
                    (SELECT max(xid::text::bigint) FROM exchange_history))
                """)
            var generation: UInt64 = 0
            let isThere = try Deadline().poll {
                guard let status = try system.rows("status").first, let text = status["database_snapshot"] as? String,
                    let moment = DatabaseMoment(text)
                else { return false }
                generation = (status["generation"] as? NSNumber)?.uint64Value ?? 0
                return moment.shows(UInt64(newest))
            }
            #expect(isThere, "the server never showed transaction \(newest)")
            return generation
        }
    }

    private final class OutcomeBox: @unchecked Sendable {
        private let lock = NSLock()
        private var found: [Result<Int, any Error>] = []

        func add(_ result: Result<Int, any Error>) { lock.withLock { found.append(result) } }
        var results: [Result<Int, any Error>] { lock.withLock { found } }
    }

    @Test(
        "eight engines look up while the tables change: every answer is that of its generation",
        .scenario(.serverFrozen))
    func everyAnswerIsThatOfItsGeneration() throws {
        let random = SeededGenerator()
        let scene = try Scene()
        var next = [Int](repeating: 0, count: Self.engineCount)
        try scene.waitForState("live", from: &next)

        var others = random
        let seeds = [others.next(), others.next(), others.next(), others.next()].map { SeededGenerator(seed: $0) }
        _ = try scene.write(Array(seeds[..<2]))
        try scene.waitForGeneration(scene.lastGeneration(), from: &next)

        // One at a time too, however many transactions a busy machine makes one generation of.
        var (known, toldCount) = (try scene.lastGeneration(), 0)
        while toldCount <= 20 {
            _ = try scene.write([SeededGenerator(seed: others.next())], countMin: 1)
            let generation = try scene.lastGeneration()
            guard generation > known else { continue }
            try scene.waitForGeneration(generation, from: &next)
            (known, toldCount) = (generation, toldCount + 1)
        }

        // Nobody calls himself live while the server stands still; what is written meanwhile is there afterwards.
        scene.system.server.signal(SIGSTOP)
        defer { scene.system.server.signal(SIGCONT) }
        try scene.waitForState("stale", from: &next)
        _ = try scene.write(Array(seeds[2...]))
        scene.system.server.signal(SIGCONT)
        try scene.waitForState("live", from: &next)

        let last = try scene.lastGeneration()
        try Data("\(last)\n".utf8).write(to: URL(filePath: scene.stopPath), options: .atomic)
        let history = try TableHistory(scene.system.connection)
        let outputs = try scene.engines.map { try $0.finish() }
        scene.system.server.signal(SIGTERM)
        let moments = try Self.moments(scene.system.server.finish().error)
        var checker = AnswerChecker(
            history: history, moments: moments, exchangeIds: scene.exchangeIds, firstId: Self.firstId,
            idCount: Self.idCount, nameCount: Self.nameCount)
        for output in outputs {
            #expect(output.exitCode == 0, "\(output.error)")
            let end = try #require(output.lines.last { $0.hasPrefix("end ") }).split(separator: " ")
            try #require(end.count == 5, "\(end)")
            #expect(end[2] == "0", "an engine had two answers for one generation, or went back: \(end)")
            #expect(end[3] == "live" && UInt64(end[4]) ?? 0 >= last, "\(end)")
            #expect(Int(end[1]) ?? 0 > 1_000)
            for line in output.lines where line.hasPrefix("generation ") { checker.check(line) }
        }
        #expect(checker.wrong.isEmpty, "\(checker.wrong.prefix(5)); \(random)")
        #expect(checker.generations.count > 20, "only \(checker.generations.count) generations were seen")
        #expect(checker.statuses.isSuperset(of: ["ok", "inactive", "unknown_symbol"]), "\(checker.statuses)")
    }

    /// Which moment of the database each generation shows, by the server's log: the first that it was read in.
    private static func moments(_ log: String) throws -> [UInt64: DatabaseMoment] {
        var moments: [UInt64: DatabaseMoment] = [:]
        for line in log.split(separator: "\n") {
            guard let match = line.firstMatch(of: /generation (\d+), .*database snapshot ([0-9:,]+)/),
                let generation = UInt64(match.output.1), moments[generation] == nil
            else { continue }
            let moment: DatabaseMoment = try #require(DatabaseMoment(match.output.2))
            moments[generation] = moment
        }
        return moments
    }
}

/// Compares what engines printed with the tables.
private struct AnswerChecker {
    let history: TableHistory
    let moments: [UInt64: DatabaseMoment]
    let symbolNames: [String]
    let pairNames: [String]
    let ids: [UInt32]
    var tables: [UInt64: TableHistory.Tables] = [:]
    var generations: Set<UInt64> = []
    var statuses: Set<String> = []
    var wrong: [String] = []

    init(
        history: TableHistory, moments: [UInt64: DatabaseMoment], exchangeIds: [Int], firstId: Int, idCount: Int,
        nameCount: Int
    ) {
        self.history = history
        self.moments = moments
        symbolNames = exchangeIds.flatMap { id in (0..<nameCount).map { "\(id) W\($0)_USDT" } }
        pairNames = exchangeIds.flatMap { id in (0..<nameCount).map { "\(id) W\($0)" } }
        ids = (firstId..<firstId + idCount).map { UInt32($0) }
    }

    mutating func check(_ line: String) {
        let words = line.split(separator: " ").map(String.init)
        guard words.count == 4 + symbolNames.count + pairNames.count + ids.count, let generation = UInt64(words[2])
        else { return wrong.append("unreadable: \(line)") }
        guard let moment = moments[generation] else {
            return wrong.append("generation \(generation) was never logged")
        }
        generations.insert(generation)
        let tables = self.tables[generation] ?? history.tables(moment)
        self.tables[generation] = tables
        var position = 4
        for (names, idsByName) in [(symbolNames, tables.idsBySymbol), (pairNames, tables.idsByPair)] {
            for name in names {
                var fields = words[position].split(separator: ",").map(String.init)
                position += 1
                if fields.remove(at: 3) != words[2] {
                    wrong.append("\(name): of another generation than \(generation)")
                }
                // A dead row leaves its name to an alias.
                let owner = idsByName[name].flatMap { tables.rows[$0] }
                if owner?.isActive != true, isAlias(fields, name, tables) { continue }
                expect(fields, tables.answer(idsByName[name]), "generation \(generation): \(name)")
            }
        }
        for id in ids {
            let fields = words[position].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            position += 1
            let expected = tables.record(id)
            let isGone = expected.count == 1
            expect(isGone ? Array(fields[..<2]) : fields, expected, "generation \(generation): id \(id)")
        }
    }

    /// Whether it is answered as a former name, of a symbol that had it.
    private func isAlias(_ fields: [String], _ name: String, _ tables: TableHistory.Tables) -> Bool {
        guard let flags = UInt8(fields[1]), flags & 8 != 0, let id = UInt32(fields[2]) else { return false }
        var answer = fields
        answer.remove(at: 1)
        return history.hadName(id, name) && tables.aliasAnswer(id) == answer
    }

    /// The flags, second of the fields, say active and exchange active exactly where the status is `ok`, and nothing
    /// of a file.
    private mutating func expect(_ fields: [String], _ expected: [String], _ what: String) {
        var fields = fields
        let flags = UInt8(fields.remove(at: 1)) ?? 255
        statuses.insert(fields[0])
        let areFlagsRight = flags & 4 == 0 && (flags & 3 == 3) == (fields[0] == "ok")
        if fields != expected || !areFlagsRight {
            wrong.append("\(what): \(fields) flags \(flags), the tables said \(expected)")
        }
    }
}
