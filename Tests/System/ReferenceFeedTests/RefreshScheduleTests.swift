import ReferenceStore
import Scenarios
import TestSupport
import Testing

@testable import ReferenceFeed

/// The machine against a model of the database, of the network and of time, in random order: notifications get lost,
/// transactions commit late, statements fail, connections break, tombstones are pruned. Whatever is published must be
/// what the tables held at the snapshot that was read, and in the end nothing may be missing.
@Suite struct RefreshScheduleTests {
    /// 10,000 schedules; every fiftieth is a long one.
    @Test(.scenario(.lateCommitter), arguments: 0..<50)
    func everyPublicationEqualsTheTables(round: Int) {
        for number in 0..<Sanitizer.rounds(200) {
            var world = World(generator: SeededGenerator())
            for _ in 0..<(number % 50 == 0 ? 1_000 : 120) { world.step() }
            world.settle()
            #expect(world.mismatches.isEmpty, "\(world.generator): \(world.mismatches.prefix(3))")
            #expect(world.publishCount > 0, "\(world.generator)")
        }
    }

    /// A comparison may fail for ever, for whatever reason: what the increments bring must go on arriving.
    @Test(arguments: 0..<10)
    func reconcilesThatAlwaysFailStopNothing(round: Int) {
        for _ in 0..<Sanitizer.rounds(50) {
            var world = World(generator: SeededGenerator())
            world.reconcilesFail = true
            for _ in 0..<120 { world.step() }
            world.settle()
            #expect(world.mismatches.isEmpty, "\(world.generator): \(world.mismatches.prefix(3))")
        }
    }

    /// The two watermarks known to be wrong: a test that lets one of them pass proves nothing about the right one.
    @Test(.scenario(.lateCommitter), arguments: [ModelDatabase.WatermarkRule.xmin, .updatedAt])
    func wrongWatermarksAreCaught(rule: ModelDatabase.WatermarkRule) {
        var caughtCount = 0
        var wrongInTheEndCount = 0
        for _ in 0..<100 {
            var world = World(generator: SeededGenerator(), rule: rule)
            for _ in 0..<300 { world.step() }
            world.settle()
            if !world.mismatches.isEmpty { caughtCount += 1 }
            if world.mismatches.contains(where: { $0.hasPrefix("in the end") }) { wrongInTheEndCount += 1 }
        }
        // One in ten is plenty: the right rule is tried in a hundred times as many.
        #expect(caughtCount > 10)
        // A late committer that was passed by is never found again.
        if case .updatedAt = rule { #expect(wrongInTheEndCount > 0) }
    }
}

private struct World {
    var generator: SeededGenerator
    var database: ModelDatabase
    var machine: RefreshMachine
    var timers: Set<RefreshTimer> = []
    /// Answers that are under way, in no particular order.
    var answers: [RefreshMachine.Event] = []
    var isListening = false
    var bellCount = 0
    /// The refresh in flight: not yet executed, or executed with what it read.
    var refresh: Refresh?
    var result:
        (content: [Int: Int]?, increment: ModelDatabase.Increment?, truth: [Int: Int], event: RefreshMachine.Event)?
    var held: [Int: Int] = [:]
    var mismatches: [String] = []
    var publishCount = 0
    var isFriendly = false
    var reconcilesFail = false
    var nextValue = 0
    let refusal = RefreshMachine.Event.listenFailed(.listenRefused("58P01"))
    let server = ServerIdentity(
        systemIdentifier: 1, timeline: 1, isInRecovery: false, startedAtMicroseconds: 1, databaseId: 1)

    init(generator: SeededGenerator, rule: ModelDatabase.WatermarkRule = .snapshot) {
        self.generator = generator
        database = ModelDatabase(rule: rule)
        machine = RefreshMachine(settings: RefreshSettings(), seed: generator.seed)
        send(.start)
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }

    mutating func send(_ event: RefreshMachine.Event) {
        for action in machine.handle(event) { perform(action) }
        // Never stuck: something is awaited, or a timer will come.
        if answers.isEmpty, refresh == nil, timers.isEmpty { mismatches.append("stuck after \(event)") }
    }

    mutating func perform(_ action: RefreshMachine.Action) {
        switch action {
        case .connect(let role): answers.append(.connected(role, server))
        case .disconnectAll:
            answers = []
            isListening = false
            bellCount = 0
            refresh = nil
            result = nil
        case .disconnectListener:
            answers.removeAll { [.connected(.listener, server), .listening, .probeHeard, refusal].contains($0) }
            isListening = false
            bellCount = 0
        case .listen where !isFriendly && chance(15): answers.append(refusal)
        case .listen:
            isListening = true
            answers.append(.listening)
        case .ringProbe: answers += [.probeRung, .probeHeard]
        case .probeListener: answers.append(.probeHeard)
        case .begin(let new):
            if refresh != nil { mismatches.append("two refreshes in flight") }
            refresh = new
        case .setTimer(let timer, let milliseconds):
            if milliseconds > 300_000 { mismatches.append("\(timer) is set to \(milliseconds)") }
            timers.insert(timer)
        case .cancelTimer(let timer): timers.remove(timer)
        case .cancelAllTimers: timers = []
        case .sessionEstablished, .sessionLost, .report: break
        }
    }

    /// As the feed does before it says that the refresh is finished.
    mutating func publish(_ published: Refresh) {
        guard let result else { return mismatches.append("published without a result") }
        if machine.inFlight != published { mismatches.append("\(published) is over and not in flight") }
        publishCount += 1
        if case .changes(let deleted, let rows)? = result.increment {
            for id in deleted { held[id] = nil }
            held.merge(rows) { $1 }
            if held != result.truth { mismatches.append("increment: held \(held), tables \(result.truth)") }
        }
        if let content = result.content { held = content }
        if held != result.truth { mismatches.append("\(published): held \(held), tables \(result.truth)") }
        self.result = nil
    }

    /// One thing happens somewhere.
    mutating func step() {
        switch Int.random(in: 0..<10, using: &generator) {
        case 0...3: writeSomething()
        case 4: ring()
        case 5, 6: advanceRefresh()
        case 7: answer()
        case 8: fireTimer()
        default:
            if chance(5) {
                send(.connectionFailed(chance(50) ? .listener : .query, .connection(.query, "broken")))
            } else if chance(10) {
                database.prune()
            }
        }
    }

    mutating func writeSomething() {
        let open = database.running.keys.sorted()
        if open.count < 4, chance(40) {
            _ = database.begin()
            return
        }
        guard let xid = open.randomElement(using: &generator) else { return }
        switch Int.random(in: 0..<100, using: &generator) {
        case ..<45:
            nextValue += 1
            _ = database.write(xid, .put(id: Int.random(in: 0..<8, using: &generator), value: nextValue))
        case ..<65: _ = database.write(xid, .delete(id: Int.random(in: 0..<8, using: &generator)))
        case ..<67: _ = database.write(xid, .truncate)
        case ..<72: database.rollback(xid)
        case ..<75:
            let writeCount = database.running[xid]?.count ?? 0
            database.rollback(xid, keeping: Int.random(in: 0...writeCount, using: &generator))
        case ..<79: database.prepare(xid)
        default:
            // A fifth of the bells get lost, and what is rung while nobody listens always does.
            if database.commit(xid), isListening, !chance(20) { bellCount += 1 }
        }
    }

    mutating func ring() {
        guard bellCount > 0, machine.phase == .established else { return }
        bellCount = 0
        send(.notified)
    }

    mutating func answer() {
        guard !answers.isEmpty else { return }
        send(answers.remove(at: Int.random(in: 0..<answers.count, using: &generator)))
    }

    mutating func fireTimer() {
        guard let timer = timers.sorted(by: { $0.rawValue < $1.rawValue }).randomElement(using: &generator) else {
            return
        }
        // What ends a session or repairs everything is rare, else increments would hardly ever follow one another; in
        // the end they alone must have got it right.
        let isEnding = [.connectDeadline, .refreshDeadline, .listenerDeadline, .reconcile].contains(timer)
        if isEnding, !(timer == .reconcile && reconcilesFail), isFriendly || !chance(5) { return }
        timers.remove(timer)
        guard timer == .refreshSilence else { return send(.timer(timer)) }
        send(.querySilent(milliseconds: !isFriendly && chance(5) ? .max : 0))
    }

    /// A refresh first takes its snapshot, then, later, its answer arrives.
    mutating func advanceRefresh() {
        guard let refresh else { return }
        if let result {
            self.refresh = nil
            if case .refreshFinished = result.event { publish(refresh) }
            self.result = nil
            send(result.event)
        } else if case .reconcile = refresh, reconcilesFail {
            self.refresh = nil
            send(.refreshFailed(.statement(sqlState: "57014", "statement timeout")))
        } else if !isFriendly, chance(15) {
            self.refresh = nil
            send(.refreshFailed(.statement(sqlState: "55P03", "lock timeout")))
        } else {
            execute(refresh)
        }
    }

    mutating func execute(_ refresh: Refresh) {
        let now = database.currentSnapshot()
        let truth = database.values
        let finished = RefreshMachine.Event.refreshFinished(Watermark(text: now.text))
        switch refresh {
        case .fullLoad: result = (truth, nil, truth, finished)
        case .increment(let since), .reconcile(let since):
            guard let old = database.snapshots[since.text] else {
                return mismatches.append("a watermark that was never handed out")
            }
            let increment = database.changes(since: old, at: now)
            if case .expired(let isTruncated) = increment {
                result = (nil, nil, truth, .refreshExpired(isTruncated ? .truncated : .pruned))
            } else {
                result = (refresh.isIncrement ? nil : truth, increment, truth, finished)
            }
        }
    }

    /// The world calms down: everything commits, nothing fails any more, time passes.
    mutating func settle() {
        isFriendly = true
        for xid in database.running.keys.sorted() { _ = database.commit(xid) }
        let wanted = publishCount + 4
        var stepCount = 0
        while publishCount < wanted, stepCount < 10_000 {
            stepCount += 1
            answer()
            ring()
            advanceRefresh()
            if refresh == nil, answers.isEmpty { fireTimer() }
        }
        if publishCount < wanted { mismatches.append("does not settle") }
        if held != database.values { mismatches.append("in the end: held \(held), tables \(database.values)") }
    }
}
