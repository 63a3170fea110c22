import ReferenceData
import SymbologyWire

extension ServerWelcome {
    /// Before the server has said anything.
    static let unknown = ServerWelcome(
        environment: "", serverVersion: "", protocolVersion: 0, epoch: 0, generation: 0, systemIdentifier: nil,
        heartbeatMilliseconds: 0, windowCountMax: 1, listPageCountMax: 1, batchCountMax: 1, batchMilliseconds: 0,
        idleMilliseconds: nil, clientCountMax: 0, subscriberCountMax: 0, requestByteCountMax: 0)
}

// Requests that one frame answers.
extension Session {
    func sayHello(_ options: ClientOptions, by deadline: Deadline) throws(ClientError) {
        let expected = options.environment ?? ""
        let answer = try ask("hello", by: deadline) { frame, requestId in
            HelloView.write(
                to: frame, requestId: requestId, clientName: options.clientName.utf8, environment: expected.utf8)
        }
        if answer.template == .rejected, RejectedView(answer.frame).reason == .environmentMismatch {
            let text = ResponseParsing.text(RejectedView(answer.frame).text)
            throw .environmentMismatch(address, expected: expected, detail: text)
        }
        welcome = ResponseParsing.welcome(WelcomeView(try expect(.welcome, answer)))
        // Nothing but the window keeps a batch moving, so a server that names none is given the least.
        welcome.windowCountMax = max(1, welcome.windowCountMax)
        welcome.batchCountMax = max(1, welcome.batchCountMax)
        guard expected.isEmpty || welcome.environment.utf8.elementsEqual(expected.utf8) else {
            throw .environmentMismatch(address, expected: expected, detail: "it serves \"\(welcome.environment)\"")
        }
    }

    /// The frame of an answer that must have this template.
    func expect(_ template: Template, _ answer: Answer) throws(ClientError) -> UnsafeRawPointer {
        if answer.template == template { return answer.frame }
        if answer.template == .rejected { throw rejection(RejectedView(answer.frame)) }
        throw violation("a \(answer.template) frame came where a \(template) was due")
    }

    func status(_ rawValue: UInt8) throws(ClientError) -> ResolutionStatus {
        guard let status = ResolutionStatus(rawValue: rawValue) else { throw violation("the status \(rawValue)") }
        return status
    }

    func resolve(_ key: some FrameKey, by deadline: Deadline) throws(ClientError) -> SymbolResolution {
        let answer = try ask("resolve", by: deadline) { frame, requestId in
            key.writeRequest(to: frame, requestId: requestId)
        }
        return try resolution(answer)
    }

    /// The resolution in an answer. A key that cannot be one, which only bytes that are no UTF-8 get as far as this,
    /// is `malformed` and no error.
    func resolution(_ answer: Answer) throws(ClientError) -> SymbolResolution {
        if answer.template == .rejected {
            switch RejectedView(answer.frame).reason {
            case .textEmpty, .textNotUTF8, .textNotPadded, .paddingNotZero, .valueOutOfRange:
                return SymbolResolution(status: .malformed, generation: 0)
            default: break
            }
        }
        let view = SymbolResolutionView(try expect(.symbolResolution, answer))
        guard let resolution = ResponseParsing.resolution(view) else { throw violation("the status \(view.status)") }
        return resolution
    }

    func exchangeResolution(
        code: String, by deadline: Deadline
    ) throws(ClientError) -> (status: ResolutionStatus, exchangeId: UInt16, generation: UInt64) {
        guard code.fits(WireLayout.ResolveExchange.code) else { return (.malformed, 0, 0) }
        let answer = try ask("resolve exchange", by: deadline) { frame, requestId in
            ResolveExchangeView.write(to: frame, requestId: requestId, code: code.utf8)
        }
        let view = ExchangeResolutionView(try expect(.exchangeResolution, answer))
        return (try status(view.status), view.exchangeId, view.generation)
    }

    func exchange(
        id: UInt16, by deadline: Deadline
    ) throws(ClientError) -> (lookup: ExchangeLookup, generation: UInt64) {
        let answer = try ask("get exchange", by: deadline) { frame, requestId in
            GetExchangeView.write(to: frame, requestId: requestId, exchangeId: id)
        }
        let view = ExchangeRecordView(try expect(.exchangeRecord, answer))
        let status = try status(view.status)
        let row = try status.givesRow ? exchange(view) : nil
        return (ExchangeLookup(status: status, exchange: row), view.generation)
    }

    func symbol(id: UInt32, by deadline: Deadline) throws(ClientError) -> SymbolLookup {
        let answer = try ask("get symbol", by: deadline) { frame, requestId in
            GetSymbolView.write(to: frame, requestId: requestId, symbolId: id)
        }
        let view = SymbolRecordView(try expect(.symbolRecord, answer))
        let status = try status(view.status)
        guard status.givesRow else { return SymbolLookup(status: status, symbol: nil) }
        return SymbolLookup(status: status, symbol: try symbol(view))
    }

    func symbol(_ view: SymbolRecordView) throws(ClientError) -> Symbol {
        guard let record = ResponseParsing.symbolRecord(view) else {
            throw violation("the record of symbol \(view.symbolId) cannot be read")
        }
        return Symbol(record, flags: ResolutionFlags(rawValue: view.flags))
    }

    func exchange(_ view: ExchangeRecordView) throws(ClientError) -> Exchange {
        guard let exchange = ResponseParsing.exchange(view) else {
            throw violation("the record of exchange \(view.exchangeId) cannot be read")
        }
        return exchange
    }

    func serverStatus(by deadline: Deadline) throws(ClientError) -> ServerStatus {
        let answer = try ask("status", by: deadline) { GetStatusView.write(to: $0, requestId: $1) }
        return ResponseParsing.status(StatusView(try expect(.status, answer)))
    }

    func image(by deadline: Deadline) throws(ClientError) -> (status: ResolutionStatus, image: ServerImage) {
        let answer = try ask("snapshot", by: deadline) { GetSnapshotView.write(to: $0, requestId: $1, flags: 0) }
        let view = SnapshotView(try expect(.snapshot, answer))
        let image = ServerImage(
            epoch: view.epoch, generation: view.generation, byteCount: view.imageByteCount,
            checksum: ResponseParsing.optional(view.checksum), path: ResponseParsing.text(view.path))
        return (try status(view.status), image)
    }

    func ping(by deadline: Deadline) throws(ClientError) {
        let token = Deadline.now()
        let answer = try ask("ping", by: deadline) { PingView.write(to: $0, requestId: $1, token: token) }
        guard PongView(try expect(.pong, answer)).token == token else { throw violation("a pong for another ping") }
    }

    func subscribe(
        withRecords: Bool, epoch: UInt64, sequence: UInt64, by deadline: Deadline
    ) throws(ClientError) -> Subscription {
        let answer = try ask("subscribe", by: deadline) { frame, requestId in
            SubscribeView.write(
                to: frame, requestId: requestId, flags: withRecords ? WireSubscribeFlags.withRecords : 0, epoch: epoch,
                sequence: sequence)
        }
        let view = SubscribedView(try expect(.subscribed, answer))
        guard view.state != WireSubscriptionState.unsubscribed else { throw violation("it unsubscribed a subscriber") }
        let subscription = ResponseParsing.subscription(view)
        pushes.begin(subscription)
        return subscription
    }

    func unsubscribe(by deadline: Deadline) throws(ClientError) {
        let answer = try ask("unsubscribe", by: deadline) { UnsubscribeView.write(to: $0, requestId: $1) }
        _ = try expect(.subscribed, answer)
        pushes.end()
    }
}

extension ResolutionStatus {
    /// Whether the row comes with it.
    var givesRow: Bool { self == .ok || self == .inactive }
}

extension String {
    /// Whether the text can stand in a field that must say something.
    func fits(_ field: Range<Int>) -> Bool { !isEmpty && utf8.count <= field.count && !utf8.contains(0) }
}
