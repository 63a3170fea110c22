import EventLoop
import Glibc
import ReferenceData
import Scenarios
import SymbologyWire
import Synchronization
import TestSupport
import Testing

@testable import LookupServer

/// Limits in force, and what keeps one client from being everybody's trouble.
@Suite(.serialized) struct LimitTests {
    @Test(.scenario(.reload)) func limitsCanChangeWhileTheServerRuns() throws {
        let test = try TestServer { $0.limits.clientCountMax = 100 }
        let first = try RawClient(test.unix)
        try first.send(Request.listSymbols(1) + Request.ping(2, token: 0))
        #expect(try first.frames(102).last?.template == .pong)
        var limits = test.server.limits
        limits.clientCountMax = 1
        limits.listPageMax = 7
        limits.subscriberCountMax = 0
        test.server.update(limits: limits, allowedUserIds: nil)
        #expect(test.server.limits.clientCountMax == 1)
        // Whoever is there stays, and is served by the new limits once its thread has them.
        let isInForce = try Deadline().poll {
            try first.send(Request.listSymbols(3))
            var count = 0
            while try first.next()?.template == .symbolRecord { count += 1 }
            return count == 7
        }
        #expect(isInForce)
        try first.send(Request.subscribe(4))
        #expect(try first.next()?.rejectReason == .limitReached)
        #expect(try RawClient(test.tcp).rest().frames.map(\.rejectReason) == [.tooManyClients])
        limits.clientCountMax = 3
        test.server.update(limits: limits, allowedUserIds: [getuid() &+ 1])
        let isRefused = try Deadline().poll {
            try RawClient(test.unix).rest().frames.map(\.rejectReason) == [.notPermitted]
        }
        #expect(isRefused)
        let second = try RawClient(test.tcp)
        try second.send(Request.ping(1, token: 0))
        #expect(try second.frames(1)[0].template == .pong)
    }

    /// However many tasks wait for a serving thread, limits that were given last come to hold.
    @Test func limitsReachAThreadThatIsBusy() throws {
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let (isHeld, goOn) = (Countdown(1), Countdown(1))
        let server = SymbologyServer(
            configuration: LookupServerConfiguration(addresses: [.unix(path: folder.path("s"))]),
            snapshot: Fixture.snapshot()
        ) { event in
            guard case .clientNamed = event else { return }
            isHeld.arrive()
            goOn.wait()
        }
        let client = try RawClient(server.start()[0])
        defer { server.stop(deadlineMilliseconds: 0) }
        try client.send(Request.hello(1))
        isHeld.wait()
        var limits = server.limits
        for page in (7...LoopThread.taskCountMax + 7).reversed() {
            limits.listPageMax = page
            server.update(limits: limits, allowedUserIds: nil)
        }
        goOn.arrive()
        #expect(try client.next()?.template == .welcome)
        // A request that is there already when the thread goes on can be answered before the tasks have their turn.
        let isInForce = try Deadline().poll {
            try client.send(Request.listSymbols(2))
            var recordCount = 0
            while let frame = try client.next(), frame.template != .endOfList { recordCount += 1 }
            return recordCount == 7
        }
        #expect(isInForce)
    }

    @Test func limitsThatContradictEachOtherAreNamed() throws {
        #expect(ServerLimits().contradiction == nil)
        var limits = ServerLimits()
        limits.listPageMax = 65_536
        let page = try #require(limits.contradiction)
        #expect(page.what.contains("65536 records") && page.next.contains("--queued-bytes-max"))
        limits.queuedByteCountMax = limits.answerPauseByteCount + limits.answerByteCountMax
        #expect(limits.contradiction == nil)
        limits.queuedByteCountMax -= 1
        #expect(limits.contradiction != nil)
        limits = ServerLimits()
        limits.queuedByteCountTotalMax = limits.queuedByteCountMax - 1
        #expect(limits.contradiction?.next.contains("--queued-bytes-total-max") == true)
    }

    @Test func theServersOwnDescriptorsAreNoClients() {
        var configuration = LookupServerConfiguration(addresses: [
            .unix(path: "/s"), .tcp(host: "127.0.0.1", port: 0), .tcp(host: "::1", port: 0),
        ])
        configuration.threadCount = 3
        #expect(configuration.descriptorCount == 3 * (4 + 2))
    }

    @Test(.scenario(.flooder), arguments: [false, true]) func aFlooderDoesNotKeepOthersWaiting(busyPoll: Bool) throws {
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        var configuration = LookupServerConfiguration(addresses: [.unix(path: folder.path("s"))])
        configuration.busyPoll = busyPoll
        configuration.limits.workPerTurnMax = 16
        // Holds the serving thread until all have asked, so that all are ready at once.
        let (isHeld, goOn) = (Countdown(1), Countdown(1))
        let server = SymbologyServer(configuration: configuration, snapshot: Fixture.snapshot()) { event in
            guard case .clientNamed = event else { return }
            isHeld.arrive()
            goOn.wait()
        }
        let address = try server.start()[0]
        defer { server.stop(deadlineMilliseconds: 0) }
        let clients = try (0..<5).map { _ in try RawClient(address) }
        for client in clients {
            try client.send(Request.ping(1, token: 0))
            _ = try client.frames(1)
        }
        let holder = try RawClient(address)
        try holder.send(Request.hello(1))
        isHeld.wait()
        try clients[0].send((0..<2_000).flatMap { Request.resolveSymbol(UInt32($0), ofFixture: 4) })
        for client in clients[1...] { try client.send(Request.getStatus(2)) }
        goOn.arrive()
        for client in clients[1...] {
            // What the flooder got before: its share of a turn or some, not all that it had asked.
            let lookupCount = try client.frames(1)[0].read(ServerStatusView.self) { $0.lookupCount }
            #expect(lookupCount <= 16 * 8)
        }
        #expect(try clients[0].frames(2_000).map(\.requestId) == Array(0..<2_000))
    }

    /// Looking at the histograms of many threads is work.
    @Test func askingForTheStatusCostsWhatItLooksAt() throws {
        let request = Request.getStatus(1)
        try withServedConnection(ServerLimits()) { connection in
            let before = connection.serving.resolver.workLeft
            request.withUnsafeBytes { connection.answerSession(.getStatus, $0.baseAddress!) }
            #expect(before - connection.serving.resolver.workLeft == LatencySamples.bucketCount / 64)
        }
    }

    /// Requests that are read and wait to be answered take memory as answers do.
    @Test func whatWaitsToBeAnsweredIsCounted() throws {
        let rest = [UInt8](repeating: 0, count: 10_000)
        try withServedConnection(ServerLimits()) { connection in
            let count = { connection.serving.shared.queuedByteCount.load(ordering: .relaxed) }
            connection.cursors.hold(.turnOver)
            for byteCount in [200, 5_000, 10_000, 300] {
                rest.withUnsafeBytes { connection.keep(UnsafeRawBufferPointer(rebasing: $0[..<byteCount])) }
                #expect(connection.cursors.kept.count == byteCount)
            }
            #expect(count() == 10_000)
            connection.releaseBlock()
            #expect(count() == 0)
        }
    }

    /// All that waited for a slow peer can have left while its connection's turn was put off; then nothing else is to
    /// come that would wake it.
    @Test func aPauseThatEndsWhileTheTurnIsPutOffEnds() throws {
        try withServedConnection(ServerLimits()) { connection in
            connection.cursors.hold(.slowPeer)
            connection.cursors.hold(.turnOver)
            connection.goOn()
            #expect(!connection.cursors.holds.contains(.slowPeer))
            connection.cursors.hold(.slowPeer)
            connection.cursors.hold(.turnOver)
            connection.cursors.queue(1, answerCount: ServerLimits().requestsInFlightMax)
            connection.goOn()
            #expect(connection.cursors.holds.contains(.slowPeer))
        }
    }

    /// Half of one request is none, and nothing is less than none.
    @Test func aWindowOfOneRequestOpensAgain() throws {
        var limits = ServerLimits()
        limits.requestsInFlightMax = 1
        limits.answerPauseByteCount = 1
        try withServedConnection(limits) { connection in
            connection.cursors.queue(1, answerCount: 1)
            #expect(connection.isPeerSlow(half: false) && connection.isPeerSlow(half: true))
            connection.cursors.unqueue(1, answerCount: 1)
            #expect(!connection.isPeerSlow(half: false) && !connection.isPeerSlow(half: true))
        }
    }

    /// Who asks while a flood is being worked off has an answer between two of its turns: the flood holds the serving
    /// thread in its middle until the other has asked.
    @Test(.scenario(.flooder), arguments: [false, true]) func whoAsksDuringAFloodIsAnsweredDuringIt(busyPoll: Bool)
        throws
    {
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        var configuration = LookupServerConfiguration(addresses: [.unix(path: folder.path("s"))])
        configuration.busyPoll = busyPoll
        configuration.limits.workPerTurnMax = 16
        let (isHeld, goOn) = (Countdown(1), Countdown(1))
        let server = SymbologyServer(configuration: configuration, snapshot: Fixture.snapshot()) { event in
            guard case .clientNamed = event else { return }
            isHeld.arrive()
            goOn.wait()
        }
        let address = try server.start()[0]
        defer { server.stop(deadlineMilliseconds: 0) }
        let (flooder, other) = (try RawClient(address), try RawClient(address))
        try other.send(Request.ping(1, token: 0))
        _ = try other.frames(1)
        let flood = (0..<1_000).flatMap { Request.resolveSymbol(UInt32($0), ofFixture: 4) }
        try flooder.send(flood[..<(100 * 64)] + Request.hello(5_000) + flood[(100 * 64)...])
        isHeld.wait()
        try other.send(Request.getStatus(2))
        goOn.arrive()
        let lookupCount = try other.frames(1)[0].read(ServerStatusView.self) { $0.lookupCount }
        #expect(lookupCount <= 100 + 16 * 4)
        #expect(try flooder.frames(1_001).last?.requestId == 999)
    }

    /// However often a client resets the connection in mid-write, nothing of it stays. Descriptors and memory are
    /// counted where a process has nothing else to do: in the tests of the program.
    @Test(.scenario(.resetInMidWrite)) func resetsInMidWriteLeaveNothingBehind() throws {
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let server = SymbologyServer(
            configuration: LookupServerConfiguration(addresses: [
                .unix(path: folder.path("s")), .tcp(host: "127.0.0.1", port: 0),
            ]), snapshot: Fixture.snapshot())
        let addresses = try server.start()
        defer { server.stop(deadlineMilliseconds: 0) }
        let requests = Request.listSymbols(1, limit: 8) + Request.listSymbols(2, limit: 8)
        for round in 0..<Sanitizer.rounds(10_000) {
            let client = try RawClient(addresses[round % 4 == 0 ? 1 : 0])
            _ = client.sendWhatFits(requests)
            client.reset()
        }
        // Connections are accepted in the order they came: whoever is answered now has all of them behind it.
        for address in addresses {
            let last = try RawClient(address)
            try last.send(Request.ping(1, token: 0))
            #expect(try last.frames(1)[0].template == .pong)
            last.endWriting()
            _ = try last.rest()
        }
        #expect(Deadline().poll { server.statistics.clientCount == 0 })
        #expect(server.statistics.queuedByteCount == 0)
    }

    @Test func readsAreTimed() throws {
        let test = try TestServer { $0.threadCount = 2 }
        let client = try RawClient(test.unix)
        for round in 0..<200 {
            try client.send(Request.resolveSymbol(UInt32(round), ofFixture: 4))
            _ = try client.frames(1)
        }
        try client.send(Request.getStatus(8))
        try client.frames(1)[0].read(ServerStatusView.self) {
            let latency = [$0.latencyP50Nanoseconds, $0.latencyP99Nanoseconds, $0.latencyP999Nanoseconds].map {
                $0 ?? .max
            }
            #expect(latency == latency.sorted())
            #expect(latency[0] > 0 && latency[2] < 60_000_000_000)
        }
    }

    @Test func percentilesAreAtMostAnEighthTooHigh() {
        var last = -1
        for power in 0..<63 {
            let base = UInt64(1) << UInt64(power)
            for number in [base, base + 1, base &* 3 / 2].sorted() {
                let index = LatencySamples.bucket(of: number)
                #expect(index >= last)
                last = max(last, index)
                guard power < 40 else { continue }
                let bound = LatencySamples.upperBound(ofBucket: index)
                #expect(bound >= number && bound <= number + max(1, number / 8), "\(number): \(bound)")
                #expect(LatencySamples.bucket(of: bound) == index)
                #expect(LatencySamples.bucket(of: bound + 1) == index + 1)
            }
        }
        let threads = [LatencySamples(), LatencySamples()]
        #expect(LatencySamples.percentiles([0.5], of: threads) == nil)
        for number in 1...1_000 as ClosedRange<UInt64> { threads[Int(number % 2)].note(number) }
        let found = LatencySamples.percentiles([0.001, 0.5, 0.99, 1], of: threads)
        #expect(found == [1, 511, 1_023, 1_023])
    }
}
