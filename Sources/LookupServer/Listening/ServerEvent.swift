import EventLoop
import SymbologyWire

/// What a server reports to logs and tests. Reported on the thread where it happens, a serving thread mostly:
/// whoever listens must not wait there.
public enum ServerEvent: Sendable, Hashable {
    /// The address really bound.
    case listening(SocketAddress)
    case clientConnected(id: UInt64, isUnix: Bool, userId: UInt32?)
    /// A connection that got the reason why it is not served, and was closed; the user id is that of a Unix peer.
    case clientRefused(RejectReason, isUnix: Bool, userId: UInt32?)
    /// A connection that was accepted and could not be served: it is closed without a word.
    case clientLost(EventLoopError)
    /// The client introduced itself.
    case clientNamed(id: UInt64, name: String)
    case clientClosed(id: UInt64, CloseReason)
    /// Reading from the client pauses until it has read what waits for it.
    case clientPaused(id: UInt64)
    case subscribed(id: UInt64, resumed: Bool)
    /// No connection can be accepted for a moment: descriptors or memory are used up. News the first time, until one is
    /// accepted again.
    case acceptPaused(EventLoopError, isNews: Bool)
    /// All serving threads answer from this generation and hand its pushes to their subscribers.
    case published(generation: UInt64, changeCount: Int, sequence: UInt64)
    case stopping
    case stopped

    /// Why a connection ended.
    public enum CloseReason: Sendable, Hashable {
        /// The client hung up, after all it asked for had been sent.
        case ended
        /// The connection failed: reset by the client, mostly.
        case failed(String)
        /// We ended it, with this reason as the last frame.
        case rejected(RejectReason)
        /// We ended it without a last frame because the client does not read.
        case cut(RejectReason)
        /// We ended it without a last frame because there is no memory for what it asked for.
        case outOfMemory
    }
}
