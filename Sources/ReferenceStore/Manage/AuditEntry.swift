import ReferenceData

/// One line of `reference_audit`: a change of one row, or of a whole table.
public struct AuditEntry: Sendable, Hashable {
    public enum Action: String, Sendable {
        case insert, update, delete, truncate
    }

    public let at: Timestamp
    /// The role that logged in.
    public let userName: String
    public let applicationName: String
    public let transactionId: UInt64
    /// `exchanges`, `symbols` or `symbol_aliases`.
    public let table: String
    public let action: Action
    /// The columns that differ, in alphabetical order; empty but for an update. `updated_at` is not among them.
    public let changedFields: [String]
    /// JSON: of an update the changed columns, of a deletion the whole row; nil otherwise.
    public let oldRow: String?
    /// JSON: of an update the changed columns, of an insert the whole row; nil otherwise.
    public let newRow: String?
}
