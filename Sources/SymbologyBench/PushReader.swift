import SymbologyClient
import SymbologyWire

/// The subscription beside the load: read without blocking by the loop that makes the load, so that pushes and answers
/// are timed by one clock and in one order.
final class PushReader {
    let socket: ClientSocket
    private let bytes = UnsafeMutableRawBufferPointer.allocate(
        byteCount: 2 * WireLimits.responseByteCountMax, alignment: 8)
    private var end = 0

    /// Subscribes from now on; the acknowledgement comes before the first push and is passed over.
    init(_ socket: ClientSocket) throws(SocketFailure) {
        self.socket = socket
        SubscribeView.write(to: bytes.baseAddress!, requestId: 1, flags: [], epoch: 0, sequence: 0)
        let frame = UnsafeRawBufferPointer(rebasing: bytes[..<WireLimits.requestByteCount])
        let sent = try socket.write(frame)
        guard sent == frame.count else { throw SocketFailure("a new connection takes no request") }
    }

    deinit { bytes.deallocate() }

    /// Reads what is there and calls `body` with the epoch and the generation of each `Change`.
    func read(_ body: (UInt64, UInt64) -> Void) throws(SocketFailure) {
        while true {
            // A frame is never longer than half of it, so there is always room.
            let free = UnsafeMutableRawBufferPointer(rebasing: bytes[end...])
            let count = try socket.read(into: free)
            guard let count else { return }
            guard count > 0 else { throw SocketFailure("the server ended the subscription") }
            end += count
            try takeFrames(body)
        }
    }

    private func takeFrames(_ body: (UInt64, UInt64) -> Void) throws(SocketFailure) {
        var start = 0
        while true {
            let pending = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            let step = Framing.nextResponse(pending)
            if case .invalid(let reason) = step {
                throw SocketFailure("the subscription brought a frame that is none (\(reason))")
            }
            guard case .frame(let byteCount) = step, let frame = pending.baseAddress else { break }
            start += byteCount
            switch FrameHeaderView(frame).template {
            case .change:
                let change = ChangeView(frame)
                body(change.epoch, change.generation)
            case .rejected:
                throw SocketFailure("the server refused the subscription (\(RejectedView(frame).reason))")
            default: continue
            }
        }
        guard start > 0 else { return }
        bytes.baseAddress!.copyMemory(from: bytes.baseAddress! + start, byteCount: end - start)
        end -= start
    }
}
