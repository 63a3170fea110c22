import PostgreSQL

/// The fields of one row in binary form, read once and in order.
protocol RowSource {
    /// The next field's bytes, nil for NULL; they live as long as the row's memory.
    mutating func nextField() throws(RowShapeError) -> UnsafeRawBufferPointer?
}

/// The row is not of the shape the statement promised: our own SQL and decoder disagree, or the bytes are damaged.
struct RowShapeError: Error, Sendable, Hashable {
    let reason: String
}

extension BinaryRow: RowSource {
    mutating func nextField() throws(RowShapeError) -> UnsafeRawBufferPointer? {
        switch next() {
        case .value(let bytes): return bytes
        case .null: return nil
        case .malformed: throw RowShapeError(reason: "the row ends within a field")
        }
    }
}

/// A value of PostgreSQL's anonymous `record` type: a field count, then each field behind its type and its length.
///
/// One statement can so return rows of several tables, and a refresh costs one round trip instead of four.
struct BinaryRecord: RowSource {
    let fieldCount: Int
    private var rest: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) throws(RowShapeError) {
        guard bytes.count >= 4, let count = Int(exactly: bytes.bigEndian(Int32.self, at: 0)), count >= 0 else {
            throw RowShapeError(reason: "the record has no field count")
        }
        fieldCount = count
        rest = UnsafeRawBufferPointer(rebasing: bytes[4...])
    }

    mutating func nextField() throws(RowShapeError) -> UnsafeRawBufferPointer? {
        guard rest.count >= 8 else { throw RowShapeError(reason: "the record ends within a field") }
        let length = Int(rest.bigEndian(Int32.self, at: 4))
        if length == -1 {
            rest = UnsafeRawBufferPointer(rebasing: rest[8...])
            return nil
        }
        guard length >= 0, rest.count - 8 >= length else {
            throw RowShapeError(reason: "the record ends within a field")
        }
        let value = UnsafeRawBufferPointer(rebasing: rest[8..<(8 + length)])
        rest = UnsafeRawBufferPointer(rebasing: rest[(8 + length)...])
        return value
    }
}

extension RowSource {
    /// Any of `int2`, `int4`, `int8`: a column that somebody widened is still read, and refused only where a value does
    /// not fit.
    mutating func nextInteger() throws(RowShapeError) -> Int64? {
        guard let bytes = try nextField() else { return nil }
        switch bytes.count {
        case 2: return Int64(bytes.bigEndian(Int16.self, at: 0))
        case 4: return Int64(bytes.bigEndian(Int32.self, at: 0))
        case 8: return bytes.bigEndian(Int64.self, at: 0)
        default: throw RowShapeError(reason: "an integer of \(bytes.count) bytes")
        }
    }

    mutating func nextBool() throws(RowShapeError) -> Bool? {
        guard let bytes = try nextField() else { return nil }
        guard bytes.count == 1 else { throw RowShapeError(reason: "a boolean of \(bytes.count) bytes") }
        return bytes[0] != 0
    }

    mutating func nextText() throws(RowShapeError) -> String? {
        guard let bytes = try nextField() else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw RowShapeError(reason: "text that is not UTF-8")
        }
        return text
    }
}
