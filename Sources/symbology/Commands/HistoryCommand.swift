import ArgumentParser
import ReferenceData
import ReferenceStore

struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Who changed a symbol or an exchange, when and how.",
        subcommands: [OfSymbol.self, OfExchange.self])

    func run() throws {
        throw ValidationError("say of what: history symbol ID|EXCHANGE SYMBOL, or history exchange CODE|ID")
    }

    /// What both have in common.
    struct Options: ParsableArguments {
        @Option(help: ArgumentHelp("So many changes, the newest; else 100.", valueName: "count")) var limit = 100

        mutating func validate() throws {
            guard (1...ReferenceManagement.historyLineCountMax).contains(limit) else {
                throw ValidationError(
                    "--limit is \(limit); it goes from 1 to \(ReferenceManagement.historyLineCountMax)")
            }
        }

        /// Oldest first, a line a change.
        func write(_ kind: ReferenceKind, id: Int64, _ session: ManagementSession, _ format: OutputFormat) throws {
            let entries = try session.ask { store throws(ManagementError) in
                try store.history(kind, id: id, limit: limit)
            }
            if entries.isEmpty {
                // Nothing to tell of a row that is there is an answer; of one that is not, it is none.
                _ = try session.ask { store throws(ManagementError) in
                    if kind == .exchange {
                        _ = try store.exchange(id: UInt16(clamping: id))
                    } else {
                        _ = try store.symbol(id: UInt32(clamping: id))
                    }
                }
                writeLineToStandardError("symbology: nobody changed it since changes are recorded")
            }
            RowWriter.print(entries, Self.fields, format)
        }

        private static let fields: [Field<AuditEntry>] = [
            Field("at", \.at), Field("user", \.userName), Field("application", \.applicationName),
            Field("transaction_id", \.transactionId), Field("table", \.table), Field("action", \.action.rawValue),
            Field("fields") { Cell.nonEmpty($0.changedFields.joined(separator: ",")) },
            Field("old") { $0.oldRow.map { Cell.json($0) } }, Field("new") { $0.newRow.map { Cell.json($0) } },
        ]
    }

    struct OfSymbol: ConfiguredCommand {
        static let configuration = CommandConfiguration(
            commandName: "symbol", abstract: "Of a symbol and its former names.")

        @OptionGroup var symbol: SymbolArguments
        @OptionGroup var options: Options
        @OptionGroup var settings: SettingOptions<DatabaseSettings>

        func execute(_ configuration: Configuration) throws {
            try SymbolArguments.requireFew(symbol.words)
            let session = try ManagementSession(configuration, "history")
            try options.write(.symbol, id: Int64(symbol.id(session)), session, configuration.format)
        }
    }

    struct OfExchange: ConfiguredCommand {
        static let configuration = CommandConfiguration(commandName: "exchange", abstract: "Of an exchange.")

        @Argument(help: "A code (GATEIO_SPOT) or an exchange_id.") var exchange: String
        @OptionGroup var options: Options
        @OptionGroup var settings: SettingOptions<DatabaseSettings>

        func execute(_ configuration: Configuration) throws {
            let session = try ManagementSession(configuration, "history")
            let id = try session.exchangeId(exchange)
            try options.write(.exchange, id: Int64(id), session, configuration.format)
        }
    }
}
