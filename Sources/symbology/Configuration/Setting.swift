import LookupServer
import ReferenceFeed

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
    case clientsMax = "clients-max"
    case windowMax = "window-max"
    /// In milliseconds, as `idle-timeout`.
    case frameTimeout = "frame-timeout"
    case idleTimeout = "idle-timeout"
    case queuedBytesMax = "queued-bytes-max"
    case queuedBytesTotalMax = "queued-bytes-total-max"
    case workPerTurn = "work-per-turn"
    case listPageMax = "list-page-max"
    case subscribersMax = "subscribers-max"
    case reservedFds = "reserved-fds"
    case allowUid = "allow-uid"
    case allowShrink = "allow-shrink"
    /// In milliseconds, as `reconcile-interval`.
    case pollInterval = "poll-interval"
    case reconcileInterval = "reconcile-interval"

    var environmentName: String {
        "SYMBOLOGY_" + rawValue.uppercased().replacing("-", with: "_")
    }

    var defaultText: String? {
        switch self {
        case .format: OutputFormat.table.rawValue
        case .logLevel: "info"
        case .directory: ".symbology"
        case .threads: "1"
        case .busyPoll, .allowRemote, .allowShrink: "false"
        case .pollInterval: "\(RefreshSettings().pollMilliseconds)"
        case .reconcileInterval: "\(RefreshSettings().reconcileMilliseconds)"
        case .database, .unix, .tcp, .address, .migrations, .environment, .snapshot, .allowUid: nil
        default: limitText
        }
    }

    private var limitText: String? {
        let limits = ServerLimits()
        return switch self {
        case .clientsMax: "\(limits.clientCountMax)"
        case .windowMax: "\(limits.requestsInFlightMax)"
        case .frameTimeout: "\(limits.unfinishedFrameMilliseconds)"
        case .idleTimeout: "\(limits.idleMilliseconds)"
        case .queuedBytesMax: "\(limits.queuedByteCountMax)"
        case .queuedBytesTotalMax: "\(limits.queuedByteCountTotalMax)"
        case .workPerTurn: "\(limits.workPerTurnMax)"
        case .listPageMax: "\(limits.listPageMax)"
        case .subscribersMax: "\(limits.subscriberCountMax)"
        case .reservedFds: "\(limits.descriptorReserve)"
        default: nil
        }
    }

    /// What a reader of `--print-config` sees where nothing is set.
    var unsetText: String {
        switch self {
        case .database: "(libpq: PGHOST, PGSERVICE, PGPASSFILE, …)"
        case .unix: "(the default socket)"
        case .tcp, .address, .environment, .snapshot: "(none)"
        case .migrations: "(found beside the program)"
        case .allowUid: "(everybody the socket lets in)"
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
