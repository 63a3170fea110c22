import EventLoop
import Glibc
import LookupServer
import ReferenceData
import Scenarios
import SymbologyWire
import Synchronization
import TestSupport
import Testing

@Suite(.serialized) struct PublicationTests {
    @Test(.scenario(.changeRacesReply), arguments: [1, 2]) func changesArePushedInOneSequence(threadCount: Int) throws {
        let test = try TestServer { $0.threadCount = threadCount }
        let bare = try RawClient(test.unix)
        let full = try RawClient(test.tcp)
        let another = try RawClient(test.unix)
        try bare.send(Request.subscribe(1))
        try full.send(Request.subscribe(1, records: true))
        try another.send(Request.subscribe(1))
        for client in [bare, full, another] {
            try client.frames(1)[0].read(SubscribedView.self) {
                #expect($0.state == .everything)
                #expect($0.sequence == 0)
                #expect($0.epoch == Fixture.epoch)
            }
        }
        var snapshot = Fixture.snapshot()
        for step in 1...20 {
            let update = Fixture.update(snapshot, precisionPrice: Fixture.precision(step))
            try test.publish(update)
            snapshot = update.snapshot
            for client in [bare, full, another] {
                let change = try #require(try client.nextSkippingHeartbeats())
                change.read(ChangeView.self) {
                    #expect($0.sequence == UInt64(step))
                    #expect($0.generation == snapshot.generation)
                    #expect($0.epoch == Fixture.epoch)
                    #expect($0.kind == .symbol && $0.action == .modify && $0.id == 1)
                    #expect($0.flags.contains(.lastOfGeneration))
                    #expect(($0.flags.contains(.recordFollows)) == (client === full))
                }
                if client === full {
                    let record = try #require(try full.next())
                    #expect(record.requestId == WireNull.requestId)
                    #expect(record.read(SymbolRecordView.self) { $0.pricePrecision } == Fixture.precision(step))
                }
                // Publish, then push: whoever has the push gets the new answer, on any thread.
                try client.send(Request.resolveSymbol(2, ofFixture: 1))
                let answer = try #require(try client.nextSkippingHeartbeats())
                #expect(answer.resolution.generation == snapshot.generation)
                #expect(answer.resolution.precisionPrice == Fixture.precision(step))
            }
        }
        #expect(
            test.server.statistics.counters.pushCount == 20 * 3,
            "each change once for each subscriber, records not counted")
    }

    @Test func heartbeatsNameTheSequence() throws {
        let test = try TestServer { $0.limits.heartbeatMilliseconds = 20 }
        let client = try RawClient(test.unix)
        try client.send(Request.subscribe(1))
        _ = try client.frames(2)
        let update = Fixture.update(Fixture.snapshot(), precisionPrice: 11)
        try test.publish(update)
        var frame = try #require(try client.next())
        while frame.template != .change {
            #expect(frame.read(HeartbeatView.self) { $0.sequence } == 0)
            frame = try #require(try client.next())
        }
        try #require(try client.next()).read(HeartbeatView.self) {
            #expect($0.fault() == nil)
            #expect($0.sequence == 1)
            #expect($0.generation == 2)
            #expect($0.ageMilliseconds == nil)
            #expect($0.flags == [.databaseConnected, .loaded])
        }
        try client.send(Request.unsubscribe(2))
        while frame.template != .subscribed { frame = try #require(try client.next()) }
        #expect(frame.read(SubscribedView.self) { $0.state } == .unsubscribed)
        try client.send(Request.ping(3, token: 1))
        #expect(try client.next()?.template == .pong)
    }

    @Test func aSubscriberThatComesBackGetsWhatItMissed() throws {
        let test = try TestServer { $0.limits.historyCountMax = 5 }
        var snapshot = Fixture.snapshot()
        for step in 1...8 {
            let update = Fixture.update(snapshot, precisionPrice: Fixture.precision(step))
            try test.publish(update)
            snapshot = update.snapshot
        }
        for (epoch, sequence, missed): (UInt64, UInt64, [UInt64]?) in [
            (Fixture.epoch, 8, []), (Fixture.epoch, 7, [8]), (Fixture.epoch, 3, [4, 5, 6, 7, 8]),
            (Fixture.epoch, 2, nil), (Fixture.epoch, 9, nil), (Fixture.epoch, .max, nil), (Fixture.epoch + 1, 7, nil),
            (0, 0, nil),
        ] {
            let client = try RawClient(test.unix)
            try client.send(Request.subscribe(1, epoch: epoch, sequence: sequence, records: true))
            try client.frames(1)[0].read(SubscribedView.self) {
                #expect(
                    $0.state == (missed == nil ? SubscriptionState.everything : SubscriptionState.resumed))
                #expect($0.sequence == (missed == nil ? 8 : sequence))
            }
            for sequence in missed ?? [] {
                let frames = try client.frames(2)
                #expect(frames[0].read(ChangeView.self) { $0.sequence } == sequence)
                #expect(frames[1].read(SymbolRecordView.self) { $0.pricePrecision } == Fixture.precision(Int(sequence)))
            }
            // Nothing more than that.
            try client.send(Request.ping(2, token: 0))
            #expect(try client.nextSkippingHeartbeats()?.template == .pong)
        }
        #expect(test.server.statistics.counters.pushCount == 6, "what is handed over late is handed over too")
    }

    @Test func tooManyChangesAreOneEverything() throws {
        let test = try TestServer { $0.limits.changesPerUpdateMax = 10 }
        let client = try RawClient(test.unix)
        try client.send(Request.subscribe(1, records: true))
        _ = try client.frames(1)
        let next = Fixture.snapshot().replaced(
            by: Fixture.content(symbolCount: 111), generation: 2, databaseSnapshot: "")
        #expect(next.changes.count == 11)
        try test.publish(SnapshotUpdate(snapshot: next.snapshot, changes: next.changes, state: SourceState()))
        try #require(try client.nextSkippingHeartbeats()).read(ChangeView.self) {
            #expect($0.kind == .everything && $0.id == 0 && $0.sequence == 1)
            #expect($0.flags == ChangeFlags.lastOfGeneration)
            #expect($0.fault() == nil)
        }
        let deletion = next.snapshot.applying(
            ReferenceDelta(deletedSymbolIds: [111]), generation: 3, databaseSnapshot: "")
        try test.publish(SnapshotUpdate(snapshot: deletion.snapshot, changes: deletion.changes, state: SourceState()))
        try #require(try client.nextSkippingHeartbeats()).read(ChangeView.self) {
            #expect($0.action == .remove && $0.id == 111 && $0.sequence == 2)
            #expect(!$0.flags.contains(.recordFollows))
        }
    }

    @Test func aBatchIsAnsweredFromOneGeneration() throws {
        let test = try TestServer()
        let client = try RawClient(test.unix)
        try client.send(Request.beginBatch(1, count: 3) + Request.resolveSymbol(2, ofFixture: 1))
        let frames = try client.frames(2)
        frames[0].read(EndOfListView.self) {
            #expect($0.status == .ok && $0.count == 3 && $0.generation == 1)
        }
        try test.publish(Fixture.update(Fixture.snapshot(), precisionPrice: 11))
        try client.send((3...5).flatMap { Request.resolveSymbol($0, ofFixture: 1) })
        #expect(try client.frames(3).map(\.resolution.generation) == [1, 1, 2])
        try client.send(Request.beginBatch(6, count: UInt32(ServerLimits().batchCountMax) + 1))
        try client.frames(1)[0].read(EndOfListView.self) {
            #expect($0.status == .limitReached && $0.count == 0)
        }
    }

    /// A count of 0 ends a batch, and lookups are no older than what was pushed.
    @Test func aBatchEndsEarly() throws {
        let test = try TestServer()
        let client = try RawClient(test.unix)
        try client.send(Request.beginBatch(1, count: 9))
        _ = try client.frames(1)
        try test.publish(Fixture.update(Fixture.snapshot(), precisionPrice: 11))
        try client.send(
            Request.resolveSymbol(2, ofFixture: 1) + Request.beginBatch(3, count: 0)
                + Request.resolveSymbol(4, ofFixture: 1))
        let frames = try client.frames(3)
        #expect(frames[0].resolution.generation == 1 && frames[2].resolution.generation == 2)
        frames[1].read(EndOfListView.self) {
            #expect($0.status == .ok && $0.count == 0 && $0.generation == 2)
        }
    }

    /// What comes behind it is answered from what is loaded by then.
    @Test func nothingIsPinnedWhileNothingIsLoaded() throws {
        let test = try TestServer(snapshot: .empty(epoch: Fixture.epoch))
        let client = try RawClient(test.unix)
        try client.send([0, 9, .max].flatMap { Request.beginBatch(1, count: $0) } + Request.hello(2))
        for frame in try client.frames(3) {
            frame.read(EndOfListView.self) {
                #expect($0.status == .notLoaded && $0.count == 0 && $0.generation == 0)
            }
        }
        #expect(try client.frames(1)[0].read(WelcomeView.self) { $0.generation } == 0)
        try test.publish(SnapshotUpdate(snapshot: Fixture.snapshot(), changes: [], state: SourceState(isLoaded: true)))
        try client.send(Request.resolveSymbol(3, ofFixture: 4))
        #expect(try client.frames(1)[0].resolution.status == .ok)
    }

    @Test func aBatchEndsAtItsDeadline() throws {
        let test = try TestServer {
            $0.limits.batchMilliseconds = 1
            $0.limits.sweepMilliseconds = 5
        }
        let client = try RawClient(test.unix)
        try client.send(Request.beginBatch(1, count: UInt32(ServerLimits().batchCountMax)))
        _ = try client.frames(1)
        try test.publish(Fixture.update(Fixture.snapshot(), precisionPrice: 11))
        // Far fewer requests than the batch has: only its deadline ends it.
        let hasEnded = try Deadline().poll {
            try client.send(Request.resolveSymbol(1, ofFixture: 1))
            return try client.frames(1)[0].resolution.generation == 2
        }
        #expect(hasEnded)
    }

    /// A subscription begins at the sequence of now, and `Status` counts what is there now, whatever lookups are pinned
    /// to; both are requests of the batch all the same.
    @Test func aBatchPinsLookupsAndNothingElse() throws {
        let test = try TestServer()
        let client = try RawClient(test.unix)
        try client.send(Request.beginBatch(1, count: 4))
        _ = try client.frames(1)
        try test.publish(Fixture.update(Fixture.snapshot(), precisionPrice: 11))
        try client.send(
            Request.resolveSymbol(2, ofFixture: 1) + Request.getStatus(3) + Request.subscribe(4)
                + Request.resolveSymbol(5, ofFixture: 1) + Request.resolveSymbol(6, ofFixture: 1))
        #expect(try client.frames(1)[0].resolution.generation == 1)
        #expect(try client.frames(1)[0].read(ServerStatusView.self) { $0.generation } == 2)
        try client.frames(1)[0].read(SubscribedView.self) {
            #expect($0.generation == 2 && $0.sequence == 1)
        }
        #expect(try client.nextSkippingHeartbeats()?.resolution.generation == 1)
        #expect(try client.nextSkippingHeartbeats()?.resolution.generation == 2)
    }

    @Test(.scenario(.changeRacesReply)) func pushesNeverComeInsideAList() throws {
        let test = try TestServer(snapshot: Fixture.snapshot(symbolCount: 900)) { $0.limits.workPerTurnMax = 64 }
        let client = try RawClient(test.tcp)
        try client.send(Request.subscribe(0, records: true))
        _ = try client.frames(1)
        let server = test.server
        let isDone = Atomic<Bool>(false)
        let publishing = try LoopThread(.answering)
        let finished = Countdown(1)
        publishing.perform { _ in
            var snapshot = Fixture.snapshot(symbolCount: 900)
            var step = 0
            while !isDone.load(ordering: .relaxed) {
                let update = Fixture.update(snapshot, precisionPrice: UInt8(step % 2 + 10))
                server.publish(update)
                snapshot = update.snapshot
                step += 1
            }
            finished.arrive()
        }
        var sequence: UInt64 = 0
        for round in 1...40 {
            try client.send(Request.listSymbols(UInt32(round)))
            var expectsRecordOfPush = false
            var count: UInt32 = 0
            reading: while true {
                let frame = try #require(try client.next())
                switch frame.template {
                case .change:
                    #expect(count == 0)
                    frame.read(ChangeView.self) {
                        #expect($0.sequence == sequence + 1)
                        sequence = $0.sequence
                        expectsRecordOfPush = $0.flags.contains(.recordFollows)
                    }
                case .symbolRecord where frame.requestId == WireNull.requestId:
                    #expect(expectsRecordOfPush && count == 0)
                    expectsRecordOfPush = false
                case .symbolRecord:
                    #expect(!expectsRecordOfPush)
                    count += 1
                case .endOfList:
                    #expect(frame.read(EndOfListView.self) { $0.count } == count)
                    break reading
                default: break
                }
            }
        }
        isDone.store(true, ordering: .relaxed)
        finished.wait()
        publishing.stop()
        publishing.join()
        #expect(sequence > 0)
    }

    @Test func oneSubscriberTooManyIsToldSo() throws {
        let test = try TestServer { $0.limits.subscriberCountMax = 1 }
        let clients = try (0..<2).map { _ in try RawClient(test.unix) }
        for client in clients { try client.send(Request.subscribe(1) + Request.subscribe(2)) }
        #expect(try clients[0].frames(2).allSatisfy { $0.template == .subscribed })
        #expect(try clients[1].frames(2).map(\.rejectReason) == [.limitReached, .limitReached])
        clients[0].close()
        try test.events.wait("closed") { if case .clientClosed = $0 { true } else { false } }
        try clients[1].send(Request.subscribe(3))
        #expect(try clients[1].frames(1)[0].template == .subscribed)
    }

    @Test func whatIsPublishedBeforeTheStartIsServed() throws {
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let events = EventLog()
        let server = SymbologyServer(
            configuration: LookupServerConfiguration(addresses: [.unix(path: folder.path("s"))]),
            snapshot: .empty(epoch: Fixture.epoch)
        ) { events.append($0) }
        defer { server.stop(deadlineMilliseconds: 0) }
        server.publish(
            SnapshotUpdate(snapshot: Fixture.snapshot(), changes: [], state: SourceState(isLoaded: true)))
        let client = try RawClient(server.start()[0])
        try events.wait("published") { if case .published(1, _, _) = $0 { true } else { false } }
        try client.send(Request.resolveSymbol(1, ofFixture: 4))
        #expect(try client.frames(1)[0].resolution.status == .ok)
    }

    @Test func whatIsPublishedAfterTheStartIsServed() throws {
        let test = try TestServer(snapshot: .empty(epoch: Fixture.epoch))
        let client = try RawClient(test.unix)
        try client.send(Request.resolveSymbol(1, ofFixture: 4))
        #expect(try client.frames(1)[0].resolution.status == .notLoaded)
        try test.publish(
            SnapshotUpdate(
                snapshot: Fixture.snapshot(), changes: [], state: SourceState(isLoaded: true, fromFile: true)))
        try client.send(Request.resolveSymbol(1, ofFixture: 4))
        let frame = try client.frames(1)[0]
        #expect(frame.resolution.status == .ok)
        #expect(frame.read(SymbolResolutionView.self) { $0.flags.contains(.fromFile) })
    }
}
