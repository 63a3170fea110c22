import CLoad
import Glibc
import SymbologyWire

/// A subscriber over a bare socket: no client library between the frame and the clock.
final class PushReader {
    private let connection: Connection
    private var bytes: [UInt8] = []
    private var changeCount = 0

    init(_ connection: Connection) throws {
        self.connection = connection
        var request = [UInt8](repeating: 0, count: WireLayout.Subscribe.frameByteCount)
        request.withUnsafeMutableBytes {
            SubscribeView.write(to: $0.baseAddress!, requestId: 1, flags: [], epoch: 0, sequence: 0)
        }
        let answer = try connection.exchange(request, answerByteCount: WireLayout.Subscribed.frameByteCount)
        let template = answer.withUnsafeBytes { FrameHeaderView($0.baseAddress!).template }
        guard template == .subscribed else { throw BenchmarkError("the server does not take the subscription") }
    }

    /// Sleeps until the change of this symbol has arrived; other frames are skipped.
    func awaitChange(of id: UInt32) throws {
        while true {
            if try takeFrames(lookingFor: id) { return }
            var entry = pollfd(fd: connection.fd, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, 10_000) > 0 else { throw BenchmarkError("no push of symbol \(id) within 10 s") }
            try read()
        }
    }

    /// The changes that have arrived, and that arrive within so long; "everything" is one.
    func countChanges(milliseconds: Int32) throws -> Int {
        let end = load_now() + UInt64(milliseconds) * 1_000_000
        while load_now() < end {
            var entry = pollfd(fd: connection.fd, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, 10) > 0 else { continue }
            try read()
        }
        changeCount = 0
        _ = try takeFrames(lookingFor: 0)
        return changeCount
    }

    private func read() throws {
        var chunk = [UInt8](repeating: 0, count: 4_096)
        let count = recv(connection.fd, &chunk, chunk.count, 0)
        guard count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR)) else {
            throw BenchmarkError("the server closed the subscription")
        }
        bytes += chunk[..<max(0, count)]
    }

    /// Uses up the whole frames that are there; whether the change was among them.
    private func takeFrames(lookingFor id: UInt32) throws -> Bool {
        var isFound = false
        var used = 0
        try bytes.withUnsafeBytes { buffer in
            while true {
                switch Framing.nextResponse(UnsafeRawBufferPointer(rebasing: buffer[used...])) {
                case .needMore: return
                case .invalid(let reason): throw BenchmarkError("the server sent no frame: \(reason)")
                case .frame(let byteCount):
                    let base = buffer.baseAddress! + used
                    if FrameHeaderView(base).template == .change {
                        let change = ChangeView(base)
                        changeCount += 1
                        isFound = isFound || change.kind == ReferenceKind.symbol && change.id == id
                    }
                    used += byteCount
                }
            }
        }
        bytes.removeFirst(used)
        return isFound
    }
}
