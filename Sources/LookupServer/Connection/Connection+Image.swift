import ReferenceData
import SymbologyWire

/// An image on its way over one connection.
struct ImageSending {
    let image: SnapshotImage
    let requestId: UInt32
    let chunkCount: Int
    var nextChunk = 0
    /// Of the last change that went out before the image.
    let pushedSequence: UInt64
    let startTime: UInt64
}

extension Connection {
    private static let chunkByteCount = WireLayout.SnapshotChunk.data.count

    /// Names the newest image; sends it too, where that is wanted and there is a place.
    func answerSnapshot(_ request: GetSnapshotView) {
        let writer = SnapshotWriter(serving.answers.end, requestId: request.requestId)
        writer.setChunkByteCount(UInt32(Connection.chunkByteCount))
        serving.answers.advance(WireLayout.Snapshot.frameByteCount)
        guard let published = serving.image else {
            writer.setStatus(ResolutionStatus.notLoaded.rawValue)
            writer.setEpoch(serving.snapshot.epoch)
            return
        }
        let image = published.image
        writer.setEpoch(image.epoch)
        writer.setGeneration(image.generation)
        writer.setImageByteCount(UInt64(image.byteCount))
        writer.setChecksum(image.checksum)
        writer.setSequence(published.sequence)
        // A path that does not fit is left out; then the bytes can still be asked for.
        if let path = image.path?.utf8, path.count <= WireLayout.Snapshot.path.count { writer.setPath(path) }
        guard request.flags & WireSnapshotFlags.sendBytes != 0 else { return }
        guard ServerShared.claim(serving.shared.imageSendCount, max: serving.limits.imageSendCountMax) else {
            writer.setStatus(ResolutionStatus.limitReached.rawValue)
            return
        }
        let chunkCount = (image.byteCount + Connection.chunkByteCount - 1) / Connection.chunkByteCount
        writer.setChunkCount(UInt32(chunkCount))
        imageSending = ImageSending(
            image: image, requestId: request.requestId, chunkCount: chunkCount,
            pushedSequence: serving.pushedSequence, startTime: serving.nowMilliseconds)
        // The request's bytes may be gone after this: writing can find the peer gone.
        flush()
        guard isOpen, !isPaused else { return }
        goOnNextTurn()
    }

    /// Sends as many chunks as one turn allows; the rest follows when the peer has taken them, turn by turn.
    func sendImage() {
        guard let sending = imageSending, outstandingByteCount == 0 else { return }
        let end = min(sending.nextChunk + ServerLimits.imageChunksPerTurnMax, sending.chunkCount)
        for index in sending.nextChunk..<end {
            let byteOffset = index * Connection.chunkByteCount
            SnapshotChunkView.write(
                to: serving.answers.end, requestId: sending.requestId, chunkIndex: UInt32(index),
                byteOffset: UInt64(byteOffset)
            ) { sending.image.copyBytes(from: byteOffset, into: $0) }
            serving.answers.advance(WireLayout.SnapshotChunk.frameByteCount)
        }
        imageSending?.nextChunk = end
        lastProgressTime = serving.nowMilliseconds
        flush()
        guard isOpen, !isPaused else { return }
        if end == sending.chunkCount {
            endImage()
            pushMissed(after: sending.pushedSequence)
        } else if outstandingByteCount == 0 {
            goOnNextTurn()
        }
    }

    /// The changes that were published meanwhile. Where they are gone the next push leaves a hole in the sequence, and
    /// the client knows what that means.
    private func pushMissed(after sequence: UInt64) {
        guard isSubscribed, let missed = serving.publisher.history(after: sequence, through: serving.pushedSequence)
        else { return }
        for batch in missed { push(batch, after: sequence) }
    }

    private func goOnNextTurn() {
        isDeferred = true
        serving.goOnNextTurn(self)
    }

    /// Lets go of the image.
    func endImage() {
        guard imageSending != nil else { return }
        imageSending = nil
        serving.shared.imageSendCount.subtract(1, ordering: .relaxed)
    }
}
