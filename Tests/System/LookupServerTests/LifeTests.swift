import EventLoop
import Glibc
import LookupServer
import ReferenceData
import Scenarios
import SymbologyWire
import Synchronization
import TestSupport
import Testing

@Suite(.serialized) struct LifeTests {
    @Test(.scenario(.stopUnderLoad), arguments: [1, 2]) func stoppingUnderLoadTruncatesNothing(threadCount: Int) throws
    {
        let test = try TestServer { $0.threadCount = threadCount }
        let addresses = [test.unix, test.tcp, test.unix, test.tcp]
        let isRunning = Countdown(addresses.count)
        let failures = Mutex<[String]>([])
        let threads = try addresses.map { address in
            let thread = try LoopThread(.answering)
            thread.perform { _ in
                do {
                    try LifeTests.load(address, isRunning)
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            return thread
        }
        isRunning.wait()
        test.server.stop()
        for thread in threads {
            thread.stop()
            thread.join()
        }
        #expect(failures.withLock { $0 } == [])
        #expect(test.events.all.last == .stopped)
        // All went by themselves: nobody had to be cut at the deadline.
        #expect(!test.events.all.contains { if case .clientClosed(_, .cut) = $0 { true } else { false } })
        #expect(throws: RawSocket.Failure.self) { _ = try RawClient(test.tcp) }
        #expect(throws: RawSocket.Failure.self) { _ = try RawClient(test.unix) }
    }

    /// Asks with many requests in flight until the server says goodbye.
    private static func load(_ address: SocketAddress, _ isRunning: Countdown) throws {
        let client = try RawClient(address)
        var asked: UInt32 = 0
        var answered: UInt32 = 0
        while true {
            let requests = (0..<256).flatMap { Request.getSymbol(asked + $0, 4) }
            if (try? client.send(requests)) != nil { asked += 256 }
            for _ in 0..<128 {
                guard let frame = try client.next() else { throw RawClient.Failure(description: "no goodbye") }
                if frame.template == .rejected, frame.requestId == WireNull.requestId {
                    guard frame.rejectReason == .shuttingDown else {
                        throw RawClient.Failure(description: "\(frame.rejectReason)")
                    }
                    let rest = try client.rest()
                    guard rest.frames.isEmpty, rest.unfinishedByteCount == 0 else {
                        throw RawClient.Failure(description: "\(rest) after the goodbye")
                    }
                    return
                }
                guard frame.requestId == answered else {
                    throw RawClient.Failure(description: "\(frame) instead of \(answered)")
                }
                answered += 1
                if answered == 1_000 { isRunning.arrive() }
            }
        }
    }

    @Test(.scenario(.stopUnderLoad)) func whoDoesNotReadIsCutAtTheDeadline() throws {
        let test = try TestServer()
        let client = try RawClient(test.unix)
        _ = client.sendWhatFits((0..<2_000).flatMap { Request.listSymbols($0) })
        try test.events.wait("paused") { if case .clientPaused = $0 { true } else { false } }
        test.server.stop(deadlineMilliseconds: 100)
        #expect(
            test.events.all.contains { if case .clientClosed(_, .cut(.shuttingDown)) = $0 { true } else { false } })
        #expect(test.server.statistics.clientCount == 0)
    }

    @Test(.scenario(.secondInstance)) func aSecondInstanceIsRefused() throws {
        let test = try TestServer()
        for address in [test.unix, test.tcp] {
            for threadCount in [1, 2] {
                var configuration = LookupServerConfiguration(addresses: [address])
                configuration.threadCount = threadCount
                let second = SymbologyServer(configuration: configuration, snapshot: Fixture.snapshot())
                let error = #expect(throws: LookupServerError.self) { try second.start() }
                guard case .eventLoop(let cause) = error else {
                    Issue.record("\(String(describing: error))")
                    continue
                }
                #expect(cause.kind == .addressInUse)
                #expect(cause.description.contains("stop"))
            }
        }
        // The first one is unharmed.
        for address in [test.unix, test.tcp] {
            let client = try RawClient(address)
            try client.send(Request.ping(1, token: 1))
            #expect(try client.frames(1)[0].template == .pong)
        }
    }

    @Test func aSuccessorTakesThePathOver() throws {
        let test = try TestServer()
        test.server.stop()
        let next = SymbologyServer(
            configuration: LookupServerConfiguration(addresses: [test.unix, test.tcp]), snapshot: Fixture.snapshot())
        #expect(try next.start() == [test.unix, test.tcp])
        let client = try RawClient(test.unix)
        try client.send(Request.ping(1, token: 1))
        #expect(try client.frames(1)[0].template == .pong)
        next.stop()
    }

    @Test func aSharedPortIsServedByEveryThread() throws {
        let test = try TestServer { $0.threadCount = 3 }
        let clients = try (0..<60).map { try RawClient($0 % 2 == 0 ? test.tcp : test.unix) }
        for client in clients { try client.send(Request.resolveSymbol(1, ofFixture: 4)) }
        for client in clients { #expect(try client.frames(1)[0].resolution.symbolId == 4) }
        // An optimised build ends a connection after its last use.
        withExtendedLifetime(clients) { #expect(test.server.statistics.clientCount == 60) }
        #expect(test.server.statistics.counters.hitCount == 60)
    }

    @Test(.scenario(.nonLoopbackBind)) func configurationsThatMakeNoSenseAreRefused() throws {
        func start(_ adjust: (inout LookupServerConfiguration) -> Void) -> LookupServerError? {
            var configuration = LookupServerConfiguration(addresses: [.tcp(host: "127.0.0.1", port: 0)])
            adjust(&configuration)
            let server = SymbologyServer(configuration: configuration, snapshot: Fixture.snapshot())
            defer { server.stop() }
            do throws(LookupServerError) {
                try server.start()
                return nil
            } catch {
                return error
            }
        }
        let everywhere = SocketAddress.tcp(host: "0.0.0.0", port: 0)
        #expect(start { $0.addresses = [everywhere] } == .remoteAddressRefused(everywhere))
        #expect(start { ($0.addresses, $0.allowRemote) = ([everywhere], true) } == nil)
        for adjust: (inout LookupServerConfiguration) -> Void in [
            { $0.addresses = [] }, { $0.threadCount = 0 }, { $0.threadCount = 65 },
            { $0.environment = String(repeating: "x", count: 33) }, { $0.limits.listPageMax = 65_536 },
        ] {
            guard case .configuration = start(adjust) else {
                Issue.record("accepted")
                continue
            }
        }
    }
}
