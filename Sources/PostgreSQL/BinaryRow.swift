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

/// The fields of one row in COPY's binary format, each behind its length. The types must be those of the columns: the
/// server converts nothing. Reused from row to row; appending allocates only while the buffer grows.
public struct BinaryFields: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var count: Int16 = 0

    public init() {}

    /// Begins the next row.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        count = 0
    }

    public mutating func appendNull() { begin(byteCount: -1) }

    /// An `int2`, `int4` or `int8` column, and a `timestamptz` in microseconds since 2000-01-01 00:00:00 UTC.
    public mutating func append(_ value: some FixedWidthInteger & SignedInteger) {
        begin(byteCount: Int32(value.bitWidth / 8))
        bytes.append(bigEndian: value)
    }

    public mutating func append(_ value: Bool) {
        begin(byteCount: 1)
        bytes.append(value ? 1 : 0)
    }

    /// A `text` or `varchar` column.
    /// - Returns: false for a text that the server cannot hold: one with a NUL byte, or of 2 GiB.
    public mutating func append(_ text: String) -> Bool {
        guard !text.utf8.contains(0), let byteCount = Int32(exactly: text.utf8.count) else { return false }
        begin(byteCount: byteCount)
        bytes.append(contentsOf: text.utf8)
        return true
    }

    /// A `numeric` column: `mantissa * 10^exponent`, exactly. A column with a scale rounds what does not fit it: the
    /// caller has looked.
    ///
    /// ```
    ///   digitCount i16 · weight i16 · sign u16 · displayScale u16 · digitCount × u16 (base 10,000)
    ///   value = Σ digit[i] · 10,000^(weight − i)
    /// ```
    /// - Precondition: the exponent is within ±16,383, which is as far as the server's display scale goes.
    public mutating func append(numericMantissa mantissa: Int128, exponent: Int) {
        precondition((-16_383...16_383).contains(exponent), "no numeric has an exponent of \(exponent)")
        // The power of ten of the last digit in base 10,000, and what the decimal exponent is above it.
        let above = ((exponent % 4) + 4) % 4
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: 12) { digits in
            var digitCount = 0
            func put(_ digit: UInt64) {
                digits[digitCount] = UInt16(truncatingIfNeeded: digit)
                digitCount += 1
            }
            var wide = mantissa.magnitude
            if wide > 0 {
                let scale = Self.powers[above]
                let (head, tail) = wide.quotientAndRemainder(dividingBy: UInt128(10_000 / scale))
                put(UInt64(truncatingIfNeeded: tail) * scale)
                wide = head
            }
            // Division of 128 bits is a call; nearly all values have 64.
            while wide > UInt128(UInt64.max) {
                let (head, tail) = wide.quotientAndRemainder(dividingBy: 10_000)
                put(UInt64(truncatingIfNeeded: tail))
                wide = head
            }
            var rest = UInt64(truncatingIfNeeded: wide)
            while rest > 0 {
                put(rest % 10_000)
                rest /= 10_000
            }
            begin(byteCount: Int32(8 + 2 * digitCount))
            bytes.append(bigEndian: Int16(digitCount))
            bytes.append(bigEndian: digitCount == 0 ? 0 : Int16((exponent - above) / 4 + digitCount - 1))
            bytes.append(bigEndian: mantissa < 0 ? UInt16(0x4000) : 0)
            bytes.append(bigEndian: UInt16(max(0, -exponent)))
            for index in (0..<digitCount).reversed() { bytes.append(bigEndian: digits[index]) }
        }
    }

    private static let powers: [UInt64] = [1, 10, 100, 1_000]

    private mutating func begin(byteCount: Int32) {
        bytes.append(bigEndian: byteCount)
        count += 1
    }
}
