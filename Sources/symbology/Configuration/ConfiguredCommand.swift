import ArgumentParser

/// What every command accepts.
struct CommonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A file of settings, one name = value a line.", valueName: "file"))
    var config: String?

    @Flag(help: "Show each setting and where it comes from, then exit.")
    var printConfig = false

    @Option(help: ArgumentHelp("table for people, json (one object a line) or tsv for scripts.", valueName: "format"))
    var format: String?

    @Option(help: ArgumentHelp("trace, debug, info, notice, warning, error or critical.", valueName: "level"))
    var logLevel: String?

    var flags: [Setting: String] { [.format: format, .logLevel: logLevel].compactMapValues { $0 } }
}

struct DatabaseOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A libpq string or URL without a password; else libpq's own PG* variables and files.",
            valueName: "conninfo"))
    var database: String?

    var flags: [Setting: String] { [.database: database].compactMapValues { $0 } }
}

struct MigrationsOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The folder Migrations/, where it is not beside the program.", valueName: "folder"))
    var migrations: String?

    var flags: [Setting: String] { [.migrations: migrations].compactMapValues { $0 } }
}

/// Where a client connects.
struct ServerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The server's Unix socket.", valueName: "path"))
    var unix: String?

    @Option(help: ArgumentHelp("The server's TCP address.", valueName: "host:port"))
    var tcp: String?

    var flags: [Setting: String] { [.unix: unix, .tcp: tcp].compactMapValues { $0 } }

    /// A client insists on `SYMBOLOGY_ENVIRONMENT`, where that is set.
    static let settings: [Setting] = [.unix, .tcp, .address, .environment]

    mutating func validate() throws {
        if unix != nil, tcp != nil { throw ValidationError("give --unix or --tcp, not both: a client has one server") }
    }
}

/// Where a server listens.
struct ListenOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Listen on this Unix socket.", valueName: "path"))
    var unix: String?

    @Option(help: ArgumentHelp("Listen on this TCP address.", valueName: "host:port"))
    var tcp: String?

    @Flag(help: "Permit a TCP address that is not loopback.")
    var allowRemote = false

    @Flag(help: "Spin instead of sleeping: costs a core, saves the wake-up.")
    var busyPoll = false

    @Option(help: ArgumentHelp("Serving threads.", valueName: "count"))
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "Write the snapshot to this file on each change, and start from it when the database is away.",
            valueName: "file"))
    var snapshot: String?

    @Option(help: ArgumentHelp("What this server serves (staging, production); clients may insist.", valueName: "name"))
    var environment: String?

    var flags: [Setting: String] {
        let flags: [Setting: String?] = [
            .unix: unix, .tcp: tcp, .allowRemote: allowRemote ? "true" : nil, .busyPoll: busyPoll ? "true" : nil,
            .threads: threads.map(String.init), .environment: environment, .snapshot: snapshot,
        ]
        return flags.compactMapValues { $0 }
    }

    static let settings: [Setting] = [
        .unix, .tcp, .address, .environment, .snapshot, .threads, .busyPoll, .allowRemote,
    ]
}

/// A command whose settings come from flag, environment, file and default.
protocol ConfiguredCommand: ParsableCommand {
    /// The settings that matter to this command, in the order `--print-config` shows them.
    static var settings: [Setting] { get }
    var common: CommonOptions { get }
    /// What this command's own flags set, without those of `common`.
    var flags: [Setting: String] { get }
    func execute(_ configuration: Configuration) throws
}

extension ConfiguredCommand {
    func run() throws {
        let flags = common.flags.merging(self.flags) { common, _ in common }
        let configuration = try Configuration(flags: flags, path: common.config)
        // Whether a command logs or not, a bad level is a mistake worth hearing of; likewise the format.
        LogThreshold.shared.level = try configuration.logLevel()
        _ = try configuration.format()
        if flags[.database] != nil { _ = try DatabaseTarget.parse(configuration) }
        if common.printConfig {
            let settings = Self.settings + [.format, .logLevel]
            configuration.print(settings, format: try configuration.format())
        } else {
            try execute(configuration)
        }
    }
}
