import ReferenceData
import SymbologyClient
import SymbologyWire
import Synchronization
import TestSupport
import Testing

/// What a server says is checked and answered, never trusted and never trapped on.
@Suite struct HostileServerTests {
    private let key = Hostile.key

    private func expectViolation(
        _ reply: @escaping @Sendable (UInt32) -> [UInt8], _ detail: String,
        of ask: (LookupClient) throws -> Void = { _ = try $0.resolve(Hostile.key) }
    ) throws {
        let server = Hostile.server(reply)
        let client = try LookupClient(server.address, options: Hostile.options())
        let error = #expect(throws: ClientError.self) { try ask(client) }
        guard case .protocolViolation(server.address, let found)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(found.contains(detail))
        #expect(!client.isConnected)
    }

    @Test func violationsAreNamed() throws {
        try expectViolation({ Reply.resolution($0 + 1) }, "was due")
        try expectViolation(
            { id in
                var frame = Reply.resolution(id)
                frame[WireLayout.SymbolResolution.status] = 77
                return frame
            }, "status 77")
        try expectViolation({ Reply.subscribed($0) }, "a subscribed frame came where a symbolResolution was due")
        try expectViolation({ _ in [UInt8](repeating: 0xAA, count: 64) }, "wrongSchema")
        try expectViolation(
            { id in
                var frame = Reply.rejected(id, .limitReached)
                frame[WireLayout.Rejected.text.lowerBound] = 0xFF
                return frame
            }, "with a bad field (textNotUTF8)")
        try expectViolation(
            { id in Reply.make(.ping) { PingView.write(to: $0, requestId: id, token: 1) } }, "a request came")
    }

    /// A newer server may have a field there.
    @Test func paddingOfAnswersIsNotLookedAt() throws {
        let server = Hostile.server { id in
            var frame = Reply.resolution(id)
            frame[WireLayout.SymbolResolution.padding.lowerBound] = 1
            return frame
        }
        let client = try LookupClient(server.address, options: Hostile.options())
        #expect(try client.resolve(key).status == .ok)
    }

    /// What ends the connection ends it here, too; a reason of a newer server may.
    @Test(arguments: (1...19).map { RejectReason(rawValue: $0) })
    func rejectionsAreTypedAndLeaveTheConnectionThatTheServerLeaves(reason: RejectReason) throws {
        let server = Hostile.server { Reply.rejected($0, reason) }
        let client = try LookupClient(server.address, options: Hostile.options())
        for _ in 0..<(reason.closesConnection ? 1 : 2) {
            #expect(throws: ClientError.rejected(server.address, reason: reason, text: "so there")) {
                try client.ping()
            }
        }
        #expect(client.isConnected == !reason.closesConnection)
    }

    @Test func aFullServerSaysSo() {
        let server = ScriptedServer { peer in
            peer.send(Reply.rejected(WireNull.requestId, .tooManyClients))
            peer.awaitEnd()
        }
        #expect(throws: ClientError.rejected(server.address, reason: .tooManyClients, text: "so there")) {
            _ = try LookupClient(server.address, options: Hostile.options())
        }
    }

    @Test func anotherEnvironmentInWelcomeIsRefused() {
        let server = ScriptedServer { peer in
            _ = peer.receive()
            peer.send(Reply.welcome(environment: "staging"))
            peer.awaitEnd()
        }
        #expect(
            throws: ClientError.environmentMismatch(
                server.address, expected: "test", detail: "it serves \"staging\"")
        ) { _ = try LookupClient(server.address, options: Hostile.options()) }
    }

    @Test func aServerThatSaysNothingTimesOut() throws {
        let mute = ScriptedServer { $0.awaitEnd() }
        var options = Hostile.options()
        options.connectTimeoutMilliseconds = 30
        #expect(throws: ClientError.timeout(mute.address, operation: "hello", milliseconds: 30)) {
            _ = try LookupClient(mute.address, options: options)
        }
        let server = Hostile.server { _ in [] }
        let client = try LookupClient(server.address, options: Hostile.options(requestTimeoutMilliseconds: 1_000))
        let error = #expect(throws: ClientError.self) { try client.resolve(key) }
        #expect(error == .timeout(server.address, operation: "resolve", milliseconds: 1_000))
    }

    /// Part of a list is never passed off as the whole.
    @Test func aPageThatDoesNotGoOnIsAViolation() throws {
        try expectViolation(
            { id in
                let end = Reply.make(.endOfList) {
                    EndOfListView.write(
                        to: $0, requestId: id, status: .ok, moreFollow: true, count: 1, resumeAfterId: 0, generation: 9)
                }
                return Reply.exchangeRecord(id, exchangeId: 5) + end
            }, "does not go on", of: { _ = try $0.exchanges(marketType: nil, activeOnly: false) })
    }

    @Test func answersMayComeByteByByteAndBetweenUnknownFrames() throws {
        let unknown: [UInt8] = [16, 0, 0xE7, 3, 0x59, 0x1B, 5, 0] + [UInt8](repeating: 0xFF, count: 16)
        let server = ScriptedServer { peer in
            guard let hello = peer.receive() else { return }
            for byte in unknown + Reply.welcome(Reply.requestId(hello)) { peer.send([byte]) }
            while let request = peer.receive() {
                for byte in unknown + Reply.resolution(Reply.requestId(request)) + unknown { peer.send([byte]) }
            }
        }
        let client = try LookupClient(server.address, options: Hostile.options())
        for _ in 0..<3 { #expect(try client.resolve(key).symbolId == 5) }
    }
    /// A server that talks without end and does not answer is given up in time like one that says nothing.
    @Test(arguments: ["pushes", "records", "frames of a newer version", "pushes in a batch"])
    func talkingIsNoAnswer(_ what: String) throws {
        let heartbeat = Reply.make(.heartbeat) {
            HeartbeatView.write(
                to: $0, flags: [.databaseConnected, .loaded], epoch: 7, sequence: 10, generation: 9, ageMilliseconds: 1)
        }
        let server = ScriptedServer { peer in
            guard let hello = peer.receive() else { return }
            peer.send(Reply.welcome(Reply.requestId(hello)))
            guard let request = peer.receive() else { return }
            var frame = heartbeat
            if what == "records" { frame = Reply.symbolRecord(Reply.requestId(request), id: 5) }
            if what == "frames of a newer version" { frame[2] = 99 }
            let many = [[UInt8]](repeating: frame, count: 256).flatMap { $0 }
            while peer.send(many) {}
        }
        let client = try LookupClient(server.address, options: Hostile.options(requestTimeoutMilliseconds: 300))
        let error = #expect(throws: ClientError.self) {
            switch what {
            case "records": _ = try client.symbols(exchange: nil, activeOnly: false)
            case "pushes in a batch": _ = try client.resolve([key, key])
            default: _ = try client.resolve(key)
            }
        }
        guard case .timeout? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!client.isConnected)
    }

    /// A rejection in the middle of a batch leaves answers behind that nobody waits for: they must not meet the next
    /// request.
    @Test func aRejectionInsideABatchEndsTheConnection() throws {
        let connectionCount = Mutex(0)
        let server = ScriptedServer { peer in
            let isFirst = connectionCount.withLock { count in
                count += 1
                return count == 1
            }
            guard let hello = peer.receive() else { return }
            peer.send(Reply.welcome(Reply.requestId(hello)))
            var isRejected = !isFirst
            while let request = peer.receive() {
                let id = Reply.requestId(request)
                if request.withUnsafeBytes({ FrameHeaderView($0.baseAddress!).template }) == .beginBatch {
                    let count = request.withUnsafeBytes { BeginBatchView($0.baseAddress!).count }
                    peer.send(
                        Reply.make(.endOfList) {
                            EndOfListView.write(
                                to: $0, requestId: id, status: .ok, moreFollow: false, count: count, resumeAfterId: 0,
                                generation: 9)
                        })
                } else if isRejected {
                    peer.send(Reply.resolution(id))
                } else {
                    isRejected = true
                    peer.send(Reply.rejected(id, .serverFault))
                }
            }
        }
        var options = Hostile.options()
        options.reconnects = true
        let client = try LookupClient(server.address, options: options)
        let keys = [key, key, key, key]
        #expect(throws: ClientError.rejected(server.address, reason: .serverFault, text: "so there")) {
            try client.resolve(keys)
        }
        #expect(!client.isConnected)
        #expect(try client.resolve(key).symbolId == 5)
        #expect(try client.resolve(keys).map(\.symbolId) == [5, 5, 5, 5])
    }

    /// Valid frames with bytes changed, cut and doubled, and pure noise: every call ends in a value or a
    /// `ClientError`.
    @Test func noiseNeverTraps() throws {
        try SeededGenerator.run { generator in
            let vectors = try serverVectors()
            for round in 0..<300 {
                var noise: [UInt8] = []
                for _ in 0..<Int.random(in: 1...6, using: &generator) {
                    var frame = vectors.randomElement(using: &generator)!
                    switch Int.random(in: 0..<4, using: &generator) {
                    case 0: break
                    case 1: frame.removeLast(Int.random(in: 0..<frame.count, using: &generator))
                    case 2:
                        frame = (0..<Int.random(in: 0...600, using: &generator)).map { _ in
                            .random(in: 0...255, using: &generator)
                        }
                    default:
                        for _ in 0..<3 {
                            frame[.random(in: 8..<frame.count, using: &generator)] = .random(
                                in: 0...255, using: &generator)
                        }
                    }
                    // Often the answer that is due, so that what is in it gets read.
                    if frame.count >= 12, Bool.random(using: &generator) {
                        frame.replaceSubrange(8..<12, with: [2, 0, 0, 0])
                    }
                    noise += frame
                }
                let sent = noise
                let server = ScriptedServer { peer in
                    _ = peer.receive()
                    peer.send(Reply.welcome())
                    _ = peer.receive()
                    peer.send(sent)
                }
                let client = try LookupClient(server.address, options: Hostile.options())
                do throws(ClientError) {
                    try ask(client, round)
                    while case .some = try client.nextPush(timeoutMilliseconds: 1_000) {}
                } catch {
                    #expect(!error.description.isEmpty)
                }
            }
        }
    }

    private func ask(_ client: LookupClient, _ round: Int) throws(ClientError) {
        switch round % 17 {
        case 0: _ = try client.resolve(key)
        case 1: _ = try client.resolve([SymbolKey](repeating: key, count: 10))
        case 2: _ = try client.resolve(exchange: "A", symbol: "B")
        case 3: _ = try client.symbol(id: 1)
        case 4: _ = try client.exchange(id: 1)
        case 5: _ = try client.symbols(exchange: nil, activeOnly: false)
        case 6: _ = try client.exchanges(marketType: nil, activeOnly: false)
        case 7: _ = try client.find(base: "A", quote: "B")
        case 8: _ = try client.search("A", mode: .prefix, exchange: nil, limit: 5)
        case 9: _ = try client.status()
        case 10: _ = try client.image()
        case 11: _ = try client.pairs(venueCountMin: 2, activeOnly: false, limit: 5)
        case 12: _ = try client.assets(exchange: nil, activeOnly: false)
        case 13: _ = try client.symbols(exchange: nil, notSeenSince: .absent, activeOnly: false)
        case 14: _ = try client.contracts(exchange: nil, base: "A", quote: "B")
        case 15: _ = try client.resolve(exchange: "A", unifiedNames: ["A/B", "A/B:B"])
        default: _ = try client.subscribe(withRecords: true)
        }
    }
}
