import ArgumentParser
import MarketDataStore

struct BackfillCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "backfill", abstract: "Carry the legacy market data over, while their writers go on.",
        discussion: """
            The first run hangs triggers onto the legacy tables: from then on what is inserted there is there by \
            symbol too, in the same transaction, and what is changed is queued. Then it copies what was there before, \
            and empties the queue. It may be killed at any moment: run again it goes on where it was. Afterwards run \
            it by a timer, each minute: it empties the queue. Rows whose symbol is not known wait there; \
            --status counts them. Exits with 1 when --verify finds a difference.
            """)

    @Option(help: ArgumentHelp("Rows of one transaction.", valueName: "count")) var batchSize = 10_000
    @Option(help: ArgumentHelp("At most so many; else as many as there come.", valueName: "count"))
    var rowsPerSecond: Int?
    @Option(help: ArgumentHelp("Wait while a standby or a replication slot is further behind.", valueName: "MiB"))
    var lagMax = 256
    @Flag(help: "Compare both tables afterwards, chunk by chunk, by count and checksum.") var verify = false
    @Flag(help: "Say how far it is, from another terminal, and change nothing.") var status = false
    @OptionGroup var settings: SettingOptions<DatabaseSettings>

    mutating func validate() throws {
        if !(1...1_000_000).contains(batchSize) {
            throw ValidationError("--batch-size is \(batchSize); it is 1 to 1000000")
        }
        if let rowsPerSecond, rowsPerSecond < 1 {
            throw ValidationError("--rows-per-second is \(rowsPerSecond); it starts at 1")
        }
        if !(1...1_048_576).contains(lagMax) {
            throw ValidationError("--lag-max is \(lagMax); it is 1 to 1048576 MiB")
        }
    }

    func execute(_ configuration: Configuration) throws {
        let target = try DatabaseTarget.parse(configuration)
        let connection = try DatabaseTarget.connect(target, applicationName: "symbology backfill")
        if status {
            let list = try MarketDataSession.ask { () throws(MarketDataError) in try BackfillStatus.read(connection) }
            RowWriter.print(list, Self.statusFields, configuration.format)
            return
        }
        var options = Backfill.Options()
        options.batchSize = batchSize
        options.rowsPerSecondMax = rowsPerSecond
        options.replicationLagByteCountMax = Int64(lagMax) << 20
        options.verifies = verify
        var backfill = Backfill(connection, options)
        let stop = try StopSignal.install()
        backfill.isStopped = { stop.isRequested }
        var line = BackfillProgressLine()
        backfill.onEvent = { line.show($0) }
        defer { line.finish() }
        let results = try MarketDataSession.ask { () throws(MarketDataError) in try backfill.run() }
        line.finish()
        RowWriter.print(results, Self.resultFields, configuration.format)
        try judge(results)
    }

    private func judge(_ results: [BackfillResult]) throws(CommandFailure) {
        if results.isEmpty { writeLineToStandardError("symbology: there are no legacy tables: nothing to carry over") }
        let differing = results.flatMap { result in
            result.differing.map {
                "\(result.legacyTable) has \($0.legacyCount) rows from \($0.startsAt) to \($0.endsAt), "
                    + "\(result.source.targetName) \($0.count)"
                    + ($0.legacyCount == $0.count ? ", and not the same ones" : "")
                    + $0.rows.map { "\n    \($0)" }.joined()
            }
        }
        if !differing.isEmpty {
            let shown = differing.prefix(5) + (differing.count > 5 ? ["and \(differing.count - 5) more"] : [])
            throw CommandFailure(
                .answerIsNo, (["chunks that differ: \(differing.count)"] + shown).joined(separator: "\n  "),
                next: "was the mirror off, or were rows written by symbol under a legacy row's id?")
        }
        if let unfinished = results.first(where: { !$0.isComplete }) {
            throw CommandFailure(
                .answerIsNo, "\(unfinished.legacyTable) is not carried over yet: it was stopped",
                next: "run it again: it goes on where it was")
        }
    }

    private static let resultFields: [Field<BackfillResult>] = [
        Field("source", \.source.rawValue), Field("table", \.legacyTable), Field("copied", \.copiedCount),
        Field("drained", \.drainedCount), Field("waiting") { $0.waiting.values.reduce(0, +) },
        Field("compared_chunks", \.comparedCount), Field("differing_chunks") { $0.differing.count },
        Field("complete", \.isComplete),
        Field("reasons") { $0.waiting.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" } },
    ]

    private static let statusFields: [Field<BackfillStatus>] = [
        Field("source", \.source.rawValue), Field("table", \.legacyTable), Field("running", \.isRunning),
        Field("stage", \.stage), Field("rows", \.rowCount), Field("rows_expected", \.rowCountExpected),
        Field("rows_per_second") { Int64($0.rowsPerSecond) }, Field("seconds_left", \.secondsLeft),
        Field("partitions", \.partitionCount),
        Field("unfinished_partitions", \.unfinishedCount), Field("queued", \.queuedCount),
        Field("queue_seconds", \.queueSeconds),
    ]
}
