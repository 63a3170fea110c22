import PostgreSQL
import ReferenceData

/// A row of a reference table, decoded or refused.
enum DecodedRow<Row> {
    case row(Row)
    case refused(RefusedRow)
}

/// Turns binary rows into records. The fields stand in the order of `SymbolColumn` and `ExchangeColumn`.
enum RowDecoder {
    /// One row of `symbols`. Allocates nothing but for a refused row.
    @inline(__always)
    static func symbol<Source: RowSource>(_ source: inout Source) throws(RowShapeError) -> DecodedRow<SymbolRecord> {
        let start = source
        var record = SymbolRecord.empty
        if source.read(into: &record) { return .row(record) }
        source = start
        return .refused(try symbolRefusal(&source))
    }

    /// Adds one row of `symbols` to others; returns why it cannot be held. Allocates nothing but for a refused row, and
    /// where they grow.
    @inline(__always)
    static func addSymbol<Source: RowSource>(
        _ source: inout Source, to rows: inout SymbolRows
    ) throws(RowShapeError) -> RefusedRow? {
        let start = source
        if rows.append({ source.read(into: &$0) }) { return nil }
        source = start
        return try symbolRefusal(&source)
    }

    /// The id of a row of `symbols`, also of one that cannot be held.
    static func symbolId<Source: RowSource>(_ source: inout Source) throws(RowShapeError) -> Int64? {
        for _ in 0..<SymbolColumn.id.rawValue { _ = try source.nextField() }
        return try source.nextInteger()
    }

    /// Names the row, with those of its keys that can be written down: a lookup by them answers `refused`, not
    /// `unknown`.
    @inline(never)
    private static func symbolRefusal<Source: RowSource>(_ source: inout Source) throws(RowShapeError) -> RefusedRow {
        var reason: String?
        let values = try values(&source, SymbolColumn.table, &reason)
        func text(_ column: SymbolColumn) -> String? {
            if case .text(let text) = values[column.rawValue] { text } else { nil }
        }
        let exchangeId = smallId(values[SymbolColumn.exchange.rawValue])
        var refused = RefusedRow(
            table: .symbol, id: id(values[SymbolColumn.id.rawValue]),
            reason: reason ?? "the row cannot be represented", exchangeId: exchangeId)
        refused.kind = text(.kind).flatMap { name in InstrumentKind.allCases.first { $0.name == name } }
        if exchangeId == 0 { return refused }
        refused.symbolKey = text(.symbolString).flatMap { SymbolKey(exchangeId: exchangeId, symbol: $0) }
        if let base = text(.baseAsset), let quote = text(.quoteAsset) {
            refused.pairKey = PairKey(exchangeId: exchangeId, base: base, quote: quote)
        }
        refused.nameKey = instrument(values)?.nameKey
        return refused
    }

    /// What a row's unified name is made of; nil where the row does not say what it is.
    private static func instrument(_ values: [ColumnValue]) -> SymbolRecord? {
        func text(_ column: SymbolColumn) -> String? {
            if case .text(let text) = values[column.rawValue] { text } else { nil }
        }
        func decimal(_ column: SymbolColumn) -> DecimalValue {
            if case .decimal(let value) = values[column.rawValue] { value } else { .absent }
        }
        guard let kind = InstrumentKind.allCases.first(where: { $0.name == text(.kind) }),
            let base = text(.baseAsset).flatMap({ AssetText($0) }),
            let quote = text(.quoteAsset).flatMap({ AssetText($0) })
        else { return nil }
        var record = SymbolRecord(
            id: 0, exchangeId: smallId(values[SymbolColumn.exchange.rawValue]), kind: kind,
            symbolString: SymbolText(), baseAsset: base, quoteAsset: quote)
        record.settleAsset = text(.settleAsset).flatMap { AssetText($0) } ?? AssetText()
        record.payoff = Payoff.allCases.first { $0.name == text(.payoff) }
        record.contractSize = decimal(.contractSize)
        if case .time(let time) = values[SymbolColumn.expiresAt.rawValue] { record.expiresAt = time }
        record.strike = decimal(.strike)
        record.optionType = OptionType.allCases.first { $0.name == text(.optionType) }
        return record
    }

    /// One row of `exchanges`. Allocates strings: there are few exchanges.
    static func exchange<Source: RowSource>(_ source: inout Source) throws(RowShapeError) -> DecodedRow<Exchange> {
        var reason: String?
        let values = try values(&source, ExchangeColumn.table, &reason)
        if reason == nil, let exchange = Exchange(values) { return .row(exchange) }
        let id = values[ExchangeColumn.id.rawValue]
        return .refused(
            RefusedRow(
                table: .exchange, id: self.id(id), reason: reason ?? "the row cannot be represented",
                exchangeId: smallId(id)))
    }

    /// One row of `ReferenceStatements.aliasColumns`. Nil for a row that no key can be made of: the schema forbids it,
    /// and a name that cannot be asked for needs no report.
    static func alias<Source: RowSource>(_ source: inout Source) throws(RowShapeError) -> SymbolAlias? {
        let exchangeId = try source.nextInteger().flatMap(UInt16.init(exactly:))
        let name = try source.nextText()
        let symbolId = try source.nextInteger().flatMap(UInt32.init(exactly:))
        guard let exchangeId, let name, let symbolId, let key = SymbolKey(exchangeId: exchangeId, symbol: name) else {
            return nil
        }
        return SymbolAlias(key: key, symbolId: symbolId)
    }

    private static func id(_ value: ColumnValue) -> Int64 {
        if case .integer(let id) = value { id } else { 0 }
    }

    private static func smallId(_ value: ColumnValue) -> UInt16 { UInt16(exactly: id(value)) ?? 0 }
}

// Field by field, with a reason for the first that cannot be held; later reasons add nothing a person needs first.
extension RowDecoder {
    static func values<Source: RowSource>(
        _ source: inout Source, _ table: [ColumnRules], _ reason: inout String?
    ) throws(RowShapeError) -> [ColumnValue] {
        var values: [ColumnValue] = []
        for rules in table {
            let (value, problem) = try value(&source, rules)
            values.append(value)
            if reason == nil, let problem { reason = "\(rules.name) \(problem)" }
        }
        return values
    }

    /// - Returns: what a field says, and why that cannot be held.
    private static func value<Source: RowSource>(
        _ source: inout Source, _ rules: ColumnRules
    ) throws(RowShapeError) -> (ColumnValue, problem: String?) {
        guard let bytes = try source.nextField() else {
            // A moment that is not known is absent, whatever the schema says.
            return (.null, rules.isNullable || rules.kind == .time ? nil : "is NULL")
        }
        switch rules.kind {
        case .text(let byteCountMax, let empty):
            let problem = textProblem(bytes, byteCountMax: byteCountMax, mayBeEmpty: empty != .refused)
            return (problem == nil ? .text(String(decoding: bytes, as: UTF8.self)) : .null, problem)
        case .name(let names):
            let name = String(decoding: bytes, as: UTF8.self)
            return (.text(name), names.contains(name) ? nil : "\"\(name)\" is none of \(names.joined(separator: ", "))")
        case .integer(let range):
            let value = try integer(bytes)
            return (
                .integer(value),
                range.contains(value) ? nil : "\(value) is outside \(range.lowerBound) to \(range.upperBound)"
            )
        case .flag:
            guard bytes.count == 1 else { throw RowShapeError(reason: "a boolean of \(bytes.count) bytes") }
            return (.flag(bytes[0] != 0), nil)
        case .decimal:
            do throws(NumericFault) {
                return (ColumnValue(try DecimalValue.decode(binaryNumeric: bytes)), nil)
            } catch {
                return (.null, error.description)
            }
        case .time:
            guard bytes.count == 8 else { throw RowShapeError(reason: "\(rules.name) of \(bytes.count) bytes") }
            let time = Timestamp(microsecondsSince2000: bytes.bigEndian(Int64.self, at: 0))
            return (ColumnValue(time), time.isAbsent ? "is infinite or out of range" : nil)
        }
    }

    private static func textProblem(
        _ bytes: UnsafeRawBufferPointer, byteCountMax: Int, mayBeEmpty: Bool
    ) -> String? {
        if bytes.isEmpty { return mayBeEmpty ? nil : "is empty" }
        if bytes.count > byteCountMax { return "has \(bytes.count) bytes, at most \(byteCountMax) fit" }
        return isRowText(bytes) ? nil : "is not valid UTF-8 or contains NUL"
    }

    /// Any of `int2`, `int4`, `int8`: a column that somebody widened is still read, and refused only where a value does
    /// not fit.
    static func integer(_ bytes: UnsafeRawBufferPointer) throws(RowShapeError) -> Int64 {
        switch bytes.count {
        case 2: return Int64(bytes.bigEndian(Int16.self, at: 0))
        case 4: return Int64(bytes.bigEndian(Int32.self, at: 0))
        case 8: return bytes.bigEndian(Int64.self, at: 0)
        default: throw RowShapeError(reason: "an integer of \(bytes.count) bytes")
        }
    }
}
