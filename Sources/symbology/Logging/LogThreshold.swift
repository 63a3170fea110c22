import Logging
import Synchronization

/// From which level on this process logs. It can change while loggers are in use: a logger is a value, and copies of it
/// are everywhere. Thread-safe.
final class LogThreshold: Sendable {
    static let shared = LogThreshold()

    private let rank = Atomic<Int>(LogThreshold.ranks[.info] ?? 0)

    private static let ranks = Dictionary(
        uniqueKeysWithValues: Logger.Level.allCases.enumerated().map { ($1, $0) })

    var level: Logger.Level {
        get { Logger.Level.allCases[rank.load(ordering: .relaxed)] }
        set { rank.store(Self.ranks[newValue] ?? 0, ordering: .relaxed) }
    }
}
