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

        @Argument(help: "The exchange's code (GATEIO_SPOT).") var exchange: String
        @Argument(help: "The venue's own spelling (BTC_USDT), byte for byte.") var symbol: String
        @OptionGroup var columns: ColumnOptions<SymbolColumn>
        @OptionGroup var settings: SettingOptions<DatabaseSettings>

        func execute(_ configuration: Configuration) throws {
            let session = try ManagementSession(configuration, "symbols add")
            var fields = columns.fields
            (fields[.exchange], fields[.symbolString]) = (.text(exchange), .text(symbol))
            let added = try session.ask { store throws(ManagementError) in try store.insertSymbol(fields) }
            ManagedRecord(added, .inserted).print(configuration.format)
            added.tell(session.remarks(on: added))
            added.tellPast("inactive from the start")
        }
    }

    struct Update: ConfiguredCommand {
        static let configuration = CommandConfiguration(
            commandName: "update", abstract: "Columns of a symbol; an empty value is NULL. Its name: symbols rename.")

        @OptionGroup var symbol: SymbolArguments
        @Option(parsing: .unconditional, help: .hidden) var symbolString: String?
        @OptionGroup var columns: ColumnOptions<SymbolColumn>
        @OptionGroup var options: ManagementOptions
        @OptionGroup var settings: SettingOptions<DatabaseSettings>

        mutating func validate() throws {
            guard symbolString == nil else {
                throw ValidationError(
                    "a new symbol string is a rename, after which engines may still ask by the old one: "
                        + "symbology symbols rename \(symbol.words.joined(separator: " ")) NEW [--no-alias]")
            }
        }

        func execute(_ configuration: Configuration) throws {
            try SymbolArguments.requireFew(symbol.words)
            let fields = columns.fields
            try fields.requireSome("symbols update")
            try symbol.update(fields, options, configuration, "symbols update").tellPast("inactive")
        }
    }

    struct Activate: ConfiguredCommand {
        static let configuration = CommandConfiguration(
            commandName: "activate", abstract: "Let a symbol answer ok, where its exchange is active.")

        @OptionGroup var target: Target
        @OptionGroup var settings: SettingOptions<DatabaseSettings>

        func execute(_ configuration: Configuration) throws {
            try target.setActive(true, configuration)
        }
    }

    struct Deactivate: ConfiguredCommand {
        static let configuration = CommandConfiguration(
            commandName: "deactivate", abstract: "Let a symbol answer inactive; its id still resolves.")

        @OptionGroup var target: Target
        @OptionGroup var settings: SettingOptions<DatabaseSettings>

        func execute(_ configuration: Configuration) throws {
            try target.setActive(false, configuration)
        }
    }

    /// What switching on and off have in common.
    struct Target: ParsableArguments {
        @OptionGroup var symbol: SymbolArguments
        @OptionGroup var options: ManagementOptions

        func setActive(_ isActive: Bool, _ configuration: Configuration) throws {
            let command = "symbols \(isActive ? "activate" : "deactivate")"
            try SymbolArguments.requireFew(symbol.words)
            let row = try symbol.update([.isActive: .flag(isActive)], options, configuration, command)
            if isActive { row.tellPast("inactive all the same") }
        }
    }

    struct Rename: ConfiguredCommand {
        static let configuration = CommandConfiguration(
            commandName: "rename", abstract: "Another name for the same id; the former one stays an alias for a while.",
            discussion: """
                An alias answers only to its exact name, marked as one, and never beats a live symbol: the venue may \
                use the former name again.
                """)

        @Argument(
            help: ArgumentHelp(
                "The symbol_id, or the exchange's code and the former spelling; then the venue's new spelling, byte "
                    + "for byte.", valueName: "symbol"))
        var words: [String]
        @OptionGroup var alias: AliasOptions
        @OptionGroup var options: ManagementOptions
        @OptionGroup var settings: SettingOptions<DatabaseSettings>

        mutating func validate() throws {
            guard words.count > 1 else { throw ValidationError("say which symbol, then its new name: ID NEW") }
            try SymbolArguments.check(Array(words.dropLast()))
        }

        func execute(_ configuration: Configuration) throws {
            try SymbolArguments.requireFew(Array(words.dropLast()))
            let condition = options.condition
            let session = try ManagementSession(configuration, "symbols rename")
            let id = try SymbolArguments.id(Array(words.dropLast()), session)
            let rename = try session.ask { store throws(ManagementError) in
                try store.renameSymbol(
                    id: id, to: words[words.count - 1], aliasDayCount: alias.dayCount, if: condition)
            }
            let change = rename.change
            ManagedRecord(change.after, change.isChange ? .updated : .unchanged).print(configuration.format) { record in
                record.add("former_symbol", change.before.symbol.symbolString.description)
                record.add("alias_expires_at", rename.aliasExpiresAt)
            }
        }
    }

    struct Stats: ConfiguredCommand {
        static let configuration = CommandConfiguration(commandName: "stats", abstract: "Totals of the symbols.")

        @OptionGroup var settings: SettingOptions<DatabaseSettings>

        func execute(_ configuration: Configuration) throws {
            let session = try ManagementSession(configuration, "symbols stats")
            let statistics = try session.ask { store throws(ManagementError) in try store.symbolStatistics() }
            var record = RecordWriter(configuration.format)
            record.add(Self.fields, of: statistics)
            record.finish()
        }

        private static let fields: [Field<SymbolStatistics>] = [
            Field("total", \.totalCount), Field("active", \.activeCount), Field("exchanges", \.exchangeCount),
            Field("aliases", \.aliasCount), Field("last_update", \.lastUpdate), Field("last_seen", \.lastSeen),
        ]
    }
}
