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
struct ResolveCommand: ParsableCommand { static let configuration = CommandConfiguration(commandName: "resolve") }
struct SymbolCommand: ParsableCommand { static let configuration = CommandConfiguration(commandName: "symbol") }
struct ExchangeCommand: ParsableCommand { static let configuration = CommandConfiguration(commandName: "exchange") }
struct ListCommand: ParsableCommand { static let configuration = CommandConfiguration(commandName: "list") }
struct FindCommand: ParsableCommand { static let configuration = CommandConfiguration(commandName: "find") }
struct SearchCommand: ParsableCommand { static let configuration = CommandConfiguration(commandName: "search") }
struct WatchCommand: ParsableCommand { static let configuration = CommandConfiguration(commandName: "watch") }
struct StatusCommand: ParsableCommand { static let configuration = CommandConfiguration(commandName: "status") }
struct MigrateCommand: ParsableCommand { static let configuration = CommandConfiguration(commandName: "migrate") }
