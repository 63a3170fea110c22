import LookupServer
import ReferenceData
import Scenarios
import SymbologyWire
import TestSupport
import Testing

/// Subscribers that read slowly or not at all, and many of them.
@Suite struct FanOutTests {
    /// Of a change with its record.
    private static let pushByteCount = WireLayout.Change.frameByteCount + WireLayout.SymbolRecord.frameByteCount

    /// Many changes at once, again and again; the digits say which time it was.
    private static func update(_ snapshot: Snapshot, symbolCount: Int, step: Int) -> SnapshotUpdate {
        var content = Fixture.content(symbolCount: symbolCount)
        for index in content.symbols.indices { content.symbols[index].precisionPrice = UInt8(10 + step % 2) }
        let next = snapshot.replaced(by: content, generation: snapshot.generation + 1, databaseSnapshot: "")
        return SnapshotUpdate(snapshot: next.snapshot, changes: next.changes, state: SourceState())
    }

    @Test(.scenario(.subscriberThatStopsReading)) func aSubscriberThatDoesNotReadIsCutAndTheOthersAreNot() throws {
        let test = try TestServer {
            ($0.limits.unreadMilliseconds, $0.limits.sweepMilliseconds) = (300, 20)
        }
        let slow = try RawClient(test.tcp, receiveBufferByteCount: 4_096)
        let good = try RawClient(test.unix)
        for client in [slow, good] {
            try client.send(Request.subscribe(1, records: true))
            _ = try client.frames(1)
        }
        var snapshot = Fixture.snapshot(symbolCount: 1_000)
        var sequence: UInt64 = 0
        // More than the kernel keeps of what nobody reads.
        for step in 0..<40 {
            let update = Self.update(snapshot, symbolCount: 1_000, step: step)
            try test.publish(update)
            snapshot = update.snapshot
            for _ in update.changes {
                let change = try #require(try good.nextSkippingHeartbeats())
                #expect(change.read(ChangeView.self) { $0.sequence } == sequence + 1)
                sequence += 1
                _ = try good.next()
            }
        }
        try test.events.wait("cut") { if case .clientClosed(_, .cut(.slowReader)) = $0 { true } else { false } }
        #expect(test.server.statistics.subscriberCount == 1)
        #expect(test.server.statistics.queuedByteCount == 0)
        try good.send(Request.resolveSymbol(1, ofFixture: 1))
        #expect(try good.nextSkippingHeartbeats()?.resolution.generation == snapshot.generation)
    }

    /// However many do not read and however much is published: of pushes at most one waits for each. Who reads again
    /// goes on where it was, or, where that is gone, is told that everything may have changed; and all end at the last.
    /// No heartbeat is ahead of the changes before it.
    @Test(arguments: [1, 2]) func whatNobodyReadsWaitsOnceForAll(threadCount: Int) throws {
        let symbolCount = 400
        let test = try TestServer {
            $0.threadCount = threadCount
            $0.limits.historyCountMax = 8 * symbolCount
            // However long the others take: nobody is cut.
            $0.limits.unreadMilliseconds = 3_600_000
            $0.limits.heartbeatMilliseconds = 1
        }
        let clients = try (0..<12).map {
            try RawClient($0 % 2 == 0 ? test.unix : test.tcp, receiveBufferByteCount: 4_096)
        }
        for (index, client) in clients.enumerated() {
            try client.send(Request.subscribe(1, records: index % 4 < 2))
            _ = try client.frames(1)
        }
        var snapshot = Fixture.snapshot(symbolCount: symbolCount)
        var last: UInt64 = 0
        for step in 0..<40 {
            let update = Self.update(snapshot, symbolCount: symbolCount, step: step)
            try test.publish(update)
            snapshot = update.snapshot
            last += UInt64(update.changes.count)
            #expect(test.server.statistics.queuedByteCount <= clients.count * Self.pushByteCount)
        }
        var everythingCount = 0
        for (index, client) in clients.enumerated() {
            var sequence: UInt64 = 0
            while sequence < last {
                let frame = try #require(try client.next())
                if frame.template == .heartbeat {
                    #expect(frame.read(HeartbeatView.self) { $0.sequence } == sequence)
                    continue
                }
                frame.read(ChangeView.self) {
                    if $0.kind == .everything {
                        everythingCount += 1
                        #expect($0.sequence == last && $0.generation == snapshot.generation)
                    } else {
                        #expect($0.sequence == sequence + 1)
                    }
                    sequence = $0.sequence
                    #expect($0.flags.contains(.recordFollows) == (index % 4 < 2 && $0.kind != .everything))
                }
                guard index % 4 < 2, frame.read(ChangeView.self, { $0.kind }) != .everything else { continue }
                let record = try #require(try client.next())
                #expect(record.template == .symbolRecord && record.requestId == WireNull.requestId)
            }
            // And nothing else.
            try client.send(Request.unsubscribe(2))
            #expect(try client.nextSkippingHeartbeats()?.template == .subscribed)
        }
        #expect(everythingCount > 0, "some were further behind than the history")
        #expect(Deadline().poll { test.server.statistics.queuedByteCount == 0 })
    }

    /// A change goes out to many in pieces, between which others are answered, and reaches every one of them, also when
    /// some leave while it is on its way.
    @Test func aChangeReachesEverySubscriber() throws {
        let test = try TestServer()
        let clients = try (0..<200).map { _ in try RawClient(test.unix) }
        for client in clients {
            try client.send(Request.subscribe(1))
            _ = try client.frames(1)
        }
        var snapshot = Fixture.snapshot()
        for step in 1...8 {
            let update = Fixture.update(snapshot, precisionPrice: Fixture.precision(step))
            test.server.publish(update)
            snapshot = update.snapshot
            for client in clients[(8 * step - 8)..<(8 * step)] { client.close() }
        }
        for client in clients[64...] {
            for sequence in 1...8 as ClosedRange<UInt64> {
                let change = try #require(try client.nextSkippingHeartbeats())
                #expect(change.read(ChangeView.self) { $0.sequence } == sequence)
            }
        }
    }

    /// A batch of more changes than the history keeps is handed over all the same.
    @Test func aLargeChangeReachesWhoeverReads() throws {
        let test = try TestServer { $0.limits.historyCountMax = 5 }
        let client = try RawClient(test.unix)
        try client.send(Request.subscribe(1, records: true))
        _ = try client.frames(1)
        let update = Self.update(Fixture.snapshot(symbolCount: 100), symbolCount: 100, step: 1)
        try test.publish(update)
        for sequence in 1...UInt64(update.changes.count) {
            let change = try #require(try client.nextSkippingHeartbeats())
            try #require(change.read(ChangeView.self) { $0.kind == .symbol && $0.sequence == sequence })
            _ = try client.next()
        }
    }

    /// Who ends its subscription is told where it stood, not where the others stand: it could resume there.
    @Test func theEndOfASubscriptionSaysHowFarItCame() throws {
        let test = try TestServer()
        let client = try RawClient(test.tcp, receiveBufferByteCount: 4_096)
        try client.send(Request.subscribe(1, records: true))
        _ = try client.frames(1)
        var snapshot = Fixture.snapshot(symbolCount: 1_000)
        var last: UInt64 = 0
        for step in 0..<30 {
            let update = Self.update(snapshot, symbolCount: 1_000, step: step)
            try test.publish(update)
            snapshot = update.snapshot
            last += UInt64(update.changes.count)
        }
        try client.send(Request.unsubscribe(2))
        var sequence: UInt64 = 0
        while let frame = try client.nextSkippingHeartbeats() {
            if frame.template == .change { sequence = frame.read(ChangeView.self) { $0.sequence } }
            guard frame.template == .subscribed else { continue }
            #expect(frame.read(SubscribedView.self) { $0.sequence } == sequence)
            break
        }
        #expect(sequence > 0 && sequence < last)
    }
}
