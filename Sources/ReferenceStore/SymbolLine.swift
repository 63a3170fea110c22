import ReferenceData

/// One line of a symbol file, checked field by field, as the texts that COPY takes. nil is NULL.
struct SymbolLine {
    /// One field for each case of `SymbolColumn`, in its order.
    private(set) var fields: [String?] = []

    /// The first thing wrong with a line.
    struct Fault: Error {
        let reason: String
    }

    /// The line, or why it cannot be imported.
    static func read(_ record: CSVReader.Record, _ header: SymbolHeader) -> Result<SymbolLine, Fault> {
        Result { () throws(Fault) in try SymbolLine(record, header) }
    }

    /// Checks what can be checked without the database: the same rules as the schema's, so that a fault comes with the
    /// number of its line.
    private init(_ record: CSVReader.Record, _ header: SymbolHeader) throws(Fault) {
        guard record.fieldCount == header.fieldCount else {
            throw Fault(reason: "\(record.fieldCount) fields, the header has \(header.fieldCount)")
        }
        fields.reserveCapacity(SymbolColumn.allCases.count)
        for column in SymbolColumn.allCases {
            guard let text = String(validating: header.field(column, of: record), as: UTF8.self) else {
                throw Fault(reason: "\(column.rawValue) is not valid UTF-8")
            }
            fields.append(try Self.checked(column, text))
        }
        if fields[SymbolColumn.baseAsset.position] == fields[SymbolColumn.quoteAsset.position] {
            throw Fault(reason: "base_asset and quote_asset are the same")
        }
        try checkOrderSizes()
    }

    private static func checked(_ column: SymbolColumn, _ text: String) throws(Fault) -> String? {
        switch column {
        case .exchange: return try key(column, text, byteCountMax: Exchange.enumValueByteCountMax)
        case .baseAsset, .quoteAsset: return try key(column, text, byteCountMax: 20)
        case .symbolString: return try key(column, text, byteCountMax: 50)
        default: break
        }
        guard !text.isEmpty else { return nil }
        switch column {
        case .id: return try integer(column, text, range: 1...Int64(Int32.max))
        case .isActive: return try flag(column, text)
        case .precisionBase, .precisionQuote, .precisionPrice: return try integer(column, text, range: 1...18)
        case .minOrderSize, .maxOrderSize, .tickSize, .stepSize: return try decimal(column, text)
        default: return try timestamp(column, text)
        }
    }

    private static func key(_ column: SymbolColumn, _ text: String, byteCountMax: Int) throws(Fault) -> String {
        let byteCount = text.utf8.count
        if byteCount == 0 { throw Fault(reason: "\(column.rawValue) is empty") }
        if byteCount > byteCountMax {
            throw Fault(reason: "\(column.rawValue) has \(byteCount) bytes, at most \(byteCountMax) fit")
        }
        if text.utf8.contains(0) { throw Fault(reason: "\(column.rawValue) contains a NUL byte") }
        return text
    }

    private static func integer(
        _ column: SymbolColumn, _ text: String, range: ClosedRange<Int64>
    ) throws(Fault) -> String {
        guard let value = Int64(text), range.contains(value) else {
            throw Fault(
                reason: "\(column.rawValue) \"\(shown(text))\" is no integer from \(range.lowerBound) "
                    + "to \(range.upperBound)")
        }
        return String(value)
    }

    private static func flag(_ column: SymbolColumn, _ text: String) throws(Fault) -> String {
        switch text {
        case "true", "TRUE", "True", "t", "1": return "true"
        case "false", "FALSE", "False", "f", "0": return "false"
        default: throw Fault(reason: "\(column.rawValue) \"\(shown(text))\" is neither true nor false")
        }
    }

    /// What `numeric(20,8)` holds without rounding, and what an image holds: twelve digits before the point, eight
    /// behind, eighteen in all.
    private static func decimal(_ column: SymbolColumn, _ text: String) throws(Fault) -> String {
        guard let value = DecimalValue(text), !value.isAbsent else {
            throw Fault(
                reason: "\(column.rawValue) \"\(shown(text))\" is no plain decimal of at most 18 significant digits")
        }
        guard value.mantissa > 0 else {
            throw Fault(reason: "\(column.rawValue) \(value) is not above zero")
        }
        guard value.exponent >= -8 else {
            throw Fault(reason: "\(column.rawValue) \(value) has more than 8 digits behind the point")
        }
        guard let scaled = scaledBy8(value), scaled < 100_000_000_000_000_000_000 else {
            throw Fault(reason: "\(column.rawValue) \(value) has more than 12 digits before the point")
        }
        return value.description
    }

    private static func timestamp(_ column: SymbolColumn, _ text: String) throws(Fault) -> String {
        let yearOne: Int64 = -62_135_596_800_000_000
        guard let value = Timestamp(text), value.microsecondsSince1970 >= yearOne else {
            throw Fault(
                reason: "\(column.rawValue) \"\(shown(text))\" is no UTC time such as 2026-11-21T03:42:10.123456Z")
        }
        return value.description
    }

    private func checkOrderSizes() throws(Fault) {
        guard let minText = fields[SymbolColumn.minOrderSize.position], let least = DecimalValue(minText),
            let maxText = fields[SymbolColumn.maxOrderSize.position], let most = DecimalValue(maxText),
            let leastScaled = Self.scaledBy8(least), let mostScaled = Self.scaledBy8(most)
        else { return }
        if leastScaled > mostScaled {
            throw Fault(reason: "min_order_size \(minText) is above max_order_size \(maxText)")
        }
    }

    /// In units of 10⁻⁸; nil for what is far too large. (Eighteen digits and 10²⁰ fit 128 bits with room to spare.)
    private static func scaledBy8(_ value: DecimalValue) -> Int128? {
        let shift = Int(value.exponent) + 8
        guard (0...20).contains(shift) else { return nil }
        return (0..<shift).reduce(Int128(value.mantissa)) { scaled, _ in scaled * 10 }
    }

    /// A bad field may be of any length; a line of a log is not.
    private static func shown(_ text: String) -> String {
        text.utf8.count <= 40 ? text : "\(text.prefix(37))…"
    }
}
