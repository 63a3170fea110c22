extension SymbolRecord {
    /// The value of a column; for `exchange` its id.
    public subscript(column: SymbolColumn) -> ColumnValue {
        let rules = column.rules
        return Swift.withUnsafeBytes(of: self) { record in
            switch rules.kind {
            case .text:
                let field = record[rules.fieldOffset..<rules.fieldOffset + rules.fieldByteCount].prefix { $0 != 0 }
                return field.isEmpty && rules.isNullable ? .null : .text(String(decoding: field, as: UTF8.self))
            case .name(let names):
                let number = Int(record[rules.fieldOffset])
                return names.indices.contains(number - 1) ? .text(names[number - 1]) : .null
            case .integer:
                let slot = ColumnSlot.ofSymbols[column.rawValue]
                let value = slot.integer(in: record)
                return slot.isNullable && slot.isNull(integer: value) ? .null : .integer(value)
            case .flag: return .flag(record.load(fromByteOffset: rules.fieldOffset, as: Bool.self))
            case .decimal: return ColumnValue(self[decimal: Self.decimal(atMantissaOffset: rules.fieldOffset)])
            case .time: return ColumnValue(record.load(fromByteOffset: rules.fieldOffset, as: Timestamp.self))
            }
        }
    }

    /// The first column that breaks its own rules, and how; nil when none does. What other columns and other rows say
    /// is not asked. A decimal and a time keep theirs by their types.
    package var columnProblem: String? {
        Swift.withUnsafeBytes(of: self) { record in
            ColumnSlot.judged.withUnsafeBufferPointer { columns in
                for (column, slot) in columns where !slot.isGood(in: record) {
                    return "\(column.name): \(slot.kind == .text ? "empty" : "out of range")"
                }
                return nil
            }
        }
    }
}
