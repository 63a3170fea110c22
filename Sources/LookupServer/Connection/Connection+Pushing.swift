import ReferenceData
import SymbologyWire

// The way of a push to one subscriber. `ServingThread.push` puts all subscribers into its `FanOut`, which calls
// `pushOn` for each, some in a turn of the loop. What the kernel does not take waits in the history: the subscriber is
// behind until `didWrite` says that the socket has room, and goes on from where it is then.

extension Connection {
    /// Whether there are changes that the peer, a subscriber, has not been handed.
    var isBehind: Bool { subscription != nil && pushedSequence < serving.pushedSequence }

    /// Hands over the changes that the peer has not been handed, as many as the kernel takes and at most
    /// `pushByteCountMax` bytes in one turn, and then the heartbeat that is due. Never while an answer is being
    /// written.
    func pushOn() {
        // Nothing comes between the pieces of an image, and nothing overtakes an answer: `sendImage` and `didWrite`
        // call again.
        let isImageUnderWay = imageSending.map { $0.lastSequence == nil } ?? false
        guard isOpen, let subscription, !isImageUnderWay, cursors.queuedByteCount == 0 else {
            isHeartbeatDue = false
            return
        }
        var byteCountLeft = ServerLimits.pushByteCountMax
        while pushedSequence < serving.pushedSequence {
            guard byteCountLeft > 0 else { return serving.goOnPushing(self) }
            guard let batch = serving.history.batch(after: pushedSequence) else {
                guard pushEverything() else { return }
                break
            }
            let (byteCount, isTaken) = push(batch, records: subscription == .changesWithRecords, max: byteCountLeft)
            guard isTaken else { return }
            byteCountLeft -= byteCount
        }
        guard isHeartbeatDue else { return }
        isHeartbeatDue = false
        withUnsafeTemporaryAllocation(byteCount: WireLayout.Heartbeat.frameByteCount, alignment: 8) { frame in
            guard let base = frame.baseAddress else { return }
            serving.writeHeartbeat(to: base)
            send(UnsafeRawBufferPointer(frame), answerCount: 0)
        }
    }

    /// - Returns: how many bytes the kernel took, and whether that was all that was meant for it. Of a change that it
    ///   took in part the rest is queued; so is the next change where it took whole ones, or nobody would say when
    ///   there is room again.
    private func push(_ batch: PushBatch, records: Bool, max byteCountMax: Int) -> (byteCount: Int, isTaken: Bool) {
        let first = Int(pushedSequence + 1 - batch.firstSequence)
        let start = batch.byteOffset(of: first, records: records)
        let end = batch.byteOffset(
            of: 1
                + batch.index(
                    ofByte: min(start + byteCountMax, batch.byteOffset(of: batch.count, records: records)) - 1,
                    records: records), records: records)
        return batch.withFrames(records: records) { frames in
            guard let writeEnd else { return (0, false) }
            let byteCount = writeEnd.tryWrite(UnsafeRawBufferPointer(rebasing: frames[start..<end]))
            guard byteCount >= 0 else {
                fail(byteCount)
                return (0, false)
            }
            let isTaken = start + byteCount == end
            let next = 1 + batch.index(ofByte: isTaken ? end - 1 : start + byteCount, records: records)
            pushedSequence = batch.firstSequence + UInt64(next) - 1
            state.pointee.resolver.counters.pushCount &+= UInt64(next - first)
            state.pointee.publishCounters()
            if !isTaken {
                let rest = start + byteCount..<batch.byteOffset(of: next, records: records)
                queue(UnsafeRawBufferPointer(rebasing: frames[rest]), answerCount: 0)
            }
            return (byteCount, isTaken)
        }
    }

    /// One change in place of those that are gone: the peer was too slow for them.
    /// - Returns: whether the kernel took it.
    private func pushEverything() -> Bool {
        let snapshot = serving.snapshot
        pushedSequence = serving.pushedSequence
        state.pointee.resolver.counters.pushCount &+= 1
        state.pointee.publishCounters()
        return withUnsafeTemporaryAllocation(byteCount: WireLayout.Change.frameByteCount, alignment: 8) { frame in
            guard let base = frame.baseAddress else { return false }
            ChangeView.write(
                to: base, kind: .everything, action: .modify, flags: .lastOfGeneration, id: 0, epoch: snapshot.epoch,
                sequence: pushedSequence, generation: snapshot.generation)
            return send(UnsafeRawBufferPointer(frame), answerCount: 0)
        }
    }
}
