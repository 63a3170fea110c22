import ArgumentParser
import Glibc

/// The command line. It parses, wires the parts together and prints; every lookup goes through `LookupClient`, every
/// statement through `ReferenceStore` and `SchemaMigrations`.
@main
struct SymbologyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "symbology",
        abstract: "Answers which exchange_id and symbol_id a venue's symbol has, and says at once when that changes.",
        discussion: """
            Settings come from the flag, else SYMBOLOGY_… in the environment, else the --config file, else the \
            default; --print-config shows which. Results go to standard output, logs and errors to standard error.

            Exit codes: 0 done, 1 the answer is no, 64 usage, 69 server or database not reachable, 71 system, \
            78 configuration.
            """,
        version: "0.1.0",
        groupedSubcommands: [
            CommandGroup(name: "Run", subcommands: [DevCommand.self, ServeCommand.self]),
            CommandGroup(
                name: "Ask a server",
                subcommands: [
                    ResolveCommand.self, SymbolCommand.self, ExchangeCommand.self, ListCommand.self, FindCommand.self,
                    ContractsCommand.self, SearchCommand.self, PairsCommand.self, AssetsCommand.self, StaleCommand.self,
                    RefusedCommand.self,
                    WatchCommand.self, StatusCommand.self, BenchCommand.self,
                ]),
            CommandGroup(
                name: "Change the database",
                subcommands: [
                    MigrateCommand.self, ExchangesCommand.self, SymbolsCommand.self, HistoryCommand.self,
                    ImportCommand.self, ExportCommand.self, ImageCommand.self, PopulateCommand.self,
                ]),
            CommandGroup(
                name: "Phases of the plan",
                subcommands: [
                    ValidateCommand.self, RollbackCommand.self, PartitionsCommand.self, BackfillCommand.self,
                    RetainCommand.self, LoadTestCommand.self,
                ]),
        ])

    static func main() {
        do {
            try refuseArgumentsThatAreNotUTF8()
            let arguments = Array(CommandLine.arguments.dropFirst())
            var command = try parseAsRoot(
                arguments.first == ResolveCommand.configuration.commandName
                    ? BundledNames.bundle(arguments) : arguments)
            try command.run()
        } catch let failure as CommandFailure {
            failure.writeToStandardError()
            Glibc.exit(failure.status.rawValue)
        } catch {
            exit(withError: error)
        }
    }

    /// Swift repairs arguments that are no UTF-8, and a repaired key is another key: better to say so than to look it
    /// up.
    private static func refuseArgumentsThatAreNotUTF8() throws(CommandFailure) {
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let argument = CommandLine.unsafeArgv[index] else { continue }
            let bytes = UnsafeRawBufferPointer(start: argument, count: strlen(argument))
            if String(validating: bytes, as: UTF8.self) == nil {
                throw CommandFailure(
                    .usage, "argument \(index) is not valid UTF-8 (\(String(decoding: bytes, as: UTF8.self)))",
                    next: "keys are compared byte for byte: pass the venue's own string, encoded as UTF-8")
            }
        }
    }
}
