import ArgumentParser

struct DevCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(commandName: "dev", abstract: "x")
    static let settings: [Setting] = ListenOptions.settings
    @OptionGroup var listen: ListenOptions
    @OptionGroup var common: CommonOptions
    var flags: [Setting: String] { listen.flags }
    func execute(_ configuration: Configuration) throws {
        print(PackageResources.symbols_csv.count, try configuration.listenAddresses())
    }
}
struct MigrateCommand: ParsableCommand { static let configuration = CommandConfiguration(commandName: "migrate") }
