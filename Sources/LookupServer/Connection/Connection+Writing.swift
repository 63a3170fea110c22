import EventLoop

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

    /// Pushes the changes after `sequence`, with their records where wanted; between two answers, because it is never
    /// called while one is being written.
    func push(_ batch: PushBatch, after sequence: UInt64) {
        // Nothing comes between the pieces of an image: `sendImage` hands over what was missed.
        guard isOpen, imageSending == nil,
            let pushed = batch.frames(after: sequence, records: subscription == .changesWithRecords)
        else { return }
        state.pointee.resolver.counters.pushCount &+= UInt64(pushed.changeCount)
        state.pointee.publishCounters()
        send(pushed.bytes, answerCount: 0, sharing: pushed.frames)
    }

    /// As `push`; one that is left out is missed by nobody.
    func pushHeartbeat(_ frame: UnsafeRawBufferPointer) {
        guard isOpen, imageSending == nil else { return }
        send(frame, answerCount: 0)
    }

    /// - Returns: whether the kernel has taken all; what it has not is queued.
    @inline(__always) @discardableResult
    private func send(_ bytes: UnsafeRawBufferPointer, answerCount: Int, sharing frames: PushFrames? = nil) -> Bool {
        guard let writeEnd else { return false }
        let writtenByteCount = writeEnd.tryWrite(bytes)
        if writtenByteCount == bytes.count { return true }
        queue(bytes, afterWriting: writtenByteCount, answerCount: answerCount, sharing: frames)
        return false
    }

    /// Queues what the kernel did not take; a negative count is its error.
    /// - Parameter frames: where the bytes are, and stay, if they are many peers': what a refresh with many changes has
    ///   to say is a megabyte and more, and a copy for each subscriber would not fit.
    private func queue(
        _ bytes: UnsafeRawBufferPointer, afterWriting writtenByteCount: Int, answerCount: Int,
        sharing frames: PushFrames?
    ) {
        guard let stream else { return }
        guard writtenByteCount >= 0 else {
            return close(.failed(EventLoopError.name(ofCode: Int32(truncatingIfNeeded: writtenByteCount))))
        }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[writtenByteCount...])
        let lease = frames?.lease(serving.shared)
        let copiedByteCount = lease == nil ? rest.count : 0
        let total = serving.shared.queuedByteCount.add(copiedByteCount, ordering: .relaxed).newValue
        cursors.queue(rest.count, copiedByteCount: copiedByteCount, answerCount: answerCount)
        guard total <= serving.limits.queuedByteCountTotalMax,
            stream.queuedByteCount + rest.count <= serving.limits.queuedByteCountMax
        else { return cut(.slowReader) }
        if lastQueuedByteCount == 0 { lastProgressTime = serving.nowMilliseconds }
        let code =
            if let lease {
                stream.write(sharing: rest, keptBy: lease, tag: Connection.sharedTag)
            } else {
                stream.write(copying: rest, tag: answerCount)
            }
        guard code == 0 else { return close(.failed(EventLoopError.name(ofCode: code))) }
        lastQueuedByteCount = stream.queuedByteCount
    }
}
