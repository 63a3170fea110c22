import ArgumentParser
import ReferenceData
import ReferenceStore

struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Who changed a symbol or an exchange, when and how.",
        subcommands: [OfSymbol.self, OfExchange.self])

    func run() throws {
        throw ValidationError("say of what: history symbol ID, or history exchange CODE|ID")
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
            let columns = [
                "at", "user", "application", "transaction_id", "table", "action", "fields", "old", "new",
            ]
            var writer = RowWriter(format, columns: columns.map { Column($0) })
            for entry in entries {
                writer.write([
                    Cell(entry.at), .text(entry.userName), .text(entry.applicationName), Cell(entry.transactionId),
                    .text(entry.table), .text(entry.action.rawValue),
                    entry.changedFields.isEmpty ? .absent : .text(entry.changedFields.joined(separator: ",")),
                    entry.oldRow.map { .json($0) } ?? .absent,
                    entry.newRow.map { .json($0) } ?? .absent,
                ])
            }
            writer.finish()
        }
    }

    struct OfSymbol: ConfiguredCommand {
        static let configuration = CommandConfiguration(
            commandName: "symbol", abstract: "Of a symbol and its former names.")
        static let settings: [Setting] = [.database]

        @Argument(help: "The symbol_id.") var id: UInt32
        @OptionGroup var options: Options
        @OptionGroup var database: DatabaseOptions
        @OptionGroup var common: CommonOptions

        var flags: [Setting: String] { database.flags }

        func execute(_ configuration: Configuration) throws {
            let format = try configuration.format()
            try options.write(.symbol, id: Int64(id), ManagementSession(configuration, "history"), format)
        }
    }

    struct OfExchange: ConfiguredCommand {
        static let configuration = CommandConfiguration(commandName: "exchange", abstract: "Of an exchange.")
        static let settings: [Setting] = [.database]

        @Argument(help: "A code (GATEIO_SPOT) or an exchange_id.") var exchange: String
        @OptionGroup var options: Options
        @OptionGroup var database: DatabaseOptions
        @OptionGroup var common: CommonOptions

        var flags: [Setting: String] { database.flags }

        func execute(_ configuration: Configuration) throws {
            let format = try configuration.format()
            let session = try ManagementSession(configuration, "history")
            let id = try session.exchangeId(exchange)
            try options.write(.exchange, id: Int64(id), session, format)
        }
    }
}
