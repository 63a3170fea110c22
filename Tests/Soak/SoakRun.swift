import Foundation
import PostgreSQL
import PrivateCluster
import TestSupport

/// One soak from beginning to end.
final class SoakRun {
    let plan: SoakPlan
    private let folder: String
    /// When every engine had been heard.
    private var started = monotonicNanoseconds()
    private let chaos: Chaos
    private let clients: ClientProcesses
    private let queue: ObservationQueue
    private let writers: Writers
    private let audit: AuditReader
    private var log: ServerLog
    private var checker = Checker()
    private var deck: FaultDeck
    private var pendingEntries: [ServerLog.Entry] = []
    private var generationCount = 0
    /// What went wrong besides answers: processes that ended, faults without effect, engines that fell silent.
    private var failures: [String] = []
    private var saidFindingCount = 0
    private var isPlanted = false

    private static let collectSeconds = 0.2
    /// What is on its way when the writers have stopped is checked too.
    private static let settlingSeconds = 10.0
    /// How much longer than asked for a run may take to get through all faults.
    private static let overtimeFactor = 3.0
    static let failureCountMax = 20

    /// Starts everything. Must be called on the main thread.
    init(_ plan: SoakPlan) throws {
        self.plan = plan
        folder = try Self.makeFolder()
        say(
            "\(plan.minutes) minutes, seed \(plan.seed), \(plan.engineCount) engines, "
                + "\(plan.replicaProcessCount) replica processes, \(plan.writerCount) writers, in \(folder)")
        var configuration = DatabaseCluster.Configuration(directory: folder + "/database")
        // What is killed here are processes, not the machine: what they wrote stays.
        configuration.settings = [("fsync", "off"), ("shared_buffers", "64MB"), ("jit", "off")]
        let cluster = try DatabaseCluster(configuration)
        let conninfo = cluster.conninfo()
        try Self.migrate(plan, conninfo, folder)
        let server = try ServerUnderTest(plan, folder: folder, conninfo: conninfo)
        try server.waitUntilReady()
        writers = try Writers(plan, conninfo: conninfo)
        chaos = Chaos(server, cluster, configuration, SeededGenerator(seed: plan.seed ^ 0xC4A05))
        deck = FaultDeck(SeededGenerator(seed: plan.seed ^ 0xDEC4))
        clients = try ClientProcesses(plan, server, folder: folder)
        queue = ObservationQueue(clients.pipes)
        audit = AuditReader(conninfo: conninfo)
        log = ServerLog(path: server.logPath)
    }

    private static func makeFolder() throws -> String {
        var template = Array("/tmp/soak-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SoakFailure("no folder in /tmp: errno \(errno)") }
        let folder = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // PostgreSQL's account must be able to pass through.
        chmod(folder, 0o711)
        return folder
    }

    private static func migrate(_ plan: SoakPlan, _ conninfo: String, _ folder: String) throws {
        let migration = try SoakProcess(
            "migrate", plan.program, ["migrate", "up", "--database", conninfo], log: folder + "/migrate.log")
        guard Deadline(seconds: 60).poll(until: { !migration.isRunning }), migration.endStatus == 0 else {
            throw SoakFailure("migrating failed; see \(folder)/migrate.log")
        }
        // The checker reads the audit in the order in which it was written, again and again.
        try Connection(ConnectionTarget(conninfo: conninfo)).query(
            Statement(name: "index", sql: "CREATE INDEX ON reference_audit (sequence)"))
    }

    /// Seconds since the beginning.
    private var seconds: Double { Double(monotonicNanoseconds() - started) / 1e9 }
    private var isInterrupted: Bool { SoakProgram.isInterrupted.load(ordering: .relaxed) }

    /// - Returns: whether it passed.
    func run() throws -> Bool {
        defer {
            clients.end()
            chaos.server.end(SIGKILL)
            chaos.stop()
        }
        try awaitEngines()
        let endSeconds = plan.minutes * 60
        let mustComplete = plan.minutes >= SoakPlan.completeMinutesMin
        var nextFaultSeconds = plan.secondsBetweenFaults
        var nextProgressSeconds = 60.0
        while !isInterrupted, failures.isEmpty {
            let isOver = seconds >= endSeconds
            // A busy machine may need longer for all of the faults.
            if isOver, !mustComplete || deck.isThrough || seconds > Self.overtimeFactor * endSeconds { break }
            if seconds >= nextFaultSeconds, isOver || endSeconds - seconds > plan.secondsBetweenFaults {
                let due = seconds + plan.secondsBetweenFaults
                injectOne()
                nextFaultSeconds = max(due, seconds + FaultWindows.graceSeconds)
            }
            collect()
            watch()
            if seconds >= nextProgressSeconds {
                reportProgress()
                nextProgressSeconds += 60
            }
            Thread.sleep(forTimeInterval: Self.collectSeconds)
        }
        writers.stop()
        let settledSeconds = seconds + Self.settlingSeconds
        repeat {
            collect()
            Thread.sleep(forTimeInterval: Self.collectSeconds)
        } while seconds < settledSeconds
        checkAudit()
        return SoakReport(
            plan: plan, seconds: seconds, isInterrupted: isInterrupted, checker: checker, failures: failures,
            chaos: chaos, clients: clients, transactionCount: writers.committedCount, generationCount: generationCount,
            lostLogLines: log.lostLineReports
        ).say()
    }

    /// Faults begin when all engines have their connections.
    private func awaitEngines() throws {
        let areThere = Deadline(seconds: 60).poll {
            collect()
            return checker.heardNanoseconds.count == clients.engineCount
        }
        guard areThere else {
            throw SoakFailure("only \(checker.heardNanoseconds.count) of \(clients.engineCount) engines ask")
        }
        started = monotonicNanoseconds()
    }

    /// Once everything in it has ended.
    func removeFolder() { removeTree(folder) }

    private func injectOne() {
        // What has been asked until now belongs to the time before the fault.
        collect()
        let fault = deck.deal(sparesServer: seconds > plan.serverEndsSecondsMax)
        do {
            try chaos.inject(fault) { seconds }
        } catch {
            fail("\(fault.rawValue): \(error)")
        }
    }

    /// Log lines first, then the audit entries: what a generation shows had been committed before its line was written.
    private func collect() {
        pendingEntries += log.newEntries()
        if !pendingEntries.isEmpty, let entries = try? audit.read() {
            checker.take(entries)
            for entry in pendingEntries { take(entry) }
            pendingEntries.removeAll()
        }
        checker.settle()
        queue.drain { observations in
            var observations = observations
            plant(in: &observations)
            checker.take(observations, faults: chaos.windows)
        }
        for finding in checker.findings[saidFindingCount...] { say(finding) }
        saidFindingCount = checker.findings.count
    }

    private func take(_ entry: ServerLog.Entry) {
        switch entry {
        case .published(let generation):
            generationCount += 1
            checker.take(generation)
        case .loaded(let epoch, let nanoseconds): checker.takeConfirmation(of: epoch, at: nanoseconds)
        }
    }

    private func plant(in observations: inout [Observation]) {
        guard plan.plantsWrongAnswer, !isPlanted, seconds > plan.secondsBetweenFaults,
            let index = observations.firstIndex(where: { $0.kind == .answer })
        else { return }
        observations[index].symbolId ^= 1
        isPlanted = true
    }

    /// Looks after the processes: nobody but the soak may end one.
    private func watch() {
        chaos.server.measure(at: seconds)
        clients.measure(at: seconds)
        for process in [chaos.server.process] + clients.processes where !process.isRunning {
            fail("\(process.name) ended by itself with \(process.endStatus); its log is in \(folder)")
        }
        for engine in clients.silentEngines(checker.heardNanoseconds, started: started) {
            fail("engine \(engine) says nothing any more, not even that it got no answer")
        }
    }

    /// The checker knows only what the reader of the audit has read.
    private func checkAudit() {
        do {
            let count = try audit.countAll()
            if count != checker.entryCount {
                fail("the audit has \(count) entries, of which \(checker.entryCount) read")
            }
        } catch {
            fail("the audit cannot be counted: \(error)")
        }
    }

    private func fail(_ text: String) {
        say(text)
        if failures.count < Self.failureCountMax { failures.append(text) }
    }

    private func reportProgress() {
        let faultCount = chaos.counts.values.reduce(0, +)
        say(
            "minute \(Int(seconds / 60)): \(checker.checkedCount) answers checked, \(checker.wrongCount) wrong, "
                + "\(checker.failureCount) unanswered (\(checker.unexplainedFailureCount) outside of faults), "
                + "\(checker.waitingCount) waiting; generation \(checker.newestGeneration), \(faultCount) faults, "
                + "server \(SoakReport.megabytes(chaos.server.lives.last!.endByteCount))")
    }
}
