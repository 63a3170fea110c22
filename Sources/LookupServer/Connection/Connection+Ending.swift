import EventLoop
import SymbologyWire

extension Connection {
    /// Says why in one last frame, flushes, and closes once the peer has closed or had its time.
    /// - Parameter template: of the frame that is the reason.
    func end(_ reason: RejectReason, for template: Template? = nil) {
        guard isOpen else { return }
        if serving.answers.room < WireLayout.Rejected.frameByteCount { flush() }
        guard isOpen else { return }
        serving.answers.appendRejected(reason, of: nil, for: template)
        endAfterAnswers(reason)
    }

    /// As `end`, when the answer buffer holds the last frame already.
    func endAfterAnswers(_ reason: RejectReason) {
        guard isOpen else { return }
        assert(reason.closesConnection, "a client would go on")
        let wasHeld = cursors.isHeld
        flush()
        // Writing may have found the peer gone.
        guard isOpen, let stream else { return }
        phase = .ending(reason, [.flush, .peerEnd])
        lastProgressTime = serving.nowMilliseconds
        serving.unsubscribe(self)
        endBatch()
        endImage()
        releaseBlock()
        // Closing a socket that holds unread bytes would reset it and could take our last frame away from the peer: say
        // that no more comes, drop what still arrives, and wait for the peer to close.
        stream.shutdown { [weak self, weak stream] in
            guard let self, self.stream === stream else { return }
            self.finish(.flush)
        }
        if wasHeld || cursors.isHeld { startReading() }
        invariants()
    }

    /// A step of the ending is done; the last one closes.
    func finish(_ step: EndingSteps) {
        guard case .ending(let reason, var steps) = phase else { return }
        steps.remove(step)
        phase = .ending(reason, steps)
        if steps.isEmpty { close(.rejected(reason)) }
    }

    /// Closes without another word, because the peer does not read what it has.
    func cut(_ reason: RejectReason) { closeAbruptly(.cut(reason)) }

    /// Closes without another word, and without flushing.
    func closeAbruptly(_ reason: ServerEvent.CloseReason) {
        guard let stream = leave() else { return }
        stream.closeAbruptly { [serving, self] in serving.recycle(self) }
        serving.remove(self, reason)
    }

    func close(_ reason: ServerEvent.CloseReason) {
        guard let stream = leave() else { return }
        stream.close { [serving, self] in serving.recycle(self) }
        serving.remove(self, reason)
    }

    /// - Returns: the stream, to be closed; nil when the connection is closed already.
    private func leave() -> Stream? {
        guard let stream else { return nil }
        phase = .closed
        self.stream = nil
        writeEnd = nil
        serving.shared.queuedByteCount.subtract(cursors.queuedByteCount, ordering: .relaxed)
        serving.answers.reset()
        serving.unsubscribe(self)
        endBatch()
        endImage()
        releaseBlock()
        cursors.reset()
        invariants()
        return stream
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
            if let batch, now >= batch.deadline { endBatch() }
            if serving.lacksMemory, let imageSending, imageSending.image !== serving.image?.image {
                // Nobody else has that one any more, and what is to be served has no room for it.
                closeAbruptly(.outOfMemory)
            } else if let imageSending, now &- imageSending.startTime >= limits.imageMilliseconds {
                // However little it reads at a time, it does not keep the image and one of the few sends for ever.
                cut(.slowReader)
            } else if queuedByteCount > 0 {
                if idle >= limits.unreadMilliseconds { cut(.slowReader) }
            } else if cursors.isHeld {
                return
            } else if !cursors.kept.isEmpty, now &- unfinishedSince >= limits.unfinishedFrameMilliseconds {
                end(.frameTimeout)
            } else if limits.idleMilliseconds > 0, subscription == nil,
                // Whoever still gets what it asked for is not idle.
                now &- max(lastRequestTime, lastProgressTime) >= limits.idleMilliseconds
            {
                end(.idleTimeout)
            }
        // It may still read what it asked for, in its own time.
        case .ended: if idle >= limits.unreadMilliseconds { cut(.slowReader) }
        case .ending(let reason, _):
            guard idle >= limits.lingerMilliseconds else { return }
            if queuedByteCount > 0 { cut(reason) } else { close(.rejected(reason)) }
        case .closed: break
        }
    }
}
