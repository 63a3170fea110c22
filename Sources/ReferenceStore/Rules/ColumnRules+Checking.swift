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
            do throws(DecimalTextFault) {
                return .decimal(try DecimalValue.parse(text))
            } catch {
                throw FieldFault(fileName, text, .notDecimal(error))
            }
        case .time:
            do throws(TimestampTextFault) {
                return .time(try Timestamp.parse(text))
            } catch {
                throw FieldFault(fileName, text, .notTime(error))
            }
        }
    }

    /// All that is wrong with a value by itself.
    func faults(of value: ColumnValue) -> [FieldFault] {
        reasons(against: value).map { FieldFault(fileName, value.description, $0) }
    }

    private func reasons(against value: ColumnValue) -> [FieldFault.Reason] {
        switch (givenKind, value) {
        case (_, .null): isNullable ? [] : [.missing]
        case (.text(let byteCountMax, _), .text(let text)) where Self.isPlain(text, byteCountMax: byteCountMax): []
        case (.text(let byteCountMax, let empty), .text(let text)):
            Self.reasons(against: text, byteCountMax: byteCountMax, mayBeEmpty: empty == .allowed)
                + (isKey ? Self.reasons(againstKey: text) : [])
        case (.name(let names), .text(let name)): names.contains { $0.hasBytes(of: name) } ? [] : [.notOneOf(names)]
        case (.integer(let range), .integer(let number)): range.contains(number) ? [] : [.notInteger(range)]
        case (.decimal, .decimal(let number)): number.mantissa <= 0 ? [.notPositive] : []
        case (.flag, .flag), (.time, .time): []
        default: preconditionFailure("\(name) was given a value of another kind")
        }
    }

    /// Whether a text is as nearly all are: visible ASCII that fits. Nothing can be wrong with it, also where it is a
    /// key.
    private static func isPlain(_ text: String, byteCountMax: Int) -> Bool {
        (1...byteCountMax).contains(text.utf8.count)
            && text.utf8.withContiguousStorageIfAvailable { $0.allSatisfy { $0 > 0x20 && $0 < 0x7F } } == true
    }

    private static func reasons(against text: String, byteCountMax: Int, mayBeEmpty: Bool) -> [FieldFault.Reason] {
        var reasons: [FieldFault.Reason] = []
        let byteCount = text.utf8.count
        if byteCount == 0, !mayBeEmpty { reasons.append(.empty) }
        if byteCount > byteCountMax { reasons.append(.tooLong(byteCount: byteCount, byteCountMax: byteCountMax)) }
        if text.utf8.contains(0) { reasons.append(.containsNUL) }
        return reasons
    }

    /// Whether symbols are told apart by it.
    private var isKey: Bool { writer == .key || name == "symbol_string" || name == "settle_asset" }

    /// What nobody sees in a key makes two of one.
    private static func reasons(againstKey text: String) -> [FieldFault.Reason] {
        let unseen = text.unicodeScalars.first { $0 != "\0" && $0.isKeptOutOfKeys }
        if let unseen { return [.unseen(unseen)] }
        return text.utf8.first == 0x20 || text.utf8.last == 0x20 ? [.blankAtEnd] : []
    }
}
