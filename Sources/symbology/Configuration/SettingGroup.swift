import ArgumentParser

/// The settings of some commands.
protocol SettingGroup: Sendable {
    /// In the order `--print-config` shows them.
    static var settings: [Setting] { get }
    /// Those that are flags too; the others come from environment and file alone.
    static var flags: [Setting] { get }
    static func validate(_ flags: [Setting: String]) throws
}

extension SettingGroup {
    static var flags: [Setting] { settings.filter { !$0.help.isEmpty } }
    static func validate(_ flags: [Setting: String]) throws {}
}

/// Who asks a server. A client insists on `SYMBOLOGY_ENVIRONMENT`, where that is set.
enum ClientSettings: SettingGroup {
    static let settings: [Setting] = [.unix, .tcp, .address, .environment]
    static let flags = [
        Setting.unix.explained("The server's Unix socket."), Setting.tcp.explained("The server's TCP address."),
    ]

    static func validate(_ flags: [Setting: String]) throws {
        if flags[.unix] != nil, flags[.tcp] != nil {
            throw ValidationError("give --unix or --tcp, not both: a client has one server")
        }
    }
}

/// Who asks a server, or else the database.
enum ClientOrDatabaseSettings: SettingGroup {
    static let settings = ClientSettings.settings + [.database]
    static let flags = ClientSettings.flags + [.database]

    static func validate(_ flags: [Setting: String]) throws { try ClientSettings.validate(flags) }
}

enum DatabaseSettings: SettingGroup {
    static let settings: [Setting] = [.database]
}

enum MigrationSettings: SettingGroup {
    static let settings: [Setting] = [.database, .migrations]
}

enum ServeSettings: SettingGroup {
    static let settings = [.database] + Setting.listening + Setting.feeding + Setting.recording + Setting.limiting
}

enum DevSettings: SettingGroup {
    static let settings =
        [.directory, .migrations] + Setting.listening + Setting.feeding + Setting.recording + Setting.limiting
    static let flags = ([.directory, .migrations] + Setting.listening + Setting.feeding).filter { !$0.help.isEmpty }
}
