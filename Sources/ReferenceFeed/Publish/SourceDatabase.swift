import ReferenceStore

/// A database, whatever its address: which system, made by initdb, and which database in it.
public struct SourceDatabase: Sendable, Hashable, CustomStringConvertible {
    /// Written by initdb; physical copies share it.
    public let systemIdentifier: UInt64
    /// The database's oid.
    public let databaseId: UInt32

    init(_ identity: ServerIdentity) {
        systemIdentifier = identity.systemIdentifier
        databaseId = identity.databaseId
    }

    public var description: String { "system \(systemIdentifier), database \(databaseId)" }
}
