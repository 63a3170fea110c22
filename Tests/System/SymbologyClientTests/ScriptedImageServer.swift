import ReferenceData
import SymbologyClient
import SymbologyWire
import Synchronization

/// A server that says of its image what a test wants, true or not, and pushes nothing but heartbeats.
final class ScriptedImageServer: Sendable {
    /// What it answers from; the test changes it at any time.
    struct Offer: Sendable {
        var image: SnapshotImage
        /// What the frame says.
        var path = ""
        var checksum: UInt64?
        var generation: UInt64?
        /// Changes the chunk of this index before it is sent.
        var spoil: (@Sendable (_ index: Int, _ frame: inout [UInt8]) -> Void)?
    }

    private final class State: Sendable {
        let offer: Mutex<Offer>
        /// How often the image was asked for, without and with its bytes.
        let asked = Mutex((names: 0, bytes: 0))

        init(_ offer: Offer) { self.offer = Mutex(offer) }
    }

    private let state: State
    private let server: ScriptedServer
    var address: ServerAddress { server.address }
    var askedCounts: (names: Int, bytes: Int) { state.asked.withLock { $0 } }

    init(_ offer: Offer) {
        let state = State(offer)
        self.state = state
        server = ScriptedServer { peer in
            guard let hello = peer.receive() else { return }
            peer.send(Reply.welcome(Reply.requestId(hello)))
            while let request = peer.receive() { Self.answer(request, peer, state) }
        }
    }

    func change(_ body: (inout Offer) -> Void) { state.offer.withLock { body(&$0) } }

    private static func answer(_ request: [UInt8], _ peer: ScriptedServer.Peer, _ state: State) {
        let requestId = Reply.requestId(request)
        let template = request.withUnsafeBytes { FrameHeaderView($0.baseAddress!).template }
        switch template {
        case .subscribe: peer.send(Reply.subscribed(requestId, sequence: 0, heartbeatMilliseconds: 60_000))
        case .getStatus:
            peer.send(Reply.status(requestId, epoch: 7, ageMilliseconds: 5))
        case .getSnapshot: sendImage(request, requestId, peer, state)
        default: peer.send(Reply.rejected(requestId, .unsupportedTemplate))
        }
    }

    private static func sendImage(
        _ request: [UInt8], _ requestId: UInt32, _ peer: ScriptedServer.Peer, _ state: State
    ) {
        let wantsBytes = request.withUnsafeBytes {
            GetSnapshotView($0.baseAddress!).flags.contains(.sendBytes)
        }
        state.asked.withLock { counts in
            if wantsBytes { counts.bytes += 1 } else { counts.names += 1 }
        }
        let offer = state.offer.withLock { $0 }
        let image = offer.image
        let chunkByteCount = WireLayout.SnapshotChunk.data.count
        let chunkCount = wantsBytes ? (image.byteCount + chunkByteCount - 1) / chunkByteCount : 0
        peer.send(
            Reply.make(.snapshot) {
                SnapshotView.write(
                    to: $0, requestId: requestId, status: .ok, epoch: image.epoch,
                    generation: offer.generation ?? image.generation, imageByteCount: UInt64(image.byteCount),
                    checksum: offer.checksum ?? image.checksum, chunkCount: UInt32(chunkCount),
                    chunkByteCount: wantsBytes ? UInt32(chunkByteCount) : 0, path: offer.path.utf8, sequence: 0)
            })
        for index in 0..<chunkCount {
            var frame = Reply.make(.snapshotChunk) {
                SnapshotChunkView.write(
                    to: $0, requestId: requestId, chunkIndex: UInt32(index),
                    byteOffset: UInt64(index * chunkByteCount)
                ) { image.copyBytes(from: index * chunkByteCount, into: $0) }
            }
            offer.spoil?(index, &frame)
            peer.send(frame)
        }
    }
}
