import Glibc
import Platform
import ReferenceData

/// The feed thread of a replica: connects, does what the machine needs, applies what comes, and publishes.
///
/// Everything in it is touched by that thread alone, but for the publication.
final class ReplicaFeed {
    /// Nil where there is no server to follow.
    let address: ServerAddress?
    let options: ReplicaOptions
    let publication: ReplicaPublication
    let interrupt: InterruptPipe
    /// Microseconds since 1970-01-01.
    private let wallClock: @Sendable () -> Int64
    var machine: ReplicaMachine
    /// Nil when no image is kept.
    private let saver: ImageSaver?
    /// Whether the file at `imagePath` is the one that the server keeps, which is not this replica's to write.
    private var isImagePathOfServer = false
    /// The newest state that is in the file at `imagePath`, or on its way there.
    private var saved: (epoch: UInt64, generation: UInt64)

    private let onStateChange: (@Sendable (ReplicaStatus) -> Void)?
    /// Identifies the snapshot that is published. The publication retains it, so no other object can have its identity.
    private var published: (snapshot: ObjectIdentifier, isFromFile: Bool)
    /// Superseded snapshots that readers may still hold: freeing a large one is no work for an engine's thread.
    private var retired: [Snapshot] = []
    private static let retiredCountMax = 64

    /// The most reads in one turn; then the changes that came are applied before more is read.
    private static let readsPerTurnMax = 64
    private var heartbeatMilliseconds = 0
    /// Subscriptions since the last image or the last moment the replica was live. A correct server needs two at most.
    private var subscriptionsInRow = 0
    private static let subscriptionsInRowMax = 8
    /// When the last push or answer came behind which nothing waited to be read; on CLOCK_MONOTONIC.
    private var heard: UInt64 = 0
    /// Whether a push came since `heard`.
    private var hasUnheard = false
    /// The age of the server's own data, and when the server gave it. Holds for the replica once it has caught up.
    private var serverAge: (milliseconds: UInt64?, at: UInt64)?
    /// Whether the server has its tables from the database, as it said last.
    private var isServerLoaded: Bool?
    /// Whether its connection to the database stands, as it said last.
    private var isDatabaseConnected: Bool?
    private var imageBackoff: Backoff
    /// Longest pause between two looks at what image there is; a look is one small request.
    private static let imageBackoffMillisecondsMax = 200
    private var imageDueNanoseconds: UInt64 = 0

    init(
        _ address: ServerAddress?, options: ReplicaOptions, publication: ReplicaPublication, interrupt: InterruptPipe,
        wallClock: @escaping @Sendable () -> Int64, onStateChange: (@Sendable (ReplicaStatus) -> Void)?
    ) {
        self.address = address
        self.options = options
        self.publication = publication
        self.interrupt = interrupt
        self.wallClock = wallClock
        self.onStateChange = onStateChange
        saver =
            address == nil ? nil : options.imagePath.map { ImageSaver(path: $0, publication: publication) }
        let initial = publication.current()
        saved = (initial.snapshot.epoch, initial.snapshot.generation)
        machine = ReplicaMachine(initial.snapshot, isFromFile: initial.isFromFile)
        published = (ObjectIdentifier(initial.snapshot), initial.isFromFile)
        imageBackoff = Backoff(
            millisecondsMin: options.backoffMillisecondsMin,
            millisecondsMax: min(options.backoffMillisecondsMax, Self.imageBackoffMillisecondsMax))
    }

    /// Until it is interrupted.
    func run() {
        guard let address else {
            _ = rest(until: .never)
            return
        }
        let attention = ClientSocket.Attention(interrupt: interrupt.descriptor) { [unowned self] in doDue() }
        var backoff = options.clientOptions.backoff
        while !interrupt.isInterrupted {
            do throws(ClientError) {
                let session = try Session(
                    address, options: options.clientOptions,
                    by: .after(milliseconds: options.connectTimeoutMilliseconds), attention: attention)
                publication.note { $0.failure = nil }
                try follow(session) { backoff.reset() }
            } catch {
                if !interrupt.isInterrupted { note(failure: error) }
            }
            machine.disconnected()
            (serverAge, isServerLoaded, isDatabaseConnected) = (nil, nil, nil)
            publication.set(isDatabaseConnected: nil)
            publish()
            if rest(until: backoff.next()) { break }
        }
        publish()
        // The last image lacks the changes that were pushed after it.
        save(machine.shown, confirmedAt: confirmedAt)
        saver?.finish()
    }

    private func note(failure: ClientError) {
        publication.note { status in
            (status.failure, status.isServerLoaded) = (failure, nil)
            if case .imageNotUsable(_, let detail) = failure { status.imageProblem = detail }
        }
    }

    // MARK: One connection

    /// Does what is needed, then waits for pushes; ends with the error that ends the connection.
    private func follow(_ session: Session, whenLive: () -> Void) throws(ClientError) {
        subscriptionsInRow = 0
        try subscribe(session, after: machine.position)
        while true {
            let isDrained = try readPushes(session)
            let now = MonotonicClock.nanoseconds()
            // A push that was read late proves that the server is alive now only when no other waits behind it.
            if isDrained, hasUnheard { heard(at: now) }
            let lackedMemory = machine.lacksMemory
            if machine.settle(at: wallTime) { rewriteIfDue() }
            if machine.lacksMemory != lackedMemory { noteMemory() }
            publish()
            if isDrained { confirmAge() }
            if machine.state == .live { whenLive() }

            switch machine.need {
            case .subscription(let position):
                try subscribe(session, after: position)
                continue
            case .image where now >= imageDueNanoseconds, .newerImage where now >= imageDueNanoseconds:
                try takeImage(session)
                continue
            case .nothing:
                imageBackoff.reset()
                imageDueNanoseconds = 0
                subscriptionsInRow = 0
            case .image, .newerImage: break
            }
            if isDrained { try awaitPushes(session) }
        }
    }

    private func noteMemory() {
        let problem = machine.lacksMemory ? "there is no memory for what has changed: it is tried again and again" : nil
        publication.note { $0.imageProblem = problem }
    }

    private func subscribe(_ session: Session, after position: PushPosition?) throws(ClientError) {
        let deadline = Deadline.after(milliseconds: options.requestTimeoutMilliseconds)
        subscriptionsInRow += 1
        guard subscriptionsInRow <= Self.subscriptionsInRowMax else {
            throw session.violation("\(subscriptionsInRow) subscriptions in a row that led nowhere")
        }
        let subscription = try session.subscribe(
            withRecords: true, after: position ?? PushPosition(), by: deadline)
        publication.note { $0.subscriptionCount += 1 }
        heartbeatMilliseconds = subscription.heartbeatMilliseconds
        machine.subscribed(subscription, after: position)
        // Asked after the subscription stands: what it says is the least that has to be here before this is live.
        let status = try session.serverStatus(by: deadline)
        machine.learned(status)
        learned(
            isServerLoaded: status.isLoaded && !status.isFromFile, isDatabaseConnected: status.isDatabaseConnected)
        heard(at: MonotonicClock.nanoseconds())
        publication.set(silenceMillisecondsMax: silenceMilliseconds)
        serverAge = (status.ageMilliseconds, MonotonicClock.nanoseconds())
    }

    /// The server's age becomes that of the answers once they are the server's.
    private func confirmAge() {
        guard let age = serverAge, machine.isCaughtUp else { return }
        publication.confirmed(ageMilliseconds: age.milliseconds, at: age.at)
        publication.wakeWaiting()
        serverAge = nil
    }

    /// Takes every push that is here. Whether there is nothing more to be read.
    private func readPushes(_ session: Session) throws(ClientError) -> Bool {
        for _ in 0..<Self.readsPerTurnMax {
            while let push = session.pushes.next() {
                if case .heartbeat(let heartbeat) = push {
                    serverAge = (heartbeat.ageMilliseconds, MonotonicClock.nanoseconds())
                    learned(
                        isServerLoaded: heartbeat.isLoaded && !heartbeat.isFromFile,
                        isDatabaseConnected: heartbeat.isDatabaseConnected)
                }
                machine.take(push)
                hasUnheard = true
            }
            guard try session.awaitPushes(by: Deadline(nanoseconds: 0)) else { return true }
        }
        return false
    }

    private func learned(isServerLoaded: Bool, isDatabaseConnected: Bool) {
        if self.isServerLoaded != isServerLoaded {
            self.isServerLoaded = isServerLoaded
            publication.note { $0.isServerLoaded = isServerLoaded }
        }
        if self.isDatabaseConnected != isDatabaseConnected {
            self.isDatabaseConnected = isDatabaseConnected
            publication.set(isDatabaseConnected: isDatabaseConnected)
        }
    }

    private func heard(at now: UInt64) {
        heard = now
        hasUnheard = false
        publication.heard(at: now)
        machine.heard()
    }

    // MARK: Silence

    /// A day.
    private static let silenceMillisecondsMax = 86_400_000

    /// 0 when the server promises no heartbeats.
    private var silenceMilliseconds: Int {
        let (product, overflow) =
            heartbeatMilliseconds.multipliedReportingOverflow(by: max(1, options.silentHeartbeatCountMax))
        return overflow ? Self.silenceMillisecondsMax : min(product, Self.silenceMillisecondsMax)
    }

    /// Waits for a push, or until an image is due. Silence past the bound makes it stale, past twice the bound it ends
    /// the connection.
    private func awaitPushes(_ session: Session) throws(ClientError) {
        let silence = silenceMilliseconds
        while true {
            let stale = silence > 0 ? Deadline.after(milliseconds: silence, since: heard) : .never
            let lost = silence > 0 ? Deadline.after(milliseconds: 2 * silence, since: heard) : .never
            let due = machine.need == .nothing ? Deadline.never : Deadline(nanoseconds: imageDueNanoseconds)
            let next = (machine.isSilent ? lost : stale).earlier(due)
            if try session.awaitPushes(by: next) { return }
            if lost.isOver { throw .timeout(session.address, operation: "heartbeat", milliseconds: 2 * silence) }
            if stale.isOver, !machine.isSilent {
                machine.becameSilent()
                publish()
            }
            if due.isOver { return }
        }
    }

    // MARK: Due changes

    /// Longest time between two looks at a wall clock that may be set meanwhile.
    private static let lookMillisecondsMax = 1_000

    private var wallTime: Timestamp { Timestamp(microsecondsSince1970: wallClock()) }

    /// Makes inactive what is due, and says when to look again. Called before each wait, also in the midst of a
    /// request.
    private func doDue() -> Deadline {
        let now = wallTime
        // The state and the flag of the answers are those of the last whole step.
        if machine.judge(at: now) {
            publishSnapshot(isFromFile: published.isFromFile)
            releaseRetired()
        }
        guard let due = machine.nextDue else { return .never }
        let (wait, overflow) = due.microsecondsSince1970.subtractingReportingOverflow(now.microsecondsSince1970)
        let milliseconds = overflow ? Self.lookMillisecondsMax : Int(clamping: wait / 1_000 + 1)
        // What is due and waits for memory is looked at again in a while.
        let isWaiting = machine.lacksMemory
        return .after(milliseconds: isWaiting ? Self.lookMillisecondsMax : min(milliseconds, Self.lookMillisecondsMax))
    }

    /// Waits, and does meanwhile what is due. Whether it was interrupted.
    private func rest(until end: Deadline) -> Bool {
        while true {
            if interrupt.wait(by: doDue().earlier(end)) { return true }
            if end.isOver { return false }
        }
    }

    // MARK: Images

    private func takeImage(_ session: Session) throws(ClientError) {
        if try !bringImage(session), machine.need == .newerImage { machine.foundNoNewerImage() }
        subscriptionsInRow = 0
        heard(at: MonotonicClock.nanoseconds())
        imageDueNanoseconds = imageBackoff.next().nanoseconds
    }

    /// Notes whether the file at `imagePath` is the one that the server keeps: it names files beside that.
    func learned(serverImagePath path: String) {
        guard let own = options.imagePath, !isImagePathOfServer, let kept = SharedImageFile.origin(of: path) else {
            return
        }
        isImagePathOfServer = own.utf8.elementsEqual(kept.utf8) || FileIdentity.isOne(own, kept)
    }

    /// Keeps a state for the next start, where it is newer than the one that is kept.
    func save(_ snapshot: Snapshot, confirmedAt: Timestamp) {
        guard let saver, !isImagePathOfServer, snapshot.isLoaded,
            snapshot.epoch != saved.epoch || snapshot.generation > saved.generation
        else { return }
        saved = (snapshot.epoch, snapshot.generation)
        saver.save(snapshot, confirmedAt: confirmedAt)
    }

    /// When what is held was last known equal to the tables, by the wall clock.
    private var confirmedAt: Timestamp {
        guard let age = publication.ageNanoseconds else { return .absent }
        return Timestamp(microsecondsSince1970: WallClock.microseconds() - Int64(clamping: age / 1_000))
    }

    private func rewriteIfDue() {
        guard machine.isRewriteDue else { return }
        // Readers get the changes so far first: rewriting takes its time.
        publish()
        machine.rewrite()
        let count = machine.rewriteCount
        publication.note { $0.rewriteCount = count }
        save(machine.held, confirmedAt: confirmedAt)
    }

    // MARK: Publishing

    /// Hands the readers what is new, and tells of another state.
    private func publish() {
        _ = machine.judge(at: wallTime)
        publishSnapshot(isFromFile: machine.isFromFile)
        if publication.set(machine.state) {
            publication.wakeWaiting()
            onStateChange?(publication.status)
        }
        releaseRetired()
    }

    private func publishSnapshot(isFromFile: Bool) {
        let snapshot = machine.shown
        let next = (snapshot: ObjectIdentifier(snapshot), isFromFile: isFromFile)
        guard next != published else { return }
        published = next
        retire(publication.publish(snapshot, isFromFile: isFromFile))
        publication.wakeWaiting()
    }

    private func retire(_ snapshot: Snapshot) {
        if retired.count >= Self.retiredCountMax { retired.removeFirst() }
        retired.append(snapshot)
    }

    /// Frees what no reader holds any more.
    private func releaseRetired() {
        guard !retired.isEmpty else { return }
        var kept: [Snapshot] = []
        for index in retired.indices where !isKnownUniquelyReferenced(&retired[index]) { kept.append(retired[index]) }
        retired = kept
    }
}
