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
        @OptionGroup var database: DatabaseOptions
        @OptionGroup var migrations: MigrationsOptions

        var flags: [Setting: String] { database.flags.merging(migrations.flags) { database, _ in database } }

        static let settings: [Setting] = [.database, .migrations]

        func schema(_ configuration: Configuration) throws(CommandFailure) -> Schema {
            let folder = try FolderSearch.migrations(configuration)
            return Schema(try DatabaseTarget.connect(configuration), folder: try Schema.read(folder))
        }
    }

    struct Up: ConfiguredCommand {
        static let configuration = CommandConfiguration(
            commandName: "up", abstract: "Apply what is pending, each migration in a transaction of its own.")
        static let settings = Options.settings

        @Option(help: ArgumentHelp("Up to this one; else all.", valueName: "version")) var to: Int?
        @OptionGroup var options: Options
        @OptionGroup var common: CommonOptions

        var flags: [Setting: String] { options.flags }

        func execute(_ configuration: Configuration) throws {
            let format = try configuration.format()
            let steps = try options.schema(configuration).up(to: to, isDryRun: options.dryRun)
            StepRows.write(steps, isDryRun: options.dryRun, format)
            if steps.isEmpty { writeLineToStandardError("symbology: nothing is pending") }
        }
    }

    struct Down: ConfiguredCommand {
        static let configuration = CommandConfiguration(
            commandName: "down", abstract: "Take back the newest migration, or more. Their tables go with their rows.")
        static let settings = Options.settings

        @Option(help: ArgumentHelp("So many, newest first; else one.", valueName: "count")) var count: Int?
        @Option(help: ArgumentHelp("All above this one; 0 is all.", valueName: "version")) var to: Int?
        @OptionGroup var options: Options
        @OptionGroup var common: CommonOptions

        var flags: [Setting: String] { options.flags }

        mutating func validate() throws {
            if count != nil, to != nil { throw ValidationError("give --count or --to, not both") }
            if let count, count < 1 { throw ValidationError("--count is \(count); it starts at 1") }
        }

        func execute(_ configuration: Configuration) throws {
            let format = try configuration.format()
            let schema = try options.schema(configuration)
            let steps =
                if let to {
                    try schema.down(to: to, isDryRun: options.dryRun)
                } else {
                    try schema.down(count: count ?? 1, isDryRun: options.dryRun)
                }
            StepRows.write(steps, isDryRun: options.dryRun, format)
            if steps.isEmpty { writeLineToStandardError("symbology: nothing is applied that could be taken back") }
        }
    }

    struct Status: ConfiguredCommand {
        static let configuration = CommandConfiguration(
            commandName: "status", abstract: "Each migration: applied, pending, edited or missing.")
        static let settings = Options.settings

        @OptionGroup var options: Options
        @OptionGroup var common: CommonOptions

        var flags: [Setting: String] { options.flags }

        func execute(_ configuration: Configuration) throws {
            let columns = ["version", "name", "state", "applied_at", "applied_by", "checksum"].map { Column($0) }
            var writer = RowWriter(try configuration.format(), columns: columns)
            for row in try options.schema(configuration).status() {
                let isShort = writer.format == .table
                writer.write([
                    Cell(row.version), .text(row.name), .text(row.state.rawValue), Cell(row.appliedAt),
                    Cell(row.appliedBy), Cell(row.checksum.map { isShort ? String($0.prefix(12)) : $0 }),
                ])
            }
            writer.finish()
        }
    }

    struct Verify: ConfiguredCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Whether what is applied is what the files say. Exits with 1 when it is not.")
        static let settings = Options.settings

        @OptionGroup var options: Options
        @OptionGroup var common: CommonOptions

        var flags: [Setting: String] { options.flags }

        func execute(_ configuration: Configuration) throws {
            let format = try configuration.format()
            let schema = try options.schema(configuration)
            let problems = try schema.verify()
            let states = try schema.status().map(\.state)
            var record = RecordWriter(format)
            record.add("applied", Cell(states.count { $0 == .applied }))
            record.add("pending", Cell(states.count { $0 == .pending }))
            record.add("problems", Cell(problems.count))
            record.finish()
            for problem in problems { writeLineToStandardError("symbology: \(problem)") }
            if !problems.isEmpty { throw ExitCode(ExitStatus.answerIsNo.rawValue) }
        }
    }
}

/// What a run did, or would do, a line a migration.
private enum StepRows {
    static func write(_ steps: [MigrationStep], isDryRun: Bool, _ format: OutputFormat) {
        let columns = ["version", "name", "direction", "done"].map { Column($0) }
        var writer = RowWriter(format, columns: columns)
        for step in steps {
            writer.write([
                Cell(step.migration.version), .text(step.migration.name), .text(step.direction.rawValue),
                .boolean(!isDryRun),
            ])
        }
        writer.finish()
    }
}
