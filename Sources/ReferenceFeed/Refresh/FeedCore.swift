import EventLoop
import PostgreSQL
import ReferenceData
import ReferenceStore

/// Carries out what the `RefreshMachine` decides. Belongs to the loop's thread.
///
/// The way of an UPDATE to the snapshot that shows it:
///
/// 1. The triggers of `symbols` stamp the row with the writer's transaction id and NOTIFY (`Migrations/README.md`).
/// 2. After the commit the notification makes the listener's socket readable: `FeedConnection` reports `.notified`,
///    `listenerStep` knows the channel for the doorbell's and hands `.notified` to the machine.
/// 3. The machine answers `.begin(.increment(since: watermark))`, unless a refresh is in flight or a failure or a flood
///    must be waited out: then it notes that one is wanted, and begins it once that is over.
/// 4. `begin` (in `FeedCore+Query.swift`, as `finish`) asks the `ReferenceRead` for its statements and sends them on
///    the query connection, in one round trip: begin, lock, rows stamped since the watermark, commit. Rows are decoded
///    as they arrive.
/// 5. When the transaction is over, `finish` looks whether the result may be served (an emptied table is held back).
/// 6. `SnapshotPublisher.publish` makes a new snapshot of the old one and the delta, and hands it with its changes to
///    `onUpdate`. The closure that `Serving.init` gives for it calls `SymbologyServer.publish`: the head of the
///    server's `Publisher.swift` tells the rest of the way, to the frame.
/// 7. The machine hears `.refreshFinished` with the new watermark, sets the timer of the next poll, and begins what was
///    wanted meanwhile.
///
/// A notification that is lost is made up for by the poll, a trigger that did not fire by the reconcile.
final class FeedCore {
    let loop: Loop
    private(set) var configuration: FeedConfiguration
    var machine: RefreshMachine
    var timers: [RefreshTimer: Timer] = [:]
    var listener: FeedConnection?
    var query: FeedConnection?
    /// The purpose of the listener's statement under way.
    var listenerTask = ListenerTask.identify
    var queryTask = QueryTask.identify
    /// The identity that the server on each connection gave, or why it cannot be read.
    var identities: [ConnectionRole: Result<ServerIdentity, PostgreSQLError>] = [:]
    /// Part of the channel's name for this session's own probes.
    var probeNumber: UInt64 = 0
    var health = HealthWatch()
    /// An operator who saw that a load is held back said yes to the next one, whatever it loses or changes.
    var isConfirmedOnce = false
    var publisher: SnapshotPublisher
    private var dueTimer: Timer?
    var images: ImageKeeper?
    let onEvent: @Sendable (FeedEvent) -> Void
    /// Events that came while another was being handled; each is handled whole before the next.
    var pendingEvents: [RefreshMachine.Event] = []
    var isHandling = false

    enum ListenerTask { case identify, listen, heartbeat }

    private static let undefinedFile = "58P01"

    enum QueryTask {
        case identify
        case idle
        case ring
        case refresh(RunningRefresh)
        /// The transaction failed for this reason and is being rolled back.
        case rollback(FeedFailure)
    }

    init(
        on loop: Loop, _ configuration: FeedConfiguration, initial: Snapshot, confirmedAt: Timestamp,
        imageWorker: LoopThread, deliver: @escaping @Sendable (FinishedImage) -> Void,
        onUpdate: @escaping (SnapshotUpdate) -> Void, onEvent: @escaping @Sendable (FeedEvent) -> Void
    ) {
        self.loop = loop
        self.configuration = configuration
        self.onEvent = onEvent
        machine = RefreshMachine(settings: configuration.refresh, seed: configuration.seed)
        publisher = SnapshotPublisher(
            initial: initial, confirmedAt: confirmedAt, firstGeneration: configuration.firstGeneration,
            wallClock: configuration.wallClock, onUpdate: onUpdate)
        images = ImageKeeper(on: loop, configuration.image, worker: imageWorker, deliver: deliver) { [unowned self] in
            considerImage()
        }
    }

    /// Begins to serve what is there, and to connect.
    func start() {
        publisher.publishInitial()
        considerImage()
        awaitDue()
        handle(.start)
    }

    /// An image made in the background has come.
    func take(_ finished: FinishedImage) {
        guard let images else { return }
        let isAdopted = finished.image.map { publisher.adopt($0) } ?? false
        for event in images.finished(finished, isAdopted: isAdopted) { onEvent(event) }
        publisher.note(images.fault)
        considerImage()
    }

    func update(_ refresh: RefreshSettings, _ memory: MemoryLimit, _ shrink: ShrinkLimit, allowsShrink: Bool) {
        configuration.refresh = refresh
        configuration.memory = memory
        configuration.shrink = shrink
        configuration.allowsShrink = allowsShrink
        machine.settings = refresh
    }

    func considerImage() { images?.consider(publisher.snapshot, confirmedAt: publisher.confirmedAt) }

    /// Sets the timer of the next look at the wall clock, which needs no database.
    func awaitDue(hasChanged: Bool = false) {
        guard let milliseconds = publisher.milliseconds(toNextLook: hasChanged) else { return }
        dueTimer = start(dueTimer, milliseconds) { [unowned self] in
            let event = publisher.judge()
            if let event {
                onEvent(event)
                considerImage()
            }
            awaitDue(hasChanged: event != nil)
        }
    }

    func handle(_ event: RefreshMachine.Event) {
        pendingEvents.append(event)
        guard !isHandling else { return }
        isHandling = true
        while !pendingEvents.isEmpty {
            let next = pendingEvents.removeFirst()
            for action in machine.handle(next) { perform(action) }
        }
        publisher.note(machine.fault)
        isHandling = false
    }

    /// Ends everything; the core is of no use afterwards.
    func stop() {
        handle(.stop)
        for timer in timers.values { timer.close() }
        timers = [:]
        dueTimer?.close()
        images?.stop(publisher.snapshot, confirmedAt: publisher.confirmedAt, onEvent: onEvent)
        images = nil
        onEvent(.stopped)
    }

    // MARK: - Actions

    func perform(_ action: RefreshMachine.Action) {
        switch action {
        case .connect(let role): connect(role)
        case .disconnectAll: disconnectAll()
        case .disconnectListener:
            listener?.close()
            listener = nil
        case .listen:
            listenerTask = .listen
            listener?.sendSimple(ReferenceStatements.listen(probe: probeNumber))
        case .ringProbe:
            queryTask = .ring
            query?.send(ReferenceStatements.ring, [probeChannel])
        case .probeListener:
            listenerTask = .heartbeat
            listener?.sendPipeline([BoundStatement(ReferenceStatements.heartbeat, [probeChannel])])
        case .begin(let refresh): begin(refresh)
        case .sessionEstablished:
            publisher.setConnected(true)
            if case .success(let identity)? = identities[.query] { onEvent(.connected(identity)) }
        case .sessionLost(let failure):
            publisher.setConnected(false)
            onEvent(.disconnected(failure))
        case .setTimer(let timer, let milliseconds): set(timer, milliseconds)
        case .cancelTimer(let timer): timers[timer]?.stop()
        case .cancelAllTimers: for timer in timers.values { timer.stop() }
        case .report(.retrying(let failure, let attempt, let milliseconds)):
            onEvent(.retrying(failure, attempt: attempt, retryMilliseconds: milliseconds))
        case .report(.recovered(let attempts)):
            onEvent(.recovered(afterAttempts: attempts))
        }
    }

    func set(_ timer: RefreshTimer, _ milliseconds: UInt32) {
        timers[timer] = start(timers[timer], milliseconds) { [unowned self] in fired(timer) }
    }

    /// Starts a timer anew; makes it the first time.
    private func start(_ timer: Timer?, _ milliseconds: UInt32, onFire: @escaping () -> Void) -> Timer {
        // Work inside one turn may have taken long, and libuv counts from the turn's start.
        loop.updateTime()
        if let timer {
            timer.start(afterMilliseconds: UInt64(milliseconds))
            return timer
        }
        do throws(EventLoopError) {
            let timer = try Timer(on: loop, onFire: onFire)
            timer.start(afterMilliseconds: UInt64(milliseconds))
            return timer
        } catch {
            preconditionFailure("a timer needs no resource that can run out: \(error)")
        }
    }

    private func fired(_ timer: RefreshTimer) {
        // The loop runs its timers before it reads its sockets. After a publication that took long an answer that came
        // in time may lie there unread.
        if timer == .listenerDeadline { listener?.takeArrived() }
        if timer == .refreshSilence {
            query?.takeArrived()
            return handle(.querySilent(milliseconds: query?.silentMilliseconds ?? 0))
        }
        handle(.timer(timer))
    }

    func connect(_ role: ConnectionRole) {
        let settings: SessionSettings
        let connection: FeedConnection
        identities[role] = nil
        switch role {
        case .listener:
            settings = .listener(applicationName: "symbology listener", schema: configuration.schema)
            connection = FeedConnection(on: loop) { [unowned self] in listenerStep($0) }
            listener = connection
            listenerTask = .identify
            probeNumber = UInt64.random(in: .min ... .max)
        case .query:
            var query = SessionSettings(
                applicationName: "symbology feed", schema: configuration.schema,
                statementTimeoutMilliseconds: configuration.statementTimeoutMilliseconds,
                lockTimeoutMilliseconds: configuration.lockTimeoutMilliseconds)
            query.homeTable = ReferenceStatements.homeTable
            query.serverSettings = ReferenceStatements.plannerSettings
            settings = query
            connection = FeedConnection(on: loop) { [unowned self] in queryStep($0) }
            self.query = connection
            queryTask = .identify
        }
        connection.open(configuration.target, settings)
    }

    func disconnectAll() {
        listener?.close()
        query?.close()
        listener = nil
        query = nil
        queryTask = .idle
    }

    // MARK: - Listener

    var probeChannel: Parameter { .text(ReferenceStatements.probeChannel(probeNumber)) }

    func listenerStep(_ step: FeedConnection.Step) {
        switch step {
        case .ready:
            listenerTask = .identify
            listener?.send(ReferenceStatements.identity)
        case .result(let result):
            switch listenerTask {
            case .identify: takeIdentity(result, .listener)
            case .heartbeat: takeHealth(result)
            case .listen: break
            }
        case .notified(let channels):
            let probe = ReferenceStatements.probeChannel(probeNumber)
            if channels.contains(probe) { handle(.probeHeard) }
            if channels.contains(ReferenceStatements.doorbellChannel) { handle(.notified) }
        case .lost(let error), .statementOver(let error?):
            // Whether the session outlives it differs between minor versions.
            if listenerTask == .listen, error.sqlState == Self.undefinedFile {
                return handle(.listenFailed(.listenRefused(error.description)))
            }
            failConnection(.listener, error)
        case .statementOver(nil):
            switch listenerTask {
            case .identify: finishIdentity(.listener)
            case .listen: handle(.listening)
            // Its proof is the notification, not the statement's end.
            case .heartbeat: break
            }
        }
    }

    func failConnection(_ role: ConnectionRole, _ error: PostgreSQLError) {
        let reason = error.description
        handle(.connectionFailed(role, error.kind == .encoding ? .wrongEncoding(reason) : .connection(role, reason)))
    }
}
