import EventLoop
import Glibc
import ReferenceData

@testable import LookupServer

/// Runs `body` on a serving thread with a connection that it serves.
func withServedConnection<Value: Sendable>(
    _ limits: ServerLimits, _ body: @escaping @Sendable (Connection) throws -> Value
) throws -> Value {
    let shared = ServerShared(configuration: LookupServerConfiguration(addresses: []), limits: limits) { _ in }
    let serving = try ServingThread(
        index: 0, shared: shared, publisher: Publisher(shared: shared), snapshot: Fixture.snapshot())
    defer {
        serving.thread.stop()
        serving.thread.join()
    }
    var ends: (Int32, Int32) = (-1, -1)
    withUnsafeMutableBytes(of: &ends) {
        _ = socketpair(
            AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, $0.baseAddress!.assumingMemoryBound(to: Int32.self))
    }
    defer { close(ends.1) }
    let socket = AcceptedSocket(descriptor: ends.0, isUnix: true)
    return try serving.thread.performAndWait { loop in
        try serving.setUp(loop)
        serving.serve(socket)
        return try body(serving.connections[0])
    }
}
