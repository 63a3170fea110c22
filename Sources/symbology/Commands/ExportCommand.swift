import ArgumentParser
import ReferenceStore

struct ExportCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "All symbols of the database as the CSV that import reads, on standard output."
    )

    @OptionGroup var settings: SettingOptions<DatabaseSettings>

    mutating func validate() throws {
        if let format = settings.flags[.format] {
            throw ValidationError("export writes CSV, not \(format): leave --format out")
        }
    }

    func execute(_ configuration: Configuration) throws {
        let connection = try DatabaseTarget.connect(configuration)
        var output = StandardOutput()
        _ = try DatabaseTarget.ask { () throws(StoreError) in try SymbolExport(connection).run { output.write($0) } }
        output.flush()
    }
}
