import Foundation
import PostgreSQL
import PrivateCluster
import TestSupport

/// One soak from beginning to end.
final class SoakRun {
    let plan: SoakPlan
    private let folder: String
    /// From the server's recovery until every engine had given a live answer, at most.
    private var clientRecoverySecondsMax = 0.0
    /// When every engine had been heard.
    private var started = monotonicNanoseconds()
    private let chaos: Chaos
    private let clients: ClientProcesses
    private let queue: ObservationQueue
    private let writers: Writers
    private let audit: AuditReader
    private var log: ServerLog
    private var checker: Checker
    private var deck: FaultDeck
    private var pendingEntries: [ServerLog.Entry] = []
    /// Why they are still pending.
    private var auditError: (any Error)?
    private var generationCount = 0
    /// What went wrong besides answers: processes that ended, faults without effect, engines that fell silent.
    private var failures: [String] = []
    private var saidFindingCount = 0
    private var isPlanted = false

    /// The pace at which what came is looked at.
    private static let collectSeconds = 0.2
    private static let startSecondsMax = 60.0
    /// From the last change until the server shows it and every engine has heard so: the interval at which the server
    /// asks the database unbidden, and half of that.
    private static let publishedSecondsMax = 45.0
    private static let pipesEndSecondsMax = 30.0
    /// How much longer than asked for a run may take to get through all faults.
    private static let overtimeFactor = 3.0
    static let failureCountMax = 20

    /// Starts everything. Must be called on the main thread.
    /// - Parameter folder: for logs and data; left to the caller.
    init(_ plan: SoakPlan, folder: String) throws {
        self.plan = plan
        self.folder = folder
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
        audit = AuditReader(conninfo: conninfo)
        checker = Checker(try audit.readExchanges())
        writers = try Writers(plan, conninfo: conninfo)
        chaos = Chaos(server, cluster, configuration, SeededGenerator(seed: plan.seed ^ 0xC4A05))
        deck = FaultDeck(SeededGenerator(seed: plan.seed ^ 0xDEC4))
        clients = try ClientProcesses(plan, server, folder: folder)
        queue = ObservationQueue(clients.pipes)
        log = ServerLog(path: server.logPath)
    }

    static func makeFolder() throws -> String {
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
            for error in clients.end() { say("\(error)") }
            do { try chaos.server.end(SIGKILL) } catch { say("\(error)") }
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
        finish()
        return SoakReport(
            plan: plan, seconds: seconds, isInterrupted: isInterrupted, checker: checker, failures: failures,
            chaos: chaos, clients: clients, transactionCount: writers.committedCount, generationCount: generationCount,
            lostLogLines: log.lostLineReports, clientRecoverySecondsMax: clientRecoverySecondsMax
        ).say()
    }

    /// Collects, at its pace, until something is so, as far as is known by then.
    /// - Returns: false when it did not come to be in time.
    private func collect(seconds: Double, readsAudit: Bool = false, until isTrue: () -> Bool) -> Bool {
        let deadline = Deadline(seconds: seconds)
        while true {
            collect(readsAudit: readsAudit)
            if isTrue() { return true }
            if deadline.isOver { return false }
            Thread.sleep(forTimeInterval: Self.collectSeconds)
        }
    }

    /// Faults begin when all engines have their connections.
    private func awaitEngines() throws {
        let areThere = collect(seconds: Self.startSecondsMax) {
            checker.heardNanoseconds.count == clients.engineCount
        }
        guard areThere else {
            throw SoakFailure("only \(checker.heardNanoseconds.count) of \(clients.engineCount) engines ask")
        }
        started = monotonicNanoseconds()
    }

    /// Waits until what the server serves, and every engine hears, equals the tables, ends the engines and looks at all
    /// that they said.
    private func finish() {
        writers.stop()
        if failures.isEmpty { awaitPublished() }
        for error in clients.end() { fail("\(error)") }
        if !collect(seconds: Self.pipesEndSecondsMax, until: { queue.isEnded }) {
            fail("the engines have ended, and their pipes have not")
        }
        // What was read between the last look and the end.
        collect()
        if let auditError, !pendingEntries.isEmpty { fail("the audit cannot be read: \(auditError)") }
        checkAudit()
    }

    private func awaitPublished() {
        let stopped = monotonicNanoseconds()
        var silent: [UInt16] = []
        let isPublished = collect(seconds: Self.publishedSecondsMax, readsAudit: true) {
            silent = checker.enginesNotLive(
                of: clients.engineCount, epoch: checker.newestEpoch, generation: checker.newestGeneration,
                since: stopped)
            return auditError == nil && checker.unpublishedCount == 0 && silent.isEmpty
        }
        if isPublished { return }
        fail(
            "\(Self.publishedSecondsMax) s after the last change \(checker.unpublishedCount) rows are served otherwise "
                + "than the tables hold them, and of generation \(checker.newestGeneration) nothing is heard from "
                + "engines \(silent)")
    }

    private func injectOne() {
        // What has been asked until now belongs to the time before the fault.
        collect()
        let fault = deck.deal(sparesServer: seconds > plan.serverEndsSecondsMax)
        do {
            let epoch = try chaos.inject(fault) { seconds }
            try awaitClients(fault, epoch)
        } catch {
            fail("\(fault.rawValue): \(error)")
        }
    }

    /// Waits until every engine and every replica follows the server again.
    private func awaitClients(_ fault: Fault, _ epoch: UInt64) throws {
        let recovered = monotonicNanoseconds()
        var silent: [UInt16] = []
        let areWell = collect(seconds: Chaos.recoverySecondsMax) {
            silent = checker.enginesNotLive(of: clients.engineCount, epoch: epoch, since: recovered)
            return silent.isEmpty
        }
        guard areWell else {
            throw SoakFailure(
                "\(Chaos.recoverySecondsMax) s after the server was well again, no live answer of epoch \(epoch) has "
                    + "come from engines \(silent)")
        }
        let seconds = Double(monotonicNanoseconds() - recovered) / 1e9
        clientRecoverySecondsMax = max(clientRecoverySecondsMax, seconds)
    }

    /// Log lines first, then the audit entries: what a generation shows had been committed before its line was written.
    /// - Parameter readsAudit: also where no generation makes it necessary.
    private func collect(readsAudit: Bool = false) {
        pendingEntries += log.newEntries()
        if readsAudit || !pendingEntries.isEmpty {
            do {
                checker.take(try audit.read())
                for entry in pendingEntries { take(entry) }
                pendingEntries.removeAll()
                auditError = nil
            } catch {
                // The database may be away: once more the next time.
                auditError = error
            }
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
            checker.take(generation, disturbances: chaos.disturbances, databaseAway: chaos.databaseAway)
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
            fail("\(process.name) ended by itself with \(process.endStatus)")
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
