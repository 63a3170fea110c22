import EventLoop
import Platform
import ReferenceData
import SymbologyWire

/// One loop of the server with everything it serves from: snapshot, resolver, buffers, connections.
///
/// Unchecked: `thread` and `index` never change; all else is touched on the loop's thread alone, where the others come
/// in by `thread.perform`.
final class ServingThread: @unchecked Sendable {
    let thread: LoopThread
    let index: Int
    let shared: ServerShared
    let publisher: Publisher

    /// The part that every request touches; freed with this object.
    let state: UnsafeMutablePointer<ServingState>
    private(set) var source = SourceState()
    /// What subscribers were told of it last, all of them.
    private var announcedFlags: SourceFlags = []
    /// The image that `GetSnapshot` names.
    private(set) var image: PublishedImage?
    /// The sequence of the last change that its subscribers have been handed, or soon are.
    private(set) var pushedSequence: UInt64 = 0
    private(set) var history: PushHistory
    private var fanOut = FanOut()
    let readBuffer: UnsafeMutableRawBufferPointer
    private(set) var connections: [Connection] = []
    private(set) var subscribers: [Connection] = []
    private var freeConnections: [Connection] = []
    /// Connections whose work was cut short by the end of their turn.
    private var deferred: [Connection] = []
    private var listeners: [Listener] = []
    private var sweepTimer: Timer?
    private var heartbeatTimer: Timer?
    private var nextTurn: NextTurn?
    /// The connections before it have not been looked at in this sweep.
    private var sweepEnd = 0
    private var drainTimer: Timer?
    private(set) var loop: Loop?
    /// The limits in force; `adopt` changes them.
    private(set) var limits: ServerLimits
    private var allowedUserIds: Set<UInt32>?
    private(set) var isDraining = false
    private var onDrained: (@Sendable () -> Void)?

    init(
        index: Int, shared: ServerShared, publisher: Publisher, snapshot: Snapshot
    ) throws(EventLoopError) {
        self.index = index
        self.shared = shared
        self.publisher = publisher
        limits = shared.limits
        history = PushHistory(countMax: shared.limits.historyCountMax)
        allowedUserIds = shared.configuration.allowedUserIds
        thread = try LoopThread(.answering, busyPoll: shared.configuration.busyPoll)
        state = .allocate(capacity: 1)
        state.initialize(
            to: ServingState(
                resolver: Resolver(limits: shared.limits),
                answers: AnswerBuffer(capacity: shared.limits.answerByteCountMax), snapshot: .passRetained(snapshot),
                workPerTurnMax: shared.limits.workPerTurnMax, counters: .passUnretained(shared.counters[index]),
                latency: .passUnretained(shared.latencies[index])))
        readBuffer = .allocate(
            byteCount: Connection.readHeadroomByteCount + ServerLimits.readByteCountMax, alignment: 64)
    }

    deinit {
        answers.deallocate()
        state.pointee.snapshot.release()
        state.deinitialize(count: 1)
        state.deallocate()
        readBuffer.deallocate()
    }

    var nowMilliseconds: UInt64 { state.pointee.nowMilliseconds }

    /// The snapshot that requests are answered from; swapped between two reads.
    var snapshot: Snapshot { state.pointee.snapshot.takeUnretainedValue() }

    var resolver: Resolver {
        get { state.pointee.resolver }
        _modify { yield &state.pointee.resolver }
    }

    var answers: AnswerBuffer {
        get { state.pointee.answers }
        _modify { yield &state.pointee.answers }
    }

    // MARK: On the loop's thread

    /// Once, before the first listener.
    func setUp(_ loop: Loop) throws(EventLoopError) {
        self.loop = loop
        state.pointee.clock = loop.clock
        let sweep = try Timer(on: loop) { [unowned self] in self.sweep() }
        sweep.start(afterMilliseconds: limits.sweepMilliseconds, everyMilliseconds: limits.sweepMilliseconds)
        sweepTimer = sweep
        let heartbeat = try Timer(on: loop) { [unowned self] in self.pushHeartbeat() }
        heartbeat.start(
            afterMilliseconds: limits.heartbeatMilliseconds, everyMilliseconds: limits.heartbeatMilliseconds)
        heartbeatTimer = heartbeat
        nextTurn = try NextTurn(on: loop) { [unowned self] in
            self.continueDeferred()
            self.continuePushing()
            self.continueSweep()
        }
        drainTimer = try Timer(on: loop) { [unowned self] in self.endConnections() }
    }

    /// - Returns: the address that the listener is really bound to.
    func add(_ listener: Listener) -> SocketAddress {
        listeners.append(listener)
        return listener.address
    }

    func acceptPaused(_ error: EventLoopError, isNews: Bool) { shared.onEvent(.acceptPaused(error, isNews: isNews)) }

    /// New limits hold from the next read, connection or sweep on; nobody who is connected is thrown out by them.
    func adopt(_ limits: ServerLimits, allowedUserIds: Set<UInt32>?) {
        self.limits = limits
        self.allowedUserIds = allowedUserIds
        state.pointee.resolver.limits = limits
        state.pointee.workPerTurnMax = limits.workPerTurnMax
        // Between two reads the buffer is empty.
        guard answers.capacity != limits.answerByteCountMax else { return }
        precondition(answers.byteCount == 0, "limits change between reads")
        answers.deallocate()
        state.pointee.answers = AnswerBuffer(capacity: limits.answerByteCountMax)
    }

    /// Serves a connection, or sends it the reason why not and closes it.
    func serve(_ socket: AcceptedSocket) {
        guard let loop else { return }
        guard !isDraining else { return refuse(socket, .shuttingDown) }
        let userId = socket.peerUserId
        if let allowed = allowedUserIds, socket.isUnix, userId.map(allowed.contains) != true {
            return refuse(socket, .notPermitted)
        }
        // Those who are there leave more than that, so that others may come.
        guard AddressSpace.hasRoom(for: ServerLimits.spareByteCount / 2) else {
            return refuse(socket, .tooManyClients)
        }
        guard ServerShared.claim(shared.clientCount, max: limits.clientCountMax) else {
            return refuse(socket, .tooManyClients)
        }
        let connection = freeConnections.popLast() ?? Connection(serving: self)
        do throws(EventLoopError) {
            let stream = try Stream(on: loop, socket: socket, delegate: connection)
            connection.begin(stream, id: shared.makeClientId(), index: connections.count)
            connections.append(connection)
            shared.onEvent(.clientConnected(id: connection.id, isUnix: socket.isUnix, userId: userId))
        } catch {
            shared.clientCount.subtract(1, ordering: .relaxed)
            shared.onEvent(.clientLost(error))
        }
    }

    /// One frame that says why, into a send buffer that is empty and so takes it, then the end.
    private func refuse(_ socket: AcceptedSocket, _ reason: RejectReason) {
        var frame = AnswerBuffer(capacity: WireLayout.Rejected.frameByteCount)
        defer { frame.deallocate() }
        frame.appendRejected(reason, of: nil)
        let userId = socket.peerUserId
        socket.discard(saying: frame.bytes)
        shared.onEvent(.clientRefused(reason, isUnix: socket.isUnix, userId: userId))
    }

    /// Takes a connection out of all lists; its descriptor is closed.
    func remove(_ connection: Connection, _ reason: ServerEvent.CloseReason) {
        let last = connections.removeLast()
        if last !== connection {
            connections[connection.index] = last
            last.index = connection.index
        }
        shared.clientCount.subtract(1, ordering: .relaxed)
        shared.onEvent(.clientClosed(id: connection.id, reason))
        finishDrainingIfDone()
    }

    /// Keeps a closed connection's object for the next client.
    func recycle(_ connection: Connection) {
        if freeConnections.count < ServerLimits.freeConnectionCountMax { freeConnections.append(connection) }
    }

    /// Lets `connection` go on in the loop's next turn, after the others had theirs.
    func goOnNextTurn(_ connection: Connection) {
        deferred.append(connection)
        nextTurn?.request()
    }

    private func continueDeferred() {
        let connections = deferred
        deferred = []
        for connection in connections { connection.goOn() }
    }

    private func sweep() {
        sweepEnd = connections.count
        continueSweep()
    }

    /// In pieces, because to close a connection costs the kernel its unread bytes, and all can be due at once.
    private func continueSweep() {
        let now = nowMilliseconds
        var closesLeft = ServerLimits.closesPerTurnMax
        // Backwards, because a connection that is closed is replaced by the last one.
        sweepEnd = min(sweepEnd, connections.count)
        while sweepEnd > 0, closesLeft > 0 {
            sweepEnd -= 1
            let count = connections.count
            connections[sweepEnd].checkDeadlines(now)
            sweepEnd = min(sweepEnd, connections.count)
            closesLeft -= count - connections.count
        }
        if sweepEnd > 0 { nextTurn?.request() }
    }

    // MARK: Publishing

    func adopt(_ publication: Publication) {
        let old = state.pointee.snapshot
        state.pointee.snapshot = .passRetained(publication.snapshot)
        old.release()
        source = publication.source
        resolver.extraFlags = source.fromFile ? .fromFile : []
    }

    func push(_ publication: Publication) {
        // With the pushes rather than with the snapshot: the sequence it names has been pushed then.
        if let image = publication.image { self.image = image }
        // Whoever counts on the database hears at once that it is lost, and that it is back.
        if sourceFlags != announcedFlags {
            announcedFlags = sourceFlags
            pushHeartbeat()
        }
        let pushes = publication.pushes
        guard pushes.count > 0 else { return }
        history.append(pushes)
        pushedSequence = publication.sequence
        for subscriber in subscribers { fanOut.append(subscriber) }
        continuePushing()
    }

    /// Lets a subscriber have what it has not been handed, after the others had their turn.
    func goOnPushing(_ connection: Connection) {
        fanOut.append(connection)
        nextTurn?.request()
    }

    private func continuePushing() {
        var left = ServerLimits.pushesPerTurnMax
        while left > 0, let subscriber = fanOut.popFirst() {
            subscriber.pushOn()
            left -= 1
        }
        if !fanOut.isEmpty { nextTurn?.request() }
    }

    private func pushHeartbeat() {
        for subscriber in subscribers {
            subscriber.isHeartbeatDue = true
            fanOut.append(subscriber)
        }
        continuePushing()
    }

    func writeHeartbeat(to base: UnsafeMutableRawPointer) {
        HeartbeatView.write(
            to: base, flags: sourceFlags, epoch: snapshot.epoch, sequence: pushedSequence,
            generation: snapshot.generation, ageMilliseconds: ServerShared.ageMilliseconds(source))
    }

    var sourceFlags: SourceFlags {
        var flags: SourceFlags = source.databaseConnected ? .databaseConnected : []
        if snapshot.isLoaded { flags.insert(.loaded) }
        if source.fromFile { flags.insert(.fromFile) }
        if source.isDatabaseReplaced { flags.insert(.databaseReplaced) }
        if shared.isMetricsUnwritten.load(ordering: .relaxed) { flags.insert(.metricsUnwritten) }
        return flags
    }

    /// Whether something waits to be served for want of memory.
    var lacksMemory: Bool {
        source.heldBack?.neededByteCount != nil || source.imageFault?.kind == .outOfMemory
            || source.overdueSinceNanoseconds != nil
    }

    /// False when there are as many subscribers as there may be.
    func subscribe(_ connection: Connection) -> Bool {
        if connection.subscription != nil { return true }
        guard ServerShared.claim(shared.subscriberCount, max: limits.subscriberCountMax) else { return false }
        connection.subscriberIndex = subscribers.count
        subscribers.append(connection)
        return true
    }

    func unsubscribe(_ connection: Connection) {
        guard connection.subscription != nil else { return }
        connection.subscription = nil
        let last = subscribers.removeLast()
        if last !== connection {
            subscribers[connection.subscriberIndex] = last
            last.subscriberIndex = connection.subscriberIndex
        }
        shared.subscriberCount.subtract(1, ordering: .relaxed)
    }

    // MARK: Stopping

    /// Accepts nothing more, answers what is on its way, sends the last frames, flushes and closes.
    /// - Parameter onDrained: runs when no connection is left; those left at the deadline are cut.
    func drain(deadlineMilliseconds: UInt64, onDrained: @escaping @Sendable () -> Void) {
        isDraining = true
        self.onDrained = onDrained
        for listener in listeners { listener.close() }
        listeners = []
        drainDeadline = nowMilliseconds + deadlineMilliseconds
        drainTimer?.start(afterMilliseconds: min(limits.drainMilliseconds, deadlineMilliseconds))
        finishDrainingIfDone()
    }

    private var drainDeadline: UInt64 = 0

    /// Ends all connections; the same timer then fires again at the deadline, and cuts those that are left.
    private func endConnections() {
        let now = nowMilliseconds
        guard now < drainDeadline else {
            for connection in connections { connection.cut(.shuttingDown) }
            return
        }
        drainTimer?.start(afterMilliseconds: drainDeadline - now)
        for connection in connections { connection.end(.shuttingDown) }
    }

    private func finishDrainingIfDone() {
        guard isDraining, connections.isEmpty, let onDrained else { return }
        self.onDrained = nil
        onDrained()
    }
}
