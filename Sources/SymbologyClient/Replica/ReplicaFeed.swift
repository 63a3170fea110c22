import Glibc
import ReferenceData

/// The feed thread of a replica: connects, does what the machine needs, applies what comes, and publishes.
///
/// Everything in it is touched by that thread alone, but for the board.
final class ReplicaFeed {
    let address: ServerAddress
    let options: ReplicaOptions
    let board: ReplicaBoard
    let interrupt: InterruptPipe
    var machine: ReplicaMachine
    /// Nil when no image is kept.
    private let saver: ImageSaver?
    /// Whether the server has named the file at `imagePath` as its own, which is not this replica's to write.
    private var isImagePathOfServer = false
    /// The newest state that is in the file at `imagePath`, or on its way there.
    private var saved: (epoch: UInt64, generation: UInt64)

    private let onStateChange: (@Sendable (ReplicaStatus) -> Void)?
    /// What the board has, which keeps the object and so its identity.
    private var published: (snapshot: ObjectIdentifier, isFromFile: Bool)
    /// Superseded snapshots that readers may still hold: freeing a large one is no work for an engine's thread.
    private var retired: [Snapshot] = []
    private static let retiredCountMax = 64

    /// Reads of one turn; then what came is applied before more is read.
    private static let readsPerTurnMax = 64
    private var heartbeatMilliseconds = 0
    /// Without an image or a live moment between them; a server that is in its senses needs two.
    private var subscriptionsInRow = 0
    private static let subscriptionsInRowMax = 8
    /// When the last push or answer had come and nothing more was there to be read.
    private var heard: UInt64 = 0
    /// Whether a push came since.
    private var hasUnheard = false
    /// How old the server's own data was, and when it said so; not of what is held before that has caught up.
    private var toldAge: (milliseconds: UInt64?, at: UInt64)?
    /// Whether the server has its tables from the database, as it said last.
    private var isServerLoaded: Bool?
    private var imageBackoff: Backoff
    /// Longest pause between two looks at what image there is; a look is one small request.
    private static let imageBackoffMillisecondsMax = 200
    private var imageDueNanoseconds: UInt64 = 0

    init(
        _ address: ServerAddress, options: ReplicaOptions, board: ReplicaBoard, interrupt: InterruptPipe,
        onStateChange: (@Sendable (ReplicaStatus) -> Void)?
    ) {
        self.address = address
        self.options = options
        self.board = board
        self.interrupt = interrupt
        self.onStateChange = onStateChange
        saver = options.imagePath.map { ImageSaver(path: $0, board: board) }
        let initial = board.current()
        saved = (initial.snapshot.epoch, initial.snapshot.generation)
        machine = ReplicaMachine(initial.snapshot, isFromFile: initial.isFromFile)
        published = (ObjectIdentifier(initial.snapshot), initial.isFromFile)
        imageBackoff = Self.imageBackoff(options)
    }

    /// Until it is interrupted.
    func run() {
        var backoff = Backoff(options.clientOptions)
        while !interrupt.isInterrupted {
            do throws(ClientError) {
                let session = try Session(
                    address, options: options.clientOptions,
                    by: .after(milliseconds: options.connectTimeoutMilliseconds), interrupt: interrupt.descriptor)
                board.note { $0.failure = nil }
                try follow(session) { backoff = Backoff(options.clientOptions) }
            } catch {
                if !interrupt.isInterrupted { note(failure: error) }
            }
            machine.disconnected()
            (toldAge, isServerLoaded) = (nil, nil)
            publish()
            if interrupt.wait(by: backoff.next()) { break }
        }
        publish()
        // What was pushed since the last image.
        save(machine.shown, confirmedAt: confirmedAt)
        saver?.finish()
    }

    private func note(failure: ClientError) {
        board.note { status in
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
            let now = Deadline.now()
            // What was read late says nothing of now as long as more waits behind it.
            if isDrained, hasUnheard { heard(at: now) }
            if machine.settle() { rewriteIfDue() }
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
                (imageBackoff, imageDueNanoseconds) = (Self.imageBackoff(options), 0)
                subscriptionsInRow = 0
            case .image, .newerImage: break
            }
            if isDrained { try awaitPushes(session) }
        }
    }

    private func subscribe(_ session: Session, after position: ReplicaMachine.Position?) throws(ClientError) {
        let deadline = Deadline.after(milliseconds: options.requestTimeoutMilliseconds)
        subscriptionsInRow += 1
        guard subscriptionsInRow <= Self.subscriptionsInRowMax else {
            throw session.violation("\(subscriptionsInRow) subscriptions in a row that led nowhere")
        }
        let subscription = try session.subscribe(
            withRecords: true, epoch: position?.epoch ?? 0, sequence: position?.sequence ?? 0, by: deadline)
        board.note { $0.subscriptionCount += 1 }
        heartbeatMilliseconds = subscription.heartbeatMilliseconds
        machine.subscribed(subscription, after: position)
        // Asked after the subscription stands: what it says is the least that has to be here before this is live.
        let status = try session.serverStatus(by: deadline)
        machine.learned(status)
        learned(isServerLoaded: status.isLoaded && !status.isFromFile)
        heard(at: Deadline.now())
        board.set(silenceMillisecondsMax: silenceMilliseconds)
        toldAge = (status.ageMilliseconds, Deadline.now())
    }

    /// The server's age becomes that of the answers once they are the server's.
    private func confirmAge() {
        guard let told = toldAge, machine.isCaughtUp else { return }
        board.confirmed(ageMilliseconds: told.milliseconds, at: told.at)
        board.wakeWaiting()
        toldAge = nil
    }

    /// Takes every push that is here. Whether there is nothing more to be read.
    private func readPushes(_ session: Session) throws(ClientError) -> Bool {
        for _ in 0..<Self.readsPerTurnMax {
            while let push = session.pushes.next() {
                if case .heartbeat(let heartbeat) = push {
                    toldAge = (heartbeat.ageMilliseconds, Deadline.now())
                    learned(isServerLoaded: heartbeat.isLoaded && !heartbeat.isFromFile)
                }
                machine.take(push)
                hasUnheard = true
            }
            guard try session.awaitPushes(by: Deadline(nanoseconds: 0)) else { return true }
        }
        return false
    }

    private func learned(isServerLoaded: Bool) {
        guard self.isServerLoaded != isServerLoaded else { return }
        self.isServerLoaded = isServerLoaded
        board.note { $0.isServerLoaded = isServerLoaded }
    }

    private func heard(at now: UInt64) {
        heard = now
        hasUnheard = false
        board.heard(at: now)
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
            if lost.isOver { throw .timeout(address, operation: "heartbeat", milliseconds: 2 * silence) }
            if stale.isOver, !machine.isSilent {
                machine.becameSilent()
                publish()
            }
            if due.isOver { return }
        }
    }

    // MARK: Images

    private func takeImage(_ session: Session) throws(ClientError) {
        if try !bringImage(session), machine.need == .newerImage { machine.foundNoNewerImage() }
        subscriptionsInRow = 0
        heard(at: Deadline.now())
        imageDueNanoseconds = imageBackoff.next().nanoseconds
    }

    private static func imageBackoff(_ options: ReplicaOptions) -> Backoff {
        var options = options.clientOptions
        options.backoffMillisecondsMax = min(options.backoffMillisecondsMax, imageBackoffMillisecondsMax)
        return Backoff(options)
    }

    /// Notes which file is the server's own.
    func learned(serverImagePath path: String) {
        guard let own = options.imagePath, !path.isEmpty, !isImagePathOfServer else { return }
        isImagePathOfServer = own.utf8.elementsEqual(path.utf8) || FileIdentity.isOne(own, path)
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
        guard let age = board.ageNanoseconds else { return .absent }
        return Timestamp(microsecondsSince1970: Replica.wallMicroseconds() - Int64(clamping: age / 1_000))
    }

    private func rewriteIfDue() {
        guard machine.isRewriteDue else { return }
        // What has come so far is for the readers at once.
        publish()
        machine.rewrite()
        let count = machine.rewriteCount
        board.note { $0.rewriteCount = count }
        save(machine.held, confirmedAt: confirmedAt)
    }

    // MARK: Publishing

    /// Hands the readers what is new, and tells of another state.
    private func publish() {
        let snapshot = machine.shown
        let next = (snapshot: ObjectIdentifier(snapshot), isFromFile: machine.isFromFile)
        let isNew = next != published
        if isNew {
            published = next
            retire(board.publish(snapshot, isFromFile: next.isFromFile))
        }
        let isOtherState = board.set(machine.state)
        if isNew || isOtherState { board.wakeWaiting() }
        if isOtherState { onStateChange?(board.status) }
        releaseRetired()
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
