/// A database, whatever its address: which system, made by initdb, and which database in it.
public struct SourceDatabase: Sendable, Hashable, BitwiseCopyable, CustomStringConvertible {
    /// Written by initdb, never 0; physical copies share it.
    public let systemIdentifier: UInt64
    /// The database's oid.
    public let databaseId: UInt32

    public init(systemIdentifier: UInt64, databaseId: UInt32) {
        self.systemIdentifier = systemIdentifier
        self.databaseId = databaseId
    }

    public var description: String { "system \(systemIdentifier), database \(databaseId)" }
}
