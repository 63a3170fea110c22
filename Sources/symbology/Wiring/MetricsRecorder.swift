import Glibc
import Logging
import LookupServer
import MarketDataStore
import Platform
import PostgreSQL
import ReferenceData
import Synchronization

/// Writes what a server measures of itself into its database, every few seconds, on a thread and a connection of its
/// own, in a role of its own: serving neither waits for it nor shares anything with it but counters that it reads.
///
/// Nothing is kept for later: a sample that cannot be written is let go, the next one tries again. That it fails is
/// said in the log once, and in the server's status for as long as it lasts. All members are thread-safe.
final class MetricsRecorder: Sendable {
    private struct State {
        var served: MetricsSample.Served?
        var isStopped = false
        var isEnded = false
    }

    private let target: ConnectionTarget
    private let server: SymbologyServer
    private let instance: String
    private let intervalMilliseconds: Int
    private let logger: Logger
    private let state = Mutex(State())
    private let changed = MonotonicCondition()

    /// What the process waits for at its end; the database may be one that does not answer.
    private static let endMilliseconds = 1_000

    /// - Parameter instance: what tells this server from others in the tables.
    init(
        _ target: ConnectionTarget, _ server: SymbologyServer, instance: String, intervalSeconds: Int, _ logger: Logger
    ) {
        self.target = target
        self.server = server
        self.instance = String(
            decoding: instance.utf8.filter { $0 < 0x80 }.prefix(Self.instanceByteCountMax), as: UTF8.self)
        intervalMilliseconds = intervalSeconds * 1_000
        self.logger = logger
    }

    private static let instanceByteCountMax = 100

    /// This machine and the first address that is served: the same after a restart.
    static func instance(_ addresses: [SocketAddress]) -> String {
        var name = [CChar](repeating: 0, count: 65)
        gethostname(&name, 64)
        let host = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return "\(host) \(addresses.first?.plainText ?? "")"
    }

    func start() throws(SystemThread.StartFailure) {
        try SystemThread(receivesSignals: false) { self.run() }.detach()
    }

    /// What is served from now on.
    func note(_ update: SnapshotUpdate) {
        let served = MetricsSample.Served(update)
        state.withLock { $0.served = served }
    }

    /// Waits for a write that is under way, but not for long.
    func stop() {
        state.withLock { $0.isStopped = true }
        changed.broadcast()
        _ = changed.wait(by: .after(milliseconds: Self.endMilliseconds)) { state.withLock { $0.isEnded } }
    }

    private func isStopped() -> Bool { state.withLock { $0.isStopped } }

    private func run() {
        var connection: Connection?
        var isFailing = false
        var before = ServerCounters()
        var last = MonotonicClock.nanoseconds()
        while !changed.wait(by: .after(milliseconds: intervalMilliseconds), until: isStopped) {
            guard let served = state.withLock({ $0.served }) else { continue }
            let (now, statistics) = (MonotonicClock.nanoseconds(), server.statistics)
            let sample = MetricsSample(
                served, statistics, before: before, seconds: Double(now &- last) / 1e9,
                latencyNanoseconds: server.latencyNanoseconds([0.5, 0.99]), nowNanoseconds: now)
            (before, last) = (statistics.counters, now)
            do throws(PostgreSQLError) {
                let session =
                    if let connection { connection } else {
                        try Connection(target, settings: MonitoringRows.sessionSettings)
                    }
                connection = session
                try sample.rows.write(instance: instance, to: session)
                guard isFailing else { continue }
                isFailing = false
                server.update(isMetricsUnwritten: false)
                logger.notice("metrics are recorded again")
            } catch {
                connection = nil
                guard !isFailing else { continue }
                isFailing = true
                server.update(isMetricsUnwritten: true)
                logger.warning(
                    "metrics are not recorded, and are let go until they can be", metadata: ["error": "\(error)"])
            }
        }
        connection?.close()
        state.withLock { $0.isEnded = true }
        changed.broadcast()
    }
}
