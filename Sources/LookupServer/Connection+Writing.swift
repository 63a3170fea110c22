import EventLoop

extension Connection {
    /// Sends what the answer buffer holds: at once what the kernel takes, the rest from a copy.
    func flush() {
        let bytes = state.pointee.answers.bytes
        guard bytes.count > 0 else { return }
        state.pointee.publishCounters()
        // What the peer has room for, which is nearly always all, leaves without another look at anything.
        if let writeEnd, outstandingByteCount == 0 {
            let writtenByteCount = writeEnd.tryWrite(bytes)
            if writtenByteCount == bytes.count { return state.pointee.answers.reset() }
            queue(bytes, afterWriting: writtenByteCount, answerCount: state.pointee.answers.answerCount)
        } else {
            send(bytes, answerCount: state.pointee.answers.answerCount)
        }
        state.pointee.answers.reset()
        if isOpen, !isPaused, isPeerSlow(half: false) {
            isPaused = true
            lastProgressTime = serving.nowMilliseconds
            stream?.stopReading()
            serving.shared.onEvent(.clientPaused(id: id))
        }
    }

    /// Whether so much waits for the peer that nothing more is read from it; `half` of it to begin again.
    func isPeerSlow(half: Bool) -> Bool {
        let divisor = half ? 2 : 1
        // At least one, because nothing is ever less than none.
        return queuedAnswerCount >= max(1, serving.limits.requestsInFlightMax / divisor)
            || (stream?.queuedByteCount ?? 0) >= max(1, serving.limits.answerPauseByteCount / divisor)
    }

    /// Pushes whole frames; between two answers, because it is never called while one is being written.
    func push(_ bytes: UnsafeRawBufferPointer) {
        // Nothing comes between the pieces of an image: `sendImage` hands over what was missed.
        guard isOpen, imageSending == nil else { return }
        send(bytes, answerCount: 0)
    }

    func send(_ bytes: UnsafeRawBufferPointer, answerCount: Int) {
        guard let writeEnd else { return }
        let writtenByteCount = writeEnd.tryWrite(bytes)
        if writtenByteCount < bytes.count { queue(bytes, afterWriting: writtenByteCount, answerCount: answerCount) }
    }

    /// Queues what the kernel did not take; a negative count is its error.
    private func queue(_ bytes: UnsafeRawBufferPointer, afterWriting writtenByteCount: Int, answerCount: Int) {
        guard let stream else { return }
        guard writtenByteCount >= 0 else {
            return close(.failed(EventLoopError.name(ofCode: Int32(truncatingIfNeeded: writtenByteCount))))
        }
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
