import PostgreSQL
import ReferenceData

/// What one row of a reference table became.
enum DecodedRow<Row> {
    case row(Row)
    case refused(RefusedRow)
}

/// Collects the first reason for which a row cannot be held; later ones add nothing a person needs first.
struct RowFaults {
    private(set) var reason: String?

    mutating func add(_ reason: @autoclosure () -> String) {
        if self.reason == nil { self.reason = reason() }
    }
}

/// Turns binary rows into records. The column order is that of `ReferenceStatements.symbolColumns` and
/// `exchangeColumns`.
enum RowDecoder {
    /// Seconds from 1970-01-01 to 2000-01-01, where PostgreSQL's clock begins, in microseconds.
    static let epochOffsetMicroseconds: Int64 = 946_684_800_000_000

    /// NULL is absent; the infinities of PostgreSQL are no moments in time.
    static func timestamp<Source: RowSource>(
        _ source: inout Source, _ column: StaticString, _ faults: inout RowFaults
    ) throws(RowShapeError) -> Timestamp {
        guard let bytes = try source.nextField() else { return .absent }
        guard bytes.count == 8 else { throw RowShapeError(reason: "\(column) of \(bytes.count) bytes") }
        let (sum, isOverflow) = bytes.bigEndian(Int64.self, at: 0).addingReportingOverflow(epochOffsetMicroseconds)
        guard !isOverflow, sum != .min + epochOffsetMicroseconds else {
            faults.add("\(column) is infinite or out of range")
            return .absent
        }
        return Timestamp(microsecondsSince1970: sum)
    }

    static func decimal<Source: RowSource>(
        _ source: inout Source, _ column: StaticString, _ faults: inout RowFaults
    ) throws(RowShapeError) -> DecimalValue {
        guard let bytes = try source.nextField() else { return .absent }
        do throws(NumericFault) {
            return try DecimalValue.decode(binaryNumeric: bytes)
        } catch {
            faults.add("\(column) \(error)")
            return .absent
        }
    }

    /// A key field of fixed size; nil, and a fault, when the bytes do not fit.
    static func key<Source: RowSource, let byteCountMax: Int>(
        _ source: inout Source, _ column: StaticString, _ faults: inout RowFaults,
        as type: FixedText<byteCountMax>.Type
    ) throws(RowShapeError) -> FixedText<byteCountMax>? {
        guard let bytes = try source.nextField() else {
            faults.add("\(column) is NULL")
            return nil
        }
        if let text = FixedText<byteCountMax>(utf8: bytes), !text.isEmpty { return text }
        if bytes.isEmpty {
            faults.add("\(column) is empty")
        } else if bytes.count > byteCountMax {
            faults.add("\(column) has \(bytes.count) bytes, at most \(byteCountMax) fit")
        } else {
            faults.add("\(column) is not valid UTF-8 or contains NUL")
        }
        return nil
    }

    /// An id within `range`; nil, and a fault, otherwise.
    static func id<Source: RowSource>(
        _ source: inout Source, _ column: StaticString, _ faults: inout RowFaults, range: ClosedRange<Int64>
    ) throws(RowShapeError) -> (raw: Int64, value: Int64?) {
        guard let raw = try source.nextInteger() else {
            faults.add("\(column) is NULL")
            return (0, nil)
        }
        guard range.contains(raw) else {
            faults.add("\(column) \(raw) is outside \(range.lowerBound) to \(range.upperBound)")
            return (raw, nil)
        }
        return (raw, raw)
    }

    static func precision<Source: RowSource>(
        _ source: inout Source, _ column: StaticString, _ faults: inout RowFaults
    ) throws(RowShapeError) -> UInt8 {
        guard let raw = try source.nextInteger() else {
            faults.add("\(column) is NULL")
            return 0
        }
        guard let value = UInt8(exactly: raw), SymbolRecord.precisionRange.contains(value) else {
            faults.add("\(column) \(raw) is outside 1 to 18")
            return 0
        }
        return value
    }

    static func flag<Source: RowSource>(
        _ source: inout Source, _ column: StaticString, _ faults: inout RowFaults
    ) throws(RowShapeError) -> Bool {
        guard let value = try source.nextBool() else {
            faults.add("\(column) is NULL")
            return false
        }
        return value
    }
}
