import ReferenceData
import SymbologyWire

/// An image on its way over one connection.
struct ImageSending {
    let image: SnapshotImage
    let requestId: UInt32
    let chunkCount: Int
    var nextChunk = 0
    let startTime: UInt64
    /// Once the peer has taken all chunks: the last change that was published until then, which the peer gets before
    /// the answers to its later requests.
    var lastSequence: UInt64?
}

extension Connection {
    private static let chunkByteCount = WireLayout.SnapshotChunk.data.count

    /// Names the newest image; sends it too, where that is wanted and not too many are under way.
    func answerSnapshot(_ request: GetSnapshotView) {
        guard let published = serving.image else {
            return answerSnapshot(request, .notLoaded, nil, chunkCount: 0)
        }
        guard request.flags.contains(.sendBytes) else {
            return answerSnapshot(request, .ok, published, chunkCount: 0)
        }
        guard ServerShared.claim(serving.shared.imageSendCount, max: serving.limits.imageSendCountMax) else {
            return answerSnapshot(request, .limitReached, published, chunkCount: 0)
        }
        let image = published.image
        let chunkCount = (image.byteCount + Connection.chunkByteCount - 1) / Connection.chunkByteCount
        answerSnapshot(request, .ok, published, chunkCount: chunkCount)
        imageSending = ImageSending(
            image: image, requestId: request.requestId, chunkCount: chunkCount,
            startTime: serving.nowMilliseconds)
        cursors.hold(.imageSending)
        // The request's bytes may be gone after this: writing can find the peer gone.
        flush()
        if isOpen, !cursors.holds.contains(.slowPeer) { goOnNextTurn() }
    }

    private func answerSnapshot(
        _ request: GetSnapshotView, _ status: ResolutionStatus, _ published: PublishedImage?, chunkCount: Int
    ) {
        let image = published?.image
        // A path that does not fit is left out; then the bytes can still be asked for.
        let path = image?.path.flatMap { $0.utf8.count <= WireLayout.Snapshot.path.count ? $0 : nil }
        SnapshotView.write(
            to: serving.answers.end, requestId: request.requestId, status: status,
            epoch: image?.epoch ?? serving.snapshot.epoch, generation: image?.generation ?? 0,
            imageByteCount: UInt64(image?.byteCount ?? 0), checksum: image?.checksum, chunkCount: UInt32(chunkCount),
            chunkByteCount: UInt32(Connection.chunkByteCount), path: (path ?? "").utf8,
            sequence: published?.sequence ?? 0)
        serving.answers.advance(WireLayout.Snapshot.frameByteCount)
    }

    /// Sends as many chunks as one turn allows; the rest follows when the peer has taken them, turn by turn. Then the
    /// changes that were published meanwhile, and the image is through: later requests are answered.
    func sendImage() {
        guard let sending = imageSending, cursors.queuedByteCount == 0 else { return }
        if sending.nextChunk < sending.chunkCount {
            let end = min(sending.nextChunk + ServerLimits.imageChunksPerTurnMax, sending.chunkCount)
            sendChunks(sending.nextChunk..<end, sending)
            // What is left of a chunk goes first; `didWrite` comes back here.
            guard isOpen, !cursors.holds.contains(.slowPeer), cursors.queuedByteCount == 0 else { return }
            guard end == sending.chunkCount else { return goOnNextTurn() }
        }
        let last = imageSending?.lastSequence ?? serving.pushedSequence
        imageSending?.lastSequence = last
        if subscription != nil, pushedSequence < last {
            pushOn()
            guard isOpen, cursors.queuedByteCount == 0 else { return }
            guard pushedSequence >= last else { return goOnNextTurn() }
        }
        endImage()
    }

    private func sendChunks(_ chunks: Range<Int>, _ sending: ImageSending) {
        for index in chunks {
            let byteOffset = index * Connection.chunkByteCount
            SnapshotChunkView.write(
                to: serving.answers.end, requestId: sending.requestId, chunkIndex: UInt32(index),
                byteOffset: UInt64(byteOffset)
            ) { sending.image.copyBytes(from: byteOffset, into: $0) }
            serving.answers.advance(WireLayout.SnapshotChunk.frameByteCount)
        }
        imageSending?.nextChunk = chunks.upperBound
        lastProgressTime = serving.nowMilliseconds
        flush()
    }

    /// Lets go of the image.
    func endImage() {
        guard imageSending != nil else { return }
        imageSending = nil
        cursors.release(.imageSending)
        serving.shared.imageSendCount.subtract(1, ordering: .relaxed)
    }
}
