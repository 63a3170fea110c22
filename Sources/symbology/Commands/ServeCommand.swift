import ArgumentParser
import Logging

struct ServeCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "The server: keeps the reference tables in memory and answers from there.",
        discussion: """
            Listens where --unix and --tcp say; without either at SYMBOLOGY_ADDRESS, else on the default socket and \
            127.0.0.1:7001. Starts without the database too: from the file of --snapshot where \
            there is one, else it answers "not loaded"; either way it goes on trying. SIGTERM and \
            SIGINT end it in order.
            """)
    static let settings: [Setting] = [.database] + ListenOptions.settings

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var listen: ListenOptions
    @OptionGroup var common: CommonOptions

    var flags: [Setting: String] { database.flags.merging(listen.flags) { database, _ in database } }

    func execute(_ configuration: Configuration) throws {
        let logger = try configuration.logger("serve")
        let target = try DatabaseTarget.parse(configuration.value(.database))
        let stop = try StopSignal.install()
        let snapshotPath = configuration.value(.snapshot).map(FileBytes.absolute)
        let serving = try Serving(configuration, target: target, logger: logger, snapshotPath: snapshotPath) { ready in
            ready.log(logger, addresses: true)
        }
        stop.wait()
        logger.notice("stopping", metadata: ["signal": "\(StopSignal.name ?? "-")"])
        serving.stop()
        logger.notice("stopped")
    }
}
