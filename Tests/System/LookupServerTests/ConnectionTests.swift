import EventLoop
import Glibc
import LookupServer
import ReferenceData
import Scenarios
import SymbologyWire
import TestSupport
import Testing

@Suite(.serialized) struct ConnectionTests {
    @Test(.scenario(.halfClose)) func halfClosedPeersGetTheirReplies() throws {
        let test = try TestServer()
        for address in [test.unix, test.tcp] {
            let client = try RawClient(address)
            try client.send((0..<500).flatMap { Request.getSymbol($0, 4) } + [1, 2, 3])
            client.endWriting()
            let rest = try client.rest()
            #expect(rest.frames.map(\.requestId) == Array(0..<500))
            #expect(rest.unfinishedByteCount == 0)
        }
        try test.events.wait("closed") { if case .clientClosed(_, .ended) = $0 { true } else { false } }
    }

    @Test(.scenario(.oneClientTooMany)) func oneClientTooManyIsToldSo() throws {
        let test = try TestServer { $0.limits.clientCountMax = 2 }
        let first = try RawClient(test.unix)
        let second = try RawClient(test.tcp)
        try first.send(Request.ping(1, token: 1))
        try second.send(Request.ping(1, token: 1))
        _ = try (first.frames(1), second.frames(1))
        for address in [test.unix, test.tcp] {
            let third = try RawClient(address)
            // It may have introduced itself by then; that must not take the frame away.
            try? third.send(Request.hello(1))
            let rest = try third.rest()
            #expect(rest.frames.map(\.rejectReason) == [.tooManyClients])
            #expect(rest.frames.first?.requestId == WireNull.requestId)
        }
        first.close()
        try test.events.wait("closed") { if case .clientClosed = $0 { true } else { false } }
        let next = try RawClient(test.unix)
        try next.send(Request.ping(1, token: 5))
        #expect(try next.frames(1)[0].template == .pong)
    }

    @Test(.scenario(.userNotAllowed)) func aUserThatIsNotAllowedIsToldSo() throws {
        let test = try TestServer { $0.allowedUserIds = [getuid() &+ 1] }
        #expect(try RawClient(test.unix).rest().frames.map(\.rejectReason) == [.notPermitted])
        try test.events.wait("refused") { $0 == .clientRefused(.notPermitted, isUnix: true, userId: getuid()) }
        // TCP knows no user ids.
        let client = try RawClient(test.tcp)
        try client.send(Request.ping(1, token: 5))
        #expect(try client.frames(1)[0].template == .pong)
    }

    @Test(.scenario(.pipelinerThatNeverReads)) func aPeerThatDoesNotReadIsPausedAndThenCut() throws {
        var limits = ServerLimits()
        limits.sweepMilliseconds = 20
        for isUnix in [true, false] {
            let test = try TestServer { $0.limits = limits }
            let address = isUnix ? test.unix : test.tcp
            let client = try RawClient(address, receiveBufferByteCount: 8_192)
            let other = try RawClient(address)
            let requests = (0..<4_096).flatMap { Request.listSymbols(UInt32($0)) }
            _ = client.sendWhatFits(requests)
            try test.events.wait("paused") { if case .clientPaused = $0 { true } else { false } }
            // Each of those requests is 100 records: nearly all of them must still be unread or unanswered.
            #expect(test.server.statistics.queuedByteCount < 2 * 1_024 * 1_024)
            try other.send(Request.ping(1, token: 1))
            #expect(try other.frames(1)[0].template == .pong)
            // Only now: on a busy machine it could be cut before the server had so much for it.
            var shorter = limits
            shorter.unreadMilliseconds = 100
            test.server.update(limits: shorter, allowedUserIds: nil)
            try test.events.wait("cut") { if case .clientClosed(_, .cut(.slowReader)) = $0 { true } else { false } }
            #expect(test.server.statistics.queuedByteCount == 0)
        }
    }

    @Test(.scenario(.pipelinerThatNeverReads)) func aPausedPeerThatReadsAgainMissesNothing() throws {
        let test = try TestServer { $0.limits.requestsInFlightMax = 256 }
        let client = try RawClient(test.tcp, receiveBufferByteCount: 8_192)
        var sent: [UInt8] = (0..<60_000).flatMap { Request.getSymbol($0, 4) }
        var received: UInt32 = 0
        // Answers of 15 MB are more than the kernel holds: the server has to pause, and only then is anything read.
        let isPaused = Deadline().poll {
            while !sent.isEmpty {
                let count = client.sendWhatFits(sent)
                guard count > 0 else { break }
                sent.removeFirst(count)
            }
            return test.events.all.contains { if case .clientPaused = $0 { true } else { false } }
        }
        #expect(isPaused)
        while received < 60_000 {
            while !sent.isEmpty {
                let count = client.sendWhatFits(sent)
                guard count > 0 else { break }
                sent.removeFirst(count)
            }
            for frame in try client.frames(min(100, 60_000 - Int(received))) {
                #expect(frame.requestId == received)
                received += 1
            }
        }
        client.endWriting()
        #expect(try client.rest().frames.isEmpty)
    }

    @Test func aResetInMidWriteLeavesNothingBehind() throws {
        let test = try TestServer()
        for round in 0..<300 {
            let client = try RawClient(round % 2 == 0 ? test.tcp : test.unix)
            _ = client.sendWhatFits((0..<200).flatMap { Request.listSymbols(UInt32($0)) })
            client.reset()
        }
        try test.events.wait("all closed", count: 300) { if case .clientClosed = $0 { true } else { false } }
        #expect(test.server.statistics.clientCount == 0)
        #expect(test.server.statistics.queuedByteCount == 0)
        let client = try RawClient(test.tcp)
        try client.send(Request.ping(1, token: 5))
        #expect(try client.frames(1)[0].template == .pong)
    }

    @Test(.scenario(.wrongFrames)) func whatCannotBeFramedGetsOneRejectedAndTheEnd() throws {
        let test = try TestServer()
        for address in [test.unix, test.tcp] {
            let client = try RawClient(address)
            var bad = Request.ping(2, token: 0)
            bad[4] = 0
            try client.send(Request.ping(1, token: 0) + bad + Request.ping(3, token: 0))
            // More follows after the server has lost the stream; it must not take the last frame away.
            try client.send([UInt8](repeating: 7, count: 100_000))
            let frames = try client.frames(2)
            #expect(frames[0].template == .pong)
            #expect(frames[1].rejectReason == .wrongSchema)
            #expect(try client.next() == nil)
        }
    }

    @Test(.scenario(.partialFrame)) func anUnfinishedFrameHasADeadline() throws {
        let test = try TestServer {
            $0.limits.unfinishedFrameMilliseconds = 50
            $0.limits.sweepMilliseconds = 10
        }
        let client = try RawClient(test.unix)
        try client.send(Request.ping(1, token: 1) + [1, 2, 3])
        let rest = try client.rest()
        #expect(rest.frames.count == 2)
        #expect(rest.frames.last?.rejectReason == .frameTimeout)
    }

    @Test func anIdleClientHasADeadlineUnlessItSubscribed() throws {
        let test = try TestServer {
            $0.limits.sweepMilliseconds = 10
            $0.limits.heartbeatMilliseconds = 20
        }
        let subscriber = try RawClient(test.unix)
        try subscriber.send(Request.subscribe(1))
        #expect(try subscriber.frames(1)[0].template == .subscribed)
        // Only now: however slow this test is, it has subscribed in time.
        var limits = test.server.limits
        limits.idleMilliseconds = 50
        test.server.update(limits: limits, allowedUserIds: nil)
        let client = try RawClient(test.unix)
        #expect(try client.rest().frames.map(\.rejectReason) == [.idleTimeout])
        #expect(try subscriber.frames(5).allSatisfy { $0.template == .heartbeat })
    }

    @Test(.scenario(.flooder)) func workIsCutIntoTurnsWithoutLosingAnything() throws {
        let test = try TestServer {
            $0.limits.workPerTurnMax = 5
            $0.limits.listPageMax = 10
        }
        let client = try RawClient(test.unix)
        let requests = (0..<300).flatMap { index in
            index % 3 == 0 ? Request.listSymbols(UInt32(index)) : Request.resolveSymbol(UInt32(index), ofFixture: 4)
        }
        try client.send(requests + Request.ping(300, token: 0).prefix(20))
        try client.send(Array(Request.ping(300, token: 0).dropFirst(20)))
        var ends: [UInt32] = []
        while ends.last != 300 {
            let frame = try #require(try client.next())
            if frame.template != .symbolRecord { ends.append(frame.requestId) }
        }
        #expect(ends == Array(0...300))
    }

    @Test func helloIsWelcomedOrRefused() throws {
        let test = try TestServer { $0.systemIdentifier = 4_711 }
        for environment in ["", "test"] {
            let client = try RawClient(test.unix)
            try client.send(Request.hello(9, environment: environment))
            try client.frames(1)[0].read(WelcomeView.self) {
                #expect($0.requestId == 9)
                #expect($0.fault() == nil)
                #expect($0.epoch == Fixture.epoch)
                #expect($0.generation == 1)
                #expect($0.systemIdentifier == 4_711)
                #expect($0.environment.elementsEqual("test".utf8))
                #expect($0.windowCountMax == 4_096)
                #expect($0.idleMilliseconds == nil)
                #expect($0.frameMilliseconds == 10_000 && $0.unreadMilliseconds == 30_000)
                #expect($0.imageMilliseconds == 600_000)
            }
        }
        let stranger = try RawClient(test.unix)
        try stranger.send(Request.hello(9, environment: "production") + Request.ping(10, token: 0))
        let rest = try stranger.rest()
        #expect(rest.frames.map(\.rejectReason) == [.environmentMismatch])
        #expect(rest.frames.first?.requestId == 9)
    }

    @Test func statusAddsUp() throws {
        let test = try TestServer { $0.threadCount = 2 }
        var state = SourceState(databaseConnected: true, isLoaded: true)
        state.lastConfirmedNanoseconds = 1
        state.lastRefreshMicroseconds = 12
        state.lastRefreshRowCount = 5
        (state.refreshCount, state.driftCount, state.refusedCount) = (3, 1, 2)
        try test.publish(SnapshotUpdate(snapshot: Fixture.snapshot(), changes: [], state: state))
        let clients = try (0..<4).map { _ in try RawClient(test.unix) }
        for client in clients {
            try client.send(
                Request.resolveSymbol(1, ofFixture: 4) + Request.resolveSymbol(2, ofFixture: 13)
                    + Request.resolveSymbol(3, 2, "NONE") + Request.subscribe(4))
            _ = try client.frames(4)
        }
        try clients[0].send(Request.getStatus(8))
        let frame = try #require(try clients[0].nextSkippingHeartbeats())
        frame.read(ServerStatusView.self) {
            #expect($0.fault() == nil)
            #expect($0.requestId == 8)
            #expect($0.flags == [.databaseConnected, .loaded])
            #expect($0.symbolCount == 100)
            #expect($0.exchangeCount == 3 && $0.exchangeActiveCount == 2)
            #expect($0.clientCount == 4)
            #expect($0.subscriberCount == 4)
            #expect($0.lookupCount == 12 && $0.hitCount == 8 && $0.missCount == 4)
            #expect($0.refreshCount == 3 && $0.refreshMicroseconds == 12 && $0.driftCount == 1)
            #expect($0.refusedCount == 2 && $0.refreshRowCount == 5)
            #expect($0.inactiveCount == 4 && $0.unknownSymbolCount == 4 && $0.unknownExchangeCount == 0)
            #expect($0.ageMilliseconds != nil)
            #expect($0.processId == UInt32(getpid()))
            #expect($0.databaseSnapshot.elementsEqual("100:200:".utf8))
            #expect($0.latencyP99Nanoseconds != nil)
        }
    }
}
