import ArgumentParser

/// A command whose settings come from flag, environment, file and default.
protocol ConfiguredCommand: ParsableCommand {
    associatedtype Group: SettingGroup
    var settings: SettingOptions<Group> { get }
    func execute(_ configuration: Configuration) throws
}

extension ConfiguredCommand {
    func run() throws {
        let configuration = try Configuration(settings)
        // Whether a command logs or not, a bad level is a mistake worth hearing of; likewise the format.
        LogThreshold.shared.level = try configuration.logLevel()
        try configuration.requireFormat()
        if settings.flags[.database] != nil { _ = try DatabaseTarget.parse(configuration) }
        if settings.printsConfiguration {
            configuration.print(Group.settings + Setting.printing)
        } else {
            try execute(configuration)
        }
    }
}
