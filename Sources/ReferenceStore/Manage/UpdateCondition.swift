import PostgreSQL
import ReferenceData

/// When an update may be made.
public enum UpdateCondition: Sendable, Hashable {
    /// The row is the one that the update itself has read and checked.
    case unchangedWhileUpdating
    /// The row is still this version.
    case version(RowVersion)
    /// The row's `updated_at` is not after this moment.
    case unchangedSince(Timestamp)
}

/// Which version of a row an update is meant for.
///
/// The id of the transaction that changed it last: unlike `updated_at` it differs between any two transactions, and it
/// stays when only `last_seen` moves.
public struct RowVersion: Sendable, Hashable {
    public let transactionId: UInt64

    public init(transactionId: UInt64) { self.transactionId = transactionId }

    /// From the second column of a selection.
    init(_ result: QueryResult, _ row: Int) throws {
        guard let transactionId = try result.transactionId(row, 1) else { throw StoreError.shape(result) }
        self.transactionId = transactionId
    }
}
