import Foundation
import Scenarios
import SymbologyClient
import SymbologyWire
import TestSupport
import Testing

/// A server's descriptors, from outside: when there are none left, and when clients come and go.
@Suite("Command line: descriptors", .serialized)
struct DescriptorTests {
    private static func ping() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: WireLimits.requestByteCount) { buffer, count in
            PingView.write(to: UnsafeMutableRawPointer(buffer.baseAddress!), requestId: 1, token: 2)
            count = WireLimits.requestByteCount
        }
    }

    /// The most descriptors that a process may have, as an administrator would change it.
    private static func limitDescriptors(of processId: pid_t, to count: Int) {
        let result = TestSupport.Program.run(["prlimit", "--pid", "\(processId)", "--nofile=\(count):"])
        #expect(result.status == 0, "\(result.output)")
    }

    @Test(
        "when there are none left, clients go on, nothing spins, and who waits is served afterwards",
        .scenario(.descriptorsExhausted))
    func exhausted() throws {
        // One warning, and then only whoever debugs hears of each attempt.
        let system = try RunningSystem(arguments: ["--log-level", "debug"])
        let client = try LookupClient(.unix(path: system.unixPath))
        try client.ping()
        // The lowest number that is free is what the next descriptor would get.
        let open = system.server.descriptors()
        let free = try #require((0...Int32(open.count)).first { !open.contains($0) })
        let start = monotonicNanoseconds()
        Self.limitDescriptors(of: system.server.processId, to: Int(free))
        let waiting = try (0..<3).map { _ in
            let socket = try RawSocket(unixPath: system.unixPath)
            #expect(socket.sendWhatFits(Self.ping()) == WireLimits.requestByteCount)
            return socket
        }
        var warningCount = 0
        var next = 0
        for _ in 0..<5 {
            let found = try system.server.waitForLine(.error, from: next, "why nobody is accepted") {
                $0.contains("no connection accepted for now") && $0.contains("EMFILE")
            }
            next = found.next
            if found.line.contains(" warning ") { warningCount += 1 }
            #expect(try client.resolve(exchange: "GATEIO_SPOT", symbol: "BTC_USDT").status == .ok)
        }
        #expect(warningCount == 1)
        // Each attempt waits 100 ms, so the fifth cannot have been before four waits were over. A slow machine makes it
        // more, and never less.
        #expect(monotonicNanoseconds() - start > 400_000_000)
        Self.limitDescriptors(of: system.server.processId, to: 1_024)
        for socket in waiting {
            let answer = try socket.receive()
            try #require(answer.count >= WireLayout.Pong.frameByteCount)
            #expect(answer.withUnsafeBytes { FrameHeaderView($0.baseAddress!).template } == .pong)
        }
    }

    @Test(
        "a hundred thousand connections reset in mid-write leave no descriptor and no memory behind",
        .scenario(.resetInMidWrite))
    func resets() throws {
        let system = try RunningSystem()
        var request = [UInt8](repeating: 0, count: WireLimits.requestByteCount)
        request.withUnsafeMutableBytes {
            ListSymbolsView.write(
                to: $0.baseAddress!, requestId: 1, exchangeId: 0, activeOnly: false, afterSymbolId: 0, countMax: 8,
                expectedGeneration: 0)
        }
        let requests = request + request
        let port = try #require(system.tcpAddress.split(separator: ":").last.flatMap { UInt16($0) })
        func reset(_ count: Int) throws {
            for round in 0..<count {
                let socket = try round % 4 == 0 ? RawSocket(tcpPort: port) : RawSocket(unixPath: system.unixPath)
                _ = socket.sendWhatFits(requests)
                socket.reset()
            }
            // Connections are accepted in the order they came: who is answered now has all of them behind him.
            for _ in 0..<2 {
                #expect(try system.ask("status").exitCode == 0 && system.askOverTCP("status").exitCode == 0)
            }
        }
        // Then the allocator has seen it all, and each loop has its reserve of a descriptor.
        try reset(20_000)
        let descriptorCount = system.server.descriptors().count
        let memory = try system.server.memoryByteCount("VmRSS")
        try reset(80_000)
        #expect(Deadline().poll { system.server.descriptors().count <= descriptorCount })
        let growth = try system.server.memoryByteCount("VmRSS") - memory
        // What a connection holds, kept for each of them, would be ten times as much.
        #expect(growth < 8 << 20, "\(growth) bytes")
        #expect(try system.rows("status").first?["client_count"] as? Int == 1)
    }
}
