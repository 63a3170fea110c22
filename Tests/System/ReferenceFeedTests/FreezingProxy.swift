import Foundation
import PrivateCluster
import Synchronization
import TestSupport

/// Passes bytes between TCP clients on loopback and a Unix socket, until it is told to let them vanish: connections
/// stay open, and nothing comes through any more. So looks a firewall that forgot its table.
final class FreezingProxy: Sendable {
    struct Failure: Error { let call: String }

    let port: UInt16
    private let listener: Int32
    private let unixPath: String
    private let frozen = Atomic<Int>(0)
    private let broken = Atomic<Int>(0)
    private let serial = Atomic<Int>(0)
    private let isSwallowing = Atomic<Bool>(false)

    init(to unixPath: String) throws {
        self.unixPath = unixPath
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        listener = descriptor
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard bound else { throw Failure(call: "bind") }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in acceptAll() }
    }

    /// In front of the server that has this database.
    convenience init(toServerOf database: TestSession) throws {
        let cluster = database.database.testCluster.cluster
        try self.init(to: "\(cluster.socketDirectory)/.s.PGSQL.\(DatabaseCluster.port)")
    }

    /// The database's, through this proxy.
    func conninfo(_ database: TestSession) -> String {
        "host=127.0.0.1 port=\(port) user=\(DatabaseCluster.superuser) dbname=\(database.database.name) "
            + "sslmode=disable gssencmode=disable"
    }

    /// While true, new connections are accepted and nothing comes of them.
    func swallow(_ swallows: Bool) { isSwallowing.store(swallows, ordering: .releasing) }

    /// What is connected now hears and says nothing any more; new connections are served.
    func freeze() { frozen.store(serial.load(ordering: .acquiring), ordering: .releasing) }

    /// What is connected now gets a RST; new connections are served.
    func reset() { broken.store(serial.load(ordering: .acquiring), ordering: .releasing) }

    /// Ends the accepting thread.
    func close() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func acceptAll() {
        while true {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { break }
            let number =
                isSwallowing.load(ordering: .acquiring)
                ? 0 : serial.add(1, ordering: .acquiringAndReleasing).newValue
            guard let server = connectUnix() else {
                Foundation.close(client)
                continue
            }
            Thread.detachNewThread { [self] in pass(client, server, number) }
        }
        Foundation.close(listener)
    }

    private func connectUnix() -> Int32? {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: unixPath.utf8.prefix($0.count - 1)) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) == 0 }
        }
        if !isConnected { Foundation.close(descriptor) }
        return isConnected ? descriptor : nil
    }

    /// Both directions of one connection; asks every 20 ms whether it is frozen.
    private func pass(_ client: Int32, _ server: Int32, _ number: Int) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        defer {
            Foundation.close(client)
            Foundation.close(server)
        }
        while true {
            if number > 0, number <= broken.load(ordering: .acquiring) {
                var linger = linger(l_onoff: 1, l_linger: 0)
                setsockopt(client, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
                return
            }
            if number <= frozen.load(ordering: .acquiring) {
                // Nothing is read and nothing is closed, for longer than any test waits.
                var polled = pollfd(fd: client, events: 0, revents: 0)
                _ = poll(&polled, 1, 30_000)
                return
            }
            var polled = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                pollfd(fd: server, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&polled, 2, 20) > 0, number > frozen.load(ordering: .acquiring) else { continue }
            for (from, to) in [(0, server), (1, client)] where polled[from].revents != 0 {
                let count = read(polled[from].fd, &buffer, buffer.count)
                guard count > 0 else { return }
                var sent = 0
                while sent < count {
                    let written = buffer.withUnsafeBytes {
                        send(to, $0.baseAddress! + sent, count - sent, Int32(MSG_NOSIGNAL))
                    }
                    guard written > 0 else { return }
                    sent += written
                }
            }
        }
    }
}
