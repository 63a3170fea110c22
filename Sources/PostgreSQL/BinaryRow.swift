/// One row in the binary tuple format of COPY: a field count, then each field behind its length. A cursor: fields are
/// read once, in order. It points into memory it does not own; O(1) per field, no allocation.
@frozen
public struct BinaryRow {
    /// How many fields the row says it has.
    public let fieldCount: Int
    @usableFromInline var rest: UnsafeRawBufferPointer

    /// Nil when the bytes do not begin with a field count.
    @inlinable
    public init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 2 else { return nil }
        let count = Int16(bigEndian: bytes.loadUnaligned(as: Int16.self))
        guard count >= 0 else { return nil }
        fieldCount = Int(count)
        rest = UnsafeRawBufferPointer(rebasing: bytes[2...])
    }

    /// What the next field holds.
    @frozen
    public enum Field {
        case value(UnsafeRawBufferPointer)
        case null
        /// The row ends before the field does; no further field can be read.
        case malformed
    }

    @inlinable
    public mutating func next() -> Field {
        guard rest.count >= 4 else { return .malformed }
        let length = Int32(bigEndian: rest.loadUnaligned(as: Int32.self))
        if length == -1 {
            rest = UnsafeRawBufferPointer(rebasing: rest[4...])
            return .null
        }
        guard length >= 0, rest.count - 4 >= Int(length) else { return .malformed }
        let end = 4 + Int(length)
        let value = UnsafeRawBufferPointer(rebasing: rest[4..<end])
        rest = UnsafeRawBufferPointer(rebasing: rest[end...])
        return .value(value)
    }

    /// Whether every byte has been read; a row that is not at its end after its last field is malformed.
    @inlinable
    public var isAtEnd: Bool { rest.isEmpty }
}
