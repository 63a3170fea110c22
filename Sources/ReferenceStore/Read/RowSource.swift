import PostgreSQL

/// The fields of one row in binary form, read once and in order.
protocol RowSource {
    /// The next field; its bytes live as long as the row's memory.
    mutating func next() -> BinaryRow.Field
}

extension BinaryRow: RowSource {}

/// The row is not of the shape the statement promised: our own SQL and decoder disagree, or the bytes are damaged.
struct RowShapeError: Error, Sendable, Hashable {
    let reason: String
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

    @inline(__always)
    mutating func next() -> BinaryRow.Field {
        guard rest.count >= 8 else { return .malformed }
        let length = Int(rest.bigEndian(Int32.self, at: 4))
        guard length >= -1, rest.count - 8 >= length else { return .malformed }
        let end = 8 + max(length, 0)
        let value = UnsafeRawBufferPointer(rebasing: rest[8..<end])
        rest = UnsafeRawBufferPointer(rebasing: rest[end...])
        return length == -1 ? .null : .value(value)
    }
}

extension RowSource {
    /// The next field's bytes, nil for NULL.
    mutating func nextField() throws(RowShapeError) -> UnsafeRawBufferPointer? {
        switch next() {
        case .value(let bytes): return bytes
        case .null: return nil
        case .malformed: throw RowShapeError(reason: "the row ends within a field")
        }
    }

    mutating func nextInteger() throws(RowShapeError) -> Int64? {
        guard let bytes = try nextField() else { return nil }
        return try RowDecoder.integer(bytes)
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
