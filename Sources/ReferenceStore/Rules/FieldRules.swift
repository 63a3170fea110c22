import ReferenceData

/// The rules of the schema, field by field, so that a fault is found with its name before the database sees the row.
/// Faults are collected: a row is reported once, with all that is wrong with it.
public struct FieldRules {
    public private(set) var faults: [FieldFault] = []

    public init() {}

    /// The years that both PostgreSQL and a wire timestamp hold.
    private static let yearOneMicroseconds: Int64 = -62_135_596_800_000_000

    public mutating func add(_ field: String, _ value: String, _ reason: FieldFault.Reason) {
        let fault = FieldFault(field, value, reason)
        // A value that was read by these rules and is checked by them again says the same twice.
        if !faults.contains(fault) { faults.append(fault) }
    }

    // MARK: - Values

    /// A text of so many bytes; keys must not be empty.
    public mutating func check(_ field: String, _ text: String, byteCountMax: Int, canBeEmpty: Bool = false) {
        let byteCount = text.utf8.count
        if byteCount == 0, !canBeEmpty { add(field, text, .empty) }
        if byteCount > byteCountMax { add(field, text, .tooLong(byteCount: byteCount, byteCountMax: byteCountMax)) }
        if text.utf8.contains(0) { add(field, text, .containsNUL) }
    }

    public mutating func check(_ field: String, _ value: some BinaryInteger, in range: ClosedRange<Int64>) {
        guard let exact = Int64(exactly: value), range.contains(exact) else {
            return add(field, "\(value)", .notInteger(range))
        }
    }

    /// What `numeric(20,8)` holds without rounding and an image without loss: above zero, twelve digits before the
    /// point, eight behind, eighteen in all. Absent passes.
    public mutating func check(_ field: String, _ value: DecimalValue) {
        if value.isAbsent { return }
        if value.mantissa <= 0 { return add(field, value.description, .notPositive) }
        if value.exponent < -8 { return add(field, value.description, .tooFine) }
        guard let scaled = Self.scaledBy8(value), scaled < 100_000_000_000_000_000_000 else {
            return add(field, value.description, .tooLarge)
        }
    }

    public mutating func checkOrder(
        _ lowerField: String, _ lower: DecimalValue, _ upperField: String, _ upper: DecimalValue
    ) {
        guard !lower.isAbsent, !upper.isAbsent, let least = Self.scaledBy8(lower), let most = Self.scaledBy8(upper),
            least > most
        else { return }
        add(lowerField, lower.description, .above(field: upperField, value: upper.description))
    }

    // MARK: - Texts

    public mutating func integer(_ field: String, _ text: String, in range: ClosedRange<Int64>) -> Int64? {
        guard let value = Int64(text), range.contains(value) else {
            add(field, text, .notInteger(range))
            return nil
        }
        return value
    }

    public mutating func flag(_ field: String, _ text: String) -> Bool? {
        switch text {
        case "true", "TRUE", "True", "t", "1": return true
        case "false", "FALSE", "False", "f", "0": return false
        default:
            add(field, text, .notFlag)
            return nil
        }
    }

    /// An exact positive decimal; nothing is rounded.
    public mutating func decimal(_ field: String, _ text: String) -> DecimalValue? {
        guard let value = DecimalValue(text), !value.isAbsent else {
            add(field, text, .notDecimal)
            return nil
        }
        let faultCount = faults.count
        check(field, value)
        return faults.count == faultCount ? value : nil
    }

    public mutating func time(_ field: String, _ text: String) -> Timestamp? {
        guard let value = Timestamp(text), value.microsecondsSince1970 >= Self.yearOneMicroseconds else {
            add(field, text, .notTime)
            return nil
        }
        return value
    }

    public mutating func marketType(_ field: String, _ text: String) -> MarketType? {
        guard let value = MarketType(databaseName: text) else {
            add(field, text, .notOneOf(MarketType.allCases.map(\.databaseName)))
            return nil
        }
        return value
    }

    /// In units of 10⁻⁸; nil for what is far too large. (Eighteen digits and 10²⁰ fit 128 bits with room to spare.)
    private static func scaledBy8(_ value: DecimalValue) -> Int128? {
        let shift = Int(value.exponent) + 8
        guard (0...20).contains(shift) else { return nil }
        return (0..<shift).reduce(Int128(value.mantissa)) { scaled, _ in scaled * 10 }
    }
}
