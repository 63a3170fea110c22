import EventLoop
import ReferenceData
import SymbologyWire

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
        state.pointee.readCount &+= 1
        let isTimed = state.pointee.readCount % LatencySamples.sampleInterval == 1
        let startNanoseconds = isTimed ? ServerShared.nowNanoseconds() : 0
        let usedByteCount = use(input)
        if isTimed, usedByteCount > 0 {
            state.pointee.latency._withUnsafeGuaranteedRef {
                $0.note(ServerShared.nowNanoseconds() &- startNanoseconds)
            }
        }
        let now = state.pointee.nowMilliseconds
        if usedByteCount > 0 || restByteCount == 0 { unfinishedSince = now }
        if usedByteCount > 0 { lastRequestTime = now }
        if usedByteCount < input.count || isHeld {
            keep(UnsafeRawBufferPointer(rebasing: input[usedByteCount...]))
        }
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
    func closeIfFlushed() {
        guard case .ending(let reason) = phase, isFlushed, hasPeerEnded else { return }
        close(.rejected(reason))
    }

    func stream(_ stream: Stream, didFail error: EventLoopError) {
        if case .ending(let reason) = phase { close(.rejected(reason)) } else { close(.failed(error.name)) }
    }

    func stream(_ stream: Stream, didWrite byteCount: Int, tag: Int, code: Int32) {
        guard self.stream === stream else { return }
        outstandingByteCount -= byteCount
        if tag != Connection.sharedTag {
            serving.shared.queuedByteCount.subtract(byteCount, ordering: .relaxed)
            copiedByteCount -= byteCount
            queuedAnswerCount -= tag
        }
        lastProgressTime = serving.nowMilliseconds
        guard code == 0 else { return close(.failed(EventLoopError.name(ofCode: code))) }
        guard !isDeferred, isOpen, !isPeerSlow(half: true) else { return }
        if isPaused || imageSending != nil {
            isPaused = false
            goOn()
        }
    }

    /// Uses what waits here; then reads again.
    func goOn() {
        isDeferred = false
        // All that waited for the peer can have left while the turn was put off; nothing else would wake it then.
        if isPaused, !isPeerSlow(half: true) { isPaused = false }
        guard isOpen, !isPaused else { return }
        if imageSending != nil { sendImage() }
        guard isOpen, !isHeld else { return }
        // A frame that is unfinished because nothing was read had no time to be finished.
        unfinishedSince = serving.nowMilliseconds
        if let waiting, !waitingRange.isEmpty {
            let input = UnsafeRawBufferPointer(start: waiting + waitingRange.lowerBound, count: waitingRange.count)
            let usedByteCount = use(input)
            // A connection that ended meanwhile has given the block back.
            guard isOpen else { return }
            waitingRange = waitingRange.lowerBound + usedByteCount..<waitingRange.upperBound
            if usedByteCount > 0 { lastRequestTime = serving.nowMilliseconds }
            guard !isHeld else { return }
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
    func keep(_ rest: UnsafeRawBufferPointer) {
        guard isOpen else { return }
        if isHeld { stream?.stopReading() }
        guard let start = rest.baseAddress, rest.count > 0 else { return }
        if rest.count > waitingCapacity {
            releaseWaiting()
            waiting?.deallocate()
            waitingCapacity = max(rest.count, WireLimits.requestByteCountMax)
            waiting = .allocate(byteCount: waitingCapacity, alignment: 8)
            guard countWaiting() else { return cut(.slowReader) }
        }
        waiting?.copyMemory(from: start, byteCount: rest.count)
        waitingRange = 0..<rest.count
    }

    /// Counts a block of more than one frame among the bytes that wait for peers: requests wait because their answers
    /// do, or because others have their turn.
    /// - Returns: false when that is more than may wait.
    private func countWaiting() -> Bool {
        guard waitingCapacity > WireLimits.requestByteCountMax else { return true }
        let total = serving.shared.queuedByteCount.add(waitingCapacity, ordering: .relaxed).newValue
        return total <= serving.limits.queuedByteCountTotalMax
    }

    func releaseWaiting() {
        waitingRange = 0..<0
        guard waitingCapacity > WireLimits.requestByteCountMax else { return }
        serving.shared.queuedByteCount.subtract(waitingCapacity, ordering: .relaxed)
        waiting?.deallocate()
        waiting = nil
        waitingCapacity = 0
    }

    /// Answers whole frames from the front of `input`.
    /// - Returns: how many bytes were used.
    func use(_ input: UnsafeRawBufferPointer) -> Int {
        var usedByteCount = 0
        let state = state
        state.pointee.resolver.workLeft = state.pointee.workPerTurnMax
        if batchSnapshot != nil, serving.nowMilliseconds >= batchDeadline { endBatch() }
        while isOpen {
            let rest = UnsafeRawBufferPointer(rebasing: input[usedByteCount...])
            let isBatch = batchSnapshot != nil
            let outcome =
                if let batchSnapshot {
                    state.pointee.resolver.answer(
                        rest, from: batchSnapshot, requestCountMax: batchRequestsLeft, into: &state.pointee.answers)
                } else {
                    state.pointee.snapshot._withUnsafeGuaranteedRef {
                        state.pointee.resolver.answer(
                            rest, from: $0, requestCountMax: Int.max, into: &state.pointee.answers)
                    }
                }
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
                precondition(state.pointee.answers.byteCount > 0, "every answer fits the empty buffer")
                flush()
                if isPaused { return usedByteCount }
            case .budgetSpent:
                guard state.pointee.resolver.workLeft <= 0 else { continue }  // only the batch is over
                flush()
                isDeferred = true
                serving.goOnNextTurn(self)
                return usedByteCount
            case .session(let template, let frame):
                answerSession(template, frame)
                if isHeld { return usedByteCount }
            case .invalid(let reason):
                state.pointee.resolver.countRejected()
                end(reason)
            }
        }
        return usedByteCount
    }
}
