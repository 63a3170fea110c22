import ArgumentParser
import SymbologyStore

struct LoadTestCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "load-test", abstract: "Loads the market-data tables with a mix of operations at a steady rate.",
        discussion: """
            Half of the operations insert a quote, the others ask for the newest of a symbol, for its last minute, for \
            arbitrage opportunities, for balances and orders, or write one of these. Symbols are the database's; \
            a quote that is written repeats the newest one of its symbol. Each operation is due at its own moment, and \
            its latency counts from there. In the end all rows that it wrote are removed. Exits with 1 when an \
            operation failed, or when less than 0.99 of the rate was held.

            Run it as the tables' owner, when "symbology partitions" has made the partition of now.
            """)

    @Option(help: "Seconds.") var duration = 60
    @Option(help: ArgumentHelp("Operations a second.", valueName: "count")) var operations = 1_000
    @Option(help: ArgumentHelp("Connections, each with a thread.", valueName: "count")) var connections = 8
    @OptionGroup var settings: SettingOptions<DatabaseSettings>

    mutating func validate() throws {
        let bounds = [
            ("--duration", duration, 86_400), ("--operations", operations, 100_000), ("--connections", connections, 64),
        ]
        for (name, value, most) in bounds where !(1...most).contains(value) {
            throw ValidationError("\(name) is \(value); it is 1 to \(most)")
        }
    }

    func execute(_ configuration: Configuration) throws {
        let stop = try StopSignal.install()
        let database = configuration.value(.database)
        var options = MarketStoreOptions()
        options.connectionCountMax = connections
        do {
            let store = try MarketStore(database, options: options)
            defer { store.close() }
            let targets = try Self.targets(store, database)
            guard !targets.isEmpty else {
                throw CommandFailure(
                    .answerIsNo, "there is no active symbol to write and read", next: "\"symbology import\" adds some")
            }
            let load = StoreLoad(
                plan: StoreLoad.Plan(
                    seconds: duration, operationsPerSecond: operations, connectionCount: connections),
                store: store, targets: targets, isStopRequested: { stop.isRequested },
                onLine: writeLineToStandardError)
            try judge(load.run(), configuration.format)
        } catch let error as MarketStoreError {
            throw Self.failure(error)
        }
    }

    private func judge(_ report: StoreLoadReport, _ format: OutputFormat) throws(CommandFailure) {
        RowWriter.print(report.rows, StoreLoadReport.fields, format)
        for failure in report.failures { writeLineToStandardError("symbology: \(Cell.escapeControls(failure))") }
        guard report.isHeld else {
            throw CommandFailure(
                .answerIsNo,
                "\(operations) operations a second for \(duration) s were not held: \(report.doneCount) were done at "
                    + "\(Int(report.operationsPerSecond)) a second, \(report.failureCount) failed")
        }
    }

    /// So many symbols at most, each with its newest quote, or one of its own where it has none.
    private static let targetCountMax = 10_000

    private static func targets(
        _ store: MarketStore, _ database: String?
    ) throws(MarketStoreError) -> [StoreLoad.Target] {
        var resolver = try DatabaseResolver(database)
        let symbols = try resolver.symbols(
            exchange: nil, activeOnly: true, afterSymbolId: 0, limit: targetCountMax
        ).rows
        let newest = try store.run(.latestBookTickers(of: .symbols(symbols.map { .id($0.id) })))
        let known = Dictionary(newest.map { ($0.symbolId, $0) }) { first, _ in first }
        return symbols.map { symbol in
            let one = WideDecimal(1)
            let ticker = BookTicker(
                symbolId: symbol.id, bidPrice: one, bidQuantity: one, askPrice: one, askQuantity: one,
                time: .absent)
            return StoreLoad.Target(
                reference: .id(symbol.id), ticker: known[symbol.id] ?? ticker, exchangeId: symbol.record.exchangeId)
        }
    }

    private static func failure(_ error: MarketStoreError) -> CommandFailure {
        switch error {
        case .notReachable: CommandFailure(.unavailable, "\(error)")
        case .configuration, .notMigrated: CommandFailure(.configuration, "\(error)")
        default: CommandFailure(.answerIsNo, "\(error)")
        }
    }
}
