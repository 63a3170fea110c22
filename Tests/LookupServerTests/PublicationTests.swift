import EventLoop
import Glibc
import LookupServer
import ReferenceData
import SymbologyWire
import Synchronization
import Testing

@Suite(.serialized) struct PublicationTests {
    @Test(arguments: [1, 2]) func changesArePushedInOneSequence(threadCount: Int) throws {
        let test = try TestServer { $0.threadCount = threadCount }
        let bare = try RawClient(test.unix)
        let full = try RawClient(test.tcp)
        let another = try RawClient(test.unix)
        try bare.send(Request.subscribe(1))
        try full.send(Request.subscribe(1, records: true))
        try another.send(Request.subscribe(1))
        for client in [bare, full, another] {
            try client.frames(1)[0].read(SubscribedView.self) {
                #expect($0.state == WireSubscriptionState.everything)
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
                    #expect($0.kind == WireChangeKind.symbol && $0.action == WireChangeAction.modify && $0.id == 1)
                    #expect($0.flags & WireChangeFlags.lastOfGeneration != 0)
                    #expect(($0.flags & WireChangeFlags.recordFollows != 0) == (client === full))
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
            #expect($0.ageMilliseconds == WireNull.uint64)
            #expect($0.flags == WireSourceFlags.databaseConnected | WireSourceFlags.loaded)
        }
        try client.send(Request.unsubscribe(2))
        while frame.template != .subscribed { frame = try #require(try client.next()) }
        #expect(frame.read(SubscribedView.self) { $0.state } == WireSubscriptionState.unsubscribed)
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
                    $0.state == (missed == nil ? WireSubscriptionState.everything : WireSubscriptionState.resumed))
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
            #expect($0.kind == WireChangeKind.everything && $0.id == 0 && $0.sequence == 1)
            #expect($0.flags == WireChangeFlags.lastOfGeneration)
            #expect($0.fault() == nil)
        }
        let deletion = next.snapshot.applying(
            ReferenceDelta(deletedSymbolIds: [111]), generation: 3, databaseSnapshot: "")
        try test.publish(SnapshotUpdate(snapshot: deletion.snapshot, changes: deletion.changes, state: SourceState()))
        try #require(try client.nextSkippingHeartbeats()).read(ChangeView.self) {
            #expect($0.action == WireChangeAction.delete && $0.id == 111 && $0.sequence == 2)
            #expect($0.flags & WireChangeFlags.recordFollows == 0)
        }
    }

    @Test func aBatchIsAnsweredFromOneGeneration() throws {
        let test = try TestServer()
        let client = try RawClient(test.unix)
        try client.send(Request.beginBatch(1, count: 3) + Request.resolveSymbol(2, ofFixture: 1))
        let frames = try client.frames(2)
        frames[0].read(EndOfListView.self) {
            #expect($0.status == WireStatus.ok && $0.count == 3 && $0.generation == 1)
        }
        try test.publish(Fixture.update(Fixture.snapshot(), precisionPrice: 11))
        try client.send((3...5).flatMap { Request.resolveSymbol($0, ofFixture: 1) })
        #expect(try client.frames(3).map(\.resolution.generation) == [1, 1, 2])
        try client.send(Request.beginBatch(6, count: UInt32(ServerLimits().batchCountMax) + 1))
        try client.frames(1)[0].read(EndOfListView.self) {
            #expect($0.status == WireStatus.limitReached && $0.count == 0)
        }
    }

    @Test func aBatchEndsAtItsDeadline() throws {
        let test = try TestServer {
            $0.limits.batchMilliseconds = 1
            $0.limits.sweepMilliseconds = 5
        }
        let client = try RawClient(test.unix)
        try client.send(Request.beginBatch(1, count: 1_000))
        _ = try client.frames(1)
        try test.publish(Fixture.update(Fixture.snapshot(), precisionPrice: 11))
        var generation: UInt64 = 1
        var asked: UInt32 = 0
        while generation == 1, asked < 900 {
            // A pace of the kernel's clock, not ours: poll with a timeout.
            poll(nil, 0, 1)
            try client.send(Request.resolveSymbol(asked, ofFixture: 1))
            generation = try client.frames(1)[0].resolution.generation
            asked += 1
        }
        #expect(generation == 2)
    }

    @Test func pushesNeverComeInsideAList() throws {
        let test = try TestServer(snapshot: Fixture.snapshot(symbolCount: 900)) { $0.limits.workPerTurnMax = 64 }
        let client = try RawClient(test.tcp)
        try client.send(Request.subscribe(0, records: true))
        _ = try client.frames(1)
        let server = test.server
        let isDone = Atomic<Bool>(false)
        let publishing = try LoopThread()
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
                        expectsRecordOfPush = $0.flags & WireChangeFlags.recordFollows != 0
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

    @Test func aSubscriberThatDoesNotReadIsCutAndTheOthersAreNot() throws {
        let queuedByteCountMax = 256 * 1_024
        let test = try TestServer { $0.limits.queuedByteCountMax = queuedByteCountMax }
        let slow = try RawClient(test.tcp, receiveBufferByteCount: 4_096)
        let good = try RawClient(test.unix)
        for client in [slow, good] {
            try client.send(Request.subscribe(1, records: true))
            _ = try client.frames(1)
        }
        var snapshot = Fixture.snapshot(symbolCount: 1_000)
        var sequence: UInt64 = 0
        var isCut = false
        for step in 0..<200 where !isCut {
            var content = Fixture.content(symbolCount: 1_000)
            for index in content.symbols.indices { content.symbols[index].precisionPrice = UInt8(10 + step % 2) }
            let next = snapshot.replaced(by: content, generation: snapshot.generation + 1, databaseSnapshot: "")
            try test.publish(SnapshotUpdate(snapshot: next.snapshot, changes: next.changes, state: SourceState()))
            snapshot = next.snapshot
            for _ in next.changes {
                let change = try #require(try good.nextSkippingHeartbeats())
                #expect(change.read(ChangeView.self) { $0.sequence } == sequence + 1)
                sequence += 1
                _ = try good.next()
            }
            // The good one has read all: what waits is the slow one's.
            #expect(test.server.statistics.queuedByteCount <= queuedByteCountMax)
            isCut = test.events.all.contains {
                if case .clientClosed(_, .cut(.slowReader)) = $0 { true } else { false }
            }
        }
        #expect(isCut)
        #expect(test.server.statistics.subscriberCount == 1)
        #expect(test.server.statistics.queuedByteCount == 0)
        try good.send(Request.resolveSymbol(1, ofFixture: 1))
        #expect(try good.nextSkippingHeartbeats()?.resolution.generation == snapshot.generation)
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
        let test = try TestServer(snapshot: .empty(epoch: Fixture.epoch))
        let client = try RawClient(test.unix)
        try client.send(Request.resolveSymbol(1, ofFixture: 4))
        #expect(try client.frames(1)[0].resolution.status == WireStatus.notLoaded)
        try test.publish(
            SnapshotUpdate(
                snapshot: Fixture.snapshot(), changes: [], state: SourceState(isLoaded: true, fromFile: true)))
        try client.send(Request.resolveSymbol(1, ofFixture: 4))
        let frame = try client.frames(1)[0]
        #expect(frame.resolution.status == WireStatus.ok)
        #expect(frame.read(SymbolResolutionView.self) { $0.flags } & WireSymbolFlags.fromFile != 0)
    }
}
