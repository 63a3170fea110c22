import Foundation

/// What a soak says at its end, and whether that is enough.
struct SoakReport {
    let plan: SoakPlan
    let seconds: Double
    let isInterrupted: Bool
    let checker: Checker
    let failures: [String]
    let chaos: Chaos
    let clients: ClientProcesses
    let transactionCount: Int
    let generationCount: Int
    let lostLogLines: [String]
    /// From the server's recovery until every engine and replica had given a live answer, at most.
    let clientRecoverySecondsMax: Double

    private static let serverName = "server"
    /// Behind the faults, which end it, the server has a life in so much of a soak that is long enough to judge.
    private static let judgedMinutesMin = 60.0
    private static let checkedCountMin = 1_000
    private static let generationCountMin = 10

    /// Prints it.
    /// - Returns: whether the soak passed.
    func say() -> Bool {
        for text in lostLogLines { Soak.say(text) }
        let unchecked = checker.waitingCount + checker.droppedCount
        line("minutes, seed", "\(String(format: "%.1f", seconds / 60)), \(plan.seed)")
        line(
            "answers checked",
            "\(checker.checkedCount), of which \(checker.fromFileCount) from a file, "
                + "\(checker.staleCount) stale by their own account")
        line(
            "came due",
            "\(checker.dueGenerationCount) generations, \(checker.dueWithoutDatabaseCount) of them without a database, "
                + "\(checker.dueCount) answers about what had expired")
        line("wrong", "\(checker.wrongCount)")
        line("unanswered", "\(checker.failureCount), outside of faults \(checker.unexplainedFailureCount)")
        line("left unchecked", "\(unchecked)")
        line("changes", "\(transactionCount) transactions, \(checker.entryCount) rows, \(generationCount) generations")
        line(
            "published within", String(format: "%.3f s outside of faults", Double(checker.lagMicrosecondsMax) / 1e6))
        line("clients well again within", String(format: "%.1f s of the server", clientRecoverySecondsMax))
        for fault in Fault.allCases {
            let recovery = chaos.recoverySecondsMax[fault].map { String(format: ", well again within %.1f s", $0) }
            line(fault.rawValue, "\(chaos.counts[fault] ?? 0)\(recovery ?? "")")
        }
        let traces = self.traces
        for (name, trace) in traces { line("memory, \(name)", Self.text(trace)) }

        let unnoticed = checker.unnoticedCanaries
        let verdict = verdict(
            isFlat: traces.allSatisfy { $0.1.isFlat }, unnoticed: unnoticed, isUnchecked: unchecked > 0)
        Soak.say(
            Self.closing(
                verdict.text, wrongCount: checker.wrongCount, checkedCount: checker.checkedCount,
                server: chaos.server.longestLife))
        return verdict.isPassed
    }

    private var traces: [(String, MemoryTrace)] {
        [(Self.serverName, chaos.server.longestLife)] + zip(clients.processes, clients.memory).map { ($0.name, $1) }
    }

    private func verdict(isFlat: Bool, unnoticed: [Checker.Canary], isUnchecked: Bool) -> (text: String, isPassed: Bool)
    {
        if checker.wrongCount > 0 { return ("FAILED: wrong answers", false) }
        if checker.unexplainedFailureCount > 0 { return ("FAILED: questions without an answer", false) }
        if !failures.isEmpty { return ("FAILED: \(failures[0])", false) }
        if !isFlat { return ("FAILED: memory grows", false) }
        if isInterrupted { return ("interrupted", false) }
        if isUnchecked { return ("proved nothing: answers of generations that the log does not name", false) }
        if checker.checkedCount < Self.checkedCountMin || generationCount < Self.generationCountMin {
            return ("proved nothing: too little happened", false)
        }
        if !unnoticed.isEmpty {
            let names = unnoticed.map(\.rawValue).joined(separator: ", ")
            return ("proved nothing: the checker does not notice \(names)", false)
        }
        let missing = Fault.allCases.filter { chaos.counts[$0] == nil }
        if !missing.isEmpty, plan.minutes >= SoakPlan.completeMinutesMin {
            let names = missing.map(\.rawValue).joined(separator: ", ")
            return ("proved nothing: no \(names)", false)
        }
        if plan.minutes >= SoakPlan.completeMinutesMin, checker.dueCount == 0 {
            return ("proved nothing: no symbol expired", false)
        }
        if plan.minutes >= Self.judgedMinutesMin, chaos.server.longestLife.growthBytesPerHour == nil {
            return ("proved nothing: no life of the server was long enough to judge its memory", false)
        }
        if plan.minutes >= SoakPlan.completeMinutesMin, checker.dueWithoutDatabaseCount == 0 {
            return ("proved nothing: no symbol expired while the database was away", false)
        }
        if chaos.counts[.serverKilledWithoutDatabase] != nil, checker.fromFileCount == 0 {
            return ("proved nothing: no answer came from a file", false)
        }
        return ("passed; each of \(Checker.Canary.allCases.count) planted wrong answers was noticed", true)
    }

    /// The last line: what it comes to, in wrong answers and memory.
    static func closing(_ verdict: String, wrongCount: Int, checkedCount: Int, server: MemoryTrace) -> String {
        "\(verdict); \(wrongCount) of \(checkedCount) answers wrong; memory, \(serverName): \(text(server))"
    }

    private func line(_ name: String, _ value: String) {
        Soak.say(name.padding(toLength: 28, withPad: " ", startingAt: 0) + value)
    }

    static func megabytes(_ byteCount: Double) -> String { String(format: "%.1f MB", byteCount / 1e6) }

    private static func text(_ trace: MemoryTrace) -> String {
        let growth = trace.growthBytesPerHour.map { "\(String(format: "%+.2f", $0 / 1e6)) MB an hour" }
        return "\(megabytes(trace.startByteCount)) to \(megabytes(trace.endByteCount)) in a life of "
            + "\(Int(trace.seconds)) s, " + (growth ?? "too short to judge")
    }
}
