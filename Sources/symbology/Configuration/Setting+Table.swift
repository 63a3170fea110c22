import LookupServer
import ReferenceFeed

/// The table of settings. A new one is a row in the array of its subject, from which `all` and the commands take it:
///
/// - `limits`, for a number of `ServerLimits`, and `intervals`, for one of `RefreshSettings`: a row is enough,
///   `Configuration.serverLimits` and `refreshSettings` read the whole array, at the start and on a reload;
/// - `listening`, `feeding`, `recording`, `limiting` or `printing`, for any other: a constant here, its name in that
///   array; then read it in `Serving` (`serverConfiguration`, and `reload` if it is reloadable) or in the command that
///   needs it. The `SettingGroup` of a command says which arrays it takes.
extension Setting {
    static let database = Setting(
        "database", .text, "conninfo",
        help: "A libpq string or URL without a password; else libpq's own PG* variables and files.",
        unsetText: "(libpq: PGHOST, PGSERVICE, PGPASSFILE, …)", isSecret: true)
    static let migrations = Setting(
        "migrations", .text, "folder", help: "The folder Migrations/, where it is not beside the program.",
        unsetText: "(found beside the program)")
    static let directory = Setting(
        "directory", .text, "directory", help: "Where the data live.", defaultText: ".symbology")

    // MARK: What is printed

    static let format = Setting(
        "format", .text, "format", help: "table for people, json (one object a line) or tsv for scripts.",
        defaultText: OutputFormat.table.rawValue)
    static let logLevel = Setting(
        "log-level", .text, "level", help: "trace, debug, info, notice, warning, error or critical.",
        defaultText: "info",
        isReloadable: true)

    // MARK: Where a server listens, and what it is

    static let unix = Setting(
        "unix", .text, "path", help: "Listen on this Unix socket.", unsetText: "(the default socket)")
    static let tcp = Setting("tcp", .text, "host:port", help: "Listen on this TCP address.", unsetText: "(none)")
    /// Where a client connects and a server listens when neither `unix` nor `tcp` is given: a path, or HOST:PORT. Has
    /// no flag.
    static let address = Setting("address", .text, unsetText: "(none)")
    static let environment = Setting(
        "environment", .text, "name", help: "What this server serves (staging, production); clients may insist.",
        unsetText: "(none)")
    static let snapshot = Setting(
        "snapshot", .text, "file",
        help: "Write the snapshot to this file on each change, and start from it when the database is away.",
        unsetText: "(none)")
    static let threads = Setting(
        "threads", .number(1...LookupServerConfiguration.threadCountMax), "count", help: "Serving threads.",
        defaultText: "1")
    static let busyPoll = Setting(
        "busy-poll", .toggle, help: "Spin instead of sleeping: costs a core, saves the wake-up.", defaultText: "false")
    static let allowRemote = Setting(
        "allow-remote", .toggle, help: "Permit a TCP address that is not loopback.", defaultText: "false")

    static let listening = [unix, tcp, address, environment, snapshot, threads, busyPoll, allowRemote]

    // MARK: How often a server looks at its tables, and what it refuses to believe

    static let intervals: [NumberSetting<RefreshSettings>] = [
        NumberSetting(
            "poll-interval", \.pollMilliseconds, of: RefreshSettings(), in: 100...dayMilliseconds, "milliseconds",
            "How often changes are looked for when nothing rings; what rings is looked at at once."),
        NumberSetting(
            "reconcile-interval", \.reconcileMilliseconds, of: RefreshSettings(), in: 1_000...dayMilliseconds,
            "milliseconds", "How often everything is read and compared, for changes that no trigger saw."),
    ]
    static let allowShrink = Setting(
        "allow-shrink", .toggle,
        help: "Serve what was read even if most of the symbols are gone, or ids mean something else.",
        defaultText: "false", isReloadable: true)
    static let shrinkMax = Setting(
        "shrink-max", .text, "percent",
        help: "The share of the symbols served that one read may lose, or give another id: more is held back.",
        unsetText: "(\(ShrinkLimit().percentMax), and \(ShrinkLimit().strangePercentMax) for ids that mean others)",
        isReloadable: true)

    static let memoryMax = Setting(
        "memory-max", .text, "size",
        help: "The memory that the tables may take while they are loaded, as 512M or 2G: more is held back. What waits "
            + "for clients comes on top: --queued-bytes-total-max.",
        unsetText: "(15/16 of what the control group of the process may take, if anything)", isReloadable: true)

    static let feeding = intervals.map(\.setting) + [memoryMax, shrinkMax, allowShrink]

    // MARK: What a server writes of itself

    static let recordMetrics = Setting(
        "record-metrics", .toggle,
        help: "Write system_metrics and health_checks into the database, as the role symbology_metrics.",
        defaultText: "false")
    static let metricsInterval = Setting(
        "metrics-interval", .number(1...3_600), "seconds", help: "How often metrics are written.", defaultText: "10")

    static let recording = [recordMetrics, metricsInterval]

    // MARK: How much a server gives, and to whom

    static let limits: [NumberSetting<ServerLimits>] = [
        limit("clients-max", \.clientCountMax, 1...1_000_000, "count", "Clients at once; one more is told so."),
        limit(
            "window-max", \.requestsInFlightMax, 1...1_000_000, "count",
            "Requests of one client whose answers it has not read."),
        limit(
            "frame-timeout", \.unfinishedFrameMilliseconds, 1...dayMilliseconds, "milliseconds",
            "How long a frame may stay unfinished."),
        limit(
            "idle-timeout", \.idleMilliseconds, 0...dayMilliseconds, "milliseconds",
            "How long a client may ask nothing; 0 for ever."),
        limit(
            "queued-bytes-max", \.queuedByteCountMax, 1 << 16...1 << 34, "bytes",
            "Bytes that may wait for one client to read them."),
        limit(
            "queued-bytes-total-max", \.queuedByteCountTotalMax, 1 << 16...1 << 40, "bytes",
            "Bytes that may wait for all clients together; at most 1/16 of the memory that the process may take."),
        limit(
            "work-per-turn", \.workPerTurnMax, 1...1_000_000, "count",
            "Requests and records that one client gets before the others' turn."),
        limit("list-page-max", \.listPageMax, 1...65_536, "count", "Records in one page of a list."),
        limit("subscribers-max", \.subscriberCountMax, 0...1_000_000, "count", "Subscribers at once."),
        limit(
            "reserved-fds", \.descriptorReserve, 16...1_000_000, "count", "File descriptors kept free of clients."),
    ]
    static let allowUid = Setting(
        "allow-uid", .list, "uid",
        help: "Only these user ids may use the Unix socket: separated by commas, or the option several times.",
        unsetText: "(everybody the socket lets in)", isReloadable: true)

    static let limiting = limits.map(\.setting) + [allowUid]

    private static func limit(
        _ name: String, _ field: WritableKeyPath<ServerLimits, some FixedWidthInteger & Sendable> & Sendable,
        _ range: ClosedRange<Int>, _ valueName: String, _ help: String
    ) -> NumberSetting<ServerLimits> {
        NumberSetting(name, field, of: ServerLimits(), in: range, valueName, help)
    }

    private static let dayMilliseconds = 86_400_000

    // MARK: All of them

    static let printing = [format, logLevel]

    static let all = [database, directory, migrations] + listening + feeding + recording + limiting + printing

    static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
