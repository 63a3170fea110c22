import Logging
import LookupServer
import Platform
import SymbologyWire
import Synchronization

/// Logs what a server reports. What peers bring about as often as they please is a line the first time, and then a
/// count now and then; whoever debugs sees each of them. Thread-safe.
final class ServerEventLog: Sendable {
    /// Between two lines about one kind.
    static let spacingNanoseconds: UInt64 = 10_000_000_000

    /// What is alike.
    private enum Kind: Hashable {
        case closed(ServerEvent.CloseReason)
        case refused(RejectReason)
        case lost(String)
    }

    private struct Repetitions {
        var count = 0
        /// When they are counted in a line, or the next one is said by itself.
        var nextNanoseconds: UInt64
    }

    /// As many as there are reasons.
    private let kinds = Mutex<[Kind: Repetitions]>([:])
    private let logger: Logger
    private let now: @Sendable () -> UInt64

    /// - Parameter now: nanoseconds of a monotonic clock.
    init(_ logger: Logger, now: @escaping @Sendable () -> UInt64 = { MonotonicClock.nanoseconds() }) {
        self.logger = logger
        self.now = now
    }

    /// Counts are told with whatever happens next, at the latest with the end of the server.
    func note(_ event: ServerEvent) {
        let now = self.now()
        let isEnd = event == .stopped
        let (isRepeated, counts) = kinds.withLock { kinds -> (Bool, [(Kind, Int)]) in
            let isRepeated = Self.kind(of: event).map { Self.isRepeated($0, &kinds, now) } ?? false
            let due = kinds.filter { $0.value.count > 0 && (isEnd || now >= $0.value.nextNanoseconds) }
            for kind in due.keys { kinds[kind] = Repetitions(nextNanoseconds: now + Self.spacingNanoseconds) }
            return (isRepeated, due.map { ($0, $1.count) })
        }
        event.log(logger, isRepeated: isRepeated)
        for (kind, count) in counts { log(kind, count) }
    }

    private static func isRepeated(_ kind: Kind, _ kinds: inout [Kind: Repetitions], _ now: UInt64) -> Bool {
        if let known = kinds[kind], known.count > 0 || now < known.nextNanoseconds {
            kinds[kind]?.count += 1
            return true
        }
        kinds[kind] = Repetitions(nextNanoseconds: now + spacingNanoseconds)
        return false
    }

    private static func kind(of event: ServerEvent) -> Kind? {
        switch event {
        case .clientClosed(_, .ended): nil
        case .clientClosed(_, let reason): .closed(reason)
        case .clientRefused(let reason, _, _): .refused(reason)
        case .clientLost(let error): .lost(error.name)
        default: nil
        }
    }

    private func log(_ kind: Kind, _ count: Int) {
        switch kind {
        case .closed(let reason):
            logger.notice("more clients closed", metadata: ["count": "\(count)", "reason": "\(reason)"])
        case .refused(let reason):
            logger.warning("more clients refused", metadata: ["count": "\(count)", "reason": "\(reason)"])
        case .lost(let name):
            logger.warning("more clients lost", metadata: ["count": "\(count)", "error": "\(name)"])
        }
    }
}
