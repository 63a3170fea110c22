/// Everything that can be set, under the name it bears as a flag (`--log-level`), in the environment
/// (`SYMBOLOGY_LOG_LEVEL`) and in a configuration file (`log-level = debug`).
enum Setting: String, CaseIterable, Sendable {
    case database
    case unix
    case tcp
    /// Where a client connects when neither `unix` nor `tcp` is given: a path, or HOST:PORT.
    case address
    case format
    case logLevel = "log-level"
    case directory
    case migrations
    case environment
    case threads
    case busyPoll = "busy-poll"
    case allowRemote = "allow-remote"
    case snapshot

    var environmentName: String {
        "SYMBOLOGY_" + rawValue.uppercased().replacing("-", with: "_")
    }

    var defaultText: String? {
        switch self {
        case .format: OutputFormat.table.rawValue
        case .logLevel: "info"
        case .directory: ".symbology"
        case .threads: "1"
        case .busyPoll, .allowRemote: "false"
        case .database, .unix, .tcp, .address, .migrations, .environment, .snapshot: nil
        }
    }

    /// What a reader of `--print-config` sees where nothing is set.
    var unsetText: String {
        switch self {
        case .database: "(libpq: PGHOST, PGSERVICE, PGPASSFILE, …)"
        case .unix: "(the default socket)"
        case .tcp, .address, .environment, .snapshot: "(none)"
        case .migrations: "(found beside the program)"
        default: ""
        }
    }
}

/// Where the value of a setting comes from; earlier cases win.
enum SettingOrigin: Sendable, Hashable {
    case flag
    case environment
    case file(path: String, line: Int)
    case defaultValue

    var text: String {
        switch self {
        case .flag: "flag"
        case .environment: "environment"
        case .file(let path, let line): "\(path):\(line)"
        case .defaultValue: "default"
        }
    }
}
