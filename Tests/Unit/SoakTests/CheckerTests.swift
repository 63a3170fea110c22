import ReferenceData
import Testing

@testable import Soak

/// The soak's checker must find what is wrong, and only that.
@Suite("The soak's checker")
struct CheckerTests {
    private static let second: UInt64 = 1_000_000_000
    private static let secondMicroseconds: Int64 = 1_000_000
    private static let key = SoakKey(exchange: 1, name: 7, form: .underscore)
    private static let row = SoakRow(
        id: 42, key: key, isActive: true, precisionPrice: 5, precisionBase: 6, precisionQuote: 4)
    private static let exchanges = (1...3).map { SoakExchange(id: $0, isActive: true) }

    private static func entry(
        _ id: Int64, transaction: UInt64, at seconds: Int64 = 0, _ row: SoakRow? = row
    ) -> AuditEntry {
        AuditEntry(
            id: id, transaction: transaction, atMicroseconds: seconds * secondMicroseconds,
            change: .symbol(id: 42, row: row))
    }

    private static func toggle(
        _ id: Int64, transaction: UInt64, at seconds: Int64 = 0, isActive: Bool
    ) -> AuditEntry {
        AuditEntry(
            id: id, transaction: transaction, atMicroseconds: seconds * secondMicroseconds,
            change: .exchange(Int(key.exchange), isActive: isActive))
    }

    /// Published so many seconds after the beginning.
    private static func published(
        _ generation: UInt64, of epoch: UInt64 = 1, _ snapshot: String, at seconds: Int64,
        fromFile fileGeneration: UInt64? = nil,
        judgedAt judgedSeconds: Int64? = nil
    ) throws -> PublishedGeneration {
        PublishedGeneration(
            epoch: epoch, generation: generation, snapshot: try #require(TransactionSnapshot(snapshot)),
            atMicroseconds: seconds * secondMicroseconds, atNanoseconds: UInt64(seconds) * second,
            fileGeneration: fileGeneration, judgedMicroseconds: (judgedSeconds ?? seconds) * secondMicroseconds)
    }

    private static func answer(
        _ row: SoakRow?, generation: UInt64, of epoch: UInt64 = 1, at seconds: UInt64 = 1, key: SoakKey = key,
        isExchangeActive: Bool = true
    ) -> Observation {
        var observation = Observation(epoch: epoch, generation: generation, key: key)
        observation.askedNanoseconds = seconds * second
        observation.answeredNanoseconds = seconds * second
        let status: ResolutionStatus = row.map { $0.isActive && isExchangeActive ? .ok : .inactive } ?? .unknownSymbol
        observation.status = status.rawValue
        observation.exchangeId = exchanges[Int(key.exchange)].id
        var flags: ResolutionFlags = row?.isActive == true ? .active : []
        if row != nil, isExchangeActive { flags.insert(.exchangeActive) }
        observation.flags = flags.rawValue
        observation.symbolId = row?.id ?? 0
        observation.precisionPrice = row?.precisionPrice ?? 0
        observation.precisionBase = row?.precisionBase ?? 0
        observation.precisionQuote = row?.precisionQuote ?? 0
        return observation
    }

    /// Transaction 10 lists the symbol in generation 2, transaction 12 changes its precision in generation 3.
    private static func checker() throws -> Checker {
        var changed = row
        changed.precisionPrice = 9
        var checker = Checker(exchanges)
        checker.take([entry(1, transaction: 10), entry(2, transaction: 12, at: 1, changed)])
        checker.take(try published(1, "5:5:", at: 0))
        checker.take(try published(2, "12:13:12", at: 1))
        checker.take(try published(3, "13:13:", at: 2))
        return checker
    }

    private func wrongCount(_ checker: Checker, _ observations: Observation...) -> Int {
        var checker = checker
        checker.take(observations, faults: FaultWindows())
        #expect(checker.waitingCount == 0)
        #expect(checker.findings.count == checker.wrongCount)
        return checker.wrongCount
    }

    @Test("an answer is right for its own generation, by name and as a pair, and for no other")
    func generations() throws {
        let checker = try Self.checker()
        var changed = Self.row
        changed.precisionPrice = 9
        for key in Self.row.keys {
            #expect(wrongCount(checker, Self.answer(nil, generation: 1, key: key)) == 0)
            #expect(wrongCount(checker, Self.answer(Self.row, generation: 2, key: key)) == 0)
            #expect(wrongCount(checker, Self.answer(changed, generation: 3, key: key)) == 0)
            #expect(wrongCount(checker, Self.answer(Self.row, generation: 1, key: key)) == 1)
            #expect(wrongCount(checker, Self.answer(changed, generation: 2, key: key)) == 1)
            #expect(wrongCount(checker, Self.answer(Self.row, generation: 3, key: key)) == 1)
            #expect(wrongCount(checker, Self.answer(nil, generation: 3, key: key)) == 1)
        }
        var deactivated = changed
        deactivated.isActive = false
        #expect(wrongCount(checker, Self.answer(deactivated, generation: 3)) == 1)
    }

    @Test("each way in which an answer can be spoiled is noticed, and none by a checker that has seen nothing")
    func canaries() throws {
        var checker = try Self.checker()
        #expect(checker.unnoticedCanaries == Checker.Canary.allCases)
        checker.take(
            [Self.answer(Self.row, generation: 2), Self.answer(nil, generation: 1)], faults: FaultWindows())
        #expect(checker.unnoticedCanaries.isEmpty)
        #expect(checker.wrongCount == 0)
    }

    @Test("an answer of a generation that the log does not name waits, and is checked when it does")
    func unknownGeneration() throws {
        var checker = try Self.checker()
        checker.take([Self.answer(nil, generation: 4)], faults: FaultWindows())
        checker.settle()
        #expect(checker.waitingCount == 1)
        #expect(checker.checkedCount == 0)
        checker.take(try Self.published(5, "13:13:", at: 3))
        checker.settle()
        #expect(checker.waitingCount == 1, "a generation between two others is not guessed")
        var known = try Self.checker()
        known.take([Self.answer(nil, generation: 4)], faults: FaultWindows())
        known.take(try Self.published(4, "13:13:", at: 3))
        known.settle()
        #expect(known.waitingCount == 0)
        #expect(known.wrongCount == 1)
    }

    @Test("a transaction number that a crash gave out again does not count for what was published before")
    func numberGivenOutAgain() throws {
        var checker = Checker(Self.exchanges)
        // The first holder of number 10 was lost; the second wrote three seconds after the generation was published.
        checker.take(try Self.published(1, "11:11:", at: 1))
        checker.take([Self.entry(1, transaction: 10, at: 4)])
        checker.take(try Self.published(2, "11:11:", at: 2))
        checker.take(try Self.published(3, "11:11:", at: 5))
        #expect(wrongCount(checker, Self.answer(nil, generation: 2)) == 0)
        #expect(wrongCount(checker, Self.answer(Self.row, generation: 2)) == 1)
        #expect(wrongCount(checker, Self.answer(Self.row, generation: 3, at: 6)) == 0)
    }

    @Test("an old answer may be given by who says that it may be old, and by nobody else")
    func oldAnswers() throws {
        let checker = try Self.checker()
        let bound = Checker.oldAnswerNanosecondsMax / Self.second
        // Generation 2 was superseded in the second second.
        #expect(wrongCount(checker, Self.answer(Self.row, generation: 2, at: 2 + bound)) == 0)
        #expect(wrongCount(checker, Self.answer(Self.row, generation: 2, at: 3 + bound)) == 1)
        var stale = Self.answer(Self.row, generation: 2, at: 3 + bound)
        stale.isLive = false
        #expect(wrongCount(checker, stale) == 0)
        // What has not been superseded is not old, until the server has another life.
        var changed = Self.row
        changed.precisionPrice = 9
        #expect(wrongCount(checker, Self.answer(changed, generation: 3, at: 1_000)) == 0)
        var next = checker
        next.take(try Self.published(11, of: 2, "13:13:", at: 20))
        #expect(wrongCount(next, Self.answer(changed, generation: 3, at: 1_000)) == 1)
    }

    @Test("what a server starts with from a file is what that generation showed before, and says so")
    func fromFile() throws {
        var checker = try Self.checker()
        checker.take(try Self.published(12, of: 2, "12:13:12", at: 20, fromFile: 2))
        var unsaid = Self.answer(Self.row, generation: 12, of: 2, at: 20)
        var flagged = unsaid
        flagged.flags |= ResolutionFlags.fromFile.rawValue
        #expect(wrongCount(checker, flagged) == 0)
        var undecided = checker
        undecided.take([unsaid], faults: FaultWindows())
        #expect(undecided.waitingCount == 1, "the database may have confirmed it")

        checker.takeConfirmation(of: 2, at: 22 * Self.second)
        checker.take(try Self.published(13, of: 2, "13:13:", at: 23))
        #expect(checker.wrongCount == 0)
        #expect(wrongCount(checker, unsaid) == 1)
        unsaid.answeredNanoseconds = 22 * Self.second
        #expect(wrongCount(checker, unsaid) == 0)

        var changed = Self.row
        changed.precisionPrice = 9
        var falsely = Self.answer(changed, generation: 13, of: 2, at: 24)
        falsely.flags |= ResolutionFlags.fromFile.rawValue
        #expect(wrongCount(checker, falsely) == 1)
        // A replica that does not claim to be live claims less than it could.
        falsely.isLive = false
        #expect(wrongCount(checker, falsely) == 0)

        var swapped = try Self.checker()
        swapped.take(try Self.published(12, of: 2, "13:13:", at: 20, fromFile: 2))
        #expect(swapped.wrongCount > 0, "a file of generation 2 that shows generation 3")
        var repeating = try Self.checker()
        let last = repeating.newestGeneration
        repeating.take(try Self.published(last, of: 2, "13:13:", at: 20))
        #expect(repeating.wrongCount == 1, "a generation that was given out before")
    }

    @Test("a question without an answer needs a fault that explains it")
    func failures() throws {
        var failure = Self.answer(nil, generation: 0, at: 5)
        failure.kind = .failure
        var checker = try Self.checker()
        checker.take([failure], faults: FaultWindows())
        #expect(checker.unexplainedFailureCount == 1)
        var windows = FaultWindows()
        windows.begin(4 * Self.second)
        windows.end(5 * Self.second)
        var lenient = try Self.checker()
        lenient.take([failure], faults: windows)
        #expect(lenient.failureCount == 1)
        #expect(lenient.unexplainedFailureCount == 0)
        failure.askedNanoseconds = 60 * Self.second
        failure.answeredNanoseconds = 61 * Self.second
        lenient.take([failure], faults: windows)
        #expect(lenient.unexplainedFailureCount == 1)
        // Who says that nothing is loaded has not answered either.
        failure.kind = .notLoaded
        lenient.take([failure], faults: windows)
        #expect(lenient.unexplainedFailureCount == 2)
    }

    @Test("an exchange and its activity are part of the answer")
    func exchangeActivity() throws {
        var checker = try Self.checker()
        checker.take([Self.toggle(3, transaction: 13, at: 2, isActive: false)])
        checker.take(try Self.published(4, "14:14:", at: 3))
        var changed = Self.row
        changed.precisionPrice = 9
        #expect(wrongCount(checker, Self.answer(changed, generation: 3)) == 0)
        #expect(wrongCount(checker, Self.answer(changed, generation: 3, isExchangeActive: false)) == 1)
        #expect(wrongCount(checker, Self.answer(changed, generation: 4, isExchangeActive: false)) == 0)
        #expect(wrongCount(checker, Self.answer(changed, generation: 4)) == 1)
        var elsewhere = Self.answer(nil, generation: 1)
        elsewhere.exchangeId += 1
        #expect(wrongCount(checker, elsewhere) == 1)
    }

    @Test("on one connection no answer is older than the one before; between connections one may be")
    func backwards() throws {
        let checker = try Self.checker()
        var newer = Self.answer(Self.row, generation: 2)
        newer.connection = 1
        var older = Self.answer(nil, generation: 1)
        older.connection = 1
        #expect(wrongCount(checker, older, newer, newer) == 0)
        #expect(wrongCount(checker, newer, older) == 1)
        older.connection = 2
        #expect(wrongCount(checker, newer, older) == 0)
        (newer.connection, older.connection) = (0, 0)
        #expect(wrongCount(checker, newer, older) == 0)
        older.engine = 1
        (newer.connection, older.connection) = (1, 1)
        #expect(wrongCount(checker, newer, older) == 0)
        // The log of one life does not go back either.
        var log = checker
        log.take(try Self.published(3, "13:13:", at: 3))
        #expect(log.wrongCount == 1)
    }

    @Test("a symbol whose time has come is inactive, also for who judges before it is pushed, and not for ever active")
    func due() throws {
        var due = Self.row
        due.dueMicroseconds = 5 * Self.secondMicroseconds
        var dead = due
        dead.isActive = false
        var checker = Checker(Self.exchanges)
        checker.take([Self.entry(1, transaction: 10, due)])
        checker.take(try Self.published(1, "5:5:", at: 0))
        checker.take(try Self.published(2, "12:12:", at: 1))
        #expect(wrongCount(checker, Self.answer(due, generation: 2, at: 4)) == 0)
        #expect(wrongCount(checker, Self.answer(dead, generation: 2, at: 4)) == 1, "before its time")
        #expect(wrongCount(checker, Self.answer(dead, generation: 2, at: 6)) == 0)
        #expect(wrongCount(checker, Self.answer(due, generation: 2, at: 6)) == 0, "it is not pushed yet")
        #expect(wrongCount(checker, Self.answer(due, generation: 2, at: 16)) == 1, "long after its time")
        // Nothing changes but the time: the same transactions are shown.
        checker.take(try Self.published(3, "12:12:", at: 6))
        #expect(checker.dueGenerationCount == 1 && checker.dueWithoutDatabaseCount == 0)
        #expect(wrongCount(checker, Self.answer(dead, generation: 3, at: 7)) == 0)
        #expect(wrongCount(checker, Self.answer(due, generation: 3, at: 7)) == 1)
        #expect(wrongCount(checker, Self.answer(due, generation: 2, at: 7)) == 0)
    }

    @Test("what comes due while there is no database is told from what comes due beside one")
    func dueWithoutDatabase() throws {
        var away = FaultWindows()
        away.begin(10 * Self.second)
        away.end(12 * Self.second, graceSeconds: 0)
        var checker = Checker(Self.exchanges)
        for (generation, seconds): (UInt64, Int64) in [(1, 1), (2, 9), (3, 10), (4, 12), (5, 13)] {
            checker.take(try Self.published(generation, "12:12:", at: seconds), databaseAway: away)
        }
        #expect(checker.dueGenerationCount == 4 && checker.dueWithoutDatabaseCount == 2)
        checker.take(try Self.published(6, "13:13:", at: 11), databaseAway: away)
        #expect(checker.dueWithoutDatabaseCount == 2, "the database was read")
    }

    @Test("a future is found by its string alone")
    func future() {
        var row = Self.row
        row.key = SoakKey(exchange: 2, name: 7, form: .underscore)
        #expect(row.keys == [row.key] && Self.row.keys.count == 2)
    }

    @Test("what comes due while a file is served is of the file")
    func dueFromFile() throws {
        var due = Self.row
        due.dueMicroseconds = 5 * Self.secondMicroseconds
        var dead = due
        dead.isActive = false
        var checker = Checker(Self.exchanges)
        checker.take([Self.entry(1, transaction: 10, due)])
        checker.take(try Self.published(7, "12:12:", at: 1, fromFile: 7))
        checker.take(try Self.published(8, "12:12:", at: 6))
        var answer = Self.answer(dead, generation: 8, at: 7)
        answer.flags |= ResolutionFlags.fromFile.rawValue
        #expect(wrongCount(checker, answer) == 0)
        checker.take(try Self.published(9, "13:13:", at: 8))
        answer = Self.answer(dead, generation: 9, at: 9)
        #expect(wrongCount(checker, answer) == 0)
        answer.flags |= ResolutionFlags.fromFile.rawValue
        #expect(wrongCount(checker, answer) == 1)
    }

    @Test("what no generation shows is known, and what was undone is not missing")
    func unpublished() throws {
        var checker = try Self.checker()
        #expect(checker.unpublishedCount == 0)
        checker.take([Self.entry(3, transaction: 13, at: 2)])
        #expect(checker.unpublishedCount == 1)
        var changed = Self.row
        changed.precisionPrice = 9
        checker.take([Self.entry(4, transaction: 14, at: 3, changed)])
        #expect(checker.unpublishedCount == 0, "the row is again as it was")
        checker.take([Self.entry(5, transaction: 15, at: 4, nil), Self.toggle(6, transaction: 15, isActive: false)])
        #expect(checker.unpublishedCount == 2)
        checker.take(try Self.published(4, "16:16:", at: 7))
        #expect(checker.unpublishedCount == 0)
        #expect(checker.lagMicrosecondsMax == 7 * Self.secondMicroseconds)
    }

    @Test("a lag that a fault explains is none")
    func lag() throws {
        var checker = try Self.checker()
        let before = checker.lagMicrosecondsMax
        var windows = FaultWindows()
        windows.begin(50 * Self.second)
        windows.end(60 * Self.second)
        checker.take([Self.entry(3, transaction: 13, at: 40)])
        checker.take(try Self.published(4, "14:14:", at: 55), disturbances: windows)
        #expect(checker.lagMicrosecondsMax == before)
    }

    @Test("an engine is well when it has given a live answer of the present epoch since")
    func enginesNotLive() throws {
        var checker = try Self.checker()
        func silent(since seconds: UInt64, epoch: UInt64 = 1, generation: UInt64 = 0) -> [UInt16] {
            checker.enginesNotLive(of: 2, epoch: epoch, generation: generation, since: seconds * Self.second)
        }
        var second = Self.answer(Self.row, generation: 2, at: 5)
        second.engine = 1
        checker.take([Self.answer(Self.row, generation: 2, at: 4), second], faults: FaultWindows())
        #expect(silent(since: 4) == [])
        #expect(silent(since: 5) == [0])
        #expect(silent(since: 4, epoch: 2) == [0, 1])
        #expect(silent(since: 4, generation: 3) == [0, 1])
        // Neither who may miss changes nor who answers from a file is well.
        var stale = Self.answer(Self.row, generation: 2, at: 9)
        stale.isLive = false
        second.askedNanoseconds = 9 * Self.second
        second.flags |= ResolutionFlags.fromFile.rawValue
        checker.take([stale, second], faults: FaultWindows())
        #expect(silent(since: 9) == [0, 1])
    }
}
