import ArgumentParser
import MarketDataStore

struct PartitionsCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "partitions", abstract: "The market data's partitions: make those to come, take off the old.",
        discussion: """
            Run it by a timer, once a day; a second one at the same time ends with 1. A partition is made aside and \
            attached, which stops no reader and no writer; a lock that is not granted at once is asked for again, and \
            at last it ends with 1 and says who holds it. With --keep, partitions all of whose rows are older are \
            detached, and not filled again; their tables stay until --drop.
            """)

    @Option(help: ArgumentHelp("So many after that of now.", valueName: "count")) var ahead = 8
    @Option(help: ArgumentHelp("week, month or quarter, of partitions made from now on; else as it is set.")) var width:
        PartitionWidth?
    @Option(help: ArgumentHelp("Detach what is older than so many days.", valueName: "days")) var keep: Int?
    @Flag(help: "Drop what is detached, with its rows.") var drop = false
    @OptionGroup var settings: SettingOptions<DatabaseSettings>

    mutating func validate() throws {
        if !(0...100).contains(ahead) { throw ValidationError("--ahead is \(ahead); it is 0 to 100") }
        if let keep, keep < 1 { throw ValidationError("--keep is \(keep); it starts at 1 day") }
    }

    func execute(_ configuration: Configuration) throws {
        let target = try DatabaseTarget.parse(configuration)
        let maintenance = PartitionMaintenance(
            try DatabaseTarget.connect(target, applicationName: "symbology partitions"))
        var options = PartitionMaintenance.Options()
        options.aheadCount = ahead
        options.width = width
        options.keptDays = keep
        options.dropsDetached = drop
        var writer = RowWriter(configuration.format, Self.fields)
        defer { writer.finish() }
        try MarketDataSession.ask { () throws(MarketDataError) in
            try maintenance.run(options) { writer.write($0) }
        }
    }

    private static let fields: [Field<PartitionMaintenance.Step>] = [
        Field("action", \.action.rawValue), Field("partition", \.partition), Field("starts_at", \.startsAt),
        Field("ends_at", \.endsAt),
    ]
}

extension PartitionWidth: ExpressibleByArgument {}
