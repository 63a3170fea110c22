import Foundation
import PostgreSQL
import PrivateCluster
import SchemaMigrations

/// `Soak run [--minutes 2] …`: a server, engines and replicas in processes of their own, writers, and faults, for as
/// long as asked; every answer is compared with what the audit table says the server's state held.
///
/// Exits 1 when an answer was wrong, or missing without a fault, or when nothing was proved.
@main
enum Program {
    static func main() {
        signal(SIGPIPE, SIG_IGN)
        let arguments = CommandLine.arguments.dropFirst()
        switch arguments.first {
        case "engines":
            guard let engines = EngineArguments(arguments.dropFirst()) else { fail("engines: bad arguments", 64) }
            Engines.run(engines)
        case "replica":
            guard let engines = EngineArguments(arguments.dropFirst()) else { fail("replica: bad arguments", 64) }
            Replicas.run(engines)
        case "run":
            do {
                let soak = try Soak(SoakPlan(arguments.dropFirst()))
                guard try soak.run() else { exit(1) }
                // After a failure whoever has to find out why wants the logs.
                soak.removeFolder()
            } catch {
                fail("\(error)", 71)
            }
        default: fail("usage: Soak run [--minutes M] [--seed S] [--program PATH] …", 64)
        }
    }

    private static func fail(_ text: String, _ code: Int32) -> Never {
        say(text, to: .standardError)
        exit(code)
    }
}

/// One line of the soak's own, at once: whoever reads it may be a pipe.
func say(_ text: String, to file: FileHandle = .standardOutput) { file.write(Data("soak: \(text)\n".utf8)) }

final class Soak {
    private let plan: SoakPlan
    private let folder: String
    private let started = monotonicNanoseconds()
    private var checker = Checker()
    private var generationLines = 0

    init(_ plan: SoakPlan) throws {
        self.plan = plan
        var template = Array("/tmp/soak-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SoakPlan.UsageFault(text: "no folder in /tmp: \(errno)") }
        folder = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private var seconds: Double { Double(monotonicNanoseconds() - started) / 1e9 }

    func run() throws -> Bool {
        say(
            "\(plan.minutes) minutes, seed \(plan.seed), \(plan.engineCount) engines, "
                + "\(plan.replicaProcessCount) replica processes, \(plan.writerCount) writers, in \(folder)")
        var configuration = DatabaseCluster.Configuration(directory: folder + "/database")
        configuration.isTemporary = false
        let cluster = try DatabaseCluster(configuration)
        let conninfo = cluster.conninfo()
        try migrate(conninfo)
        let server = try ServerUnderTest(plan, folder: folder, conninfo: conninfo)
        try server.waitUntilReady()
        let writers = try Writers(plan, conninfo: conninfo)
        let chaos = Chaos(server, cluster, configuration, SoakGenerator(seed: plan.seed ^ 0xC4A05))
        let clients = try startClients(server)
        let queue = ObservationQueue(clients.compactMap(\.output))
        defer {
            for client in clients { client.end() }
            server.end()
            chaos.stop()
        }
        let audit = AuditReader(conninfo: conninfo)
        var log = LogTail(server.logPath)

        let endSeconds = plan.minutes * 60
        var nextFault = plan.secondsBetweenFaults
        // While a fault lasts, answers gather in the queue.
        while seconds < endSeconds {
            if seconds >= nextFault, endSeconds - seconds > plan.secondsBetweenFaults {
                queue.drain { checker.take($0, faults: chaos.windows) }
                do {
                    try chaos.injectOne(at: seconds)
                } catch {
                    // A fault may meet the database while the one before still has it down.
                    say("a fault could not be made: \(error)")
                }
                nextFault = seconds + plan.secondsBetweenFaults
            }
            collect(audit, &log, queue, chaos)
            server.measure(at: seconds)
            Thread.sleep(forTimeInterval: 0.2)
        }
        writers.stop()
        // What is still on its way is checked too, up to a deadline.
        let settled = seconds + 10
        while seconds < settled, checker.waitingCount > 0 || seconds < settled - 8 {
            collect(audit, &log, queue, chaos)
            Thread.sleep(forTimeInterval: 0.2)
        }
        return report(server, chaos, writers)
    }

    /// Once everything in it has ended.
    func removeFolder() { try? FileManager.default.removeItem(atPath: folder) }

    private func migrate(_ conninfo: String) throws {
        let migration = try SoakProcess(
            plan.program, ["migrate", "up", "--database", conninfo], log: folder + "/migrate.log")
        while migration.isRunning { Thread.sleep(forTimeInterval: 0.05) }
        // The checker reads the audit in the order in which it was written, again and again.
        try Connection(ConnectionTarget(conninfo: conninfo)).query(
            Statement(name: "index", sql: "CREATE INDEX ON reference_audit (sequence)"))
    }

    private func startClients(_ server: ServerUnderTest) throws -> [SoakProcess] {
        let own = "/proc/self/exe"
        let perProcess = max(1, plan.engineCount / plan.engineProcessCount)
        func start(_ role: String, _ number: Int, _ engineCount: Int) throws -> SoakProcess {
            try SoakProcess(
                (try? FileManager.default.destinationOfSymbolicLink(atPath: own)) ?? own,
                [
                    role, server.socketPath, "\(engineCount)", "\(plan.nameCount)", "\(plan.lookupsPerSecond)",
                    "\(plan.seed &+ UInt64(1_000 * (number + 1)))",
                ], log: "\(folder)/\(role)-\(number).log", pipesOutput: true)
        }
        return try (0..<plan.engineProcessCount).map { try start("engines", $0, perProcess) }
            + (0..<plan.replicaProcessCount).map { try start("replica", 100 + $0, 1) }
    }

    /// Log lines first, then the audit entries: what a generation shows had been committed before its line was written.
    private func collect(_ audit: AuditReader, _ log: inout LogTail, _ queue: ObservationQueue, _ chaos: Chaos) {
        pendingLines += log.newLines().compactMap { GenerationLine($0) }
        if !pendingLines.isEmpty, let entries = try? audit.read() {
            checker.take(entries)
            for line in pendingLines {
                generationLines += 1
                checker.take(epoch: line.epoch, generation: line.generation, line.snapshot)
            }
            pendingLines.removeAll()
        }
        checker.settle()
        queue.drain { checker.take($0, faults: chaos.windows) }
    }
    private var pendingLines: [GenerationLine] = []

    private func report(_ server: ServerUnderTest, _ chaos: Chaos, _ writers: Writers) -> Bool {
        let life = server.longestLife
        func megabytes(_ byteCount: Int) -> String { String(format: "%.1f MB", Double(byteCount) / 1e6) }
        for text in checker.wrongAnswers { say("\(text)") }
        let faults = Fault.allCases.compactMap { fault in chaos.counts[fault].map { "\(fault.rawValue) \($0)" } }
        say("\(String(format: "%.1f", seconds / 60)) minutes, seed \(plan.seed)")
        say("lookups checked      \(checker.checkedCount)")
        say("wrong answers        \(checker.wrongCount)")
        say("unanswered           \(checker.failureCount), outside a fault \(checker.unexplainedFailureCount)")
        say("left unchecked       \(checker.waitingCount + checker.droppedCount)")
        say("transactions         \(writers.committedCount), generations \(generationLines)")
        say("faults               \(faults.joined(separator: ", "))")
        say(
            "memory of the server \(megabytes(life.startByteCount)) to \(megabytes(life.endByteCount)) in its "
                + "longest life of \(server.lives.count), \(Int(life.endedSeconds - life.startedSeconds)) s")
        let isRight = checker.wrongCount == 0 && checker.unexplainedFailureCount == 0
        let isProof =
            checker.checkedCount > 1_000 && generationLines > 10
            && checker.waitingCount + checker.droppedCount == 0
        say("\(isRight && isProof ? "passed" : isRight ? "proved nothing" : "FAILED")")
        return isRight && isProof
    }
}

/// The line the server logs for each generation it publishes.
struct GenerationLine {
    let epoch: UInt64
    let generation: UInt64
    let snapshot: TransactionSnapshot

    init?(_ line: Substring) {
        guard line.contains(" snapshot=") else { return nil }
        func value(_ name: String) -> Substring? {
            guard let range = line.range(of: " \(name)=") else { return nil }
            return line[range.upperBound...].prefix { $0 != " " }
        }
        guard let epoch = value("epoch").flatMap({ UInt64($0) }),
            let generation = value("generation").flatMap({ UInt64($0) }),
            let snapshot = value("snapshot").flatMap({ TransactionSnapshot(String($0)) })
        else { return nil }
        (self.epoch, self.generation, self.snapshot) = (epoch, generation, snapshot)
    }
}
