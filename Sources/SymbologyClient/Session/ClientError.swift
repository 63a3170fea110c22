import SymbologyWire

/// What went wrong between a client and its server. An unknown symbol is no error but a status.
///
/// The connection stands after `notLoaded` and a `rejected` that concerns one request alone; after every other error it
/// is closed, and the next call connects again.
public enum ClientError: Error, Sendable, Hashable {
    /// Nobody answers at the address, or its name has no address.
    case notReachable(ServerAddress, reason: String)
    /// The server did not answer in time.
    case timeout(ServerAddress, operation: String, milliseconds: Int)
    /// A replica has no use for the server's image: it is damaged, too large, or there is no memory for it.
    case imageNotUsable(ServerAddress, detail: String)
    /// The server sent what the protocol does not allow.
    case protocolViolation(ServerAddress, detail: String)
    /// The server did not carry out the request.
    case rejected(ServerAddress, reason: RejectReason, text: String)
    /// The server serves another environment than the client expects.
    case environmentMismatch(ServerAddress, expected: String, detail: String)
    /// The server closed the connection, or the connection broke.
    case serverClosed(ServerAddress, reason: String)
    /// The server has not loaded its tables yet.
    case notLoaded(ServerAddress)
    /// A name in the options does not fit its field on the wire.
    case invalidOption(name: String, detail: String)

    /// Whether a new connection may cure it.
    public var isConnectionLost: Bool {
        switch self {
        case .notReachable, .serverClosed: true
        case .rejected(_, let reason, _): reason.endsConnectionAlone
        default: false
        }
    }
}

extension RejectReason {
    /// Whether the server ended the connection for no fault of a request: nothing is wrong with asking again.
    var endsConnectionAlone: Bool { self == .shuttingDown || self == .idleTimeout || self == .frameTimeout }
}

extension ClientError: CustomStringConvertible {
    /// What happened, where, and what to do next, in one line.
    public var description: String {
        switch self {
        case .notReachable(let address, let reason):
            "no server at \(address): \(reason); start one with `symbology serve`, or name another with --unix or --tcp"
        case .timeout(let address, let operation, let milliseconds):
            "\(address) did not answer \(operation) within \(milliseconds) ms; is the server overloaded or stopped?"
        case .imageNotUsable(let address, let detail):
            "the image of \(address) cannot be used: \(detail); until it can, a client can still ask the server"
        case .protocolViolation(let address, let detail):
            "\(address) does not speak the Symbology protocol: \(detail); check the address and the server's version"
        case .rejected(let address, let reason, let text):
            "\(address) rejected the request (\(reason)): \(text.isEmpty ? "no further reason given" : text)"
        case .environmentMismatch(let address, let expected, let detail):
            "\(address) is not the environment \"\(expected)\": \(detail); check address and environment"
        case .serverClosed(let address, let reason):
            "the connection to \(address) was lost: \(reason); connect again, or see the server's log"
        case .notLoaded(let address):
            "\(address) has not loaded its tables yet; ask again, or see `symbology status` for its database"
        case .invalidOption(let name, let detail):
            "the client's option \(name) \(detail)"
        }
    }
}
