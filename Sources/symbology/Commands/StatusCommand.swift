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
    static let settings = ServerOptions.settings

    @OptionGroup var server: ServerOptions
    @OptionGroup var common: CommonOptions

    var flags: [Setting: String] { server.flags }

    func execute(_ configuration: Configuration) throws {
        let format = try configuration.format()
        let session = try ServerSession(configuration)
        let status = try session.ask { client throws(ClientError) in try client.status() }
        var record = RecordWriter(format)
        record.add("address", .text(session.address.plainText))
        // A line each for people; a script finds one field, whatever there is to say.
        let attention = status.attention.map { Cell.text($0) }
        if format == .table {
            for line in attention { record.add("attention", line) }
        } else {
            record.add("attention", .list(attention))
        }
        addData(status, to: &record)
        addDatabase(status, to: &record)
        addWork(status, to: &record)
        record.finish()
        if !status.isLoaded { throw ExitCode(ExitStatus.answerIsNo.rawValue) }
    }

    private func addData(_ status: ServerStatus, to record: inout RecordWriter) {
        record.add("is_loaded", .boolean(status.isLoaded))
        record.add("database_connected", .boolean(status.isDatabaseConnected))
        record.add("is_from_file", .boolean(status.isFromFile))
        record.add("generation", Cell(status.generation))
        record.add("epoch", Cell(status.epoch))
        record.add("sequence", Cell(status.sequence))
        record.add("age_milliseconds", status.ageMilliseconds.map { Cell($0) } ?? .absent)
        record.add("exchange_count", Cell(status.exchangeCount))
        record.add("exchange_active_count", Cell(status.exchangeActiveCount))
        record.add("symbol_count", Cell(status.symbolCount))
        record.add("symbol_active_count", Cell(status.symbolActiveCount))
        record.add("refused_row_count", Cell(status.refusedCount))
        record.add("drift_count", Cell(status.driftCount))
        record.add("refresh_count", Cell(status.refreshCount))
        record.add("refresh_microseconds", status.refreshMicroseconds.map { Cell($0) } ?? .absent)
        record.add("refresh_row_count", status.refreshRowCount.map { Cell($0) } ?? .absent)
        record.add("image_bytes", Cell(status.imageByteCount))
        record.add("database_snapshot", status.databaseSnapshot.isEmpty ? .absent : .text(status.databaseSnapshot))
    }

    private func addDatabase(_ status: ServerStatus, to record: inout RecordWriter) {
        let (heldBack, database) = (status.heldBack, status.database)
        record.add("held_back_milliseconds", heldBack.map { Cell($0.milliseconds) } ?? .absent)
        record.add("vanishing_symbol_count", heldBack.map { Cell($0.vanishingSymbolCount) } ?? .absent)
        record.add("vanishing_exchange_count", heldBack.map { Cell($0.vanishingExchangeCount) } ?? .absent)
        record.add("notification_queue_percent", database.map { Cell($0.notificationQueuePercent) } ?? .absent)
        record.add("oldest_writer_milliseconds", database?.oldestWriter.map { Cell($0.milliseconds) } ?? .absent)
        record.add("oldest_writer_process_id", database?.oldestWriter?.processId.map { Cell($0) } ?? .absent)
        record.add("database_sample_milliseconds", database.map { Cell($0.sampleMilliseconds) } ?? .absent)
    }

    private func addWork(_ status: ServerStatus, to record: inout RecordWriter) {
        record.add("process_id", Cell(status.processId))
        record.add("uptime_milliseconds", Cell(status.uptimeMilliseconds))
        record.add("client_count", Cell(status.clientCount))
        record.add("subscriber_count", Cell(status.subscriberCount))
        record.add("lookup_count", Cell(status.lookupCount))
        record.add("hit_count", Cell(status.hitCount))
        record.add("inactive_count", Cell(status.inactiveCount))
        record.add("miss_count", Cell(status.missCount))
        record.add("unknown_symbol_count", Cell(status.unknownSymbolCount))
        record.add("unknown_exchange_count", Cell(status.unknownExchangeCount))
        record.add("not_loaded_count", Cell(status.notLoadedCount))
        record.add("refused_lookup_count", Cell(status.refusedLookupCount))
        record.add("rejected_count", Cell(status.rejectedCount))
        record.add("push_count", Cell(status.pushCount))
        record.add("latency_p50_nanoseconds", status.latencyP50Nanoseconds.map { Cell($0) } ?? .absent)
        record.add("latency_p99_nanoseconds", status.latencyP99Nanoseconds.map { Cell($0) } ?? .absent)
        record.add("latency_p999_nanoseconds", status.latencyP999Nanoseconds.map { Cell($0) } ?? .absent)
    }
}
