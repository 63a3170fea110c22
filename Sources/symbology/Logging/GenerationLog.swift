import Logging
import ReferenceData
import Synchronization

/// Logs, once each, which transactions a generation shows, and at which moment: with these lines and the audit table
/// every answer ever given can be checked.
final class GenerationLog: Sendable {
    private let last = Mutex<UInt64>(0)
    private let logger: Logger

    init(_ logger: Logger) { self.logger = logger }

    func note(_ snapshot: Snapshot) {
        guard snapshot.isLoaded, logger.logLevel <= .debug else { return }
        let isNew = last.withLock { last in
            defer { last = snapshot.generation }
            return snapshot.generation != last
        }
        guard isNew else { return }
        // Past the logger: one line missing, and the answers of its generation cannot be checked.
        let line = LineLogHandler.lineNow(
            .debug, "generation",
            [
                "epoch": "\(snapshot.epoch)", "generation": "\(snapshot.generation)",
                "snapshot": "\(snapshot.databaseSnapshot)", "judged": "\(snapshot.judgedAt)",
            ])
        LogWriter.shared.write(line, isRecord: true)
    }
}
