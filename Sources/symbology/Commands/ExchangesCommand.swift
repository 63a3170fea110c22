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
        static let settings: [Setting] = [.database]

        @Argument(help: "The code that engines will know (OKX_SPOT).") var code: String
        @OptionGroup var columns: ExchangeColumnOptions
        @OptionGroup var database: DatabaseOptions
        @OptionGroup var common: CommonOptions

        var flags: [Setting: String] { database.flags }

        func execute(_ configuration: Configuration) throws {
            let format = try configuration.format()
            let session = try ManagementSession(configuration, "exchanges add")
            var rules = FieldRules()
            let draft = columns.draft(code: code, &rules)
            let added = try session.ask { store throws(ManagementError) in
                try store.insertExchange(draft, found: rules.faults)
            }
            ManagedRecord.write(added, outcome: .inserted, format)
        }
    }

    struct Update: ConfiguredCommand {
        static let configuration = CommandConfiguration(
            commandName: "update", abstract: "Columns of an exchange; an empty value is NULL.")
        static let settings: [Setting] = [.database]

        @Argument(help: "A code (GATEIO_SPOT) or an exchange_id.") var exchange: String
        @Option(parsing: .unconditional, help: ArgumentHelp("Another code for the same id.", valueName: "code"))
        var enumValue: String?
        @OptionGroup var columns: ExchangeColumnOptions
        @OptionGroup var options: ManagementOptions
        @OptionGroup var database: DatabaseOptions
        @OptionGroup var common: CommonOptions

        var flags: [Setting: String] { database.flags }

        func execute(_ configuration: Configuration) throws {
            let format = try configuration.format()
            let condition = try options.condition()
            var rules = FieldRules()
            var edit = columns.edit(&rules)
            edit.enumValue = enumValue
            if edit.isEmpty, rules.faults.isEmpty {
                throw CommandFailure(
                    .usage, "nothing to change was named", next: "name columns: symbology help exchanges update")
            }
            let session = try ManagementSession(configuration, "exchanges update")
            let id = try session.exchangeId(exchange)
            let change = try session.ask { store throws(ManagementError) in
                try store.updateExchange(id: id, edit, if: condition, found: rules.faults)
            }
            ManagedRecord.write(change, format)
        }
    }

    struct Activate: ConfiguredCommand {
        static let configuration = CommandConfiguration(
            commandName: "activate", abstract: "Let an exchange and its active symbols answer ok.")
        static let settings: [Setting] = [.database]

        @OptionGroup var target: Target
        @OptionGroup var database: DatabaseOptions
        @OptionGroup var common: CommonOptions

        var flags: [Setting: String] { database.flags }

        func execute(_ configuration: Configuration) throws {
            try target.setActive(true, configuration)
        }
    }

    struct Deactivate: ConfiguredCommand {
        static let configuration = CommandConfiguration(
            commandName: "deactivate", abstract: "Let an exchange and its symbols answer inactive; ids still resolve.")
        static let settings: [Setting] = [.database]

        @OptionGroup var target: Target
        @OptionGroup var database: DatabaseOptions
        @OptionGroup var common: CommonOptions

        var flags: [Setting: String] { database.flags }

        func execute(_ configuration: Configuration) throws {
            try target.setActive(false, configuration)
        }
    }

    /// What switching on and off have in common.
    struct Target: ParsableArguments {
        @Argument(help: "A code (GATEIO_SPOT) or an exchange_id.") var exchange: String
        @OptionGroup var options: ManagementOptions

        func setActive(_ isActive: Bool, _ configuration: Configuration) throws {
            let format = try configuration.format()
            let condition = try options.condition()
            let session = try ManagementSession(configuration, "exchanges \(isActive ? "activate" : "deactivate")")
            let id = try session.exchangeId(exchange)
            let change = try session.ask { store throws(ManagementError) in
                isActive
                    ? try store.activateExchange(id: id, if: condition)
                    : try store.deactivateExchange(id: id, if: condition)
            }
            ManagedRecord.write(change, format)
        }
    }

    struct Ensure: ConfiguredCommand {
        static let configuration = CommandConfiguration(
            commandName: "ensure", abstract: "Add the known venues that the table lacks; touch nothing else.")
        static let settings: [Setting] = [.database]

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var common: CommonOptions

        var flags: [Setting: String] { database.flags }

        func execute(_ configuration: Configuration) throws {
            let format = try configuration.format()
            let session = try ManagementSession(configuration, "exchanges ensure")
            let outcome = try session.ask { store throws(ManagementError) in try store.ensureVenues() }
            var writer = RowWriter(format, columns: [Column("exchange"), Column("outcome")])
            for venue in VenueCode.allCases {
                let isNew = outcome.inserted.contains { $0.exchange.venue == venue }
                writer.write([.text(venue.code), .text(isNew ? "inserted" : "present")])
            }
            writer.finish()
        }
    }

    struct Stats: ConfiguredCommand {
        static let configuration = CommandConfiguration(
            commandName: "stats", abstract: "Totals, known venues that are missing, and every exchange.")
        static let settings: [Setting] = [.database]

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var common: CommonOptions

        var flags: [Setting: String] { database.flags }

        func execute(_ configuration: Configuration) throws {
            let format = try configuration.format()
            let session = try ManagementSession(configuration, "exchanges stats")
            let statistics = try session.ask { store throws(ManagementError) in try store.exchangeStatistics() }
            let coverage = VenueCode.coverage(of: statistics.list.map(\.exchange.code))
            var record = RecordWriter(format)
            record.add("total", Cell(statistics.totalCount))
            record.add("active", Cell(statistics.activeCount))
            record.add("spot", Cell(statistics.spotCount))
            record.add("futures", Cell(statistics.futuresCount))
            record.add("options", Cell(statistics.optionsCount))
            record.add("last_update", Cell(statistics.lastUpdate))
            record.add("missing_venues", .text(coverage.missing.map(\.code).joined(separator: ",")))
            record.add("unknown_venues", .text(coverage.unknown.joined(separator: ",")))
            let rows = statistics.list.map { ExchangeRow.cells($0.exchange) }
            if format != .table {
                let lines = rows.map { RowWriter.jsonLine(ExchangeRow.columns, $0).dropLast() }
                record.add("exchanges", .json("[\(lines.joined(separator: ","))]"))
            }
            record.finish()
            guard format == .table else { return }
            var writer = RowWriter(format, columns: ExchangeRow.columns)
            for row in rows { writer.write(row) }
            writer.finish()
        }
    }
}
