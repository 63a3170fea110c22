import Platform
import ReferenceData
import SymbologyWire

extension ServerWelcome {
    /// Before the server has said anything.
    static let unknown = ServerWelcome(
        environment: "", serverVersion: "", protocolVersion: 0, epoch: 0, generation: 0, systemIdentifier: nil,
        heartbeatMilliseconds: 0, windowCountMax: 1, listPageCountMax: 1, batchCountMax: 1, batchMilliseconds: 0,
        idleMilliseconds: nil, clientCountMax: 0, subscriberCountMax: 0, requestByteCountMax: 0,
        frameMilliseconds: 0, unreadMilliseconds: 0, imageMilliseconds: 0)
}

// Requests that one frame answers.
extension Session {
    func sayHello(_ options: ClientOptions, by deadline: Deadline) throws(ClientError) {
        let expected = options.environment ?? ""
        let answer: Answer = try ask("hello", by: deadline) { frame, requestId in
            HelloView.write(
                to: frame, requestId: requestId, clientName: options.clientName.utf8, environment: expected.utf8)
        }
        if answer.template == .rejected, RejectedView(answer.frame).reason == .environmentMismatch {
            let text = ResponseParsing.text(RejectedView(answer.frame).text)
            throw .environmentMismatch(address, expected: expected, detail: text)
        }
        welcome = ResponseParsing.welcome(try expect(answer))
        // Nothing but the window keeps a batch moving, so a server that names none is given the least.
        welcome.windowCountMax = max(1, welcome.windowCountMax)
        welcome.batchCountMax = max(1, welcome.batchCountMax)
        guard expected.isEmpty || welcome.environment.utf8.elementsEqual(expected.utf8) else {
            throw .environmentMismatch(address, expected: expected, detail: "it serves \"\(welcome.environment)\"")
        }
    }

    /// Sends one request and waits for the frame that answers it.
    func ask<View: MessageView>(
        _ operation: StaticString, by deadline: Deadline, _ write: (UnsafeMutableRawPointer, UInt32) -> Void
    ) throws(ClientError) -> View {
        try expect(try ask(operation, by: deadline, write) as Answer)
    }

    /// The frame of an answer, which must be of this kind.
    @inline(__always)
    func expect<View: MessageView>(_ answer: Answer) throws(ClientError) -> View {
        guard answer.template == View.template else { throw unexpected(answer, View.template) }
        return View(answer.frame)
    }

    @inline(never)
    private func unexpected(_ answer: Answer, _ template: Template) -> ClientError {
        answer.template == .rejected
            ? rejection(RejectedView(answer.frame))
            : violation("a \(answer.template) frame came where a \(template) was due")
    }

    /// The status in a frame, where this version knows it.
    func known(_ status: ResolutionStatus?, in view: some MessageView) throws(ClientError) -> ResolutionStatus {
        guard let status else { throw unknownStatus(in: view) }
        return status
    }

    private func unknownStatus(in view: some MessageView) -> ClientError {
        // It lies alike in every answer that has one.
        let raw = view.base.load(fromByteOffset: WireLayout.SymbolResolution.status, as: UInt8.self)
        return violation("the status \(raw)")
    }

    func resolve(_ key: some FrameKey, by deadline: Deadline) throws(ClientError) -> SymbolResolution {
        let answer: Answer = try ask("resolve", by: deadline) { frame, requestId in
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
        let view: SymbolResolutionView = try expect(answer)
        guard let resolution = ResponseParsing.resolution(view) else { throw unknownStatus(in: view) }
        return resolution
    }

    /// The exchange of a code from memory, else from the server; nil is every exchange.
    ///
    /// An entry holds for the generation of its answer only. A miss is never kept.
    func exchangeScope(_ code: String?, by deadline: Deadline) throws(ClientError) -> ExchangeScope {
        guard let code else { return .everyExchange }
        // A text that does not fit the field cannot be a code.
        guard let text = SymbolText(code), code.fits(WireLayout.ResolveExchange.code) else {
            return ExchangeScope(status: .malformed, exchangeId: 0, generation: 0)
        }
        if let known = exchangeScopes[text] { return known }
        let view: ExchangeResolutionView = try ask("resolve exchange", by: deadline) {
            ResolveExchangeView.write(to: $0, requestId: $1, code: code.utf8)
        }
        let scope = ExchangeScope(
            status: try known(view.status, in: view), exchangeId: view.exchangeId, generation: view.generation)
        guard scope.status.isFound else { return scope }
        if exchangeScopes.count >= Self.exchangeScopeCountMax { forgetExchangeScopes() }
        exchangeScopes[text] = scope
        return scope
    }

    func forgetExchangeScopes() { exchangeScopes.removeAll(keepingCapacity: true) }

    func symbol(_ view: SymbolRecordView) throws(ClientError) -> Symbol {
        guard let record = ResponseParsing.symbolRecord(view) else {
            throw violation("the record of symbol \(view.symbolId) cannot be read")
        }
        return Symbol(record, flags: view.flags)
    }

    func exchange(_ view: ExchangeRecordView) throws(ClientError) -> Exchange {
        guard let exchange = ResponseParsing.exchange(view) else {
            throw violation("the record of exchange \(view.exchangeId) cannot be read")
        }
        return exchange
    }

    func serverStatus(by deadline: Deadline) throws(ClientError) -> ServerStatus {
        ResponseParsing.status(try ask("status", by: deadline) { GetStatusView.write(to: $0, requestId: $1) })
    }

    func subscribe(
        withRecords: Bool, after position: PushPosition, by deadline: Deadline
    ) throws(ClientError) -> Subscription {
        let view: SubscribedView = try ask("subscribe", by: deadline) { frame, requestId in
            SubscribeView.write(
                to: frame, requestId: requestId, flags: withRecords ? .withRecords : [],
                epoch: position.epoch, sequence: position.sequence)
        }
        guard view.state != .unsubscribed else { throw violation("it unsubscribed a subscriber") }
        let subscription = ResponseParsing.subscription(view)
        pushes.begin(subscription)
        return subscription
    }

    func unsubscribe(by deadline: Deadline) throws(ClientError) {
        let _: SubscribedView = try ask("unsubscribe", by: deadline) { UnsubscribeView.write(to: $0, requestId: $1) }
        pushes.end()
    }
}

/// The exchange that a request is about.
struct ExchangeScope {
    let status: ResolutionStatus
    /// 0 is every exchange.
    let exchangeId: UInt16
    /// The generation that said so; nil where no generation has to.
    let generation: UInt64?

    static let everyExchange = ExchangeScope(status: .ok, exchangeId: 0, generation: nil)
}

extension String {
    /// Whether the text can stand in a field that must say something.
    func fits(_ field: Range<Int>) -> Bool { !isEmpty && utf8.count <= field.count && !utf8.contains(0) }
}
