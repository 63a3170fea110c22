import PostgreSQL
import ReferenceData

/// What a full load read: the rows, the snapshot they belong to, and the server they came from.
public struct LoadedReference: Sendable {
    public let content: ReferenceContent
    public let watermark: Watermark
    public let identity: ServerIdentity
}

/// What an incremental read found.
public enum ReferenceIncrement: Sendable {
    case changes(ReferenceDelta, watermark: Watermark)
    /// Only a full load will do.
    case expired(FullLoadReason)
}

/// Reads reference data with blocking calls, for tools, tests and the fallback to the database. The feed drives the
/// same `ReferenceRead` from its event loop.
///
/// Uses the connection that it is given, which must not be inside a transaction. Not thread-safe.
public struct ReferenceLoader {
    private let connection: Connection

    public init(_ connection: Connection) { self.connection = connection }

    /// Everything, from one snapshot. O(rows).
    /// - Throws: `.database` (SQLSTATE 55P03 when the lock was not to be had in time), `.notMigrated`.
    public func load() throws(StoreError) -> LoadedReference {
        let identity = try identity()
        var read = try read(.fullLoad(.requested))
        guard let content = read.takeContent(), let watermark = read.watermark else {
            throw .unexpectedResult(statementName: "load", reason: "no content")
        }
        return LoadedReference(content: content, watermark: watermark, identity: identity)
    }

    /// What changed since `watermark`. O(changes).
    public func changes(since watermark: Watermark) throws(StoreError) -> ReferenceIncrement {
        let read = try read(.increment(since: watermark))
        if let expiry = read.expiry { return .expired(expiry) }
        guard let delta = read.delta, let newWatermark = read.watermark else {
            throw .unexpectedResult(statementName: "changes", reason: "no delta")
        }
        return .changes(delta, watermark: newWatermark)
    }

    /// Who answers on this connection.
    public func identity() throws(StoreError) -> ServerIdentity {
        try StoreError.wrapping("identity") { try ServerIdentity(connection.query(ReferenceStatements.identity)) }
    }

    /// Runs one read to its end.
    /// - Throws: as `load`; the transaction is then rolled back.
    public func read(
        _ refresh: Refresh, changeCountMax: Int = ReferenceRead.changeCountMax,
        aliasCountMax: Int = ReferenceRead.aliasCountMax
    ) throws(StoreError) -> ReferenceRead {
        var read = ReferenceRead(refresh, changeCountMax: changeCountMax, aliasCountMax: aliasCountMax)
        do throws(StoreError) {
            try StoreError.wrapping("load") {
                while let step = read.step {
                    switch step {
                    case .pipeline(let statements):
                        for bound in statements {
                            try read.take(connection.query(bound.statement, bound.parameters))
                        }
                    case .copyOut(let statement): try connection.copyOut(statement) { try read.takeCopyRow($0) }
                    }
                    try read.stepFinished()
                }
            }
            return read
        } catch {
            if connection.isInTransaction { _ = try? connection.query(ReferenceStatements.rollback) }
            throw error
        }
    }
}

extension ServerIdentity {
    /// Reads the one row of `ReferenceStatements.identity`.
    public init(_ result: QueryResult) throws(PostgreSQLError) {
        guard result.rowCount == 1, let systemIdentifier = try result.int64(0, 0),
            let isInRecovery = try result.bool(0, 1), let timeline = try result.int64(0, 2),
            let startedAt = try result.timestamp(0, 3), let databaseId = try result.int64(0, 4)
        else {
            throw PostgreSQLError(
                kind: .value, message: "the server does not say who it is", statementName: result.statementName)
        }
        self.init(
            systemIdentifier: UInt64(bitPattern: systemIdentifier), timeline: UInt32(truncatingIfNeeded: timeline),
            isInRecovery: isInRecovery, startedAtMicroseconds: startedAt,
            databaseId: UInt32(truncatingIfNeeded: databaseId))
    }
}
