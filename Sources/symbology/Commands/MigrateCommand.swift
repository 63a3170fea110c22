import ArgumentParser
import SchemaMigrations

struct MigrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "The schema: apply, take back, look at, check.",
        subcommands: [Up.self, Down.self, Status.self, Verify.self])

    func run() throws {
        throw ValidationError("say what to do: migrate up, down, status or verify")
    }

    /// What the four share.
    struct Options: ParsableArguments {
        @Flag(help: "Say what would be done, and change nothing.") var dryRun = false

        func schema(_ configuration: Configuration) throws(CommandFailure) -> Schema {
            let folder = try FolderSearch.migrations(configuration)
            return Schema(try DatabaseTarget.connect(configuration), folder: try Schema.read(folder))
        }
    }

    struct Up: ConfiguredCommand {
        static let configuration = CommandConfiguration(
            commandName: "up", abstract: "Apply what is pending, each migration in a transaction of its own.")

        @Option(help: ArgumentHelp("Up to this one; else all.", valueName: "version")) var to: Int?
        @OptionGroup var options: Options
        @OptionGroup var settings: SettingOptions<MigrationSettings>

        func execute(_ configuration: Configuration) throws {
            let steps = try options.schema(configuration).up(to: to, isDryRun: options.dryRun)
            MigrateCommand.print(steps, isDryRun: options.dryRun, configuration.format)
            if steps.isEmpty { writeLineToStandardError("symbology: nothing is pending") }
        }
    }

    struct Down: ConfiguredCommand {
        static let configuration = CommandConfiguration(
            commandName: "down", abstract: "Take back the newest migration, or more. Their tables go with their rows.")

        @Option(help: ArgumentHelp("So many, newest first; else one.", valueName: "count")) var count: Int?
        @Option(help: ArgumentHelp("All above this one; 0 is all.", valueName: "version")) var to: Int?
        @OptionGroup var options: Options
        @OptionGroup var settings: SettingOptions<MigrationSettings>

        mutating func validate() throws {
            if count != nil, to != nil { throw ValidationError("give --count or --to, not both") }
            if let count, count < 1 { throw ValidationError("--count is \(count); it starts at 1") }
        }

        func execute(_ configuration: Configuration) throws {
            let schema = try options.schema(configuration)
            let steps =
                if let to {
                    try schema.down(to: to, isDryRun: options.dryRun)
                } else {
                    try schema.down(count: count ?? 1, isDryRun: options.dryRun)
                }
            MigrateCommand.print(steps, isDryRun: options.dryRun, configuration.format)
            if steps.isEmpty { writeLineToStandardError("symbology: nothing is applied that could be taken back") }
        }
    }

    struct Status: ConfiguredCommand {
        static let configuration = CommandConfiguration(
            commandName: "status", abstract: "Each migration: applied, pending, edited or missing.")

        @OptionGroup var options: Options
        @OptionGroup var settings: SettingOptions<MigrationSettings>

        func execute(_ configuration: Configuration) throws {
            let fields: [Field<MigrationStatus>] = [
                Field("version", \.version), Field("name", \.name), Field("state", \.state.rawValue),
                Field("applied_at", \.appliedAt), Field("applied_by", \.appliedBy),
                Field("checksum") {
                    configuration.format == .table ? $0.checksum.map { String($0.prefix(12)) } : $0.checksum
                },
            ]
            RowWriter.print(try options.schema(configuration).status(), fields, configuration.format)
        }
    }

    struct Verify: ConfiguredCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Whether what is applied is what the files say. Exits with 1 when it is not.")

        @OptionGroup var options: Options
        @OptionGroup var settings: SettingOptions<MigrationSettings>

        func execute(_ configuration: Configuration) throws {
            let schema = try options.schema(configuration)
            let problems = try schema.verify()
            let states = try schema.status().map(\.state)
            var record = RecordWriter(configuration.format)
            record.add("applied", states.count { $0 == .applied })
            record.add("pending", states.count { $0 == .pending })
            record.add("problems", problems.count)
            record.finish()
            for problem in problems { writeLineToStandardError("symbology: \(problem)") }
            if !problems.isEmpty { throw ExitCode(ExitStatus.answerIsNo.rawValue) }
        }
    }

    /// Prints what a run did, or would do, a line a migration.
    private static func print(_ steps: [MigrationStep], isDryRun: Bool, _ format: OutputFormat) {
        let fields: [Field<MigrationStep>] = [
            Field("version", \.migration.version), Field("name", \.migration.name),
            Field("direction", \.direction.rawValue), Field("done") { _ in !isDryRun },
        ]
        RowWriter.print(steps, fields, format)
    }
}
