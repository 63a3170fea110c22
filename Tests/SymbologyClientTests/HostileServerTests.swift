import Foundation
import ReferenceData
import SymbologyClient
import SymbologyWire
import Synchronization
import TestSupport
import Testing

/// What a server says is checked and answered, never trusted and never trapped on.
@Suite struct HostileServerTests {
    private let key = SymbolKey(exchangeId: 1, symbol: "A_B")!

    private func options(milliseconds: Int = patienceMilliseconds) -> ClientOptions {
        var options = ClientOptions(environment: "test")
        options.requestTimeoutMilliseconds = milliseconds
        options.connectTimeoutMilliseconds = milliseconds
        options.reconnects = false
        return options
    }

    /// A server that welcomes, then answers every request by `reply`.
    private func server(_ reply: @escaping @Sendable (UInt32) -> [UInt8]) -> ScriptedServer {
        ScriptedServer { peer in
            guard let hello = peer.receive() else { return }
            peer.send(Reply.welcome(Reply.requestId(hello)))
            while let request = peer.receive() { peer.send(reply(Reply.requestId(request))) }
        }
    }

    private func expectViolation(_ reply: @escaping @Sendable (UInt32) -> [UInt8], _ detail: String) throws {
        let server = server(reply)
        let client = try LookupClient(server.address, options: options())
        let error = #expect(throws: ClientError.self) { try client.resolve(key) }
        guard case .protocolViolation(server.address, let found)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(found.contains(detail))
        #expect(!client.isConnected)
    }

    @Test func violationsAreNamed() throws {
        try expectViolation({ Reply.resolution($0 + 1) }, "was due")
        try expectViolation({ Reply.resolution($0, status: 77) }, "status 77")
        try expectViolation({ Reply.subscribed($0) }, "a subscribed frame came where a symbolResolution was due")
        try expectViolation({ _ in [UInt8](repeating: 0xAA, count: 64) }, "wrongSchema")
        try expectViolation({ id in Reply.resolution(id).dropLast(9) + Reply.resolution(id) }, "with a bad field")
        try expectViolation(
            { id in Reply.make(.ping) { PingView.write(to: $0, requestId: id, token: 1) } }, "a request came")
        try expectViolation(
            { id in
                var frame = Reply.resolution(id)
                frame[WireLayout.SymbolResolution.padding.lowerBound] = 1
                return frame
            }, "paddingNotZero")
    }

    @Test func rejectionsAreTypedAndLeaveTheConnection() throws {
        let server = server { Reply.rejected($0, .notPermitted) }
        let client = try LookupClient(server.address, options: options())
        for _ in 0..<2 {
            #expect(throws: ClientError.rejected(server.address, reason: .notPermitted, text: "so there")) {
                try client.resolve(key)
            }
        }
        #expect(client.isConnected)
    }

    @Test func aFullServerSaysSo() {
        let server = ScriptedServer { peer in
            peer.send(Reply.rejected(WireNull.requestId, .tooManyClients))
            peer.awaitEnd()
        }
        #expect(throws: ClientError.rejected(server.address, reason: .tooManyClients, text: "so there")) {
            _ = try LookupClient(server.address, options: options())
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
        ) { _ = try LookupClient(server.address, options: options()) }
    }

    @Test func aServerThatSaysNothingTimesOut() throws {
        let mute = ScriptedServer { $0.awaitEnd() }
        #expect(throws: ClientError.timeout(mute.address, operation: "hello", milliseconds: 30)) {
            _ = try LookupClient(mute.address, options: options(milliseconds: 30))
        }
        let server = server { _ in [] }
        let client = try LookupClient(server.address, options: options(milliseconds: 1_000))
        let error = #expect(throws: ClientError.self) { try client.resolve(key) }
        #expect(error == .timeout(server.address, operation: "resolve", milliseconds: 1_000))
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
        let client = try LookupClient(server.address, options: options())
        for _ in 0..<3 { #expect(try client.resolve(key).symbolId == 5) }
    }

    @Test func pushesComeBetweenAnswersAndHolesAreNoticed() throws {
        let pushes =
            Reply.change(sequence: 11) + Reply.change(sequence: 13) + Reply.change(sequence: 1, epoch: 8)
            + Reply.change(sequence: 2, epoch: 8, id: 6, flags: WireChangeFlags.recordFollows)
            + Reply.symbolRecord(WireNull.requestId, id: 6)
        let server = ScriptedServer { peer in
            guard let hello = peer.receive() else { return }
            peer.send(Reply.welcome(Reply.requestId(hello)))
            guard let subscribe = peer.receive() else { return }
            peer.send(Reply.subscribed(Reply.requestId(subscribe)))
            guard let request = peer.receive() else { return }
            peer.send(pushes + Reply.resolution(Reply.requestId(request)))
            peer.awaitEnd()
        }
        let client = try LookupClient(server.address, options: options())
        try client.subscribe(withRecords: true)
        #expect(try client.resolve(key).symbolId == 5)
        var seen: [String] = []
        while let push = try client.nextPush(timeoutMilliseconds: 0) {
            switch push {
            case .change(let change): seen.append("\(change.change.id) @\(change.sequence) \(change.record != nil)")
            case .missed(.gap(let expected, let sequence)): seen.append("gap \(expected) \(sequence)")
            case .missed(.newEpoch(let epoch)): seen.append("epoch \(epoch)")
            default: seen.append("\(push)")
            }
        }
        #expect(
            seen == [
                "5 @11 false", "gap 12 13", "5 @13 false", "epoch 8", "5 @1 false", "6 @2 true",
            ])
    }

    @Test func aRecordThatIsNotAnnouncedOrNotTheRowsIsAViolation() throws {
        let announced = Reply.change(sequence: 11, flags: WireChangeFlags.recordFollows)
        for pushes in [
            Reply.symbolRecord(WireNull.requestId, id: 5), announced + Reply.symbolRecord(WireNull.requestId, id: 6),
            announced + Reply.change(sequence: 12),
        ] {
            let server = server { Reply.subscribed($0) + pushes }
            let client = try LookupClient(server.address, options: options())
            let error = #expect(throws: ClientError.self) {
                try client.subscribe()
                while try client.nextPush(timeoutMilliseconds: patienceMilliseconds) != nil {}
            }
            guard case .protocolViolation? = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    /// A change whose record did not arrive was not told, so the next subscription goes on before it.
    @Test func aChangeThatIsCutOffBeforeItsRecordIsAskedForAgain() throws {
        let named = Mutex<[UInt64]>([])
        let server = ScriptedServer { peer in
            guard let hello = peer.receive() else { return }
            peer.send(Reply.welcome(Reply.requestId(hello)))
            guard let request = peer.receive() else { return }
            let sequence = request.withUnsafeBytes { SubscribeView($0.baseAddress!).sequence }
            let isFirst = named.withLock { named in
                named.append(sequence)
                return named.count == 1
            }
            peer.send(Reply.subscribed(Reply.requestId(request), sequence: 10))
            if isFirst {
                peer.send(
                    Reply.change(sequence: 11)
                        + Reply.change(sequence: 12, flags: WireChangeFlags.recordFollows)
                        + Reply.symbolRecord(WireNull.requestId, id: 5).prefix(100))
            } else {
                peer.awaitEnd()
            }
        }
        var options = options()
        options.reconnects = true
        let client = try LookupClient(server.address, options: options)
        try client.subscribe(withRecords: true)
        guard case .change(let change)? = try client.nextPush(timeoutMilliseconds: 10_000), change.sequence == 11,
            case .missed(.connectionLost)? = try client.nextPush(timeoutMilliseconds: 10_000),
            case .subscribed? = try client.nextPush(timeoutMilliseconds: 10_000)
        else {
            Issue.record("the change before, the loss and the new subscription were due")
            return
        }
        #expect(named.withLock { $0 } == [0, 11])
    }

    /// A server that talks without end and does not answer is given up in time like one that says nothing.
    @Test(arguments: ["pushes", "records", "frames of a newer version", "pushes in a batch"])
    func talkingIsNoAnswer(_ what: String) throws {
        let heartbeat = Reply.make(.heartbeat) {
            HeartbeatView.write(to: $0, flags: 3, epoch: 7, sequence: 10, generation: 9, ageMilliseconds: 1)
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
        let client = try LookupClient(server.address, options: options(milliseconds: 300))
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

    @Test func talkingIsNoPush() throws {
        let server = ScriptedServer { peer in
            guard let hello = peer.receive() else { return }
            peer.send(Reply.welcome(Reply.requestId(hello)))
            guard let request = peer.receive() else { return }
            peer.send(Reply.subscribed(Reply.requestId(request)))
            var frame = Reply.change(sequence: 11)
            frame[2] = 99
            let many = [[UInt8]](repeating: frame, count: 256).flatMap { $0 }
            while peer.send(many) {}
        }
        let client = try LookupClient(server.address, options: options())
        try client.subscribe()
        #expect(try client.nextPush(timeoutMilliseconds: 100) == nil)
        #expect(client.isConnected)
    }

    /// Whoever asks and never takes pushes, over many connections, does not keep them for ever.
    @Test func pushesThatNobodyTakesAreBounded() throws {
        let changes = (11...10_010).flatMap { Reply.change(sequence: $0) }
        let server = ScriptedServer { peer in
            guard let hello = peer.receive() else { return }
            peer.send(Reply.welcome(Reply.requestId(hello)))
            guard let request = peer.receive() else { return }
            peer.send(Reply.subscribed(Reply.requestId(request)) + changes)
            guard let ping = peer.receive() else { return }
            let token = ping.withUnsafeBytes { PingView($0.baseAddress!).token }
            peer.send(
                Reply.make(.pong) {
                    PongView.write(to: $0, requestId: Reply.requestId(ping), token: token, generation: 9)
                })
        }
        var options = options()
        options.reconnects = true
        let client = try LookupClient(server.address, options: options)
        try client.subscribe()
        for _ in 0..<5 { try client.ping() }
        var count = 0
        var hasOverflowed = false
        while count < 100_000, let push = try client.nextPush(timeoutMilliseconds: 0) {
            count += 1
            if push == .missed(.overflow) { hasOverflowed = true }
        }
        #expect(hasOverflowed)
        #expect(count < 40_000, "two queues of 16,384 at most")
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
                                to: $0, requestId: id, status: 0, moreFollow: 0, count: count, generation: 9)
                        })
                } else if isRejected {
                    peer.send(Reply.resolution(id))
                } else {
                    isRejected = true
                    peer.send(Reply.rejected(id, .serverFault))
                }
            }
        }
        var options = options()
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

    @Test func silenceIsReportedOnce() throws {
        let server = server { Reply.subscribed($0, heartbeatMilliseconds: 10) }
        let client = try LookupClient(server.address, options: options())
        try client.subscribe()
        #expect(try client.nextPush(timeoutMilliseconds: patienceMilliseconds) == .missed(.silence(milliseconds: 30)))
        #expect(try client.nextPush(timeoutMilliseconds: 50) == nil)
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
                let client = try LookupClient(server.address, options: options())
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
        switch round % 15 {
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
        default: _ = try client.subscribe(withRecords: true)
        }
    }
}

/// Frames of `Protocol/vectors` that servers send, by file name.
func serverVectorFiles() throws -> [(name: String, fields: [String: Any], frame: [UInt8])] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Protocol/vectors")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("1") }.sorted().map {
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: folder.appendingPathComponent($0)))
        let vector = try #require(object as? [String: Any])
        let digits = Array(try #require(vector["hex"] as? String).utf8)
        let frame = stride(from: 0, to: digits.count, by: 2).map {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)!
        }
        return ($0, try #require(vector["fields"] as? [String: Any]), frame)
    }
}

func serverVectors() throws -> [[UInt8]] { try serverVectorFiles().map(\.frame) }
