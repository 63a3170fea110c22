import ReferenceStore

/// Why a session or a refresh failed, in a form that can be compared and logged.
public enum FeedFailure: Error, Sendable, Hashable {
    /// Connecting failed or an open connection was lost.
    case connection(ConnectionRole, String)
    /// The database cannot be read as it is: its encoding is not UTF8.
    case wrongEncoding(String)
    /// The two connections reached different servers (two hosts in the connection string, or a promotion in between).
    case differentServers(listener: ServerIdentity, query: ServerIdentity)
    /// A standby: it refuses LISTEN and lags.
    case inRecovery(ConnectionRole)
    /// No answer within the named deadline.
    case deadlinePassed(String)
    /// LISTEN was accepted, and a notification sent on the other connection did not arrive.
    case deaf
    /// LISTEN is refused, for a fault in PostgreSQL's queue of notifications.
    case listenRefused(String)
    /// More than half of the served symbols were missing, which is more likely a mistake than the truth.
    case shrunk(from: Int, to: Int)
    /// Ids that engines hold would mean something else, or known keys have others.
    case idsChange(count: Int, example: String)
    /// So many rows would take more memory, at the peak of their load, than is allowed.
    case tooLarge(rowCount: Int, MemoryLimit.Excess)
    /// A statement failed and its transaction was rolled back; the message names the SQLSTATE too.
    case statement(sqlState: String, String)

    /// True where what was read is whole and well, and waits for somebody's yes.
    var isHoldingBack: Bool {
        switch self {
        case .shrunk, .idsChange, .tooLarge: true
        default: false
        }
    }

    /// True when a second report would say nothing new.
    func isSameKind(as other: FeedFailure) -> Bool {
        switch (self, other) {
        case (.connection(let left, _), .connection(let right, _)): left == right
        case (.differentServers, .differentServers), (.wrongEncoding, .wrongEncoding): true
        case (.inRecovery, .inRecovery), (.deaf, .deaf), (.listenRefused, .listenRefused), (.shrunk, .shrunk),
            (.idsChange, .idsChange), (.tooLarge, .tooLarge):
            true
        case (.deadlinePassed(let left), .deadlinePassed(let right)): left == right
        case (.statement(let left, _), .statement(let right, _)): left == right
        default: false
        }
    }
}

extension FeedFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .connection(let role, let message): "\(role.rawValue) connection: \(message)"
        case .wrongEncoding(let message): message
        case .differentServers(let listener, let query):
            "the two connections reached different servers (\(listener) and \(query)); name one host in --database"
        case .inRecovery(let role):
            "\(role.rawValue) connection: the server is a standby in recovery; name the primary in --database"
        case .deaf:
            "LISTEN was accepted, but a notification did not arrive: a pooler in transaction mode is between; "
                + "name the server itself in --database"
        case .listenRefused(let message):
            "changes are polled for, because LISTEN fails on what lies in the queue of notifications; it gets over it "
                + "once no session LISTENs inside a long transaction, in any database: \(message)"
        case .shrunk(let from, let to):
            "held back: \(to) symbols were read where \(from) are served; if that is meant, "
                + "send SIGHUP or start with --allow-shrink"
        case .idsChange(let count, let example):
            "held back: \(count) id\(count == 1 ? "" : "s") would change (\(example)): another database, or one that "
                + "was restored to an earlier moment; if that is meant, send SIGHUP or start with --allow-shrink"
        case .tooLarge(let rowCount, let excess):
            "held back: \(rowCount) rows would take \(excess.neededByteCount) bytes of memory while they are loaded, "
                + "where \(excess.allowedByteCount) are allowed; give the server more (--memory-max, the limit of its "
                + "service, ulimit -v)"
        case .deadlinePassed(let what): "no answer while \(what) within the deadline"
        case .statement(_, let message): message
        }
    }
}

/// Which of the two connections: one only listens, one queries.
public enum ConnectionRole: String, Sendable, Hashable {
    case listener, query
}
