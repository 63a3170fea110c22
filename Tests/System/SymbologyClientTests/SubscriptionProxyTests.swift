import LookupServer
import ReferenceData
import Scenarios
import SymbologyClient
import SymbologyWire
import TestSupport
import Testing

/// A subscribing client behind a proxy that breaks the rules: whatever is lost is told, and nothing is told wrongly.
@Suite(.scenario(.pushRemoved)) struct SubscriptionProxyTests {
    private struct Line {
        let fixture: ServerFixture
        let proxy: FrameProxy
        let client: LookupClient

        init(
            _ adjust: (inout LookupServerConfiguration) -> Void = { _ in },
            client adjustClient: (inout ClientOptions) -> Void = { _ in }
        ) throws {
            fixture = try ServerFixture(Tables.snapshot()) {
                $0.limits.heartbeatMilliseconds = 60_000
                adjust(&$0)
            }
            proxy = try FrameProxy(to: fixture.unix)
            client = try LookupClient(proxy.address, options: ServerFixture.options(adjustClient))
            try client.subscribe(withRecords: true)
        }

        func publish(_ precisionPrice: UInt8) -> UInt64 {
            fixture.publish(
                ReferenceDelta(symbols: [Tables.symbol(8, exchangeId: 1, precisionPrice: precisionPrice)])
            ).generation
        }

        func next(sourceLocation: SourceLocation = #_sourceLocation) throws -> Push {
            try #require(try client.nextPush(timeoutMilliseconds: patienceMilliseconds), sourceLocation: sourceLocation)
        }

        func expectChange(_ generation: UInt64, sourceLocation: SourceLocation = #_sourceLocation) throws {
            let push = try next(sourceLocation: sourceLocation)
            guard case .change(let change) = push, change.generation == generation, change.record != nil else {
                Issue.record("\(push) where generation \(generation) was due", sourceLocation: sourceLocation)
                return
            }
        }
    }

    @Test func aLostChangeIsTold() throws {
        let line = try Line()
        line.proxy.doOnce(.drop, to: .change)
        _ = line.publish(1)
        let second = line.publish(2)
        #expect(try line.next() == .missed(.gap(expectedSequence: 1, sequence: 2)))
        try line.expectChange(second)
    }

    @Test func aLostChangeWithoutSuccessorIsToldByAHeartbeat() throws {
        let line = try Line {
            $0.limits.heartbeatMilliseconds = 50
            $0.limits.sweepMilliseconds = 20
        }
        line.proxy.doOnce(.drop, to: .change)
        _ = line.publish(1)
        var pushes: [Push] = []
        while pushes.count < 20, !pushes.contains(.missed(.gap(expectedSequence: 0, sequence: 1))) {
            pushes.append(try line.next())
        }
        #expect(pushes.count < 20, "\(pushes)")
    }

    @Test func aDoubledChangeIsToldOnce() throws {
        let line = try Line()
        line.proxy.judge { template, _ in template == .change ? .double : .pass }
        try line.expectChange(line.publish(1))
        try line.expectChange(line.publish(2))
    }

    /// The late one comes after its successor: the hole is told, and what is old is not told as new.
    @Test func aLateChangeIsNotToldAfterANewerOne() throws {
        let line = try Line()
        line.proxy.doOnce(.delay, to: .change)
        _ = line.publish(1)
        let second = line.publish(2)
        #expect(try line.next() == .missed(.gap(expectedSequence: 1, sequence: 2)))
        try line.expectChange(second)
        try line.expectChange(line.publish(3))
    }

    @Test func aCutConnectionIsToldAndResumed() throws {
        let line = try Line()
        try line.expectChange(line.publish(1))
        line.proxy.doOnce(.cut, to: .change)
        let lost = line.publish(2)
        guard case .missed(.connectionLost) = try line.next() else {
            Issue.record("the loss was not told")
            return
        }
        guard case .subscribed(let subscription) = try line.next() else {
            Issue.record("it did not subscribe anew")
            return
        }
        #expect(subscription.isResumed && subscription.sequence == 1)
        try line.expectChange(lost)
    }

    /// An engine that never waits for a push gets a new connection all the same, and not one for each call.
    @Test func whoeverPollsIsConnectedAgain() throws {
        let line = try Line()
        try line.expectChange(line.publish(1))
        line.proxy.cutAll()
        var pushes: [Push] = []
        let isBack = try TestSupport.Deadline().poll {
            while let push = try line.client.nextPush(timeoutMilliseconds: 0) { pushes.append(push) }
            if case .subscribed? = pushes.last { return true }
            return false
        }
        #expect(isBack, "\(pushes)")
        let lost = line.publish(2)
        try line.expectChange(lost)
        #expect(line.proxy.acceptedCount == 2)
    }

    @Test func pollingTriesNoConnectionDuringThePause() throws {
        let line = try Line(client: {
            $0.backoffMillisecondsMin = 3_600_000
            $0.backoffMillisecondsMax = 3_600_000
        })
        line.proxy.cutAll()
        guard case .missed(.connectionLost) = try line.next() else {
            Issue.record("the loss was not told")
            return
        }
        for _ in 0..<100 { #expect(try line.client.nextPush(timeoutMilliseconds: 0) == nil) }
        #expect(line.proxy.acceptedCount == 1)
        // A question does not wait for the next push's turn, and brings the subscription along.
        try line.client.ping()
        guard case .subscribed = try line.next() else {
            Issue.record("it did not subscribe anew")
            return
        }
    }

    @Test func whoeverDisconnectsGoesOnWhereThePushesEnded() throws {
        let line = try Line()
        try line.expectChange(line.publish(1))
        line.client.disconnect()
        let second = line.publish(2)
        guard case .subscribed(let subscription) = try line.next() else {
            Issue.record("it did not subscribe anew")
            return
        }
        #expect(subscription.isResumed && subscription.sequence == 1)
        try line.expectChange(second)
    }

    @Test(.scenario(.serverFrozen)) func silenceIsTold() throws {
        let line = try Line {
            $0.limits.heartbeatMilliseconds = 50
            $0.limits.sweepMilliseconds = 20
        }
        line.proxy.judge { _, _ in .hold }
        var isSilent = false
        for _ in 0..<20 where !isSilent {
            if case .missed(.silence) = try line.next() { isSilent = true }
        }
        #expect(isSilent)
        line.proxy.resume()
        guard case .heartbeat = try line.next() else {
            Issue.record("the server was not heard again")
            return
        }
    }

    /// An answer that says "unknown" is of its generation: after the push that adds the symbol it is asked for anew.
    @Test(.scenario(.changeRacesReply)) func aMissDoesNotOutliveAPush() throws {
        let line = try Line()
        #expect(try line.client.resolve(exchange: "ALPHA_SPOT", symbol: "NEW_USDT").status == .unknownSymbol)
        #expect(try line.client.resolve(exchange: "NEW_SPOT", symbol: "NEW_USDT").status == .unknownExchange)
        var record = Tables.symbol(5_000, exchangeId: 9)
        record.symbolString = SymbolText("NEW_USDT")!
        var other = Tables.symbol(5_001, exchangeId: 1)
        other.symbolString = SymbolText("NEW_USDT")!
        let generation = line.fixture.publish(
            ReferenceDelta(exchanges: [Tables.exchange(9, "NEW_SPOT")], symbols: [record, other])
        ).generation
        var isTold = false
        while !isTold {
            if case .change(let change) = try line.next() { isTold = change.isLastOfGeneration }
        }
        let found = try line.client.resolve(exchange: "ALPHA_SPOT", symbol: "NEW_USDT")
        #expect(found.symbolId == 5_001 && found.generation >= generation)
        #expect(try line.client.resolve(exchange: "NEW_SPOT", symbol: "NEW_USDT").symbolId == 5_000)
    }
}
