import Glibc
import Platform
import SymbologyClient
import SymbologyWire

/// Makes the load: one thread, one loop over every connection, sleeping in poll(2) or spinning.
///
/// In an open loop request n is due at n divided by the rate, whatever became of those before it, and goes to
/// connection n modulo their count. The last millisecond before a request is due is spun through, since poll(2) knows
/// no finer time. While it runs nothing is allocated per request.
final class LoadEngine {
    let plan: LoadPlan
    let keys: LoadKeys
    let connections: [LoadConnection]
    let progress: LoadProgress
    private let isStopRequested: () -> Bool
    var verifier: AnswerVerifier?
    var result: LoadResult

    private let subscriber: PushReader?
    /// The first generation of the server's life that pushes come from.
    private var pushedEpoch: UInt64 = 0
    private var polled: [pollfd]
    private let intervalNanoseconds: Double
    private var scheduledCount: [UInt64]
    private var startNanoseconds: UInt64 = 0
    private var spinTurnCount = 0

    init(
        _ plan: LoadPlan, keys: LoadKeys, connections: [LoadConnection], subscriber: PushReader?,
        verifier: AnswerVerifier?, generation: UInt64, isStopRequested: @escaping () -> Bool,
        progress: LoadProgress
    ) {
        self.plan = plan
        self.keys = keys
        self.connections = connections
        self.subscriber = subscriber
        self.verifier = verifier
        self.isStopRequested = isStopRequested
        self.progress = progress
        result = LoadResult(lag: InvalidationLag(generation: generation))
        result.isSubscribed = subscriber != nil
        // A negative descriptor is passed over by poll(2).
        polled = [pollfd(fd: subscriber?.socket.descriptor ?? -1, events: Int16(POLLIN), revents: 0)]
        polled += connections.map { pollfd(fd: $0.socket.descriptor, events: Int16(POLLIN), revents: 0) }
        intervalNanoseconds = plan.ratePerSecond.map { 1e9 / $0 } ?? 0
        scheduledCount = [UInt64](repeating: 0, count: connections.count)
    }

    /// Runs to the end of the duration, of the requests, or to a signal; a lost connection ends it too, and is told in
    /// `result.failure`.
    func run() {
        startNanoseconds = MonotonicClock.nanoseconds()
        let end = startNanoseconds &+ plan.durationNanoseconds
        for index in connections.indices { schedule(index) }
        var ended = startNanoseconds
        do {
            ended = try load(until: end)
            finishLoad(at: ended)
            try drain(until: MonotonicClock.nanoseconds() &+ BenchLimits.drainNanoseconds)
        } catch {
            if result.elapsedNanoseconds == 0 {
                ended = MonotonicClock.nanoseconds()
                finishLoad(at: ended)
            }
            result.failure = error.reason
        }
        result.unansweredCount = connections.reduce(0) { $0 + UInt64($1.inFlightCount) }
        // After the last answer, which would else have to wait for it.
        recordUnsent(at: ended)
    }

    /// Returns when it ended.
    private func load(until end: UInt64) throws(SocketFailure) -> UInt64 {
        var nextProgress = startNanoseconds &+ LoadProgress.intervalNanoseconds
        while true {
            let now = MonotonicClock.nanoseconds()
            if now >= end || isStopRequested() || result.answerCount >= plan.requestCountMax ?? .max { return now }
            if now >= nextProgress {
                progress.write(result, verifier: verifier, since: startNanoseconds, now: now)
                nextProgress = now &+ LoadProgress.intervalNanoseconds
            }
            verifier?.takeListing()
            let nextDue = try send(now)
            try awaitAndRead(until: min(end, nextProgress), nextDue: nextDue)
        }
    }

    private func drain(until deadline: UInt64) throws(SocketFailure) {
        while connections.contains(where: { $0.inFlightCount > 0 }) {
            let now = MonotonicClock.nanoseconds()
            guard now < deadline else { return }
            verifier?.takeListing()
            for connection in connections { try connection.flush() }
            try awaitAndRead(until: deadline, nextDue: .max)
        }
    }

    // MARK: Sending

    /// Sends what is due; returns when the next request is, as far as its connection has room for it.
    private func send(_ now: UInt64) throws(SocketFailure) -> UInt64 {
        var nextDue = UInt64.max
        for index in connections.indices {
            let connection = connections[index]
            while connection.hasRoom, connection.nextDueNanoseconds <= now,
                result.requestCount < plan.requestCountMax ?? .max
            {
                enqueue(connection, due: plan.isOpenLoop ? connection.nextDueNanoseconds : now, now: now)
                if plan.isOpenLoop { schedule(index) }
            }
            if connection.hasRoom { nextDue = min(nextDue, connection.nextDueNanoseconds) }
            if connection.hasUnsent { try connection.flush() }
        }
        return plan.isOpenLoop && result.requestCount < plan.requestCountMax ?? .max ? nextDue : .max
    }

    @inline(__always)
    private func enqueue(_ connection: LoadConnection, due: UInt64, now: UInt64) {
        let keyIndex = keys.draws[connection.drawIndex & keys.drawMask]
        connection.drawIndex &+= 1
        connection.enqueue(
            keys.frames + Int(keyIndex) &* WireLimits.requestByteCount,
            LoadConnection.InFlight(
                dueNanoseconds: due, sentNanoseconds: now,
                floor: max(result.lag.pushedGeneration, connection.shownGeneration), keyIndex: keyIndex))
        result.requestCount &+= 1
    }

    /// Sets when the connection's next request is due; counted from the start, so that no rounding adds up.
    @inline(__always)
    private func schedule(_ index: Int) {
        guard plan.isOpenLoop else { return }
        connections[index].nextDueNanoseconds = due(index, scheduledCount[index])
        scheduledCount[index] &+= 1
    }

    private func due(_ index: Int, _ number: UInt64) -> UInt64 {
        let request = Double(number) * Double(connections.count) + Double(index)
        return startNanoseconds &+ UInt64(request * intervalNanoseconds)
    }

    // MARK: Reading

    private func awaitAndRead(until deadline: UInt64, nextDue: UInt64) throws(SocketFailure) {
        if plan.isBusyPolling {
            spinTurnCount &+= 1
            if spinTurnCount % BenchLimits.spinTurnsPerPushRead == 0 { try readPushes() }
            for connection in connections where connection.inFlightCount > 0 { try readAnswers(connection) }
            return
        }
        for index in connections.indices {
            polled[index + 1].events = Int16(POLLIN) | (connections[index].hasUnsent ? Int16(POLLOUT) : 0)
        }
        let count = poll(&polled, nfds_t(polled.count), pollMilliseconds(until: min(deadline, nextDue), nextDue))
        if count < 0, errno != EINTR { throw SocketFailure(errno) }
        guard count > 0 else { return }
        if polled[0].revents != 0 { try readPushes() }
        for index in connections.indices where polled[index + 1].revents != 0 {
            // What has become writable is written in the next turn.
            try readAnswers(connections[index])
        }
    }

    private func pollMilliseconds(until moment: UInt64, _ nextDue: UInt64) -> Int32 {
        let now = MonotonicClock.nanoseconds()
        guard moment > now else { return 0 }
        let milliseconds = Int32(clamping: (moment - now) / 1_000_000)
        return moment == nextDue ? milliseconds : max(1, milliseconds)
    }

    private func readPushes() throws(SocketFailure) {
        guard let subscriber else { return }
        try subscriber.read { epoch, generation in
            pushedEpoch = epoch
            result.lag.didReadPush(generation: generation, at: MonotonicClock.nanoseconds())
            result.changeCount &+= 1
            verifier?.note(generation: generation)
        }
    }

    private func readAnswers(_ connection: LoadConnection) throws(SocketFailure) {
        guard try connection.read() else { return }
        // One look at the clock for all that one read brought: they arrived together.
        let now = MonotonicClock.nanoseconds()
        while let frame = try connection.nextFrame() {
            guard FrameHeaderView(frame).template == .symbolResolution else { throw Self.unexpected(frame) }
            let view = SymbolResolutionView(frame)
            guard let request = connection.take(answerTo: view.requestId) else {
                throw SocketFailure("the server answered a request that was not due")
            }
            record(view, request, connection, now)
        }
    }

    @inline(__always)
    private func record(
        _ view: SymbolResolutionView, _ request: LoadConnection.InFlight, _ connection: LoadConnection, _ now: UInt64
    ) {
        result.answerCount &+= 1
        switch view.status {
        case .ok, .inactive: result.hitCount &+= 1
        case .unknownSymbol, .unknownExchange: result.missCount &+= 1
        default: result.otherCount &+= 1
        }
        result.uncorrected.record(nanoseconds: now &- request.sentNanoseconds)
        if plan.isOpenLoop { result.corrected.record(nanoseconds: now &- request.dueNanoseconds) }
        let generation = view.generation
        result.lag.didReadAnswer(generation: generation, at: now)
        if generation > connection.shownGeneration { connection.shownGeneration = generation }
        // A former life of the server, which has not closed the connection yet, knows nothing of what is announced.
        let isOfPushedLife = generation >= pushedEpoch
        verifier?.judge(
            SymbolAnswer(view), generation: generation, keyIndex: Int(request.keyIndex),
            floor: isOfPushedLife ? request.floor : 0)
    }

    private static func unexpected(_ frame: UnsafeRawPointer) -> SocketFailure {
        guard FrameHeaderView(frame).template == .rejected else {
            return SocketFailure("the server sent template \(FrameHeaderView(frame).templateId) for a lookup")
        }
        let view = RejectedView(frame)
        let text = String(decoding: view.text, as: UTF8.self)
        return SocketFailure("the server rejected a request (\(view.reason)): \(text)")
    }

    // MARK: The end

    private func finishLoad(at now: UInt64) {
        result.elapsedNanoseconds = max(1, now &- startNanoseconds)
        result.timelyAnswerCount = result.answerCount
    }

    /// A request that was due and never left has waited all the same, until `now`: left out, it would make a server
    /// that has too much to do look fast.
    private func recordUnsent(at now: UInt64) {
        guard plan.isOpenLoop, result.requestCount < plan.requestCountMax ?? .max else { return }
        let unsent = connections.indices.map { firstUnsent($0)..<max(firstUnsent($0), firstNotDue($0, at: now)) }
        result.unsentCount = unsent.reduce(0) { $0 + UInt64($1.count) }
        // Hours of a rate that nothing keeps up with are more than can be recorded one by one: of those that were due
        // side by side, and waited as long but for a moment, the one that waited longest stands for all.
        let groupCount = result.unsentCount / BenchLimits.unsentRecordedMax + 1
        for index in connections.indices {
            for number in stride(from: unsent[index].lowerBound, to: unsent[index].upperBound, by: Int(groupCount)) {
                let count = min(groupCount, UInt64(unsent[index].upperBound - number))
                result.corrected.record(nanoseconds: now &- due(index, UInt64(number)), count: count)
            }
        }
    }

    /// What `schedule` has set, and is not sent.
    private func firstUnsent(_ index: Int) -> Int { Int(scheduledCount[index]) - 1 }

    /// The number of the first request of a connection that is due at `now` or later.
    private func firstNotDue(_ index: Int, at now: UInt64) -> Int {
        let turn = Double(now &- startNanoseconds) / intervalNanoseconds
        var number = max(0, Int((turn - Double(index)) / Double(connections.count)))
        // The division rounds: `due` decides.
        while number > 0, due(index, UInt64(number - 1)) >= now { number -= 1 }
        while due(index, UInt64(number)) < now { number += 1 }
        return number
    }
}
