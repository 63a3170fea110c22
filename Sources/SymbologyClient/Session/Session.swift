import Glibc
import Platform
import ReferenceData
import SymbologyWire

/// One connection to a server: requests out, answers and pushes in. It lives until the first error after which nobody
/// can tell what the next bytes mean.
final class Session {
    /// A frame that answers a request: valid until the next read.
    struct Answer {
        let template: Template
        let frame: UnsafeRawPointer
    }

    let address: ServerAddress
    let isBusyPolling: Bool
    var welcome: ServerWelcome
    var pushes = PushTracker()
    /// Exchanges by code. By its bytes: strings are equal too where their bytes are only equivalent, and the server
    /// tells such codes apart.
    var exchangeScopes: [SymbolText: ExchangeScope] = [:]

    /// Whether answers may still come to requests that were given up: then no other request can be sent.
    var isOutOfStep = false

    private let socket: ClientSocket
    private var received = ReceiveBuffer()
    var unsent = SendBuffer()
    private var nextRequestId: UInt32 = 1
    private var writeFailure: SocketFailure?

    /// Reads without any push after which the clock is looked at although there is more to be read.
    private static let readsWithoutPushMax = 64

    /// Codes kept; a client that asks for more exchanges than this begins anew.
    static let exchangeScopeCountMax = 4_096

    /// Connects and says hello.
    convenience init(
        _ address: ServerAddress, options: ClientOptions, by deadline: Deadline,
        attention: ClientSocket.Attention = ClientSocket.Attention()
    ) throws(ClientError) {
        let socket: ClientSocket
        do {
            socket = try ClientSocket.connect(to: address, by: deadline, attention: attention)
        } catch {
            throw .notReachable(address, reason: error.reason)
        }
        try self.init(over: socket, to: address, options: options, by: deadline)
    }

    /// Says hello over a socket that is connected already.
    init(
        over socket: ClientSocket, to address: ServerAddress, options: ClientOptions, by deadline: Deadline
    ) throws(ClientError) {
        self.address = address
        self.socket = socket
        isBusyPolling = options.isBusyPolling
        welcome = .unknown
        try sayHello(options, by: deadline)
    }

    // MARK: Requests

    /// Ids for so many requests in a row, none of them null.
    func takeRequestIds(_ count: Int = 1) -> UInt32 {
        let span = UInt32(clamping: count)
        if nextRequestId > WireNull.requestId - 1 - min(span, WireNull.requestId - 2) { nextRequestId = 1 }
        defer { nextRequestId &+= span }
        return nextRequestId
    }

    /// Sends one request and waits for the first frame of its answer.
    func ask(
        _ operation: StaticString, by deadline: Deadline, _ write: (UnsafeMutableRawPointer, UInt32) -> Void
    ) throws(ClientError) -> Answer {
        let requestId = takeRequestIds()
        while !unsent.hasRoom { try flushAndRead(operation, by: deadline) }
        unsent.append { write($0, requestId) }
        return try answer(to: requestId, operation, by: deadline)
    }

    // MARK: Answers

    /// The next frame of the answer to a request.
    func answer(
        to requestId: UInt32, _ operation: StaticString, by deadline: Deadline
    ) throws(ClientError) -> Answer {
        var hasRead = false
        while true {
            if let answer = try arrivedAnswer(to: requestId) { return answer }
            // A server that talks without end and does not answer is not waited for any longer.
            if hasRead { try checkTime(operation, by: deadline) }
            try flushAndRead(operation, by: deadline)
            hasRead = true
        }
    }

    /// The next frame that answers a request and has arrived already. Pushes before it are put aside.
    func arrivedAnswer(to requestId: UInt32) throws(ClientError) -> Answer? {
        while let (template, frame) = try arrivedFrame() {
            if try takePush(template, frame) { continue }
            let answered = FrameHeaderView(frame).requestId
            if template == .rejected, answered == WireNull.requestId { throw finalRejection(RejectedView(frame)) }
            guard answered == requestId else {
                throw violation("an answer to request \(answered) came where \(requestId) was due")
            }
            return Answer(template: template, frame: frame)
        }
        return nil
    }

    /// Waits for a push, without a request in flight. False when the deadline passed first.
    func awaitPushes(by deadline: Deadline) throws(ClientError) -> Bool {
        var readCount = 0
        while true {
            while let (template, frame) = try arrivedFrame() {
                guard try !takePush(template, frame) else { continue }
                if template == .rejected { throw finalRejection(RejectedView(frame)) }
                throw violation("an answer came that nothing asked for")
            }
            // Only when every frame that is here has been looked at may the wait begin.
            if pushes.hasPending { return true }
            // Bytes that have arrived are read even after the deadline, but not for ever if none of them is a push.
            if readCount >= Self.readsWithoutPushMax, deadline.isOver { return false }
            guard try flushAndRead(by: deadline) else { return false }
            readCount += 1
        }
    }

    /// The next whole frame, checked; frames this version does not know are skipped.
    private func arrivedFrame() throws(ClientError) -> (Template, UnsafeRawPointer)? {
        while true {
            let (step, frame) = received.next()
            switch (step, frame) {
            case (.invalid(let reason), _): throw violation("a frame that is none (\(reason))")
            case (.frame, let frame?):
                guard let template = FrameHeaderView(frame).template else { continue }
                guard !template.isRequest else { throw violation("a request came from the server") }
                if let fault = FrameValidation.fault(of: template, at: frame) {
                    throw violation("a \(template) frame with a bad field (\(fault))")
                }
                return (template, frame)
            default: return nil
            }
        }
    }

    /// Whether the frame was a push, or the record of one.
    private func takePush(_ template: Template, _ frame: UnsafeRawPointer) throws(ClientError) -> Bool {
        let fault: String?
        switch template {
        case .change: fault = pushes.isSubscribed ? pushes.take(ChangeView(frame)) : nil
        case .heartbeat: fault = pushes.isSubscribed ? pushes.take(HeartbeatView(frame)) : nil
        case .symbolRecord where FrameHeaderView(frame).requestId == WireNull.requestId:
            let view = SymbolRecordView(frame)
            let flags = view.flags
            let record = ResponseParsing.symbolRecord(view).map { PushedRecord.symbol($0, flags: flags) }
            fault =
                pushes.isSubscribed
                ? pushes.take(record, isLastGood: ResponseParsing.hasRefusedVersion(view)) : nil
        case .exchangeRecord where FrameHeaderView(frame).requestId == WireNull.requestId:
            let view = ExchangeRecordView(frame)
            let flags = view.flags
            let record = ResponseParsing.exchange(view).map { PushedRecord.exchange($0) }
            fault = pushes.isSubscribed ? pushes.take(record, isLastGood: flags.contains(.lastGood)) : nil
        default: return false
        }
        if let fault { throw violation(fault) }
        return true
    }

    // MARK: Bytes

    private func flushAndRead(_ operation: StaticString, by deadline: Deadline) throws(ClientError) {
        guard try flushAndRead(by: deadline) else { throw late(operation, by: deadline) }
    }

    func checkTime(_ operation: StaticString, by deadline: Deadline) throws(ClientError) {
        if deadline.isOver { throw late(operation, by: deadline) }
    }

    func late(_ operation: StaticString, by deadline: Deadline) -> ClientError {
        .timeout(address, operation: operation.description, milliseconds: deadline.milliseconds)
    }

    /// Writes what is unsent, waits, and reads what came. False when the deadline passed before anything came.
    ///
    /// - Parameter hasMore: the caller has more to send once there is room, so room alone is reason to return.
    func flushAndRead(by deadline: Deadline, hasMore: Bool = false) throws(ClientError) -> Bool {
        do {
            while true {
                let hasRoom = try flush()
                if hasMore && hasRoom {
                    _ = try read()
                    return true
                }
                if isBusyPolling {
                    if try read() { return true }
                    if deadline.isOver { return false }
                } else {
                    let events = Int32(POLLIN) | (unsent.isEmpty ? 0 : Int32(POLLOUT))
                    guard try socket.wait(for: events, by: deadline) else { return false }
                    if try read() { return true }
                }
            }
        } catch {
            throw .serverClosed(address, reason: error.reason)
        }
    }

    /// Whether the system took anything.
    private func flush() throws(SocketFailure) -> Bool {
        guard !unsent.isEmpty else { return false }
        do {
            let count = try socket.write(unsent.pending)
            unsent.didWrite(count)
            return count > 0
        } catch {
            // A server that closes says why first. What it said is read before the failure is believed.
            unsent.didWrite(unsent.pending.count)
            if writeFailure != nil { throw error }
            writeFailure = error
            return false
        }
    }

    /// Whether any bytes came.
    private func read() throws(SocketFailure) -> Bool {
        guard let count = try socket.read(into: received.free()) else {
            if let writeFailure { throw writeFailure }
            return false
        }
        guard count > 0 else { throw writeFailure ?? SocketFailure("the server closed it") }
        received.didRead(count)
        return true
    }

    /// A rejection that answers no request is the server's last word on this connection, whatever its reason.
    private func finalRejection(_ view: RejectedView) -> ClientError {
        isOutOfStep = true
        return rejection(view)
    }

    func violation(_ detail: String) -> ClientError { .protocolViolation(address, detail: detail) }

    func rejection(_ view: RejectedView) -> ClientError {
        .rejected(address, reason: view.reason, text: ResponseParsing.text(view.text))
    }
}
