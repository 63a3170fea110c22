import LookupServer
import Platform
import ReferenceData
import SymbologyClient
import Synchronization
import TestSupport
import Testing

/// A wall clock that a test sets.
final class ManualClock: Sendable {
    private let time: Mutex<Timestamp>

    init(_ time: Timestamp) { self.time = Mutex(time) }

    var microseconds: Int64 { time.withLock { $0.microsecondsSince1970 } }

    func set(_ time: Timestamp) { self.time.withLock { $0 = time } }
}

/// What is due becomes inactive at its time: with a server, without one, and never in an image of a past time.
@Suite struct ReplicaDueTests {
    private let folder = TemporaryFolder()
    private let clock = ManualClock(Contracts.start)
    /// Expires after two days.
    private let future = NameKey(exchangeId: 2, name: "BTC/USDT:USDT-261203")!
    private let spot = PairKey(exchangeId: 1, base: "BTC", quote: "USDT")!
    private let dueTime = Contracts.time(days: 2)

    private func replica(
        _ address: ServerAddress?, imagePath: String? = nil, connectTimeoutMilliseconds: Int = 5_000,
        onStateChange: (@Sendable (ReplicaStatus) -> Void)? = nil
    ) throws -> Replica {
        var options = ReplicaOptions(environment: "test", clientName: "due", imagePath: imagePath)
        options.connectTimeoutMilliseconds = connectTimeoutMilliseconds
        let clock = clock
        return try Replica(
            address, options: options, wallClock: { clock.microseconds }, onStateChange: onStateChange)
    }

    /// Waits until a key has a status. Every publication wakes the wait.
    private func wait(_ replica: Replica, _ key: NameKey, _ status: ResolutionStatus) -> Bool {
        let reader = replica.reader()
        return replica.wait(timeoutMilliseconds: patienceMilliseconds) { _ in reader.resolve(key).status == status }
    }

    private func write(_ snapshot: Snapshot) throws -> String {
        let path = folder.path("i")
        try SnapshotImage(snapshot, confirmedAt: Contracts.start).write(to: path)
        return path
    }

    @Test func fromAFileWithoutAnyServer() throws {
        let path = try write(Contracts.snapshot())
        for address in [nil, ServerAddress.unix(path: folder.path("nobody"))] {
            clock.set(Contracts.start)
            let replica = try replica(address, imagePath: path)
            defer { replica.stop() }
            let reader = replica.reader()
            #expect(reader.resolve(future).status == .ok && reader.state == .fromFile)
            clock.set(Contracts.time(days: 1, hours: 23))
            #expect(reader.resolve(future).status == .ok)
            clock.set(dueTime)
            #expect(wait(replica, future, .inactive))
            let answer = reader.resolve(future)
            #expect(answer.symbolId == 8 && answer.flags.contains(.fromFile) && !answer.flags.contains(.active))
            #expect(reader.resolve(spot).status == .ok && reader.state == .fromFile)
            #expect(reader.symbol(id: 8).row?.isTradable == false)
            #expect(reader.generation == 3, "no server has numbered it")
        }
    }

    /// What was due while nobody ran is inactive from the first answer on.
    @Test func aFileIsJudgedWhenItIsOpened() throws {
        let path = try write(Contracts.snapshot())
        clock.set(Contracts.time(days: 3))
        let replica = try replica(nil, imagePath: path)
        #expect(replica.reader().resolve(future).status == .inactive)
        let chain = replica.reader().contracts(exchange: "DELTA_OPTIONS", base: "BTC", quote: "USDT", activeOnly: true)
        #expect(chain.rows.count == 500, "of seven days, two are over")
    }

    /// A clock that was wrong and is set right.
    @Test func withoutAServerAClockMayGoBack() throws {
        let replica = try replica(nil, imagePath: write(Contracts.snapshot()))
        defer { replica.stop() }
        clock.set(dueTime)
        #expect(wait(replica, future, .inactive))
        clock.set(Contracts.start)
        #expect(wait(replica, future, .ok))
    }

    private func liveReplica(_ fixture: ServerFixture) throws -> Replica {
        let replica = try replica(fixture.unix)
        try replica.waitUntilLive(timeoutMilliseconds: patienceMilliseconds)
        return replica
    }

    /// The server says nothing: the replica knows by itself. What the server then pushes of the same rows changes
    /// nothing but the generation.
    @Test func withAServerAndBeforeIt() throws {
        let fixture = try ServerFixture(Contracts.snapshot())
        let replica = try liveReplica(fixture)
        defer { replica.stop() }
        let reader = replica.reader()
        #expect(reader.resolve(future).status == .ok)
        clock.set(dueTime)
        #expect(wait(replica, future, .inactive))
        #expect(reader.state == .live && reader.generation == 3)

        let judged = fixture.judge(at: dueTime)
        #expect(judged.generation == 4)
        #expect(replica.wait(timeoutMilliseconds: patienceMilliseconds) { $0.generation == 4 })
        #expect(reader.state == .live && replica.status.subscriptionCount == 1 && replica.status.imageCount == 1)
        for name in Contracts.names {
            for id in UInt16(1)...3 {
                guard let key = NameKey(exchangeId: id, name: name) else { continue }
                #expect(reader.resolve(key) == judged.resolve(key), "\(name)")
            }
        }
    }

    /// The server's clock is ahead of this one: what it pushed stays, and so does what it had judged in its image.
    @Test func aServerAheadIsBelieved() throws {
        let fixture = try ServerFixture(Contracts.snapshot(at: dueTime))
        let replica = try liveReplica(fixture)
        defer { replica.stop() }
        let reader = replica.reader()
        #expect(reader.resolve(future).status == .inactive)
        fixture.judge(at: Contracts.time(days: 2, hours: 8))
        let option = NameKey(exchangeId: 3, name: "BTC/USDT:USDT-261203-10000-C")!
        #expect(wait(replica, option, .inactive))
        // Whatever comes next does not bring them back.
        let last = fixture.publish(ReferenceDelta(deletedSymbolIds: [9]))
        #expect(replica.wait(timeoutMilliseconds: patienceMilliseconds) { $0.generation == last.generation })
        #expect(reader.resolve(option).status == .inactive && reader.resolve(future).status == .inactive)
    }

    /// This clock alone went back: the server's answers stay what they are. Where the server goes back too, it says so.
    @Test func withAServerAClockGoesBackOnlyWithIt() throws {
        let fixture = try ServerFixture(Contracts.snapshot())
        let replica = try liveReplica(fixture)
        defer { replica.stop() }
        let reader = replica.reader()
        clock.set(dueTime)
        fixture.judge(at: dueTime)
        #expect(replica.wait(timeoutMilliseconds: patienceMilliseconds) { $0.generation == 4 })
        #expect(reader.resolve(future).status == .inactive)
        clock.set(Contracts.start)
        let next = fixture.publish(ReferenceDelta(deletedSymbolIds: [9]))
        #expect(replica.wait(timeoutMilliseconds: patienceMilliseconds) { $0.generation == next.generation })
        #expect(reader.resolve(future).status == .inactive)
        let back = fixture.judge(at: Contracts.start)
        #expect(replica.wait(timeoutMilliseconds: patienceMilliseconds) { $0.generation == back.generation })
        #expect(reader.resolve(future) == back.resolve(future) && reader.resolve(future).status == .ok)
    }

    /// The server said that it has expired; then there is no server, and the clock was wrong.
    @Test func whatWasPushedAsDueGoesBackWithTheClockOnceTheServerIsAway() throws {
        let fixture = try ServerFixture(Contracts.snapshot())
        let replica = try liveReplica(fixture)
        defer { replica.stop() }
        let reader = replica.reader()
        clock.set(dueTime)
        fixture.judge(at: dueTime)
        #expect(replica.wait(timeoutMilliseconds: patienceMilliseconds) { $0.generation == 4 })
        let due = reader.symbol(id: 8)
        let row = try #require(due.row)
        #expect(due.status == .inactive && row.isActive && row.flags.intersection([.active, .due]) == .due)
        #expect(!reader.resolve(future).flags.contains(.due), "of records alone")
        let client = try LookupClient(fixture.unix, options: ServerFixture.options())
        #expect(try client.symbol(id: 8).row == row)
        fixture.stop()
        #expect(replica.wait(timeoutMilliseconds: patienceMilliseconds) { $0.state == .stale })
        clock.set(Contracts.start)
        #expect(wait(replica, future, .ok))
    }

    @Test func anExpiryThatIsPutOffIsPutOff() throws {
        let fixture = try ServerFixture(Contracts.snapshot())
        let replica = try liveReplica(fixture)
        defer { replica.stop() }
        clock.set(dueTime)
        #expect(wait(replica, future, .inactive))
        var later = Contracts.others[7]
        later.expiresAt = Contracts.time(days: 2, hours: 4)
        let last = fixture.publish(ReferenceDelta(symbols: [later]))
        #expect(replica.wait(timeoutMilliseconds: patienceMilliseconds) { $0.generation == last.generation })
        #expect(replica.reader().resolve(future).status == .ok)
        clock.set(Contracts.time(days: 2, hours: 4))
        #expect(wait(replica, future, .inactive))
    }

    /// A server that takes its time is no reason to be late.
    @Test func inTheMidstOfARequest() throws {
        let path = try write(Contracts.snapshot())
        let mute = ScriptedServer { $0.awaitEnd() }
        let replica = try replica(mute.address, imagePath: path, connectTimeoutMilliseconds: 600_000)
        defer { replica.stop() }
        clock.set(dueTime)
        #expect(wait(replica, future, .inactive))
        #expect(replica.status.failure == nil, "still saying hello")
    }

    @Test func anImageOfAPastTimeStaysAsItIs() throws {
        let asOf = Contracts.time(days: 1)
        let content = ReferenceContent(exchanges: Contracts.exchanges, symbols: Contracts.others)
        let path = try write(
            Snapshot.build(content, epoch: 7, generation: 3, databaseSnapshot: "", asOf: asOf))
        let server = try ServerFixture(Contracts.snapshot(at: dueTime))
        clock.set(Contracts.time(days: 30))
        let replica = try replica(server.unix, imagePath: path)
        let reader = replica.reader()
        #expect(replica.status.asOf == asOf && replica.status.state == .fromFile && replica.address == nil)
        #expect(reader.resolve(future).status == .ok && reader.state == .fromFile)
        #expect(reader.symbol(id: 8).row?.tickSize == DecimalValue("0.25"))
        #expect(throws: ClientError.self) { try replica.waitUntilLive(timeoutMilliseconds: patienceMilliseconds) }
        // Nobody but this one has been there.
        let client = try LookupClient(server.unix, options: ServerFixture.options())
        #expect(try client.status().clientCount == 1)
        replica.stop()
        #expect(try SnapshotImage.open(path: path).snapshot.asOf == asOf)
        let alone = try Replica(imagePath: path)
        #expect(alone.status.asOf == asOf && alone.reader().resolve(future).status == .ok)
    }

    @Test func aReplicaOfNoImageSaysSo() throws {
        let error = #expect(throws: ClientError.self) { try Replica(imagePath: folder.path("nothing")) }
        #expect(error?.description.contains("nothing") == true)
    }
}
