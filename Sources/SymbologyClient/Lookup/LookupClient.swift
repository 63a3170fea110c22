import ReferenceData
import SymbologyWire

/// Asks a server, and waits for the answer: one connection, poll(2), no C library and no thread of its own.
///
/// An unknown name is a status in the answer; what goes wrong on the way is a `ClientError`. A call that finds the
/// connection lost connects again, with backoff and within its own time, and asks again. Not Sendable: one thread
/// uses a client at a time.
public final class LookupClient {
    public let address: ServerAddress
    public let options: ClientOptions

    /// Nil while the connection is lost.
    private var session: Session?
    var subscriptionOptions: SubscriptionOptions?

    struct SubscriptionOptions {
        var withRecords: Bool
        /// Last seen, so that a new connection can resume.
        var epoch: UInt64
        var sequence: UInt64
        var heartbeatMilliseconds: Int
        /// Pushes of connections that are gone, and about the subscription itself, that wait to be taken.
        var notices = PushQueue()
        /// When the last push was taken, on the monotonic clock, and whether the silence since was reported.
        var lastHeard = Deadline.now()
        var isSilent = false
        /// Paces connecting again for pushes, from call to call; begins anew with a push.
        var backoff: Backoff
        /// Before it no connection is tried for pushes.
        var attemptDue = Deadline(nanoseconds: 0)
    }

    /// Connects once and says hello.
    public init(_ address: ServerAddress, options: ClientOptions = ClientOptions()) throws(ClientError) {
        self.address = address
        self.options = options
        try Self.check(options)
        _ = try connect(by: .after(milliseconds: options.connectTimeoutMilliseconds))
    }

    /// Speaks over a socket that is connected already: one end of a pair whose other end is a fuzzer or a test. Should
    /// it be lost, `address` is where to connect again.
    package init(
        over socket: ClientSocket, to address: ServerAddress, options: ClientOptions
    ) throws(ClientError) {
        self.address = address
        self.options = options
        try Self.check(options)
        session = try Session(
            over: socket, to: address, options: options, by: .after(milliseconds: options.connectTimeoutMilliseconds))
    }

    static func check(_ options: ClientOptions) throws(ClientError) {
        for (name, text, field) in [
            ("clientName", options.clientName, WireLayout.Hello.clientName),
            ("environment", options.environment ?? "", WireLayout.Hello.environment),
        ] where !text.isEmpty && !text.fits(field) {
            throw .invalidOption(name: name, detail: "is longer than \(field.count) bytes or contains NUL")
        }
    }

    /// What the server said on the last connecting; nil while the connection is lost.
    public var welcome: ServerWelcome? { session?.welcome }

    /// Whether a connection stands, as far as is known without asking.
    public var isConnected: Bool { session != nil }

    /// Ends the connection. The next call connects again, and subscribes from where the pushes ended.
    public func disconnect() { letGo() }

    // MARK: Connecting

    func connect(by deadline: Deadline) throws(ClientError) -> Session {
        if let session { return session }
        let allowed = Deadline.after(milliseconds: options.connectTimeoutMilliseconds).earlier(deadline)
        let session = try Session(address, options: options, by: allowed)
        try resubscribe(session, by: allowed)
        self.session = session
        return session
    }

    /// Runs a request on the connection, connecting first where it must.
    ///
    /// - Parameter callDeadline: of the call that this is part of; nil when it is the whole of it.
    func perform<Result>(
        by callDeadline: Deadline? = nil, _ body: (Session, Deadline) throws(ClientError) -> Result
    ) throws(ClientError) -> Result {
        let deadline = callDeadline ?? .after(milliseconds: options.requestTimeoutMilliseconds)
        var backoff = Backoff(options)
        while true {
            do {
                return try body(try connect(by: deadline), deadline)
            } catch {
                drop(after: error)
                guard options.reconnects, error.isConnectionLost, backoff.pause(by: deadline) else { throw error }
            }
        }
    }

    /// Lets go of a connection whose next bytes nobody can explain.
    func drop(after error: ClientError) {
        switch error {
        case .notLoaded, .invalidOption, .listCut: return
        case .rejected(_, let reason, _) where !reason.closesConnection && session?.isOutOfStep != true: return
        default: break
        }
        letGo(telling: .missed(.connectionLost(error)))
    }

    /// Forgets the connection and keeps where its subscription is, and the pushes that nobody took yet.
    private func letGo(telling notice: Push? = nil) {
        guard let session else { return }
        self.session = nil
        guard var subscription = subscriptionOptions else { return }
        subscription.epoch = session.pushes.told.epoch
        subscription.sequence = session.pushes.told.sequence
        while let push = session.pushes.next() { subscription.notices.append(push) }
        if let notice { subscription.notices.append(notice) }
        subscriptionOptions = subscription
    }
}

extension RejectReason {
    /// Whether the server closes the connection after saying so.
    var closesConnection: Bool {
        switch self {
        case .unsupportedTemplate, .paddingNotZero, .textNotPadded, .textNotUTF8, .textEmpty, .valueOutOfRange,
            .limitReached, .notPermitted, .serverFault:
            false
        default: true
        }
    }
}
