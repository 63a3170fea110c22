import EventLoop
import Glibc
import LookupServer
import ReferenceData
import Synchronization
import TestSupport

/// A server on a fresh Unix socket and a free TCP port, whose events tests wait for.
final class TestServer {
    let server: SymbologyServer
    let unix: SocketAddress
    let tcp: SocketAddress
    let events: EventLog
    private let folder = TemporaryFolder()

    init(
        snapshot: Snapshot = Fixture.snapshot(), _ adjust: (inout LookupServerConfiguration) -> Void = { _ in }
    ) throws {
        var configuration = LookupServerConfiguration(addresses: [
            .unix(path: folder.path("s")), .tcp(host: "127.0.0.1", port: 0),
        ])
        configuration.environment = "test"
        adjust(&configuration)
        let events = EventLog()
        self.events = events
        server = SymbologyServer(configuration: configuration, snapshot: snapshot) { events.append($0) }
        let bound = try server.start()
        (unix, tcp) = (bound[0], bound[1])
    }

    deinit { server.stop(deadlineMilliseconds: 0) }

    /// Publishes and waits until the pushes are out.
    func publish(_ update: SnapshotUpdate) throws {
        server.publish(update)
        try events.wait("published \(update.snapshot.generation)") {
            if case .published(update.snapshot.generation, _, _) = $0 { true } else { false }
        }
    }
}

/// The events of a server in order.
final class EventLog: Sendable {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    private let events = Mutex<[ServerEvent]>([])
    /// One for each event, so that a waiter wakes for each.
    private let arrivals = EventQueue<Void>()

    func append(_ event: ServerEvent) {
        events.withLock { $0.append(event) }
        arrivals.push(())
    }

    var all: [ServerEvent] { events.withLock { $0 } }

    /// Waits until so many events match; fails at the deadline.
    @discardableResult
    func wait(_ what: String, count: Int = 1, _ matches: (ServerEvent) -> Bool) throws -> ServerEvent {
        let deadline = Deadline()
        while true {
            let matching = all.filter(matches)
            if matching.count >= count { return matching[0] }
            if arrivals.next(deadline) == nil {
                throw Missing(description: "not \(count) times \"\(what)\" among \(all.suffix(50))")
            }
        }
    }
}
