import ArgumentParser
import SymbologyClient

struct StatusCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "What the server serves, how old it is, and how it fares.",
        discussion: """
            A hit is a lookup answered with an id, inactive_count those of them that are delisted; the misses are \
            counted by kind. The queue of notifications and the oldest transaction that writes are as the database \
            said some time ago: database_sample_milliseconds. What needs somebody to look is said under attention; the \
            rows that are refused are named by symbology refused. Exits with 1 while the server has not read the \
            database.
            """)

    @OptionGroup var settings: SettingOptions<ClientSettings>

    func execute(_ configuration: Configuration) throws {
        let session = try ServerSession(configuration)
        let status = try session.ask { client throws(ClientError) in try client.status() }
        var record = RecordWriter(configuration.format)
        record.add("address", session.address.plainText)
        // A line each for people; a script finds one field, whatever there is to say.
        if configuration.format == .table {
            for line in status.attention { record.add("attention", line) }
        } else {
            record.add("attention", status.attention)
        }
        record.add(Self.data + Self.database + Self.work, of: status)
        record.finish()
        if !status.isLoaded { throw ExitCode(ExitStatus.answerIsNo.rawValue) }
    }

    /// What is served, and how old it is.
    private static let data: [Field<ServerStatus>] = [
        Field("is_loaded", \.isLoaded), Field("database_connected", \.isDatabaseConnected),
        Field("is_from_file", \.isFromFile), Field("as_of", \.asOf),
        Field("generation", \.generation), Field("epoch", \.epoch),
        Field("sequence", \.sequence), Field("age_milliseconds", \.ageMilliseconds),
        Field("exchange_count", \.exchangeCount), Field("exchange_active_count", \.exchangeActiveCount),
        Field("symbol_count", \.symbolCount), Field("symbol_active_count", \.symbolActiveCount),
        Field("refused_row_count", \.refusedCount), Field("drift_count", \.driftCount),
        Field("refresh_count", \.refreshCount), Field("refresh_microseconds", \.refreshMicroseconds),
        Field("refresh_row_count", \.refreshRowCount), Field("image_bytes", \.imageByteCount),
        Field("database_snapshot") { Cell.nonEmpty($0.databaseSnapshot) },
    ]

    /// What the database said of itself, and what is held back.
    private static let database: [Field<ServerStatus>] = [
        Field("held_back_milliseconds", \.heldBack?.milliseconds),
        Field("vanishing_symbol_count", \.heldBack?.vanishingSymbolCount),
        Field("vanishing_exchange_count", \.heldBack?.vanishingExchangeCount),
        Field("changing_id_count", \.heldBack?.changingIdCount),
        Field("needed_megabytes", \.heldBack?.neededMegabyteCount), Field("database_replaced", \.isDatabaseReplaced),
        Field("metrics_unwritten", \.isMetricsUnwritten),
        Field("source_fault", \.sourceFault?.kind?.name),
        Field("source_fault_milliseconds", \.sourceFault?.milliseconds),
        Field("image_fault", \.imageFault?.kind?.name), Field("image_fault_milliseconds", \.imageFault?.milliseconds),
        Field("overdue_milliseconds", \.overdueMilliseconds),
        Field("notification_queue_percent", \.database?.notificationQueuePercent),
        Field("oldest_writer_milliseconds", \.database?.oldestWriter?.milliseconds),
        Field("oldest_writer_process_id", \.database?.oldestWriter?.processId),
        Field("database_sample_milliseconds", \.database?.sampleMilliseconds),
    ]

    /// What the process does.
    private static let work: [Field<ServerStatus>] = [
        Field("process_id", \.processId), Field("uptime_milliseconds", \.uptimeMilliseconds),
        Field("client_count", \.clientCount), Field("subscriber_count", \.subscriberCount),
        Field("lookup_count", \.lookupCount), Field("hit_count", \.hitCount),
        Field("inactive_count", \.inactiveCount), Field("miss_count", \.missCount),
        Field("unknown_symbol_count", \.unknownSymbolCount), Field("unknown_exchange_count", \.unknownExchangeCount),
        Field("not_loaded_count", \.notLoadedCount), Field("refused_lookup_count", \.refusedLookupCount),
        Field("ambiguous_count", \.ambiguousCount),
        Field("rejected_count", \.rejectedCount), Field("push_count", \.pushCount),
        Field("latency_p50_nanoseconds", \.latencyP50Nanoseconds),
        Field("latency_p99_nanoseconds", \.latencyP99Nanoseconds),
        Field("latency_p999_nanoseconds", \.latencyP999Nanoseconds),
    ]
}
