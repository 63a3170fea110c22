import ReferenceData

/// Decides which snapshot a replica holds, what it needs next, and whether it is live. Knows no sockets, threads or
/// clocks.
///
///     away ──subscribed──▶ awaitingImage ──image──▶ following ──gap──▶ lost ──subscribed──▶ following, awaitingImage
///
/// The rules: it subscribes before it asks for the image, so that no change falls between the two; a hole in the
/// sequence, another epoch or a lost connection is caught up with before it is live again; within one epoch nothing
/// replaces what is newer; the changes of one generation are applied together; what is due becomes inactive without a
/// push.
struct ReplicaMachine {
    /// Most changes kept while the image is on its way; with one more the image has to be a newer one.
    static let bufferedChangeCountMax = 16_384
    /// Rows of the overlay from which on the main image is rewritten in this process.
    static let overlayRowCountMax = 2_048
    /// Rows of the overlay from which on the server is asked for a newer image.
    static let overlayRowCountWorthAnImage = 256

    /// The next thing to do.
    enum Need: Equatable {
        case nothing
        /// Subscribe, from there on; nil is from now on.
        case subscription(after: PushPosition?)
        /// An image, of this generation at least.
        case image(generationMin: UInt64)
        /// An image would help and can wait.
        case newerImage
    }

    private enum Link {
        case away
        /// Connected, and changes were missed.
        case lost
        case awaitingImage
        case following
    }

    /// An image that was there before the subscription began, while the changes in between are asked for.
    private struct Candidate {
        let snapshot: Snapshot
        let sequence: UInt64
    }

    /// The snapshot that changes are applied to: the newest complete one, or an older one that is catching up.
    private(set) var held: Snapshot {
        didSet {
            if held.epoch != shown.epoch || held.generation >= shown.generation || !shown.isLoaded { shown = held }
        }
    }
    /// The snapshot that readers get: within one epoch it is never replaced by an older one.
    private(set) var shown: Snapshot
    /// The last change that `held` contains; nil while `held` comes from a file, which does not name it.
    private(set) var position: PushPosition?
    private(set) var isSilent = false
    /// Whether what came, or is due, waits for memory; what is shown is the state before it.
    var lacksMemory: Bool { lacksMemoryToApply || lacksMemoryToJudge }
    private var lacksMemoryToApply = false
    private var lacksMemoryToJudge = false
    /// Whether the server itself serves from a file that its database has not confirmed.
    private(set) var isServerFromFile = false
    /// Main images made by `rewrite`.
    private(set) var rewriteCount: UInt64 = 0

    private var link = Link.away
    private var isHeldFromFile: Bool
    /// The position of the last change that came.
    private var arrived = PushPosition()
    /// The last change that `held` must contain before it is live.
    private var targetSequence: UInt64 = 0
    /// Changes after `bufferedAfter`, without a hole.
    private var buffer: [ReferencePush] = []
    private var bufferedAfter: UInt64 = 0
    /// The generation that contains everything up to `bufferedAfter`.
    private var bufferedAfterGeneration: UInt64 = 0
    private var imageGenerationMin: UInt64 = 0
    private var candidate: Candidate?
    private var wantsNewerImage = false
    /// The times at which `held` and `shown` were judged when the connection was lost; nil with one.
    private var judgedWithServer: (held: Timestamp, shown: Timestamp)?

    init(_ initial: Snapshot, isFromFile: Bool) {
        held = initial
        shown = initial
        isHeldFromFile = isFromFile
    }

    var state: ReplicaState {
        guard held.isLoaded else { return .notLoaded }
        if isCaughtUp, !isSilent, !lacksMemory { return isServerFromFile ? .fromFile : .live }
        return isHeldFromFile ? .fromFile : .stale
    }

    /// Whether `held` contains every change that the server is known to have pushed.
    var isCaughtUp: Bool {
        guard case .following = link, let position else { return false }
        return position.sequence >= targetSequence
    }

    /// Whether answers carry the flag `fromFile`.
    var isFromFile: Bool { isHeldFromFile || isServerFromFile }

    var need: Need {
        switch link {
        case .away: return .subscription(after: position)
        case .lost: return .subscription(after: candidatePosition ?? position)
        case .awaitingImage:
            return candidatePosition.map { .subscription(after: $0) } ?? .image(generationMin: imageGenerationMin)
        case .following: return wantsNewerImage ? .newerImage : .nothing
        }
    }

    private var candidatePosition: PushPosition? {
        candidate.map { PushPosition(epoch: arrived.epoch, sequence: $0.sequence) }
    }

    // MARK: The connection

    mutating func disconnected() {
        lacksMemoryToApply = false
        if case .away = link {} else { judgedWithServer = (held.judgedAt, shown.judgedAt) }
        link = .away
        (isSilent, wantsNewerImage) = (false, false)
        forgetBuffer()
    }

    mutating func becameSilent() { isSilent = true }

    mutating func heard() { isSilent = false }

    /// - Parameter named: where the subscription was asked to go on.
    mutating func subscribed(_ subscription: Subscription, after named: PushPosition?) {
        believeServerAgain()
        forgetBuffer(keepingCandidate: true)
        arrived = subscription.position
        targetSequence = subscription.sequence
        if subscription.isResumed, named == arrived {
            if let candidate, candidatePosition == arrived {
                adopt(candidate.snapshot, sequence: candidate.sequence)
            } else if position == arrived {
                link = .following
            } else {
                awaitImage(after: subscription.sequence, generation: subscription.generation)
            }
            candidate = nil
        } else {
            candidate = nil
            awaitImage(after: subscription.sequence, generation: subscription.generation)
        }
    }

    /// Takes the status that the server gave right after the subscription.
    mutating func learned(_ status: ServerStatus) {
        guard status.epoch == arrived.epoch else { return lose() }
        isServerFromFile = status.isFromFile
        targetSequence = max(targetSequence, status.sequence)
    }

    private mutating func awaitImage(after sequence: UInt64, generation: UInt64, generationMin: UInt64 = 0) {
        buffer.removeAll(keepingCapacity: true)
        candidate = nil
        link = .awaitingImage
        (bufferedAfter, bufferedAfterGeneration) = (sequence, generation)
        imageGenerationMin = generationMin
        targetSequence = max(targetSequence, sequence)
    }

    private mutating func forgetBuffer(keepingCandidate: Bool = false) {
        buffer.removeAll(keepingCapacity: true)
        if !keepingCandidate { candidate = nil }
    }

    private mutating func lose() {
        link = .lost
        forgetBuffer()
    }

    // MARK: Pushes

    mutating func take(_ push: Push) {
        switch push {
        case .change(let change): take(change)
        case .heartbeat(let heartbeat): take(heartbeat)
        case .missed, .subscribed: if case .away = link {} else { lose() }
        }
    }

    private mutating func take(_ change: ReferencePush) {
        switch link {
        case .away, .lost: return
        case .awaitingImage, .following: break
        }
        switch arrived.step(to: change.position) {
        case .repeated: return
        case .gap, .newEpoch: return lose()
        case .next: arrived = change.position
        }
        if change.change.kind == .everything || !change.isApplicable || buffer.count >= Self.bufferedChangeCountMax {
            awaitImage(after: change.sequence, generation: change.generation, generationMin: change.generation)
        } else {
            buffer.append(change)
        }
    }

    private mutating func take(_ heartbeat: HeartbeatPush) {
        switch link {
        case .away, .lost: return
        case .awaitingImage, .following: break
        }
        guard heartbeat.epoch == arrived.epoch else { return }
        // Also while an image is awaited: a server that had nothing when it was asked may have its file by now.
        isServerFromFile = heartbeat.isFromFile
        guard case .following = link, let position, buffer.isEmpty, heartbeat.sequence == position.sequence else {
            return
        }
        wantsNewerImage = isOverlayWorthAnImage
    }

    // MARK: Images

    /// Takes an image over; false when it is of no use and a newer one has to be asked for.
    mutating func take(image: Snapshot, sequence imageSequence: UInt64) -> Bool {
        wantsNewerImage = false
        guard image.epoch == arrived.epoch, image.isLoaded else { return false }
        switch link {
        case .away, .lost: return false
        case .awaitingImage:
            guard image.generation >= imageGenerationMin else { return false }
            let contained =
                image.generation >= bufferedAfterGeneration ? max(imageSequence, bufferedAfter) : imageSequence
            if contained >= bufferedAfter {
                adopt(image, sequence: contained)
            } else {
                candidate = Candidate(snapshot: image, sequence: contained)
            }
            return true
        case .following:
            guard let position, imageSequence >= position.sequence, image.generation >= held.generation else {
                return false
            }
            adopt(image, sequence: imageSequence)
            return true
        }
    }

    /// Whether an image would be of use, before it is fetched.
    func wants(imageEpoch: UInt64, generation: UInt64, sequence imageSequence: UInt64) -> Bool {
        guard imageEpoch == arrived.epoch else { return false }
        switch link {
        case .away, .lost: return false
        case .awaitingImage: return generation >= imageGenerationMin
        case .following:
            guard let position, imageSequence >= position.sequence else { return false }
            return generation > held.generation || (generation == held.generation && isOverlayWorthAnImage)
        }
    }

    private var isOverlayWorthAnImage: Bool { held.overlayRowCount >= Self.overlayRowCountWorthAnImage }

    /// There is no newer image yet; the next heartbeat says whether one is still wanted.
    mutating func foundNoNewerImage() { wantsNewerImage = false }

    private mutating func adopt(_ image: Snapshot, sequence imageSequence: UInt64) {
        lacksMemoryToApply = false
        link = .following
        held = image
        isHeldFromFile = false
        position = PushPosition(epoch: arrived.epoch, sequence: imageSequence)
        arrived.sequence = max(arrived.sequence, imageSequence)
        buffer.removeAll { $0.sequence <= imageSequence }
        imageGenerationMin = 0
    }

    // MARK: Applying

    /// Applies what is whole of the changes that came. Whether `held` is another one now.
    ///
    /// - Parameter now: by the wall clock.
    mutating func settle(at now: Timestamp) -> Bool {
        guard case .following = link, position != nil else { return false }
        let count = wholeChangeCount
        guard count > 0, let last = buffer[..<count].last else { return false }
        guard last.generation >= held.generation, let fold = ChangeFold(buffer[..<count]) else {
            mistrust()
            return false
        }
        let time = max(fold.judgingTime(from: held.judgedAt), now)
        let delta = fold.delta
        // It is tried again whenever something comes.
        lacksMemoryToApply = !Snapshot.hasRoom(for: held.byteCount(toApply: delta, at: time))
        if lacksMemoryToApply { return false }
        let next = held.applying(delta, generation: last.generation, databaseSnapshot: "", at: time).snapshot
        // The server's tables admitted these rows. Where ours do not, they are not the same, whatever the reason. Nor
        // are they where fewer rows are refused now: a last good record that gave way to a row with its key is gone
        // and its row still refused, and whenever the server's refused rows change it says `everything`.
        guard fold.isShown(by: next), next.refusedCount == held.refusedCount else {
            mistrust()
            return false
        }
        held = next
        self.position = last.position
        buffer.removeFirst(count)
        return true
    }

    // MARK: Due changes

    /// How far the server's clock may be ahead of this one without a doubt about either.
    private static let clockDifferenceMicrosecondsMax: Int64 = 1_000_000

    /// When the next row becomes inactive by itself; nil for never.
    var nextDue: Timestamp? {
        guard held.asOf.isAbsent else { return nil }
        let due = held.nextDue
        // What is shown is another one only while an image catches up.
        guard shown !== held, let other = shown.nextDue else { return due }
        return due.map { min($0, other) } ?? other
    }

    /// Makes inactive what is due. Whether `shown` is another one now.
    ///
    /// Forward only while there is a server, whose clock may be ahead of this one. Without a server this clock is the
    /// only one: where it was set back, what was not due after all is active again.
    /// - Parameter now: by the wall clock.
    mutating func judge(at now: Timestamp) -> Bool {
        let canGoBack = if case .away = link { true } else { false }
        let before = ObjectIdentifier(shown)
        var byteCount = held.byteCount(toJudgeAt: now)
        if shown !== held { byteCount += shown.byteCount(toJudgeAt: now) }
        lacksMemoryToJudge = !Snapshot.hasRoom(for: byteCount)
        if lacksMemoryToJudge { return false }
        if shown !== held, let next = Self.judged(shown, at: now, canGoBack: canGoBack) { shown = next }
        if let next = Self.judged(held, at: now, canGoBack: canGoBack) { held = next }
        return ObjectIdentifier(shown) != before
    }

    /// Makes inactive again what the server had judged so, should the clock of this process have brought it back while
    /// there was none. Where the server's clock went back meanwhile, it says so.
    private mutating func believeServerAgain() {
        guard let times = judgedWithServer else { return }
        judgedWithServer = nil
        let isOne = shown === held
        held = held.judged(at: max(held.judgedAt, times.held)).snapshot
        if !isOne { shown = shown.judged(at: max(shown.judgedAt, times.shown)).snapshot }
    }

    /// A snapshot as of another time; nil where nothing is due. One of a past time stays as it is.
    static func judged(_ snapshot: Snapshot, at now: Timestamp, canGoBack: Bool) -> Snapshot? {
        guard snapshot.isLoaded, snapshot.asOf.isAbsent else { return nil }
        if let due = snapshot.nextDue, due <= now { return snapshot.judged(at: now).snapshot }
        let limit = Timestamp(
            microsecondsSince1970: now.microsecondsSince1970 &+ clockDifferenceMicrosecondsMax)
        guard canGoBack, limit < snapshot.judgedAt else { return nil }
        let (next, changes) = snapshot.judged(at: now)
        return changes.isEmpty ? nil : next
    }

    /// Gives up what is held and waits for an image that contains all that has been heard of.
    private mutating func mistrust() {
        guard let last = buffer.last else { return }
        awaitImage(after: last.sequence, generation: last.generation, generationMin: last.generation)
    }

    /// Changes up to the end of the last generation of which all have come.
    private var wholeChangeCount: Int {
        var count = buffer.count
        while count > 0, !buffer[count - 1].isLastOfGeneration {
            if count < buffer.count, buffer[count].generation != buffer[count - 1].generation { break }
            count -= 1
        }
        return count
    }

    /// Whether so much has changed since the main image that a new one is due.
    var isRewriteDue: Bool { held.overlayRowCount >= Self.overlayRowCountMax }

    /// Makes a new main image, where there is memory for it. O(n).
    mutating func rewrite() {
        guard Snapshot.hasRoom(for: held.byteCountToRewrite) else { return }
        held = held.rewritten()
        rewriteCount &+= 1
    }
}

extension ReferencePush {
    /// Whether the change says all there is to know. A row whose newest version was refused is more than its record.
    fileprivate var isApplicable: Bool { !isLastGood && (change.action == .remove || record != nil) }
}
