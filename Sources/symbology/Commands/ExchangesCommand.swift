import ArgumentParser
import ReferenceData
import ReferenceStore

struct ExchangesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exchanges", abstract: "Add and change exchanges in the database.",
        discussion: """
            Straight to the database; servers push the change. All that is wrong with a row is reported at once, and \
            nothing is written over a change that somebody made in between.
            """,
        subcommands: [Add.self, Update.self, Activate.self, Deactivate.self, Stats.self, Ensure.self])

    func run() throws {
        throw ValidationError("say what to do: exchanges add, update, activate, deactivate, stats or ensure")
    }

    struct Add: ConfiguredCommand {
        static let configuration = CommandConfiguration(commandName: "add", abstract: "A further exchange.")

        @Argument(help: "The code that engines will know (OKX_SPOT).") var code: String
        @OptionGroup var columns: ColumnOptions<ExchangeColumn>
        @OptionGroup var settings: SettingOptions<DatabaseSettings>

        func execute(_ configuration: Configuration) throws {
            let session = try ManagementSession(configuration, "exchanges add")
            var fields = columns.fields
            fields[.enumValue] = .text(code)
            let added = try session.ask { store throws(ManagementError) in try store.insertExchange(fields) }
            ManagedRecord(added, .inserted).print(configuration.format)
        }
    }

    struct Update: ConfiguredCommand {
        static let configuration = CommandConfiguration(
            commandName: "update", abstract: "Columns of an exchange; an empty value is NULL.")

        @Argument(help: "A code (GATEIO_SPOT) or an exchange_id.") var exchange: String
        @Option(parsing: .unconditional, help: ArgumentHelp("Another code for the same id.", valueName: "code"))
        var enumValue: String?
        @OptionGroup var columns: ColumnOptions<ExchangeColumn>
        @OptionGroup var options: ManagementOptions
        @OptionGroup var settings: SettingOptions<DatabaseSettings>

        func execute(_ configuration: Configuration) throws {
            var fields = columns.fields
            if let enumValue { fields[.enumValue] = .text(enumValue) }
            try fields.requireSome("exchanges update")
            try options.change(configuration, "exchanges update") { session, condition in
                let id = try session.exchangeId(exchange)
                return try session.ask { store throws(ManagementError) in
                    try store.updateExchange(id: id, fields, if: condition)
                }
            }
        }
    }

    struct Activate: ConfiguredCommand {
        static let configuration = CommandConfiguration(
            commandName: "activate", abstract: "Let an exchange and its active symbols answer ok.")

        @OptionGroup var target: Target
        @OptionGroup var settings: SettingOptions<DatabaseSettings>

        func execute(_ configuration: Configuration) throws {
            try target.setActive(true, configuration)
        }
    }

    struct Deactivate: ConfiguredCommand {
        static let configuration = CommandConfiguration(
            commandName: "deactivate", abstract: "Let an exchange and its symbols answer inactive; ids still resolve.")

        @OptionGroup var target: Target
        @OptionGroup var settings: SettingOptions<DatabaseSettings>

        func execute(_ configuration: Configuration) throws {
            try target.setActive(false, configuration)
        }
    }

    /// What switching on and off have in common.
    struct Target: ParsableArguments {
        @Argument(help: "A code (GATEIO_SPOT) or an exchange_id.") var exchange: String
        @OptionGroup var options: ManagementOptions

        func setActive(_ isActive: Bool, _ configuration: Configuration) throws {
            let command = "exchanges \(isActive ? "activate" : "deactivate")"
            try options.change(configuration, command) { session, condition in
                let id = try session.exchangeId(exchange)
                return try session.ask { store throws(ManagementError) in
                    try store.updateExchange(id: id, [.isActive: .flag(isActive)], if: condition)
                }
            }
        }
    }

    struct Ensure: ConfiguredCommand {
        static let configuration = CommandConfiguration(
            commandName: "ensure", abstract: "Add the known venues that the table lacks; touch nothing else.")

        @OptionGroup var settings: SettingOptions<DatabaseSettings>

        func execute(_ configuration: Configuration) throws {
            let session = try ManagementSession(configuration, "exchanges ensure")
            let added = try session.ask { store throws(ManagementError) in try store.ensureVenues() }
            let inserted = Set(added.map(\.exchange.venue))
            let fields: [Field<VenueCode>] = [
                Field("exchange", \.code), Field("outcome") { inserted.contains($0) ? "inserted" : "present" },
            ]
            RowWriter.print(VenueCode.allCases, fields, configuration.format)
        }
    }

    struct Stats: ConfiguredCommand {
        static let configuration = CommandConfiguration(
            commandName: "stats", abstract: "Totals, known venues that are missing, and every exchange.")

        @OptionGroup var settings: SettingOptions<DatabaseSettings>

        func execute(_ configuration: Configuration) throws {
            let session = try ManagementSession(configuration, "exchanges stats")
            let statistics = try session.ask { store throws(ManagementError) in try store.exchangeStatistics() }
            var record = RecordWriter(configuration.format)
            record.add(Self.fields, of: statistics)
            let exchanges = statistics.list.map(\.exchange)
            if configuration.format != .table {
                let names = Exchange.columns.map(\.name)
                let lines = exchanges.map { exchange in
                    Cell.jsonLine(names, Exchange.columns.map { $0.cell(exchange) }).dropLast()
                }
                record.add("exchanges", Cell.json("[\(lines.joined(separator: ","))]"))
            }
            record.finish()
            if configuration.format == .table { RowWriter.print(exchanges, Exchange.columns, configuration.format) }
        }

        private static let fields: [Field<ExchangeStatistics>] = [
            Field("total", \.totalCount), Field("active", \.activeCount), Field("spot", \.spotCount),
            Field("futures", \.futuresCount), Field("options", \.optionsCount), Field("last_update", \.lastUpdate),
            Field("missing_venues") { coverage($0).missing.map(\.code).joined(separator: ",") },
            Field("unknown_venues") { coverage($0).unknown.joined(separator: ",") },
        ]

        private static func coverage(_ statistics: ExchangeStatistics) -> VenueCoverage {
            VenueCode.coverage(of: statistics.list.map(\.exchange.code))
        }
    }
}
