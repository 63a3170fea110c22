import CUV
import Glibc
import Synchronization

/// A connected socket on its way from a listener to the loop that will serve it, on this thread or another one.
/// Exactly one taker gets the descriptor; a socket nobody takes is closed when it is freed. Thread-safe.
public final class AcceptedSocket: Sendable {
    /// Whether it is a Unix socket (else TCP).
    public let isUnix: Bool
    private let descriptor: Atomic<Int32>

    /// Takes ownership of `descriptor`.
    public init(descriptor: Int32, isUnix: Bool) {
        self.descriptor = Atomic(descriptor)
        self.isUnix = isUnix
    }

    deinit { discard() }

    /// Hands the descriptor over; the caller closes it from now on. -1 when it was taken before.
    public func take() -> Int32 { descriptor.exchange(-1, ordering: .acquiringAndReleasing) }

    /// Hangs up.
    public func discard() {
        let number = take()
        if number >= 0 { close(number) }
    }

    /// Hangs up after one short message. It goes into a send buffer that is still empty, so this never waits; a peer
    /// that is gone is ignored. What the peer has said already is dropped: a socket that is closed over unread bytes is
    /// reset, and that could reach the peer before the message is read.
    public func discard(saying message: UnsafeRawBufferPointer) {
        let number = take()
        guard number >= 0 else { return }
        send(number, message.baseAddress, message.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        shutdown(number, Int32(SHUT_WR))
        withUnsafeTemporaryAllocation(byteCount: AcceptedSocket.dropByteCount, alignment: 1) { buffer in
            for _ in 0..<AcceptedSocket.dropCountMax {
                guard recv(number, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT)) > 0 else { break }
            }
        }
        close(number)
    }

    /// Of one read of what a peer that is refused has said.
    private static let dropByteCount = 4_096
    /// Such reads at most: a flood is worth no more.
    private static let dropCountMax = 64

    /// The user id of a Unix peer at the time it connected (SO_PEERCRED); nil for TCP.
    public var peerUserId: UInt32? {
        let number = descriptor.load(ordering: .acquiring)
        guard isUnix, number >= 0 else { return nil }
        // `struct ucred` is not in Swift's Glibc: process id, user id and group id, 32 bits each.
        var credentials: (processId: Int32, userId: UInt32, groupId: UInt32) = (0, 0, 0)
        var byteCount = socklen_t(MemoryLayout.size(ofValue: credentials))
        let result = getsockopt(number, SOL_SOCKET, SO_PEERCRED, &credentials, &byteCount)
        guard result == 0, Int(byteCount) == MemoryLayout.size(ofValue: credentials) else { return nil }
        return credentials.userId
    }
}
