import ReferenceData

/// Compares every observation with what the tables held. One thread feeds it.
///
/// A value: a copy can be asked what it would say of an observation that nobody made (see `Checker+Canary.swift`).
struct Checker {
    private(set) var checkedCount = 0
    /// Of them those that came with the word that they are from a file.
    private(set) var fromFileCount = 0
    /// Of them those of symbols that were inactive for no other reason than that their time had come.
    private(set) var dueCount = 0
    /// Of them those of replicas that said they may miss changes.
    private(set) var staleCount = 0
    private(set) var wrongCount = 0
    private(set) var failureCount = 0
    /// Failures that no fault explains.
    private(set) var unexplainedFailureCount = 0
    /// Observations that could not be kept.
    private(set) var droppedCount = 0
    /// What was wrong, the first of it.
    private(set) var findings: [String] = []
    /// Right answers, for the canaries to spoil: the last of a symbol that is listed, and the last of one that is not.
    /// Of generations that are neither the newest nor a file's, so that every claim about them can be a false one.
    private(set) var lastListed: Observation?
    private(set) var lastUnlisted: Observation?
    /// When each engine was heard last.
    private(set) var heardNanoseconds: [UInt16: UInt64] = [:]
    /// What each engine heard last, and what it heard last from somebody who claimed to know of every change.
    private var lastAnswer: [UInt16: Observation] = [:]
    private var lastLive: [UInt16: Observation] = [:]
    /// From an audit entry to the first generation that shows it, at most, where no fault was in force.
    private(set) var lagMicrosecondsMax: Int64 = 0

    private let exchanges: [SoakExchange]

    private var epochs: [UInt64: EpochWorld] = [:]
    private var epochOrder: [UInt64] = []
    private var entries: [AuditEntry] = []
    private var knownEntryIds: Set<Int64> = []
    private var waiting: [Observation] = []
    /// Generations in which nothing changed but the time, while there was no database.
    private(set) var dueWithoutDatabaseCount = 0
    /// Of lives that are forgotten.
    private var endedDueGenerationCount = 0

    /// Lives of the server that answers may still come from.
    private static let epochCountMax = 8
    /// Observations of generations whose line has not been read yet; more say that the checker does not keep up, and
    /// then the soak proves nothing.
    private static let waitingCountMax = 5_000_000
    static let findingCountMax = 20
    /// How long after a newer generation an answer may come from the older one and claim to be current: a replica
    /// notices a server that fell silent after three seconds, and a fault freezes a server for two.
    static let oldAnswerNanosecondsMax: UInt64 = 10_000_000_000
    /// How long before the line in the log that says so the server may know that the database has confirmed its file.
    static let confirmationNanosecondsMax: UInt64 = 1_000_000_000

    /// The log's clock, by which wall and monotonic time are told apart, is cut to milliseconds.
    private static let clockMicrosecondsMax: Int64 = 2_000

    var waitingCount: Int { waiting.count }
    /// Generations in which nothing changed but the time.
    var dueGenerationCount: Int { epochs.values.reduce(endedDueGenerationCount) { $0 + $1.dueGenerationCount } }
    var entryCount: Int { entries.count }
    /// Of the server's present life.
    var newestGeneration: UInt64 { epochOrder.last.flatMap { epochs[$0]?.lastGeneration } ?? 0 }
    var newestEpoch: UInt64 { epochOrder.last ?? 0 }
    /// Rows that the newest generation shows otherwise than the audit entries taken so far leave them.
    var unpublishedCount: Int { epochOrder.last.flatMap { epochs[$0]?.unpublishedCount(entries) } ?? entries.count }

    /// - Parameter exchanges: as they were before the first audit entry, in the order of `SoakKey.exchangeCodes`.
    init(_ exchanges: [SoakExchange]) { self.exchanges = exchanges }

    mutating func take(_ new: [AuditEntry]) {
        for entry in new where knownEntryIds.insert(entry.id).inserted { entries.append(entry) }
    }

    /// The server says which transactions a generation shows; every entry those wrote must have been taken before.
    /// - Parameters:
    ///   - disturbances: when a lag says nothing.
    ///   - databaseAway: when there was no database.
    mutating func take(
        _ published: PublishedGeneration, disturbances: FaultWindows = FaultWindows(),
        databaseAway: FaultWindows = FaultWindows()
    ) {
        guard let world = epochs[published.epoch] else { return begin(published) }
        guard published.generation > world.lastGeneration else {
            wrongCount += 1
            return report(
                "generation \(published.generation) of epoch \(published.epoch) was published after "
                    + "\(world.lastGeneration)")
        }
        let shown = epochs[published.epoch]!.add(published, entries)
        if epochs[published.epoch]!.dueGenerationCount > world.dueGenerationCount,
            databaseAway.explain(from: published.atNanoseconds, to: published.atNanoseconds)
        {
            dueWithoutDatabaseCount += 1
        }
        for entry in shown {
            let lagMicroseconds = published.atMicroseconds - entry.atMicroseconds
            let lagNanoseconds = UInt64(max(0, lagMicroseconds)) * 1_000
            let from = published.atNanoseconds - min(published.atNanoseconds, lagNanoseconds)
            guard !disturbances.explain(from: from, to: published.atNanoseconds) else { continue }
            lagMicrosecondsMax = max(lagMicrosecondsMax, lagMicroseconds)
        }
    }

    /// The database has confirmed what the server started with.
    mutating func takeConfirmation(of epoch: UInt64, at nanoseconds: UInt64) {
        if epochs[epoch]?.confirmedNanoseconds == nil { epochs[epoch]?.confirmedNanoseconds = nanoseconds }
    }

    private mutating func begin(_ published: PublishedGeneration) {
        var world = EpochWorld(exchanges)
        world.add(published, entries)
        if let last = epochOrder.last {
            epochs[last]!.endedNanoseconds = published.atNanoseconds
            // No generation is given out twice.
            if published.generation <= epochs[last]!.lastGeneration {
                wrongCount += 1
                report("generation \(published.generation) begins a life after \(epochs[last]!.lastGeneration)")
            }
            // A file says which generation of the life before it shows.
            if let file = published.fileGeneration, epochs[last]!.knows(file) {
                let keys = world.differences(published.generation, from: epochs[last]!, file)
                if !keys.isEmpty {
                    wrongCount += keys.count
                    report("the file says generation \(file) and shows other rows: \(keys.prefix(5))")
                }
            }
        }
        epochs[published.epoch] = world
        epochOrder.append(published.epoch)
        if epochOrder.count > Self.epochCountMax, let ended = epochs.removeValue(forKey: epochOrder.removeFirst()) {
            endedDueGenerationCount += ended.dueGenerationCount
        }
    }

    mutating func take(_ observations: [Observation], faults: FaultWindows) {
        for observation in observations {
            heardNanoseconds[observation.engine] = observation.answeredNanoseconds
            switch observation.kind {
            // Who has answered once has something loaded for good, and engines ask nobody who has not.
            case .failure, .notLoaded:
                failureCount += 1
                if !faults.explain(from: observation.askedNanoseconds, to: observation.answeredNanoseconds) {
                    unexplainedFailureCount += 1
                    report("no answer, and no fault at that time: \(observation)")
                }
            case .answer:
                checkOrder(observation)
                guard !check(observation) else { continue }
                if waiting.count < Self.waitingCountMax { waiting.append(observation) } else { droppedCount += 1 }
            }
        }
    }

    /// On one connection, and in one replica, no answer is older than the one before.
    mutating func checkOrder(_ observation: Observation) {
        if let last = lastAnswer[observation.engine], observation.connection != 0,
            observation.connection == last.connection, observation.epoch == last.epoch,
            observation.generation < last.generation
        {
            wrongCount += 1
            report("it goes back from generation \(last.generation): \(observation)")
        }
        lastAnswer[observation.engine] = observation
        let isFromFile = ResolutionFlags(rawValue: observation.flags).contains(.fromFile)
        if observation.isLive, !isFromFile { lastLive[observation.engine] = observation }
    }

    /// The engines, of so many, that have given no live answer of this epoch, and of a generation not before this one,
    /// since this moment.
    func enginesNotLive(
        of engineCount: Int, epoch: UInt64, generation: UInt64 = 0, since nanoseconds: UInt64
    ) -> [UInt16] {
        (0..<UInt16(engineCount)).filter { engine in
            guard let last = lastLive[engine] else { return true }
            return last.askedNanoseconds < nanoseconds || last.epoch != epoch || last.generation < generation
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
        guard let world = epochs[observation.epoch],
            let expected = world.expectation(observation.key, generation: observation.generation)
        else { return false }
        guard !Self.isUndecided(observation, world) else { return false }
        checkedCount += 1
        let flags = ResolutionFlags(rawValue: observation.flags)
        if flags.contains(.fromFile) { fromFileCount += 1 }
        if !observation.isLive { staleCount += 1 }
        let asked = world.wallMicroseconds(at: observation.askedNanoseconds)
        let answered = world.wallMicroseconds(at: observation.answeredNanoseconds) + Self.clockMicrosecondsMax
        if let due = expected.row?.dueMicroseconds, due <= answered, observation.status == Self.inactive {
            dueCount += 1
        }
        // A replica judges by itself what is due: at once, and without a generation.
        let later = Expectation(exchange: expected.exchange, row: expected.row?.judged(at: answered))
        let rowFault = Self.fault(observation, later) == nil ? nil : Self.fault(observation, expected)
        if let fault = rowFault ?? Self.dueFault(observation, expected, asked)
            ?? Self.fault(observation, flags, world)
        {
            wrongCount += 1
            report("wrong, \(fault): \(observation), the tables held \(expected)")
        } else if world.supersededNanoseconds(observation.generation) != nil, !flags.contains(.fromFile),
            !world.isOfFile(observation.generation), expected.row?.dueMicroseconds == nil
        {
            if expected.row == nil { lastUnlisted = observation } else { lastListed = observation }
        }
        return true
    }

    /// What is wrong about the row; nil when nothing is.
    private static func fault(_ observation: Observation, _ expected: Expectation) -> String? {
        let status = ResolutionStatus(rawValue: observation.status)
        if observation.exchangeId != expected.exchange.id { return "another exchange" }
        let said = ResolutionFlags(rawValue: observation.flags).intersection([.active, .exchangeActive])
        guard let row = expected.row else {
            let isUnknown = status == .unknownSymbol && observation.symbolId == 0 && said.isEmpty
            return isUnknown ? nil : "there is no such symbol"
        }
        if status != (row.isActive && expected.exchange.isActive ? .ok : .inactive) { return "another status" }
        if said.contains(.active) != row.isActive { return "it says otherwise whether the symbol is active" }
        if said.contains(.exchangeActive) != expected.exchange.isActive {
            return "it says otherwise whether the exchange is active"
        }
        if observation.symbolId != row.id { return "another id" }
        let isSame =
            observation.precisionPrice == row.precisionPrice && observation.precisionBase == row.precisionBase
            && observation.precisionQuote == row.precisionQuote
        return isSame ? nil : "other precisions"
    }

    /// What is wrong about the time of the answer.
    private static func dueFault(
        _ observation: Observation, _ expected: Expectation, _ askedMicroseconds: Int64
    ) -> String? {
        guard observation.isLive, observation.status == ResolutionStatus.ok.rawValue,
            let due = expected.row?.dueMicroseconds
        else { return nil }
        let isLongAgo = askedMicroseconds > due + Int64(oldAnswerNanosecondsMax / 1_000)
        return isLongAgo ? "it was delisted long ago" : nil
    }

    private static let inactive = ResolutionStatus.inactive.rawValue

    /// What is wrong about what the answer claims of itself.
    private static func fault(_ observation: Observation, _ flags: ResolutionFlags, _ world: EpochWorld) -> String? {
        let isOfFile = world.isOfFile(observation.generation)
        // A replica that is not live may claim less than it could: it hears with the next heartbeat that a server's
        // state is no longer from a file, and holds the state before for a moment when the next one is.
        if flags.contains(.fromFile), !isOfFile, observation.isLive {
            return "it says it is from a file, and that is not so"
        }
        let confirmed = world.confirmedNanoseconds ?? .max
        if !flags.contains(.fromFile), isOfFile,
            observation.answeredNanoseconds + confirmationNanosecondsMax < confirmed
        {
            return "it is from a file, and does not say so"
        }
        if !flags.isDisjoint(with: [.alias, .lastGood]) { return "there are no aliases and no refused rows" }
        guard observation.isLive, let superseded = world.supersededNanoseconds(observation.generation) else {
            return nil
        }
        return observation.askedNanoseconds > superseded + oldAnswerNanosecondsMax
            ? "it is old and claims not to be" : nil
    }

    /// Whether the answer is from the file that the server started from, does not say so, and it is not known yet
    /// whether the database had confirmed it.
    private static func isUndecided(_ observation: Observation, _ world: EpochWorld) -> Bool {
        world.isOfFile(observation.generation) && world.confirmedNanoseconds == nil
            && world.endedNanoseconds == nil && !ResolutionFlags(rawValue: observation.flags).contains(.fromFile)
    }

    /// Notes something that went wrong besides answers.
    mutating func report(_ text: String) {
        if findings.count < Self.findingCountMax { findings.append(text) }
    }
}
