import ReferenceData

/// Why a change of reference data was not made.
public enum ManagementError: Error, Sendable, CustomStringConvertible {
    /// The row as it would be breaks rules; all of them are listed.
    case invalid([FieldFault])
    /// There is no such row.
    case notFound(ReferenceKind, id: Int64)
    /// Somebody changed the row since it was read, or since the moment that was named.
    case conflict(ReferenceConflict)
    /// The row cannot be represented, so it cannot be changed here either.
    case unreadable(RefusedRow)
    case store(StoreError)

    public var description: String {
        switch self {
        case .invalid(let faults): return faults.map(\.description).joined(separator: "; ")
        case .notFound(let kind, let id): return "there is no \(kind == .exchange ? "exchange" : "symbol") \(id)"
        case .conflict(let conflict): return conflict.description
        case .unreadable(let row): return "row \(row.id) cannot be represented: \(row.reason)"
        case .store(let error): return error.description
        }
    }
}

/// A lost race: who changed the row in between.
public struct ReferenceConflict: Sendable, Hashable, CustomStringConvertible {
    public let kind: ReferenceKind
    public let id: Int64
    /// The last change of the row; nil where the audit does not tell.
    public let lastChange: AuditEntry?

    public var description: String {
        let row = "\(kind == .exchange ? "exchange" : "symbol") \(id)"
        guard let lastChange else { return "\(row) was changed by somebody else in between" }
        let program = lastChange.applicationName.isEmpty ? "" : " (\(lastChange.applicationName))"
        let what = lastChange.changedFields.isEmpty ? "" : ": \(lastChange.changedFields.joined(separator: ", "))"
        return "\(row) was changed by \(lastChange.userName)\(program) at \(lastChange.at)\(what)"
    }
}
