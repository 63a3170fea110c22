import EventLoop
import ReferenceData
import SymbologyClient

/// One connection of one command to the server, with what goes wrong put into words and into an exit code.
struct ServerSession {
    static let lookupTimeoutMilliseconds = 5_000

    let address: SocketAddress
    private let client: LookupClient
    private var codes: [UInt16: String] = [:]

    /// - Parameters:
    ///   - reconnects: false ends the command with its connection.
    ///   - requestTimeoutMilliseconds: for one question; a whole list takes longer than a lookup.
    init(
        _ configuration: Configuration, reconnects: Bool = true,
        requestTimeoutMilliseconds: Int = ServerSession.lookupTimeoutMilliseconds
    ) throws(CommandFailure) {
        address = try configuration.clientAddress()
        var options = ClientOptions(environment: configuration.value(.environment), clientName: "symbology")
        options.reconnects = reconnects
        options.requestTimeoutMilliseconds = requestTimeoutMilliseconds
        do {
            client = try LookupClient(ServerAddress(address), options: options)
        } catch {
            throw Self.describe(error, address)
        }
    }

    /// Runs one question; a failure comes back in words.
    func ask<Value>(_ question: (LookupClient) throws(ClientError) -> Value) throws(CommandFailure) -> Value {
        do {
            return try question(client)
        } catch {
            throw describe(error)
        }
    }

    func describe(_ error: ClientError) -> CommandFailure { Self.describe(error, address) }

    private static func describe(_ error: ClientError, _ address: SocketAddress) -> CommandFailure {
        describe(error, at: address.plainText)
    }

    static func describe(_ error: ClientError, at place: String) -> CommandFailure {
        switch error {
        case .notReachable(_, let reason):
            CommandFailure(
                .unavailable, "no server at \(place): \(reason)",
                next: "start one with \"symbology serve\" or \"symbology dev\", or name another with --unix or --tcp")
        case .environmentMismatch, .invalidOption: CommandFailure(.configuration, "\(error)")
        case .serverClosed(_, let reason):
            CommandFailure(
                .unavailable, "the server at \(place) went away: \(reason)",
                next: "see its log; the command can simply be repeated once it is back")
        case .notLoaded:
            CommandFailure(
                .unavailable, "the server at \(place) has not read the database yet",
                next: "\"symbology status\" says whether it reaches it")
        case .timeout, .protocolViolation, .imageNotUsable, .rejected: CommandFailure(.unavailable, "\(error)")
        }
    }

    /// The ids of symbols: one batch of strings, one of pairs, one of names.
    func resolve(exchange: String, _ questions: [SymbolQuestion]) throws(CommandFailure) -> [SymbolResolution] {
        try ask { client throws(ClientError) in
            let strings = questions.compactMap(\.symbolString)
            var found = try client.resolve(exchange: exchange, symbols: strings)[...]
            var answers = questions.map { $0.symbolString == nil ? nil : found.removeFirst() }
            var pairs: [(index: Int, base: String, quote: String)] = []
            var names: [(index: Int, name: String)] = []
            for (index, question) in questions.enumerated() {
                if let answer = answers[index], !question.isOpen(answer.status) { continue }
                switch question.meaning {
                case .pair(let pair)?: pairs.append((index, pair.base, pair.quote))
                case .name(let name)?: names.append((index, name))
                case nil: break
                }
            }
            if !pairs.isEmpty {
                let found = try client.resolve(exchange: exchange, pairs: pairs.map { ($0.base, $0.quote) })
                for (pair, answer) in zip(pairs, found) { answers[pair.index] = answer }
            }
            if !names.isEmpty {
                let found = try client.resolve(exchange: exchange, unifiedNames: names.map(\.name))
                for (name, answer) in zip(names, found) { answers[name.index] = answer }
            }
            return answers.compactMap { $0 }
        }
    }

    /// The code of an exchange id, asked once per id.
    mutating func exchangeCode(id: UInt16) throws(CommandFailure) -> String? {
        if let known = codes[id] { return known }
        let answer = try ask { client throws(ClientError) in try client.exchange(id: id) }
        codes[id] = answer.row?.code
        return answer.row?.code
    }

    /// The exchange of a code, or, where no exchange bears such a code, of an id.
    func exchange(codeOrId text: String) throws(CommandFailure) -> ExchangeLookup {
        guard !text.isEmpty, text.utf8.count <= Exchange.codeByteCountMax else { throw Self.noCode(text) }
        let answer = try ask { client throws(ClientError) in try client.exchange(code: text) }
        guard answer.status == .unknownExchange, let id = UInt16(text) else { return answer }
        return try ask { client throws(ClientError) in try client.exchange(id: id) }
    }

    /// Throws the answer "no" where a list is of an exchange that is none. A list of what is inactive is a list.
    func require(_ status: ResolutionStatus, exchange: String?) throws(CommandFailure) {
        guard status != .ok, status != .inactive else { return }
        if status == .generationGone {
            throw CommandFailure(
                .answerIsNo, "the list has no such symbol to begin behind", next: "begin anew, without --after")
        }
        if status == .malformed { throw Self.noCode(exchange ?? "") }
        throw Self.no("exchange \(Cell.escapeControls(exchange ?? ""))", status)
    }

    private static func noCode(_ text: String) -> CommandFailure {
        CommandFailure(
            .answerIsNo,
            "\"\(Cell.escapeControls(text))\" cannot be an exchange: "
                + "a code has 1 to \(Exchange.codeByteCountMax) bytes",
            next: "\"symbology exchange\" lists them")
    }

    static func no(_ what: String, _ status: ResolutionStatus) -> CommandFailure {
        switch status {
        case .notLoaded:
            CommandFailure(
                .unavailable, "the server has not read the database yet",
                next: "\"symbology status\" says whether it reaches it")
        case .unknownExchange:
            CommandFailure(.answerIsNo, "there is no \(what)", next: "\"symbology exchange\" lists them")
        case .unknownSymbol:
            CommandFailure(
                .answerIsNo, "there is no \(what)", next: "\"symbology search\" finds symbols by how they start")
        case .refused:
            CommandFailure(
                .answerIsNo, "\(what) is in the database but cannot be represented",
                next: "\"symbology refused\" names the row and the reason")
        default: CommandFailure(.answerIsNo, "\(what): \(status.name)")
        }
    }
}
