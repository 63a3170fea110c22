import EventLoop
import PostgreSQL
import ReferenceData
import ReferenceStore

/// Carries out what the `RefreshMachine` decides. Belongs to the loop's thread.
final class FeedCore {
    private let loop: Loop
    private let configuration: FeedConfiguration
    private var machine: RefreshMachine
    private var timers: [RefreshTimer: Timer] = [:]
    private var listener: FeedConnection?
    private var query: FeedConnection?
    /// What the listener's statement under way is for.
    private var listenerTask = ListenerTask.identify
    private var queryTask = QueryTask.identify
    private var identity: ServerIdentity?
    private var identityFailure: PostgreSQLError?
    private var publisher: SnapshotPublisher
    private var images: ImageKeeper?
    private let onEvent: @Sendable (FeedEvent) -> Void
    /// Events that came while another was being handled; each is handled whole before the next.
    private var pendingEvents: [RefreshMachine.Event] = []
    private var isHandling = false

    private enum ListenerTask { case identify, listen, heartbeat }

    private enum QueryTask {
        case identify
        case idle
        case read(Reading)
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
        publisher = SnapshotPublisher(initial: initial, confirmedAt: confirmedAt, onUpdate: onUpdate)
        images = ImageKeeper(on: loop, configuration.image, worker: imageWorker, deliver: deliver) { [unowned self] in
            considerImage()
        }
    }

    /// Begins to serve what is there, and to connect.
    func start() {
        publisher.publishInitial()
        considerImage()
        handle(.start)
    }

    /// An image made in the background has come.
    func take(_ finished: FinishedImage) {
        guard let images else { return }
        let isAdopted = publisher.adopt(finished.image)
        for event in images.finished(finished, isAdopted: isAdopted) { onEvent(event) }
        considerImage()
    }

    private func considerImage() { images?.consider(publisher.snapshot, confirmedAt: publisher.confirmedAt) }

    func handle(_ event: RefreshMachine.Event) {
        pendingEvents.append(event)
        guard !isHandling else { return }
        isHandling = true
        while !pendingEvents.isEmpty {
            let next = pendingEvents.removeFirst()
            for action in machine.handle(next) { perform(action) }
        }
        isHandling = false
    }

    /// Ends everything; the core is of no use afterwards.
    func stop() {
        handle(.stop)
        for timer in timers.values { timer.close() }
        timers = [:]
        images?.stop(publisher.snapshot, confirmedAt: publisher.confirmedAt, onEvent: onEvent)
        images = nil
        onEvent(.stopped)
    }

    // MARK: - Actions

    private func perform(_ action: RefreshMachine.Action) {
        switch action {
        case .connect(let role): connect(role)
        case .disconnectAll: disconnectAll()
        case .listen: sendToListener(.listen, ReferenceStatements.listen)
        case .probeListener: sendToListener(.heartbeat, ReferenceStatements.heartbeat)
        case .begin(let work): begin(work)
        case .publish(let work): publish(work)
        case .sessionEstablished:
            publisher.setConnected(true)
            if let identity { onEvent(.connected(identity)) }
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

    private func set(_ timer: RefreshTimer, _ milliseconds: UInt32) {
        // Work inside one turn may have taken long, and libuv counts from the turn's start.
        loop.updateTime()
        if let existing = timers[timer] {
            return existing.start(afterMilliseconds: UInt64(milliseconds))
        }
        do throws(EventLoopError) {
            let new = try Timer(on: loop) { [unowned self] in handle(.timer(timer)) }
            timers[timer] = new
            new.start(afterMilliseconds: UInt64(milliseconds))
        } catch {
            preconditionFailure("a timer needs no resource that can run out: \(error)")
        }
    }

    private func connect(_ role: ConnectionRole) {
        let settings: SessionSettings
        let connection: FeedConnection
        switch role {
        case .listener:
            settings = .listener(applicationName: "symbology listener", schema: configuration.schema)
            connection = FeedConnection(on: loop) { [unowned self] in listenerStep($0) }
            listener = connection
            listenerTask = .identify
        case .query:
            var query = SessionSettings(
                applicationName: "symbology feed", schema: configuration.schema,
                statementTimeoutMilliseconds: configuration.statementTimeoutMilliseconds,
                lockTimeoutMilliseconds: configuration.lockTimeoutMilliseconds)
            query.serverSettings = ReferenceStatements.plannerSettings
            settings = query
            connection = FeedConnection(on: loop) { [unowned self] in queryStep($0) }
            self.query = connection
            queryTask = .identify
        }
        connection.open(configuration.target, settings)
    }

    private func disconnectAll() {
        listener?.close()
        query?.close()
        listener = nil
        query = nil
        queryTask = .idle
    }

    // MARK: - Listener

    private func sendToListener(_ task: ListenerTask, _ statement: Statement) {
        listenerTask = task
        listener?.send(statement)
    }

    private func listenerStep(_ step: FeedConnection.Step) {
        switch step {
        case .ready: sendToListener(.identify, ReferenceStatements.identity)
        case .result(let result): if listenerTask == .identify { takeIdentity(result) }
        case .notified: handle(.notified)
        case .lost(let error): handle(.connectionFailed(.listener, .connection(.listener, error.description)))
        case .statementOver(let error?):
            handle(.connectionFailed(.listener, .connection(.listener, error.description)))
        case .statementOver(nil):
            switch listenerTask {
            case .identify: finishIdentity(.listener)
            case .listen: handle(.listening)
            case .heartbeat: handle(.listenerAnswered)
            }
        }
    }

    // MARK: - Query

    private func queryStep(_ step: FeedConnection.Step) {
        switch step {
        case .ready: query?.send(ReferenceStatements.identity)
        case .notified: break
        case .lost(let error): handle(.connectionFailed(.query, .connection(.query, error.description)))
        case .result(let result):
            switch queryTask {
            case .identify: takeIdentity(result)
            case .read(let reading): reading.take(result)
            case .idle, .rollback: break
            }
        case .statementOver(let error):
            switch queryTask {
            case .identify:
                if let error {
                    handle(.connectionFailed(.query, .connection(.query, error.description)))
                } else {
                    queryTask = .idle
                    finishIdentity(.query)
                }
            case .read(let reading): statementOver(reading, error)
            case .rollback(let failure):
                queryTask = .idle
                if let error {
                    handle(.connectionFailed(.query, .connection(.query, error.description)))
                } else {
                    handle(.workFailed(failure))
                }
            case .idle: break
            }
        }
    }

    private func begin(_ work: Work) {
        let mode: ReferenceRead.Mode =
            switch work {
            case .fullLoad: .fullLoad
            case .refresh(let since): .refresh(since: since)
            case .reconcile(let since): .reconcile(since: since)
            }
        let reading = Reading(mode, changeCountMax: configuration.changeCountMax)
        queryTask = .read(reading)
        send(reading)
    }

    private func send(_ reading: Reading) {
        query?.copyReceiver = reading
        switch reading.read.step {
        case .pipeline(let statements): query?.sendPipeline(statements)
        case .copyOut(let statement): query?.sendSimple(statement)
        case nil: break
        }
    }

    private func statementOver(_ reading: Reading, _ error: PostgreSQLError?) {
        reading.finishStep(error.map { StoreError($0) })
        if let failure = reading.failure {
            let sqlState = failure.databaseError?.sqlState ?? ""
            queryTask = .rollback(.statement(sqlState: sqlState, failure.description))
            query?.sendSimple(ReferenceStatements.rollback)
            return
        }
        guard reading.read.step == nil else { return send(reading) }
        // The reading stays where it is: the machine answers with `publish`, which takes it.
        switch reading.read.expiry {
        case .pruned: handle(.workExpired(.pruned))
        case .truncated: handle(.workExpired(.truncated))
        case .tooManyChanges: handle(.workExpired(.tooManyChanges))
        case nil:
            if let watermark = reading.read.watermark { handle(.workFinished(watermark)) }
        }
    }

    private func publish(_ work: Work) {
        guard case .read(let reading) = queryTask else { return }
        queryTask = .idle
        for event in publisher.publish(reading, work) { onEvent(event) }
        considerImage()
    }

    // MARK: - Identity

    private func takeIdentity(_ result: QueryResult) {
        do throws(PostgreSQLError) {
            identity = try ServerIdentity(result)
        } catch {
            identityFailure = error
        }
    }

    private func finishIdentity(_ role: ConnectionRole) {
        defer { identityFailure = nil }
        guard identityFailure == nil, let identity else {
            let reason = identityFailure?.description ?? "the server does not say who it is"
            return handle(.connectionFailed(role, .connection(role, reason)))
        }
        handle(.connected(role, identity))
    }
}
