import CLoad
import SymbologyWire

/// Many subscribers of one server, over bare sockets.
final class SubscriberCrowd {
    private let connections: [Connection]

    var count: Int { connections.count }

    /// - Parameter withRecords: each change brings its record.
    init(_ server: SymbologyServer, count: Int, withRecords: Bool) throws {
        connections = try (0..<count).map { _ in
            let connection = try server.connect()
            var request = [UInt8](repeating: 0, count: WireLayout.Subscribe.frameByteCount)
            request.withUnsafeMutableBytes {
                SubscribeView.write(
                    to: $0.baseAddress!, requestId: 1, flags: withRecords ? .withRecords : [], epoch: 0, sequence: 0)
            }
            let answer = try connection.exchange(request, answerByteCount: WireLayout.Subscribed.frameByteCount)
            let template = answer.withUnsafeBytes { FrameHeaderView($0.baseAddress!).template }
            guard template == .subscribed else { throw BenchmarkError("the server does not take the subscription") }
            return connection
        }
    }

    /// Reads all that comes while `body` runs.
    /// - Returns: of each change in turn, when the last subscriber had it, on `load_now`'s clock.
    func reading(changeCountMax: Int, _ body: () throws -> Void) throws -> [UInt64] {
        let fds = connections.map(\.fd)
        guard let drain = load_drain_start(fds, fds.count, Template.change.rawValue, changeCountMax) else {
            throw BenchmarkError("cannot start what reads \(count) subscriptions")
        }
        let outcome = Result { try body() }
        var arrivals = [UInt64](repeating: 0, count: changeCountMax)
        var error: Int32 = 0
        let arrivalCount = load_drain_stop(drain, &arrivals, changeCountMax, &error)
        try outcome.get()
        guard error == 0 else { throw BenchmarkError("a subscriber lost its connection: \(errorText(error))") }
        return Array(arrivals.prefix(arrivalCount))
    }
}
