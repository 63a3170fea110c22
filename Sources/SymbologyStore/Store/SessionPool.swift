internal import Platform
internal import PostgreSQL
import ReferenceData
internal import ReferenceStore
import Synchronization

/// So many connections and no more, handed out in the order in which they are asked for; those who wait are counted,
/// and have a deadline. All members are thread-safe.
final class SessionPool: Sendable {
    private struct State {
        var idle: [StoreSession] = []
        /// Idle, in use or being made.
        var openCount = 0
        /// The numbers of those who wait, in their order.
        var waiting: [UInt64] = []
        /// Operations of tasks whose thread has not begun with them.
        var queuedCount = 0
        var ticketCount: UInt64 = 0
        var isClosed = false
    }

    private enum Grant {
        case session(StoreSession)
        /// There is room for another connection, and it is to be made.
        case room
        case closed
    }

    let options: MarketStoreOptions
    private let target: ConnectionTarget
    private let makeResolver: (@Sendable () throws -> any SymbolResolving)?
    private let watch: SessionWatch
    private let state = Mutex(State())
    private let changed = MonotonicCondition()

    init(
        _ target: ConnectionTarget, _ options: MarketStoreOptions,
        _ makeResolver: (@Sendable () throws -> any SymbolResolving)?
    ) throws(MarketStoreError) {
        self.options = options
        self.target = target
        self.makeResolver = makeResolver
        watch = try SessionWatch()
    }

    var use: MarketStoreUse {
        state.withLock { state in
            MarketStoreUse(
                connectionCount: state.openCount, idleCount: state.idle.count,
                waiterCount: state.waiting.count + state.queuedCount)
        }
    }

    /// Whoever waits is told so; idle connections end now, those in use when they come back. Idempotent.
    func close() {
        let idle = state.withLock { state in
            state.isClosed = true
            state.openCount -= state.idle.count
            defer { state.idle = [] }
            return state.idle
        }
        for session in idle { session.connection.close() }
        changed.broadcast()
        watch.stop()
    }

    /// Takes a place in the queue for an operation that begins later.
    func enqueue() throws(MarketStoreError) {
        try state.withLock { state throws(MarketStoreError) in
            if state.isClosed { throw .closed }
            guard state.waiting.count + state.queuedCount < options.waiterCountMax else {
                throw .tooManyWaiting(waiterCountMax: options.waiterCountMax)
            }
            state.queuedCount += 1
        }
    }

    /// Gives the place up: it begins, or never will.
    func dequeue() { state.withLock { $0.queuedCount -= 1 } }

    /// Runs `body` with a connection of the pool. What has written nothing is done once more where the connection had
    /// ended while nobody used it.
    /// - Parameters:
    ///   - isQueued: it has had a place in the queue already.
    ///   - isFresh: over a connection that is made for it.
    func withSession<Answer>(
        by deadline: Deadline, isQueued: Bool, isFresh: Bool = false, _ body: (StoreSession) throws -> Answer
    ) throws(MarketStoreError) -> Answer {
        var isAgain = isFresh
        while true {
            let session = try take(by: deadline, isQueued: isQueued, isFresh: isAgain)
            let (outcome, wasCut) = watch.during(session, milliseconds: options.cutMilliseconds) { try body(session) }
            let canRepeat = session.isReused && !session.hasWritten && !isAgain && !wasCut
            giveBack(session, wasCut: wasCut)
            switch outcome {
            case .success(let answer): return answer
            case .failure(let error):
                let fault =
                    wasCut
                    ? .answerTookTooLong(milliseconds: options.cutMilliseconds) : MarketStoreError(any: error)
                guard canRepeat, fault.isConnectionLost else { throw fault }
                isAgain = true
            }
        }
    }

    private func take(by deadline: Deadline, isQueued: Bool, isFresh: Bool) throws(MarketStoreError) -> StoreSession {
        var grant: Grant?
        let ticket = try state.withLock { state throws(MarketStoreError) in
            state.ticketCount += 1
            let ticket = state.ticketCount
            state.waiting.append(ticket)
            grant = self.grant(ticket, &state, isFresh)
            // It waits, and so counts itself.
            if grant == nil, !isQueued, state.waiting.count + state.queuedCount > options.waiterCountMax {
                state.waiting.removeAll { $0 == ticket }
                throw .tooManyWaiting(waiterCountMax: options.waiterCountMax)
            }
            return ticket
        }
        _ = changed.wait(by: deadline) {
            grant = grant ?? state.withLock { self.grant(ticket, &$0, isFresh) }
            return grant != nil
        }
        guard let grant else {
            state.withLock { state in state.waiting.removeAll { $0 == ticket } }
            changed.broadcast()
            throw .waitedTooLong(milliseconds: deadline.milliseconds)
        }
        // The next in the queue may have its turn too.
        changed.broadcast()
        switch grant {
        case .session(let session): return session
        case .closed: throw .closed
        case .room: return try make()
        }
    }

    /// Whose turn it is gets a connection, or room for one. One that must be fresh takes the room of an idle one.
    private func grant(_ ticket: UInt64, _ state: inout State, _ isFresh: Bool) -> Grant? {
        if state.isClosed {
            state.waiting.removeAll { $0 == ticket }
            return .closed
        }
        guard state.waiting.first == ticket else { return nil }
        if !isFresh, let session = state.idle.popLast() {
            state.waiting.removeFirst()
            return .session(session)
        }
        if state.openCount >= options.connectionCountMax {
            guard let old = state.idle.popLast() else { return nil }
            old.connection.close()
            state.openCount -= 1
        }
        state.openCount += 1
        state.waiting.removeFirst()
        return .room
    }

    private func make() throws(MarketStoreError) -> StoreSession {
        var settings = SessionSettings(
            applicationName: "symbology store",
            statementTimeoutMilliseconds: Int32(clamping: options.statementMilliseconds),
            lockTimeoutMilliseconds: Int32(clamping: options.statementMilliseconds))
        settings.homeTable = ReferenceStatements.homeTable
        // To compile a plan over a hundred partitions takes longer than to run it.
        settings.serverSettings = ["jit": "off"]
        do throws(PostgreSQLError) {
            return try StoreSession(
                target, settings, watch, cutMilliseconds: options.cutMilliseconds, makeResolver)
        } catch {
            state.withLock { $0.openCount -= 1 }
            changed.broadcast()
            throw MarketStoreError(error)
        }
    }

    private func giveBack(_ session: StoreSession, wasCut: Bool) {
        session.isReused = true
        session.hasWritten = false
        let isUsable = session.isUsable && !wasCut
        let isKept = state.withLock { state in
            guard isUsable, !state.isClosed else {
                state.openCount -= 1
                return false
            }
            state.idle.append(session)
            return true
        }
        if !isKept { session.connection.close() }
        changed.broadcast()
    }
}
