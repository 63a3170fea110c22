import EventLoop
import Glibc
import LookupServer
import ReferenceData
import Scenarios
import SymbologyWire
import TestSupport
import Testing

/// Sockets that outlive the servers which accept on them.
@Suite(.serialized) struct HandoverTests {
    /// A bound and listening socket, as a service manager holds it.
    private static func listening(_ address: SocketAddress) throws -> Int32 {
        let isUnix = if case .unix = address { true } else { false }
        let descriptor = socket(isUnix ? AF_UNIX : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        switch address {
        case .unix(let path):
            var unix = sockaddr_un()
            unix.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &unix.sun_path) { $0.copyBytes(from: path.utf8) }
            try bind(descriptor, unix)
        case .tcp:
            var tcp = sockaddr_in()
            tcp.sin_family = sa_family_t(AF_INET)
            tcp.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            try bind(descriptor, tcp)
        }
        try #require(listen(descriptor, 64) == 0)
        return descriptor
    }

    private static func bind<Address>(_ descriptor: Int32, _ address: Address) throws {
        let result = withUnsafeBytes(of: address) {
            Glibc.bind(
                descriptor, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self),
                socklen_t(MemoryLayout<Address>.size))
        }
        try #require(result == 0)
    }

    private func server(_ kept: [Int32], threadCount: Int) throws -> SymbologyServer {
        var configuration = LookupServerConfiguration(addresses: [])
        configuration.threadCount = threadCount
        configuration.inheritedSockets = try kept.map { try InheritedSocket(descriptor: dup($0)) }
        return SymbologyServer(configuration: configuration, snapshot: Fixture.snapshot())
    }

    @Test(.scenario(.socketHandedOver), arguments: [1, 2]) func aRestartRefusesNobody(threadCount: Int) throws {
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let path = folder.path("s")
        let kept = try [
            Self.listening(.unix(path: path)), Self.listening(.tcp(host: "127.0.0.1", port: 0)),
        ]
        defer { for descriptor in kept { close(descriptor) } }

        let first = try server(kept, threadCount: threadCount)
        let addresses = try first.start()
        #expect(addresses[0] == .unix(path: path))
        let clients = try addresses.map { try RawClient($0) }
        for client in clients {
            try client.send(Request.ping(1, token: 0))
            #expect(try client.frames(1)[0].template == .pong)
        }
        first.stop()
        for client in clients { #expect(try client.rest().frames.map(\.rejectReason) == [.shuttingDown]) }

        // Nobody serves now, and nobody is refused.
        let waiting = try (addresses + addresses).map { try RawClient($0) }
        for client in waiting { try client.send(Request.ping(2, token: 0)) }
        let second = try server(kept, threadCount: threadCount)
        #expect(try second.start() == addresses)
        for client in waiting { #expect(try client.frames(1)[0].template == .pong) }
        second.stop()
        #expect(access(path, F_OK) == 0)
    }

    @Test func whatDoesNotListenIsRefused() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let unbound = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        for descriptor in [ends[0], unbound, -1] {
            let error = #expect(throws: EventLoopError.self) { _ = try InheritedSocket(descriptor: descriptor) }
            #expect(error?.description.contains("adopt descriptor \(descriptor)") == true)
        }
        for descriptor in ends + [unbound] { close(descriptor) }
    }
}
