import EventLoop

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
    func isPeerSlow(half: Bool) -> Bool {
        let divisor = half ? 2 : 1
        return queuedAnswerCount >= serving.limits.requestsInFlightMax / divisor
            || (stream?.queuedByteCount ?? 0) >= serving.limits.answerPauseByteCount / divisor
    }

    /// Pushes whole frames; between two answers, because it is never called while one is being written.
    func push(_ bytes: UnsafeRawBufferPointer) {
        guard isOpen else { return }
        send(bytes, answerCount: 0)
    }

    func send(_ bytes: UnsafeRawBufferPointer, answerCount: Int) {
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
