import ArgumentParser
import ReferenceData
import ReferenceStore

struct SymbolsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "symbols", abstract: "Add, change and rename symbols in the database.",
        discussion: """
            Straight to the database; servers push the change. All that is wrong with a row is reported at once, and \
            nothing is written over a change that somebody made in between. Many rows at once: symbology import.
            """,
        subcommands: [Add.self, Update.self, Activate.self, Deactivate.self, Rename.self, Stats.self])

    func run() throws {
        throw ValidationError("say what to do: symbols add, update, activate, deactivate, rename or stats")
    }

    struct Add: ConfiguredCommand {
        static let configuration = CommandConfiguration(commandName: "add", abstract: "A further symbol.")
        static let settings: [Setting] = [.database]

        @Argument(help: "The exchange's code (GATEIO_SPOT).") var exchange: String
        @Argument(help: "The venue's own spelling (BTC_USDT), byte for byte.") var symbol: String
        @OptionGroup var columns: SymbolColumnOptions
        @OptionGroup var database: DatabaseOptions
        @OptionGroup var common: CommonOptions

        var flags: [Setting: String] { database.flags }

        func execute(_ configuration: Configuration) throws {
            let format = try configuration.format()
            let session = try ManagementSession(configuration, "symbols add")
            var rules = FieldRules()
            let draft = columns.draft(exchange: exchange, symbol: symbol, &rules)
            let added = try session.ask { store throws(ManagementError) in
                try store.insertSymbol(draft, found: rules.faults)
            }
            ManagedRecord.write(added, outcome: .inserted, format)
        }
    }

    struct Update: ConfiguredCommand {
        static let configuration = CommandConfiguration(
            commandName: "update", abstract: "Columns of a symbol; an empty value is NULL. Its name: symbols rename.")
        static let settings: [Setting] = [.database]

        @Argument(help: "The symbol_id.") var id: UInt32
        @Option(parsing: .unconditional, help: .hidden) var symbolString: String?
        @OptionGroup var columns: SymbolColumnOptions
        @OptionGroup var options: ManagementOptions
        @OptionGroup var database: DatabaseOptions
        @OptionGroup var common: CommonOptions

        var flags: [Setting: String] { database.flags }

        mutating func validate() throws {
            guard symbolString == nil else {
                throw ValidationError(
                    "a new symbol string is a rename, after which engines may still ask by the old one: "
                        + "symbology symbols rename \(id) NEW [--no-alias]")
            }
        }

        func execute(_ configuration: Configuration) throws {
            let format = try configuration.format()
            let condition = try options.condition()
            var rules = FieldRules()
            let edit = columns.edit(&rules)
            if edit.isEmpty, rules.faults.isEmpty {
                throw CommandFailure(
                    .usage, "nothing to change was named", next: "name columns: symbology help symbols update")
            }
            let session = try ManagementSession(configuration, "symbols update")
            let change = try session.ask { store throws(ManagementError) in
                try store.updateSymbol(id: id, edit, if: condition, found: rules.faults)
            }
            ManagedRecord.write(change, format)
        }
    }

    struct Activate: ConfiguredCommand {
        static let configuration = CommandConfiguration(
            commandName: "activate", abstract: "Let a symbol answer ok, where its exchange is active.")
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
            commandName: "deactivate", abstract: "Let a symbol answer inactive; its id still resolves.")
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
        @Argument(help: "The symbol_id.") var id: UInt32
        @OptionGroup var options: ManagementOptions

        func setActive(_ isActive: Bool, _ configuration: Configuration) throws {
            let format = try configuration.format()
            let condition = try options.condition()
            let session = try ManagementSession(configuration, "symbols \(isActive ? "activate" : "deactivate")")
            let change = try session.ask { store throws(ManagementError) in
                isActive
                    ? try store.activateSymbol(id: id, if: condition)
                    : try store.deactivateSymbol(id: id, if: condition)
            }
            ManagedRecord.write(change, format)
        }
    }

    struct Rename: ConfiguredCommand {
        static let configuration = CommandConfiguration(
            commandName: "rename", abstract: "Another name for the same id; the former one stays an alias for a while.",
            discussion: """
                An alias answers only to its exact name, marked as one, and never beats a live symbol: the venue may \
                use the former name again.
                """)
        static let settings: [Setting] = [.database]

        @Argument(help: "The symbol_id.") var id: UInt32
        @Argument(help: "The venue's new spelling, byte for byte.") var symbol: String
        @OptionGroup var alias: AliasOptions
        @OptionGroup var options: ManagementOptions
        @OptionGroup var database: DatabaseOptions
        @OptionGroup var common: CommonOptions

        var flags: [Setting: String] { database.flags }

        func execute(_ configuration: Configuration) throws {
            let format = try configuration.format()
            let condition = try options.condition()
            let session = try ManagementSession(configuration, "symbols rename")
            let rename = try session.ask { store throws(ManagementError) in
                try store.renameSymbol(id: id, to: symbol, aliasDayCount: alias.dayCount, if: condition)
            }
            ManagedRecord.write(rename, format)
        }
    }

    struct Stats: ConfiguredCommand {
        static let configuration = CommandConfiguration(commandName: "stats", abstract: "Totals of the symbols.")
        static let settings: [Setting] = [.database]

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var common: CommonOptions

        var flags: [Setting: String] { database.flags }

        func execute(_ configuration: Configuration) throws {
            let format = try configuration.format()
            let session = try ManagementSession(configuration, "symbols stats")
            let statistics = try session.ask { store throws(ManagementError) in try store.symbolStatistics() }
            var record = RecordWriter(format)
            record.add("total", Cell(statistics.totalCount))
            record.add("active", Cell(statistics.activeCount))
            record.add("exchanges", Cell(statistics.exchangeCount))
            record.add("aliases", Cell(statistics.aliasCount))
            record.add("last_update", Cell(statistics.lastUpdate))
            record.add("last_seen", Cell(statistics.lastSeen))
            record.finish()
        }
    }
}
