import LookupServer
import ReferenceData
import Scenarios
import SymbologyClient
import SymbologyWire
import Synchronization
import TestSupport
import Testing

/// The rules of following a server, each broken from outside.
@Suite(.scenario(.pushRemoved)) struct ReplicaProxyTests {
    /// A server, its proxy, and a live replica behind it that tells of its states.
    private struct Line {
        let fixture: ServerFixture
        let proxy: FrameProxy
        let replica: Replica
        let states: EventQueue<ReplicaState>

        init(_ adjust: (inout LookupServerConfiguration) -> Void = { _ in }) throws {
            fixture = try ServerFixture(Tables.snapshot()) {
                $0.limits.heartbeatMilliseconds = 60_000
                adjust(&$0)
            }
            proxy = try FrameProxy(to: fixture.unix)
            let states = EventQueue<ReplicaState>()
            self.states = states
            replica = try Replica(
                proxy.address, options: ReplicaOptions(environment: "test", clientName: "replica tests"),
                onStateChange: { states.push($0.state) })
            try replica.waitUntilLive(timeoutMilliseconds: patienceMilliseconds)
            _ = states.drain()
        }

        /// Changes one symbol; the replica is live with that change in the end.
        func publish(_ precisionPrice: UInt8) -> Snapshot {
            fixture.publish(
                ReferenceDelta(symbols: [Tables.symbol(8, exchangeId: 1, precisionPrice: precisionPrice)]))
        }

        func expectLive(_ snapshot: Snapshot, sourceLocation: SourceLocation = #_sourceLocation) {
            let isThere = replica.wait(timeoutMilliseconds: patienceMilliseconds) {
                $0.state == .live && $0.generation == snapshot.generation && $0.epoch == snapshot.epoch
            }
            #expect(isThere, "\(replica.status)", sourceLocation: sourceLocation)
            let reader = replica.reader()
            for key in Tables.keys() {
                #expect(reader.resolve(key) == snapshot.resolve(key), sourceLocation: sourceLocation)
            }
        }

        func expectStale(sourceLocation: SourceLocation = #_sourceLocation) {
            #expect(states.first { $0 == .stale } != nil, "it was never stale", sourceLocation: sourceLocation)
        }
    }

    @Test func changesArrive() throws {
        let line = try Line()
        for precision in UInt8(1)...5 { line.expectLive(line.publish(precision)) }
        #expect(line.replica.status.subscriptionCount == 1)
    }

    @Test func aLostChangeIsNoticedByItsSuccessor() throws {
        let line = try Line()
        line.proxy.doOnce(.drop, to: .change)
        _ = line.publish(1)
        let last = line.publish(2)
        line.expectStale()
        line.expectLive(last)
        #expect(line.replica.status.subscriptionCount == 2)
    }

    @Test func aLostChangeIsNoticedByTheNextHeartbeat() throws {
        let line = try Line {
            $0.limits.heartbeatMilliseconds = 50
            $0.limits.sweepMilliseconds = 20
        }
        line.proxy.doOnce(.drop, to: .change)
        let last = line.publish(1)
        line.expectStale()
        line.expectLive(last)
    }

    @Test func aDoubledChangeIsHarmless() throws {
        let line = try Line()
        line.proxy.judge { template, _ in template == .change || template == .heartbeat ? .double : .pass }
        for precision in UInt8(1)...3 { line.expectLive(line.publish(precision)) }
        #expect(line.replica.status.subscriptionCount == 1 && !line.states.drain().contains(.stale))
    }

    @Test(.scenario(.olderTick)) func aLateChangeOverwritesNothing() throws {
        let line = try Line()
        line.proxy.doOnce(.delay, to: .change)
        _ = line.publish(1)
        let last = line.publish(2)
        line.expectStale()
        line.expectLive(last)
    }

    @Test func aCutConnectionIsTakenUpWhereItEnded() throws {
        let line = try Line()
        line.proxy.doOnce(.cut, to: .change)
        let last = line.publish(1)
        line.expectStale()
        line.expectLive(last)
        #expect(line.proxy.acceptedCount == 2)
        #expect(line.replica.status.imageCount == 1, "the change was resumed, no image was needed")
    }

    /// What happened while nobody listened is more than the server remembers.
    @Test func aLongAbsenceNeedsAnImage() throws {
        let line = try Line { $0.limits.historyCountMax = 2 }
        line.proxy.judge { template, _ in template == .change ? .cut : .pass }
        var last = line.publish(1)
        for precision in UInt8(2)...8 { last = line.publish(precision) }
        line.fixture.publishImage()
        // Only then is a change known to have been cut: the server publishes on threads of its own.
        line.expectStale()
        line.proxy.judge(nil)
        line.expectLive(last)
        #expect(line.replica.status.imageCount >= 2)
    }

    @Test func moreChangesThanArePushedAreFetched() throws {
        let line = try Line { $0.limits.changesPerUpdateMax = 3 }
        let symbols = (4..<40).map { Tables.symbol($0, exchangeId: UInt16($0 % 4) + 1, precisionPrice: 2) }
        let last = line.fixture.publish(ReferenceDelta(symbols: symbols))
        line.expectStale()
        #expect(line.replica.status.generation < last.generation, "the image is not there yet")
        line.fixture.publishImage()
        line.expectLive(last)
    }

    /// The image was made before the subscription: the changes in between come again.
    @Test func changesBetweenImageAndSubscriptionAreResumed() throws {
        let fixture = try ServerFixture(Tables.snapshot())
        var last = Tables.snapshot()
        for precision in UInt8(1)...4 {
            last = fixture.publish(
                ReferenceDelta(symbols: [Tables.symbol(8, exchangeId: 1, precisionPrice: precision)]))
        }
        let replica = try Replica(fixture.unix, options: ReplicaOptions(environment: "test"))
        try replica.waitUntilLive(timeoutMilliseconds: patienceMilliseconds)
        #expect(replica.status.generation == last.generation && replica.status.subscriptionCount == 2)
        #expect(replica.reader().resolve(Tables.symbol(8, exchangeId: 1).symbolKey).precisionPrice == 4)
    }

    @Test(.scenario(.serverFrozen)) func silenceIsStale() throws {
        let line = try Line {
            $0.limits.heartbeatMilliseconds = 50
            $0.limits.sweepMilliseconds = 20
        }
        let reader = line.replica.reader()
        line.proxy.judge { _, _ in .hold }
        line.expectStale()
        #expect(reader.state == .stale)
        // Still silent, it tries a new connection, which the proxy holds up as well.
        #expect(TestSupport.Deadline().poll { line.proxy.acceptedCount > 1 })
        line.proxy.resume()
        line.expectLive(line.publish(1))
        #expect(reader.state == .live)
    }

    @Test(.scenario(.serverKilled)) func anotherLifeOfTheServerIsAnotherEpoch() throws {
        let folder = TemporaryFolder()
        var fixture: ServerFixture? = try ServerFixture(Tables.snapshot(epoch: 7), in: folder)
        let replica = try Replica(fixture!.unix, options: ReplicaOptions(environment: "test"))
        try replica.waitUntilLive(timeoutMilliseconds: patienceMilliseconds)
        let reader = replica.reader()
        #expect(reader.epoch == 7)
        fixture?.stop()
        #expect(replica.wait(timeoutMilliseconds: patienceMilliseconds) { $0.state == .stale && $0.failure != nil })
        #expect(reader.resolve(Tables.keys()[3]).status == Tables.snapshot().resolve(Tables.keys()[3]).status)

        fixture = try ServerFixture(Tables.snapshot(symbolCount: 4, epoch: 8, generation: 1), in: folder)
        #expect(replica.wait(timeoutMilliseconds: patienceMilliseconds) { $0.state == .live && $0.epoch == 8 })
        #expect(reader.generation == 1 && reader.resolve(Tables.keys()[200]).status == .unknownSymbol)
        withExtendedLifetime(fixture) {}
    }

    @Test func anotherEnvironmentIsRefused() throws {
        let fixture = try ServerFixture(Tables.snapshot())
        let replica = try Replica(fixture.unix, options: ReplicaOptions(environment: "production"))
        let error = #expect(throws: ClientError.self) {
            try replica.waitUntilLive(timeoutMilliseconds: patienceMilliseconds)
        }
        guard case .environmentMismatch? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(replica.reader().resolve(Tables.keys()[0]).status == .notLoaded)
    }

    @Test func overTCPTheBytesAreFetched() throws {
        let fixture = try ServerFixture(Tables.snapshot())
        let replica = try Replica(fixture.tcp, options: ReplicaOptions(environment: "test"))
        try replica.waitUntilLive(timeoutMilliseconds: patienceMilliseconds)
        let last = fixture.publish(ReferenceDelta(deletedSymbolIds: [8]))
        let isLive = replica.wait(timeoutMilliseconds: patienceMilliseconds) {
            $0.generation == last.generation && $0.state == .live
        }
        #expect(isLive, "\(replica.status)")
        let reader = replica.reader()
        for key in Tables.keys() { #expect(reader.resolve(key) == last.resolve(key)) }
    }

    @Test func theEndIsStaleAndReadersGoOn() throws {
        let fixture = try ServerFixture(Tables.snapshot())
        var replica: Replica? = try Replica(fixture.unix, options: ReplicaOptions(environment: "test"))
        try replica?.waitUntilLive(timeoutMilliseconds: patienceMilliseconds)
        let reader = try #require(replica?.reader())
        replica = nil
        #expect(reader.state == .stale && reader.resolve(Tables.keys()[0]).status == .ok)
    }

    /// A base that is too old is made anew here when the server has no newer one.
    @Test func aLargeOverlayIsRewritten() throws {
        let fixture = try ServerFixture(Tables.snapshot(symbolCount: 40_000)) {
            $0.limits.heartbeatMilliseconds = 60_000
        }
        let replica = try Replica(fixture.unix, options: ReplicaOptions(environment: "test"))
        try replica.waitUntilLive(timeoutMilliseconds: patienceMilliseconds)
        var last = Tables.snapshot()
        for part in UInt32(0)..<3 {
            let ids = (4 + part * 1_000)..<(1_004 + part * 1_000)
            last = fixture.publish(
                ReferenceDelta(
                    symbols: ids.map { Tables.symbol($0, exchangeId: UInt16($0 % 4) + 1, precisionPrice: 1) }))
        }
        let isRewritten = replica.wait(timeoutMilliseconds: patienceMilliseconds) {
            $0.generation == last.generation && $0.rewriteCount > 0
        }
        try #require(isRewritten, "\(replica.status)")
        let reader = replica.reader()
        for key in Tables.keys(symbolCount: 4_000) { #expect(reader.resolve(key) == last.resolve(key)) }
    }
}
