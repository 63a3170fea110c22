import SymbologyClient
import SymbologyWire
import Synchronization
import TestSupport
import Testing

/// What a server pushes is checked too, and whatever it does to a subscription is told.
@Suite struct HostilePushTests {
    @Test func pushesComeBetweenAnswersAndHolesAreNoticed() throws {
        let pushes =
            Reply.change(sequence: 11) + Reply.change(sequence: 13) + Reply.change(sequence: 1, epoch: 8)
            + Reply.change(sequence: 2, epoch: 8, id: 6, flags: .recordFollows)
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
        let client = try LookupClient(server.address, options: Hostile.options())
        try client.subscribe(withRecords: true)
        #expect(try client.resolve(Hostile.key).symbolId == 5)
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
        let announced = Reply.change(sequence: 11, flags: .recordFollows)
        for pushes in [
            Reply.symbolRecord(WireNull.requestId, id: 5), announced + Reply.symbolRecord(WireNull.requestId, id: 6),
            announced + Reply.change(sequence: 12),
        ] {
            let server = Hostile.server { Reply.subscribed($0) + pushes }
            let client = try LookupClient(server.address, options: Hostile.options())
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
                        + Reply.change(sequence: 12, flags: .recordFollows)
                        + Reply.symbolRecord(WireNull.requestId, id: 5).prefix(100))
            } else {
                peer.awaitEnd()
            }
        }
        var options = Hostile.options()
        options.reconnects = true
        let client = try LookupClient(server.address, options: options)
        try client.subscribe(withRecords: true)
        guard case .change(let change)? = try client.nextPush(timeoutMilliseconds: patienceMilliseconds),
            change.sequence == 11,
            case .missed(.connectionLost)? = try client.nextPush(timeoutMilliseconds: patienceMilliseconds),
            case .subscribed? = try client.nextPush(timeoutMilliseconds: patienceMilliseconds)
        else {
            Issue.record("the change before, the loss and the new subscription were due")
            return
        }
        #expect(named.withLock { $0 } == [0, 11])
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
        let client = try LookupClient(server.address, options: Hostile.options())
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
        var options = Hostile.options()
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

    @Test func silenceIsReportedOnce() throws {
        let server = Hostile.server { Reply.subscribed($0, heartbeatMilliseconds: 10) }
        let client = try LookupClient(server.address, options: Hostile.options())
        try client.subscribe()
        #expect(try client.nextPush(timeoutMilliseconds: patienceMilliseconds) == .missed(.silence(milliseconds: 30)))
        #expect(try client.nextPush(timeoutMilliseconds: 50) == nil)
    }

    /// A server that is full is no end of a subscription: there will be a place.
    @Test func aFullServerIsTriedAgain() throws {
        let connectionCount = Mutex(0)
        let server = ScriptedServer { peer in
            let number = connectionCount.withLock { count in
                count += 1
                return count
            }
            if number == 2 {
                peer.send(Reply.rejected(WireNull.requestId, .tooManyClients))
                return peer.awaitEnd()
            }
            guard let hello = peer.receive() else { return }
            peer.send(Reply.welcome(Reply.requestId(hello)))
            guard let subscribe = peer.receive() else { return }
            if number == 3 {
                peer.send(Reply.rejected(Reply.requestId(subscribe), .limitReached))
            } else {
                peer.send(Reply.subscribed(Reply.requestId(subscribe)))
            }
            // The first connection ends here.
            if number > 1 { peer.awaitEnd() }
        }
        var options = Hostile.options()
        options.reconnects = true
        let client = try LookupClient(server.address, options: options)
        try client.subscribe()
        guard case .missed(.connectionLost)? = try client.nextPush(timeoutMilliseconds: patienceMilliseconds),
            case .subscribed? = try client.nextPush(timeoutMilliseconds: patienceMilliseconds)
        else {
            Issue.record("the loss and the new subscription were due")
            return
        }
        #expect(connectionCount.withLock { $0 } == 4)
    }
}
