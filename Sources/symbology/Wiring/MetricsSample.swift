import LookupServer
import MarketDataStore
import ReferenceData

/// What a server measured of itself at one moment, as the rows that are written of it.
struct MetricsSample {
    /// What is served, without the snapshot itself: that goes when its time has come.
    struct Served: Sendable {
        var isLoaded: Bool
        var symbolCount: Int
        var imageByteCount: Int
        var state: SourceState

        init(_ update: SnapshotUpdate) {
            isLoaded = update.snapshot.isLoaded
            symbolCount = update.snapshot.symbolCount
            imageByteCount = update.snapshot.imageByteCount
            state = update.state
        }
    }

    private(set) var rows = MonitoringRows()

    /// What counts since the start becomes a rate: `before` is the sample's own counters of the time before.
    /// - Parameter seconds: since `before`.
    init(
        _ served: Served, _ statistics: ServerStatistics, before: ServerCounters, seconds: Double,
        latencyNanoseconds: [UInt64]?, nowNanoseconds: UInt64
    ) {
        let (state, counters) = (served.state, statistics.counters)
        func add(_ category: String, _ name: String, _ value: Double, _ unit: String = "") {
            rows.metrics.append(MonitoringRows.Metric(category: category, name: name, value: value, unit: unit))
        }
        func rate(_ now: UInt64, _ then: UInt64) -> Double { Double(now &- then) / max(seconds, 0.001) }
        add("PERFORMANCE", "lookups", rate(counters.lookupCount, before.lookupCount), "per s")
        add("PERFORMANCE", "lookups_missed", rate(counters.missCount, before.missCount), "per s")
        if let latencyNanoseconds {
            for (name, value) in zip(["lookup_p50", "lookup_p99"], latencyNanoseconds) {
                add("PERFORMANCE", name, Double(value) / 1_000, "us")
            }
        }
        add("CACHE", "symbols", Double(served.symbolCount))
        add("CACHE", "image_size", Double(served.imageByteCount), "bytes")
        add("CACHE", "rows_refused", Double(state.refusedCount))
        add("CACHE", "rows_drifted", Double(state.driftCount))
        if state.lastConfirmedNanoseconds != 0 {
            let age = max(0, Int64(bitPattern: nowNanoseconds &- state.lastConfirmedNanoseconds))
            add("CACHE", "snapshot_age", Double(age) / 1e9, "s")
        }
        if state.refreshCount > 0 {
            add("DATABASE", "refresh_time", Double(state.lastRefreshMicroseconds) / 1_000, "ms")
        }
        if let health = state.health {
            add("DATABASE", "notification_queue", Double(health.notificationQueuePercent), "%")
            add("DATABASE", "oldest_writer", Double(health.oldestWriter?.ageMilliseconds ?? 0) / 1_000, "s")
        }
        add("NETWORK", "clients", Double(statistics.clientCount))
        add("NETWORK", "subscribers", Double(statistics.subscriberCount))
        add("NETWORK", "bytes_queued", Double(statistics.queuedByteCount), "bytes")

        rows.health = [
            served.isLoaded
                ? .init(component: "lookup_server", status: "HEALTHY")
                : .init(component: "lookup_server", status: "CRITICAL", detail: "nothing was read yet"),
            state.databaseConnected
                ? .init(component: "reference_feed", status: "HEALTHY")
                : .init(component: "reference_feed", status: "WARNING", detail: "the database is away"),
            Self.snapshotHealth(state),
        ]
    }

    private static func snapshotHealth(_ state: SourceState) -> MonitoringRows.Health {
        let detail: String? =
            if state.heldBack != nil {
                "what was read last is held back"
            } else if state.fromFile {
                "served from the image file"
            } else if state.refusedCount > 0 {
                "\(state.refusedCount) rows cannot be served"
            } else { nil }
        return .init(component: "snapshot", status: detail == nil ? "HEALTHY" : "WARNING", detail: detail)
    }
}
