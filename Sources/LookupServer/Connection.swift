import EventLoop
import ReferenceData
import SymbologyWire

/// One client. Used again for the next one when it is gone; touched on its loop's thread alone.
///
/// It owns only the bytes that could not be used yet:
///
/// ```
/// shared read buffer   | headroom | frame | frame | fra        whole frames are answered in place
/// waiting                         | fra |                      the unfinished rest, at most 255 bytes
/// shared read buffer   | hea| fra | me | frame | ...           the next read: the rest is put before it
/// ```
///
/// Only when the connection is paused (the peer does not read) or its turn is over does `waiting` hold more, at most
/// one read; nothing is read then.
final class Connection {
    enum Phase {
        /// Requests are answered.
        case open
        /// The peer will send no more: what waits for it is flushed, then closed.
        case ended
        /// We have said our last frame: it is flushed, what still comes is dropped, then closed.
        case ending(RejectReason)
        case closed
    }

    /// Room before the read buffer for the unfinished frame of the read before.
    static let readHeadroomByteCount = WireLimits.requestByteCountMax

    unowned let serving: ServingThread
    private(set) var id: UInt64 = 0
    /// Place in `serving.connections`.
    var index = 0
    private(set) var stream: Stream?
    private(set) var phase = Phase.closed

    private var waiting: UnsafeMutableRawPointer?
    private var waitingCapacity = 0
    private var waitingRange = 0..<0

    /// The peer does not read: nothing is read from it either.
    private var isPaused = false
    /// The turn is over; `goOn` comes.
    private var isDeferred = false
    /// Requests whose answers wait for the peer.
    private var queuedAnswerCount = 0
    /// Bytes of this connection in the server's total of what waits for peers.
    private var outstandingByteCount = 0

    private var batchSnapshot: Snapshot?
    private var batchRequestsLeft = 0
    private var batchDeadline: UInt64 = 0

    var isSubscribed = false
    private(set) var wantsRecords = false

    /// In phase `ending`: the last frame is with the kernel; the peer has closed its side.
    private var isFlushed = false
    private var hasPeerEnded = false

    private var lastRequestTime: UInt64 = 0
    private var unfinishedSince: UInt64 = 0
    private var lastProgressTime: UInt64 = 0
    private var lastQueuedByteCount = 0

    init(serving: ServingThread) { self.serving = serving }

    deinit { waiting?.deallocate() }

    func begin(_ stream: Stream, id: UInt64, index: Int) {
        self.stream = stream
        self.id = id
        self.index = index
        phase = .open
        waitingRange = 0..<0
        isPaused = false
        isDeferred = false
        queuedAnswerCount = 0
        outstandingByteCount = 0
        isSubscribed = false
        isFlushed = false
        hasPeerEnded = false
        lastRequestTime = serving.nowMilliseconds
        lastProgressTime = lastRequestTime
        lastQueuedByteCount = 0
        startReading()
    }

    private var isOpen: Bool { if case .open = phase { true } else { false } }

    private func startReading() {
        stream?.startReading(
            into: UnsafeMutableRawBufferPointer(rebasing: serving.readBuffer[Connection.readHeadroomByteCount...]))
    }
}

// MARK: - Reading

extension Connection: StreamDelegate {
    func stream(_ stream: Stream, didRead bytes: UnsafeRawBufferPointer) {
        guard isOpen, let start = bytes.baseAddress else { return }
        var input = bytes
        let restByteCount = waitingRange.count
        if restByteCount > 0, let waiting {
            let front = UnsafeMutableRawPointer(mutating: start) - restByteCount
            front.copyMemory(from: waiting + waitingRange.lowerBound, byteCount: restByteCount)
            input = UnsafeRawBufferPointer(start: front, count: bytes.count + restByteCount)
        }
        waitingRange = 0..<0
        let usedByteCount = use(input)
        if usedByteCount > 0 || restByteCount == 0 { unfinishedSince = serving.nowMilliseconds }
        if usedByteCount > 0 { lastRequestTime = serving.nowMilliseconds }
        keep(UnsafeRawBufferPointer(rebasing: input[usedByteCount...]))
    }

    func streamDidEnd(_ stream: Stream) {
        switch phase {
        case .open:
            phase = .ended
            lastProgressTime = serving.nowMilliseconds
            serving.unsubscribe(self)
            endBatch()
            stream.shutdown { [weak self, weak stream] in
                guard let self, self.stream === stream else { return }
                self.close(.ended)
            }
        case .ending:
            hasPeerEnded = true
            closeIfFlushed()
        case .ended, .closed: break
        }
    }

    /// Both sides have said all they had to say.
    private func closeIfFlushed() {
        guard case .ending(let reason) = phase, isFlushed, hasPeerEnded else { return }
        close(.rejected(reason))
    }

    func stream(_ stream: Stream, didFail error: EventLoopError) {
        if case .ending(let reason) = phase { close(.rejected(reason)) } else { close(.failed(error.name)) }
    }

    func stream(_ stream: Stream, didWrite byteCount: Int, tag: Int, code: Int32) {
        guard self.stream === stream else { return }
        serving.shared.queuedByteCount.subtract(byteCount, ordering: .relaxed)
        outstandingByteCount -= byteCount
        queuedAnswerCount -= tag
        lastProgressTime = serving.nowMilliseconds
        guard code == 0 else { return close(.failed(EventLoopError.name(ofCode: code))) }
        if isPaused, !isDeferred, isOpen, !isPeerSlow(half: true) {
            isPaused = false
            goOn()
        }
    }

    /// Uses what waits here; then reads again.
    func goOn() {
        isDeferred = false
        guard isOpen, !isPaused else { return }
        if let waiting, !waitingRange.isEmpty {
            let input = UnsafeRawBufferPointer(start: waiting + waitingRange.lowerBound, count: waitingRange.count)
            let usedByteCount = use(input)
            // A connection that ended meanwhile has given the block back.
            guard isOpen else { return }
            waitingRange = waitingRange.lowerBound + usedByteCount..<waitingRange.upperBound
            if usedByteCount > 0 {
                lastRequestTime = serving.nowMilliseconds
                unfinishedSince = lastRequestTime
            }
            guard !isPaused, !isDeferred else { return }
            // What is left is less than a frame: the large block has served its purpose.
            let rest = UnsafeRawBufferPointer(start: waiting + waitingRange.lowerBound, count: waitingRange.count)
            withUnsafeTemporaryAllocation(byteCount: WireLimits.requestByteCountMax, alignment: 8) { copy in
                copy.copyMemory(from: rest)
                releaseWaiting()
                keep(UnsafeRawBufferPointer(rebasing: copy[..<rest.count]))
            }
        }
        startReading()
    }

    /// Stores bytes that could not be used yet; stops reading when that is not just an unfinished frame.
    private func keep(_ rest: UnsafeRawBufferPointer) {
        guard isOpen else { return }
        if isPaused || isDeferred { stream?.stopReading() }
        guard let start = rest.baseAddress, rest.count > 0 else { return }
        if rest.count > waitingCapacity {
            waiting?.deallocate()
            waitingCapacity = max(rest.count, WireLimits.requestByteCountMax)
            waiting = .allocate(byteCount: waitingCapacity, alignment: 8)
        }
        waiting?.copyMemory(from: start, byteCount: rest.count)
        waitingRange = 0..<rest.count
    }

    private func releaseWaiting() {
        waitingRange = 0..<0
        guard waitingCapacity > WireLimits.requestByteCountMax else { return }
        waiting?.deallocate()
        waiting = nil
        waitingCapacity = 0
    }

    /// Answers whole frames from the front of `input`.
    /// - Returns: how many bytes were used.
    private func use(_ input: UnsafeRawBufferPointer) -> Int {
        var usedByteCount = 0
        serving.resolver.workLeft = serving.limits.workPerTurnMax
        if batchSnapshot != nil, serving.nowMilliseconds >= batchDeadline { endBatch() }
        while isOpen {
            let rest = UnsafeRawBufferPointer(rebasing: input[usedByteCount...])
            let isBatch = batchSnapshot != nil
            let outcome = serving.resolver.answer(
                rest, from: batchSnapshot ?? serving.snapshot, requestCountMax: isBatch ? batchRequestsLeft : Int.max,
                into: &serving.answers)
            usedByteCount += outcome.consumedByteCount
            if isBatch {
                batchRequestsLeft -= outcome.requestCount
                if batchRequestsLeft == 0 { endBatch() }
            }
            switch outcome.stop {
            case .needMore:
                flush()
                return usedByteCount
            case .bufferFull:
                precondition(serving.answers.byteCount > 0, "every answer fits the empty buffer")
                flush()
                if isPaused { return usedByteCount }
            case .budgetSpent:
                guard serving.resolver.workLeft <= 0 else { continue }  // only the batch is over
                flush()
                isDeferred = true
                serving.goOnNextTurn(self)
                return usedByteCount
            case .session(let template, let frame):
                answerSession(template, frame)
                if isPaused { return usedByteCount }
            case .invalid(let reason):
                serving.resolver.countRejected()
                end(reason)
            }
        }
        return usedByteCount
    }
}

// MARK: - Writing

extension Connection {
    /// Sends what the answer buffer holds: at once what the kernel takes, the rest from a copy.
    func flush() {
        let bytes = serving.answers.bytes
        let answerCount = serving.answers.answerCount
        guard bytes.count > 0 else { return }
        // Before the answers leave, so that whoever has read one finds it counted.
        serving.shared.counters[serving.index].store(serving.resolver.counters)
        send(bytes, answerCount: answerCount)
        serving.answers.reset()
        if isOpen, !isPaused, isPeerSlow(half: false) {
            isPaused = true
            lastProgressTime = serving.nowMilliseconds
            stream?.stopReading()
            serving.shared.onEvent(.clientPaused(id: id))
        }
    }

    /// Whether so much waits for the peer that nothing more is read from it; `half` of it to begin again.
    private func isPeerSlow(half: Bool) -> Bool {
        let divisor = half ? 2 : 1
        return queuedAnswerCount >= serving.limits.requestsInFlightMax / divisor
            || (stream?.queuedByteCount ?? 0) >= serving.limits.answerPauseByteCount / divisor
    }

    /// Pushes whole frames; between two answers, because it is never called while one is being written.
    func push(_ bytes: UnsafeRawBufferPointer) {
        guard isOpen else { return }
        send(bytes, answerCount: 0)
    }

    private func send(_ bytes: UnsafeRawBufferPointer, answerCount: Int) {
        guard let stream else { return }
        let writtenByteCount = stream.tryWrite(bytes)
        guard writtenByteCount >= 0 else {
            return close(.failed(EventLoopError.name(ofCode: Int32(truncatingIfNeeded: writtenByteCount))))
        }
        guard writtenByteCount < bytes.count else { return }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[writtenByteCount...])
        let total = serving.shared.queuedByteCount.add(rest.count, ordering: .relaxed).newValue
        outstandingByteCount += rest.count
        guard total <= serving.limits.queuedByteCountTotalMax,
            stream.queuedByteCount + rest.count <= serving.limits.queuedByteCountMax
        else { return cut(.slowReader) }
        if lastQueuedByteCount == 0 { lastProgressTime = serving.nowMilliseconds }
        queuedAnswerCount += answerCount
        let code = stream.write(copying: rest, tag: answerCount)
        guard code == 0 else { return close(.failed(EventLoopError.name(ofCode: code))) }
        lastQueuedByteCount = stream.queuedByteCount
    }
}

// MARK: - Ending

extension Connection {
    /// Says why in one last frame, flushes, and closes once the peer has closed or had its time.
    func end(_ reason: RejectReason) {
        guard isOpen else { return }
        if serving.answers.room < WireLayout.Rejected.frameByteCount { flush() }
        guard isOpen else { return }
        serving.answers.appendRejected(
            requestId: WireNull.requestId, reason: reason, requestTemplate: 0, text: reason.words)
        endAfterAnswers(reason)
    }

    /// As `end`, when the answer buffer holds the last frame already.
    func endAfterAnswers(_ reason: RejectReason) {
        guard isOpen else { return }
        let wasStopped = isPaused || isDeferred
        flush()
        // Writing may have found the peer gone.
        guard isOpen, let stream else { return }
        phase = .ending(reason)
        lastProgressTime = serving.nowMilliseconds
        serving.unsubscribe(self)
        endBatch()
        releaseWaiting()
        // Closing a socket that holds unread bytes would reset it and could take our last frame away from the peer: say
        // that no more comes, drop what still arrives, and wait for the peer to close.
        stream.shutdown { [weak self, weak stream] in
            guard let self, self.stream === stream else { return }
            self.isFlushed = true
            self.closeIfFlushed()
        }
        if wasStopped || isPaused { startReading() }
    }

    /// Closes without another word, because the peer does not read what it has.
    func cut(_ reason: RejectReason) {
        guard let stream else { return }
        leave()
        stream.closeAbruptly { [serving, self] in serving.recycle(self) }
        serving.remove(self, .cut(reason))
    }

    func close(_ reason: ServerEvent.CloseReason) {
        guard let stream else { return }
        leave()
        stream.close { [serving, self] in serving.recycle(self) }
        serving.remove(self, reason)
    }

    private func leave() {
        phase = .closed
        stream = nil
        serving.shared.queuedByteCount.subtract(outstandingByteCount, ordering: .relaxed)
        outstandingByteCount = 0
        serving.answers.reset()
        endBatch()
        releaseWaiting()
    }

    /// Called every now and then.
    func checkDeadlines(_ now: UInt64) {
        guard let stream else { return }
        let limits = serving.limits
        let queuedByteCount = stream.queuedByteCount
        if queuedByteCount < lastQueuedByteCount { lastProgressTime = now }
        lastQueuedByteCount = queuedByteCount
        let idle = now &- lastProgressTime
        switch phase {
        case .open:
            if batchSnapshot != nil, now >= batchDeadline { endBatch() }
            if queuedByteCount > 0 {
                if idle >= limits.unreadMilliseconds { cut(.slowReader) }
            } else if isPaused || isDeferred {
                return
            } else if !waitingRange.isEmpty, now &- unfinishedSince >= limits.unfinishedFrameMilliseconds {
                end(.frameTimeout)
            } else if limits.idleMilliseconds > 0, !isSubscribed, now &- lastRequestTime >= limits.idleMilliseconds {
                end(.idleTimeout)
            }
        case .ended: if idle >= limits.lingerMilliseconds { cut(.slowReader) }
        case .ending(let reason):
            guard idle >= limits.lingerMilliseconds else { return }
            if queuedByteCount > 0 { cut(reason) } else { close(.rejected(reason)) }
        case .closed: break
        }
    }
}

// MARK: - Session

extension Connection {
    func beginBatch(count: Int) {
        batchSnapshot = serving.snapshot
        batchRequestsLeft = count
        batchDeadline = serving.nowMilliseconds + serving.limits.batchMilliseconds
    }

    func endBatch() {
        batchSnapshot = nil
        batchRequestsLeft = 0
    }

    func setSubscribed(wantsRecords: Bool) {
        isSubscribed = true
        self.wantsRecords = wantsRecords
    }
}
