import PostgreSQL
import ReferenceData

extension ReferenceManagement {
    /// What is worth a person's while in a symbol that was just written: what an import would remark on it, and that an
    /// id is another instrument than before. Each is a sentence without its end. One statement.
    /// - Parameter before: the symbol as it was; nil for a new one.
    /// - Throws: `.store`.
    public func remarks(
        on symbol: ManagedSymbol, before: ManagedSymbol? = nil
    ) throws(ManagementError) -> [String] {
        if before == symbol { return [] }
        let isNamedAnew =
            before.map { before in
                (ImportStatements.identity + [.isActive]).contains { before.fields[$0] != symbol.fields[$0] }
            } ?? true
        let found = try perform {
            let result = try connection.query(
                ManagementStatements.remarks, [.int64(symbol.rowId), .bool(isNamedAnew)])
            return try (0..<result.rowCount).compactMap { try result.text($0, 0) }
        }
        guard let before else { return found }
        return Self.replacements(from: before.fields, to: symbol.fields)
            + Self.jumps(from: before.fields, to: symbol.fields) + found
    }

    private static func replacements(from old: SymbolFields, to new: SymbolFields) -> [String] {
        let replaced = ImportStatements.identity.compactMap { column in
            old.text(of: column).flatMap { text in
                old[column] == new[column]
                    ? nil : "\(column.name) \(new.text(of: column) ?? "not given") instead of \(text)"
            }
        }
        if replaced.isEmpty { return [] }
        return [
            "has \(replaced.joined(separator: ", ")): who keeps the id takes it for what it was; another instrument "
                + "is a symbol of its own (symbology symbols add)"
        ]
    }

    /// As `ImportStatements.findJumps` tells them.
    private static func jumps(from old: SymbolFields, to new: SymbolFields) -> [String] {
        [SymbolColumn.tickSize, .stepSize, .contractSize].compactMap { column in
            guard case .decimal(let before)? = old[column], case .decimal(let after)? = new[column],
                isTenfold(before, after) || isTenfold(after, before)
            else { return nil }
            return "\(column.name) goes from \(before) to \(after)"
        }
    }

    private static func isTenfold(_ number: DecimalValue, _ other: DecimalValue) -> Bool {
        DecimalValue(mantissa: number.mantissa, exponent: Int(number.exponent) + 1).map { $0 <= other } ?? false
    }
}
