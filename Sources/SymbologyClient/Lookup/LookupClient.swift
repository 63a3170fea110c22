import Platform
import ReferenceData
import SymbologyWire

/// Asks a server, and waits for the answer: one connection, poll(2), no C library and no thread of its own.
///
/// An unknown name is a status in the answer; what goes wrong on the way is a `ClientError`. A call that finds the
/// connection lost connects again, with backoff and within its own time, and asks again. Not Sendable: one thread
/// uses a client at a time.
///
/// ```swift
/// import SymbologyClient
///
/// let client = try LookupClient(
///     .unix(path: "/run/symbology/symbology.sock"), options: ClientOptions(environment: "production"))
///
/// // By text, in one round trip.
/// let answer = try client.resolve(exchange: "GATEIO_SPOT", symbol: "BTC_USDT")
/// if answer.status == .ok { print(answer.exchangeId, answer.symbolId) }
///
/// // A contract by its unified name.
/// let option = try client.resolve(exchange: "DERIBIT_OPTIONS", unifiedName: "BTC/USD:BTC-261225-100000-C")
/// if option.status == .inactive { print("expired") }
///
/// // By prepared keys: one frame each way, nothing allocated per key, all of one generation.
/// let keys = ["BTC_USDT", "ETH_USDT"].compactMap { SymbolKey(exchangeId: answer.exchangeId, symbol: $0) }
/// for resolution in try client.resolve(keys) { print(resolution.status, resolution.symbolId) }
/// ```
public final class LookupClient {
    /// Where the server listens.
    public let address: ServerAddress
    /// As they were given; they do not change any more.
    public let options: ClientOptions

    /// Nil while the connection is lost.
    private var session: Session?
    /// Nil while nothing is subscribed.
    var resumable: ResumableSubscription?

    /// Connects once and says hello.
    ///
    /// - Throws: `invalidOption` for a name that does not fit; `notReachable`, `timeout` or `environmentMismatch` when
    ///   the server is away, slow or another one.
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

    /// The server's welcome on the last connection; nil while the connection is lost.
    public var welcome: ServerWelcome? { session?.welcome }

    /// Whether a connection stands, as far as is known without asking.
    public var isConnected: Bool { session != nil }

    /// Ends the connection. The next call connects again, and subscribes from where the pushes ended.
    public func disconnect() { disconnect(noting: nil) }

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
        var backoff = options.backoff
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
        case .notLoaded, .invalidOption: return
        case .rejected(_, let reason, _) where !reason.closesConnection && session?.isOutOfStep != true: return
        default: break
        }
        disconnect(noting: .missed(.connectionLost(error)))
    }

    /// Forgets the connection and keeps where its subscription is, and the pushes that nobody took yet.
    private func disconnect(noting notice: Push?) {
        guard let session else { return }
        self.session = nil
        guard var subscription = resumable else { return }
        subscription.position = session.pushes.delivered
        while let push = session.pushes.next() { subscription.notices.append(push) }
        if let notice { subscription.notices.append(notice) }
        resumable = subscription
    }
}
