import ArgumentParser
import ReferenceStore

struct ExportCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "All symbols of the database as the CSV that import reads, on standard output."
    )
    static let settings: [Setting] = [.database]

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var common: CommonOptions

    var flags: [Setting: String] { database.flags }

    mutating func validate() throws {
        if let format = common.format { throw ValidationError("export writes CSV, not \(format): leave --format out") }
    }

    func execute(_ configuration: Configuration) throws {
        let connection = try DatabaseTarget.connect(configuration)
        var output = StandardOutput()
        do {
            _ = try SymbolExport(connection).run { output.write($0) }
        } catch {
            throw DatabaseTarget.failure(error)
        }
        output.flush()
    }
}
