import ReferenceData

// The rules of the schema, so that a fault is found with its column before the database sees the row.
extension ColumnRules {
    /// The value that a text stands for, in a file or as a person typed it.
    /// - Throws: what is wrong with a text that stands for none.
    func value(of text: String) throws(FieldFault) -> ColumnValue {
        switch givenKind {
        case .text, .name: return .text(text)
        case .integer(let range):
            guard let value = Int64(text) else { throw FieldFault(fileName, text, .notInteger(range)) }
            return .integer(value)
        case .flag:
            switch text {
            case "true", "TRUE", "True", "t", "1": return .flag(true)
            case "false", "FALSE", "False", "f", "0": return .flag(false)
            default: throw FieldFault(fileName, text, .notFlag)
            }
        case .decimal:
            guard let value = DecimalValue(text), !value.isAbsent else { throw FieldFault(fileName, text, .notDecimal) }
            return .decimal(value)
        case .time:
            guard let value = Timestamp(text), value.microsecondsSince1970 >= Self.yearOneMicroseconds else {
                throw FieldFault(fileName, text, .notTime)
            }
            return .time(value)
        }
    }

    /// The years that both PostgreSQL and a wire timestamp hold.
    private static let yearOneMicroseconds: Int64 = -62_135_596_800_000_000

    /// All that is wrong with a value by itself.
    func faults(of value: ColumnValue) -> [FieldFault] {
        reasons(against: value).map { FieldFault(fileName, value.description, $0) }
    }

    private func reasons(against value: ColumnValue) -> [FieldFault.Reason] {
        switch (givenKind, value) {
        case (_, .null): isNullable ? [] : [.missing]
        case (.text(let byteCountMax, let empty), .text(let text)):
            Self.reasons(against: text, byteCountMax: byteCountMax, mayBeEmpty: empty == .allowed)
        case (.name(let names), .text(let name)): names.contains { $0.hasBytes(of: name) } ? [] : [.notOneOf(names)]
        case (.integer(let range), .integer(let number)): range.contains(number) ? [] : [.notInteger(range)]
        case (.decimal, .decimal(let number)): number.mantissa <= 0 ? [.notPositive] : []
        case (.flag, .flag), (.time, .time): []
        default: preconditionFailure("\(name) was given a value of another kind")
        }
    }

    private static func reasons(against text: String, byteCountMax: Int, mayBeEmpty: Bool) -> [FieldFault.Reason] {
        var reasons: [FieldFault.Reason] = []
        let byteCount = text.utf8.count
        if byteCount == 0, !mayBeEmpty { reasons.append(.empty) }
        if byteCount > byteCountMax { reasons.append(.tooLong(byteCount: byteCount, byteCountMax: byteCountMax)) }
        if text.utf8.contains(0) { reasons.append(.containsNUL) }
        return reasons
    }
}
