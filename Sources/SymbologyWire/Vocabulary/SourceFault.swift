// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

/// Why the tables are not read as they should be: `sourceFault` of `ServerStatus`.
@frozen public enum SourceFault: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// There is no connection to the database: it cannot be made, or was lost.
    case unreachable = 1
    /// The encoding of the database is not UTF8.
    case wrongEncoding = 2
    /// The database is a standby in recovery.
    case standby = 3
    /// The two connections reach different servers.
    case severalServers = 4
    /// Notifications do not arrive, as through a pooler.
    case pooled = 5
    /// The database says nothing where it should answer.
    case silent = 6
    /// The role may not read the tables, or not all of their rows.
    case forbidden = 7
    /// The tables, or some of their columns, are not there.
    case missing = 8
    /// Somebody keeps the tables locked.
    case locked = 9
    /// The database takes longer than it may to read the tables.
    case timedOut = 10
    /// Reading the tables fails for another reason.
    case failing = 11
    /// Changes are read, and the comparison of all rows fails.
    case notCompared = 12
    /// Changes are read once a second, because the database refuses to notify of them.
    case polling = 13

    /// The name in snake_case, as scripts see it.
    public var name: String {
        switch self {
        case .unreachable: "unreachable"
        case .wrongEncoding: "wrong_encoding"
        case .standby: "standby"
        case .severalServers: "several_servers"
        case .pooled: "pooled"
        case .silent: "silent"
        case .forbidden: "forbidden"
        case .missing: "missing"
        case .locked: "locked"
        case .timedOut: "timed_out"
        case .failing: "failing"
        case .notCompared: "not_compared"
        case .polling: "polling"
        }
    }
}
