import ArgumentParser
import MarketDataStore

struct RetainCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "retain", abstract: "Remove what is past its age: audit, queues, metrics, balances, executions.",
        discussion: """
            Run it by a timer as the owner of the tables, once an hour or a day; a second one at the same time ends \
            with 1. It removes --batch-size rows a transaction, and may be broken off at any time. What is kept \
            whatever its age: the newest balance of each account and asset, orders that rest in the book, tombstones \
            that a running transaction may need, and what waits for backfill. At the end hourly_trading_report is made \
            anew, beside its readers. Partitions of market data are "symbology partitions --keep"'s.

            Ages are days, or "keep". Of the audit only what is kept is known of the past (--as-of). Rows that are \
            taken out of the quarantine stay in the legacy table alone, and backfill does not try them again.
            """)

    @Option(help: "Who changed what; else 730.") var auditDays: RetentionAge?
    @Option(help: "What readers must know of deletions; else 1.") var tombstoneDays: RetentionAge?
    @Option(help: "What waits for a backfill of tables that are mirrored no more; else 7.") var queueDays: RetentionAge?
    @Option(help: "Legacy rows that could not be copied; else keep.") var quarantineDays: RetentionAge?
    @Option(help: "system_metrics; else 30.") var metricsDays: RetentionAge?
    @Option(help: "health_checks; else 30.") var healthDays: RetentionAge?
    @Option(help: "account_balances and balance_changes; else 730.") var balanceDays: RetentionAge?
    @Option(help: "order_executions and order_status_history; else 730.") var executionDays: RetentionAge?
    @Option(help: ArgumentHelp("Rows of one transaction.", valueName: "count")) var batchSize: Int32 = 10_000
    @Flag(help: "Count what would go, and remove nothing.") var dryRun = false
    @OptionGroup var settings: SettingOptions<DatabaseSettings>

    mutating func validate() throws {
        if !(1...1_000_000).contains(batchSize) {
            throw ValidationError("--batch-size is \(batchSize); it is 1 to 1000000")
        }
    }

    private var ages: [(RetentionAge?, [RetentionRule])] {
        [
            (auditDays, [.audit]), (tombstoneDays, [.tombstones]), (queueDays, [.mirrorQueue]),
            (quarantineDays, [.quarantine]), (metricsDays, [.systemMetrics]), (healthDays, [.healthChecks]),
            (balanceDays, [.accountBalances, .balanceChanges]),
            (executionDays, [.orderExecutions, .orderStatusHistory]),
        ]
    }

    func execute(_ configuration: Configuration) throws {
        let target = try DatabaseTarget.parse(configuration)
        var options = Retention.Options()
        options.batchSize = batchSize
        options.isDryRun = dryRun
        for case (let age?, let rules) in ages {
            for rule in rules { options.days[rule] = .some(age.days) }
        }
        var retention = Retention(try DatabaseTarget.connect(target, applicationName: "symbology retain"), options)
        let stop = try StopSignal.install()
        retention.isStopped = { stop.isRequested }
        let isDryRun = dryRun
        let fields: [Field<Retention.Step>] = [
            Field("what", width: 20, \.rule.rawValue), Field("table", width: 20, \.rule.table),
            Field("days", isNumber: true, \.days), Field("rows", width: 10, isNumber: true, \.rowCount),
            Field("batches", isNumber: true, \.batchCount), Field("removed") { !isDryRun && $0.rowCount > 0 },
        ]
        // A line leaves as soon as its table is done.
        var writer = RowWriter(configuration.format, fields, isStreaming: true)
        defer { writer.finish() }
        try MarketDataSession.ask { () throws(MarketDataError) in try retention.run { writer.write($0) } }
        if stop.isRequested { writeLineToStandardError("symbology: broken off; the next run goes on") }
    }
}

/// How long something is kept.
struct RetentionAge: ExpressibleByArgument {
    /// Nil for ever.
    let days: Int?

    init?(argument: String) {
        guard argument != "keep" else {
            days = nil
            return
        }
        guard let days = Int(argument), (1...36_500).contains(days) else { return nil }
        self.days = days
    }

    static var defaultCompletionKind: CompletionKind { .list(["keep"]) }
}
