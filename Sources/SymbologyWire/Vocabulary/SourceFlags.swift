// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

/// Where the server stands: `flags` of `Heartbeat` and `ServerStatus`.
@frozen public struct SourceFlags: OptionSet, Sendable, Hashable, BitwiseCopyable {
    public let rawValue: UInt8

    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The server is connected to its database.
    @inlinable public static var databaseConnected: SourceFlags { SourceFlags(rawValue: 1 << 0) }
    /// The server has loaded its tables.
    @inlinable public static var loaded: SourceFlags { SourceFlags(rawValue: 1 << 1) }
    /// The image came from a file and was not confirmed yet.
    @inlinable public static var fromFile: SourceFlags { SourceFlags(rawValue: 1 << 2) }
    /// `databaseSnapshot` holds only xmin and xmax: the list of running transactions did not fit.
    @inlinable public static var databaseSnapshotCut: SourceFlags { SourceFlags(rawValue: 1 << 3) }
    /// The tables come from another database than before, and no id changed its meaning; until an operator has looked.
    @inlinable public static var databaseReplaced: SourceFlags { SourceFlags(rawValue: 1 << 4) }
    /// The server is to record metrics in its database, and cannot.
    @inlinable public static var metricsUnwritten: SourceFlags { SourceFlags(rawValue: 1 << 5) }
    /// Every bit this version knows.
    @inlinable public static var known: SourceFlags { SourceFlags(rawValue: 0b111111) }
}
