/// Compares every observation with what the tables held. One thread feeds it.
struct Checker {
    private(set) var checkedCount = 0
    private(set) var wrongCount = 0
    private(set) var failureCount = 0
    /// Failures that no fault explains.
    private(set) var unexplainedFailureCount = 0
    private(set) var wrongAnswers: [String] = []
    private var epochs: [UInt64: EpochWorld] = [:]
    private var epochOrder: [UInt64] = []
    private var entries: [AuditEntry] = []
    private var knownEntryIds: Set<Int64> = []
    private var waiting: [Observation] = []

    /// Lives of the server that answers may still come from.
    private static let epochCountMax = 8
    /// Observations of generations whose line has not been read yet; more say that the checker does not keep up, and
    /// then the soak proves nothing.
    private static let waitingCountMax = 5_000_000
    /// Observations that could not be kept.
    private(set) var droppedCount = 0
    private static let wrongAnswerCountMax = 20

    var waitingCount: Int { waiting.count }

    mutating func take(_ new: [AuditEntry]) {
        var isSorted = true
        for entry in new where knownEntryIds.insert(entry.id).inserted {
            isSorted = isSorted && entry.id > entries.last?.id ?? .min
            entries.append(entry)
        }
        if !isSorted { entries.sort { $0.id < $1.id } }
    }

    /// The server says which transactions a generation shows; every entry those wrote must have been taken before.
    mutating func take(epoch: UInt64, generation: UInt64, _ snapshot: TransactionSnapshot) {
        if epochs[epoch] == nil {
            epochs[epoch] = EpochWorld()
            epochOrder.append(epoch)
            if epochOrder.count > Self.epochCountMax { epochs[epochOrder.removeFirst()] = nil }
        }
        epochs[epoch]?.add(generation: generation, snapshot, entries)
    }

    mutating func take(_ observations: [Observation], faults: FaultWindows) {
        for observation in observations {
            if observation.kind == Observation.Kind.failure.rawValue {
                failureCount += 1
                if !faults.explain(from: observation.askedNanoseconds, to: observation.answeredNanoseconds) {
                    unexplainedFailureCount += 1
                    report("no answer about \(observation.key), and no fault at that time")
                }
            } else if !check(observation) {
                if waiting.count < Self.waitingCountMax { waiting.append(observation) } else { droppedCount += 1 }
            }
        }
    }

    /// Looks again at what had to wait.
    mutating func settle() {
        let again = waiting
        waiting.removeAll(keepingCapacity: true)
        for observation in again where !check(observation) { waiting.append(observation) }
    }

    /// False while the right answer is not known.
    private mutating func check(_ observation: Observation) -> Bool {
        guard let expected = epochs[observation.epoch]?.row(observation.key, generation: observation.generation) else {
            return false
        }
        checkedCount += 1
        let isRight: Bool
        switch expected {
        case nil: isRight = observation.status == 1 && observation.symbolId == 0
        case let row?:
            isRight =
                observation.status == (row.isActive ? 0 : 3) && observation.symbolId == row.id
                && observation.precisionPrice == row.precisionPrice && observation.precisionBase == row.precisionBase
        }
        if !isRight {
            wrongCount += 1
            report("wrong: \(observation), the tables held \(String(describing: expected))")
        }
        return true
    }

    private mutating func report(_ text: String) {
        if wrongAnswers.count < Self.wrongAnswerCountMax { wrongAnswers.append(text) }
    }
}

/// When faults were in force that may leave a question without answer.
struct FaultWindows {
    private var windows: [(from: UInt64, to: UInt64)] = []
    /// Reconnecting takes a client up to its longest backoff.
    static let graceNanoseconds: UInt64 = 6_000_000_000

    mutating func begin(_ now: UInt64) { windows.append((now, .max)) }
    mutating func end(_ now: UInt64) { windows[windows.count - 1].to = now + Self.graceNanoseconds }

    func explain(from: UInt64, to: UInt64) -> Bool { windows.contains { $0.from <= to && from <= $0.to } }
}
