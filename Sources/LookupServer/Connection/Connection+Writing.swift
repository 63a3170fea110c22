import EventLoop
import Platform

extension Connection {
    /// Sends what the answer buffer holds: at once what the kernel takes, the rest from a copy.
    func flush() {
        let bytes = state.pointee.answers.bytes
        guard bytes.count > 0 else { return }
        state.pointee.publishCounters()
        // Nearly always the kernel takes all at once, and nothing else has to be looked at.
        let isTaken = send(bytes, answerCount: state.pointee.answers.answerCount)
        state.pointee.answers.reset()
        guard !isTaken, isOpen, !cursors.holds.contains(.slowPeer), isPeerSlow(half: false) else { return }
        cursors.hold(.slowPeer)
        lastProgressTime = serving.nowMilliseconds
        stream?.stopReading()
        serving.shared.onEvent(.clientPaused(id: id))
    }

    /// Whether so much waits for the peer that nothing more is read from it; `half` of it to begin again.
    func isPeerSlow(half: Bool) -> Bool {
        let divisor = half ? 2 : 1
        // A threshold of 0, by rounding or by the limit itself, would be reached even with nothing queued.
        return cursors.queuedAnswerCount >= max(1, serving.limits.requestsInFlightMax / divisor)
            || (stream?.queuedByteCount ?? 0) >= max(1, serving.limits.answerPauseByteCount / divisor)
    }

    /// - Returns: whether the kernel has taken all; what it has not is queued.
    @inline(__always) @discardableResult
    func send(_ bytes: UnsafeRawBufferPointer, answerCount: Int) -> Bool {
        guard let writeEnd else { return false }
        let writtenByteCount = writeEnd.tryWrite(bytes)
        if writtenByteCount == bytes.count { return true }
        if writtenByteCount < 0 {
            fail(writtenByteCount)
        } else {
            queue(UnsafeRawBufferPointer(rebasing: bytes[writtenByteCount...]), answerCount: answerCount)
        }
        return false
    }

    /// Writing found the connection broken.
    func fail(_ code: Int) { close(.failed(EventLoopError.name(ofCode: Int32(truncatingIfNeeded: code)))) }

    /// Queues a copy of what the kernel did not take.
    func queue(_ rest: UnsafeRawBufferPointer, answerCount: Int) {
        guard let stream else { return }
        let total = serving.shared.queuedByteCount.add(rest.count, ordering: .relaxed).newValue
        cursors.queue(rest.count, answerCount: answerCount)
        guard total <= serving.limits.queuedByteCountTotalMax,
            stream.queuedByteCount + rest.count <= serving.limits.queuedByteCountMax
        else { return cut(.slowReader) }
        guard AddressSpace.hasRoom(for: rest.count + ServerLimits.spareByteCount) else {
            return closeAbruptly(.outOfMemory)
        }
        if lastQueuedByteCount == 0 { lastProgressTime = serving.nowMilliseconds }
        let code = stream.write(copying: rest, tag: answerCount)
        guard code == 0 else { return fail(Int(code)) }
        lastQueuedByteCount = stream.queuedByteCount
    }
}
