import PostgreSQL
import ReferenceData

/// What a rename did.
public struct SymbolRename: Sendable, Hashable {
    public let change: ManagedChange<ManagedSymbol>
    /// When the former name ceases to be known; nil where it is not known from now on.
    public let aliasExpiresAt: Timestamp?
}

extension ReferenceManagement {
    /// For how long a former name is known where nobody says.
    public static let aliasDayCountDefault = 30
    /// Ten years.
    public static let aliasDayCountMax = 3_650

    /// Gives a symbol another symbol string and, for some days, leaves the former one as an alias. The id stays.
    ///
    /// An alias answers only to its exact key, marked as one, and a live symbol always beats it: the venue may use the
    /// former name again. A former name that was an alias already now means this symbol, the last that bore it.
    /// - Parameter aliasDayCount: 1 to `aliasDayCountMax`; nil leaves no alias.
    /// - Throws: `.notFound`, `.invalid`, `.conflict`, `.unreadable`, `.store`.
    public func renameSymbol(
        id: UInt32, to symbolString: String, aliasDayCount: Int? = aliasDayCountDefault,
        if condition: UpdateCondition = .unchangedWhileUpdating
    ) throws(ManagementError) -> SymbolRename {
        if let aliasDayCount, !(1...Self.aliasDayCountMax).contains(aliasDayCount) {
            let range = 1...Int64(Self.aliasDayCountMax)
            throw .invalid([FieldFault("alias days", "\(aliasDayCount)", .notInteger(range))])
        }
        return try perform {
            try connection.transaction {
                let change = try update(id, [.symbolString: .text(symbolString)], if: condition)
                let expiry = change.isChange ? try moveAliases(change, aliasDayCount) : nil
                return SymbolRename(change: change, aliasExpiresAt: expiry)
            }
        }
    }

    private func moveAliases(_ change: ManagedChange<ManagedSymbol>, _ aliasDayCount: Int?) throws -> Timestamp? {
        let exchangeId = Parameter.int64(Int64(change.after.symbol.exchangeId))
        let id = Parameter.int64(change.after.rowId)
        let oldName = change.before.symbol.symbolString.description
        let newName = change.after.symbol.symbolString.description
        try connection.query(ManagementStatements.dropOwnAlias, [exchangeId, .text(newName), id])
        guard let aliasDayCount else {
            try connection.query(ManagementStatements.dropOwnAlias, [exchangeId, .text(oldName), id])
            return nil
        }
        let result = try connection.query(
            ManagementStatements.putAlias,
            [exchangeId, .text(oldName), id, .int32(Int32(clamping: aliasDayCount))])
        guard result.rowCount == 1 else { throw StoreError.shape(result) }
        return Timestamp(microsecondsSince2000: try result.timestamp(0, 0))
    }
}
