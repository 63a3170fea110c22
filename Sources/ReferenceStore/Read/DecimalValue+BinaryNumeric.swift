import ReferenceData

/// Why a binary `numeric` cannot be held as a `DecimalValue`.
public enum NumericFault: Error, Sendable, Hashable, CustomStringConvertible {
    case notANumber
    case infinite
    case tooManyDigits
    case outOfRange
    /// The bytes are not what `numeric_send` writes.
    case malformed

    public var description: String {
        switch self {
        case .notANumber: "is NaN"
        case .infinite: "is infinite"
        case .tooManyDigits: "has more than 18 significant digits"
        case .outOfRange: "is outside the range of a decimal with an 8-bit exponent"
        case .malformed: "is not a numeric in PostgreSQL's binary form"
        }
    }
}

extension DecimalValue {
    /// Decodes what `numeric_send` wrote, exactly or not at all.
    ///
    /// ```
    ///   digitCount i16 · weight i16 · sign u16 · displayScale u16 · digitCount × u16 (base 10,000)
    ///   value = Σ digit[i] · 10,000^(weight − i)
    /// ```
    /// The display scale only says how many zeros people see, so `1.50` and `1.5` are the same value.
    /// O(digits), allocates nothing. At most 18 significant digits after stripping zeros at both ends.
    public static func decode(binaryNumeric bytes: UnsafeRawBufferPointer) throws(NumericFault) -> DecimalValue {
        guard bytes.count >= 8 else { throw .malformed }
        let digitCount = Int(bytes.bigEndian(UInt16.self, at: 0))
        let weight = Int(Int16(bitPattern: bytes.bigEndian(UInt16.self, at: 2)))
        let isNegative: Bool
        switch bytes.bigEndian(UInt16.self, at: 4) {
        case 0x0000: isNegative = false
        case 0x4000: isNegative = true
        case 0xC000: throw .notANumber
        case 0xD000, 0xF000: throw .infinite
        default: throw .malformed
        }
        guard bytes.count == 8 + 2 * digitCount else { throw .malformed }

        var mantissa: Int64 = 0
        var pendingZeroCount = 0  // decimal zeros read but not yet known to matter
        for index in 0..<digitCount {
            let digit = bytes.bigEndian(UInt16.self, at: 8 + 2 * index)
            guard digit < 10_000 else { throw .malformed }
            var divisor: UInt16 = 1_000
            for _ in 0..<4 {
                let decimalDigit = Int64(digit / divisor % 10)
                divisor /= 10
                if decimalDigit == 0 {
                    if mantissa != 0 { pendingZeroCount += 1 }
                    continue
                }
                for _ in 0..<min(pendingZeroCount, 18) { mantissa = try shifted(mantissa, adding: 0) }
                pendingZeroCount = 0
                mantissa = try shifted(mantissa, adding: decimalDigit)
            }
        }
        // The last of the base-10,000 digits stands for 10,000^(weight − digitCount + 1).
        let exponent = 4 * (weight - digitCount + 1) + pendingZeroCount
        guard mantissa != 0 else { return try checked(mantissa: 0, exponent: 0) }
        return try checked(mantissa: isNegative ? -mantissa : mantissa, exponent: exponent)
    }

    /// Appends one decimal digit; the largest mantissa has 18.
    private static func shifted(_ mantissa: Int64, adding digit: Int64) throws(NumericFault) -> Int64 {
        guard mantissa < 100_000_000_000_000_000 else { throw .tooManyDigits }
        return mantissa * 10 + digit
    }

    private static func checked(mantissa: Int64, exponent: Int) throws(NumericFault) -> DecimalValue {
        guard let value = DecimalValue(mantissa: mantissa, exponent: exponent) else { throw .outOfRange }
        return value
    }
}

extension DecimalValue {
    /// A finite number of at most four base-10,000 digits, which is nearly every one; nil for any other and for what
    /// `decode(binaryNumeric:)` refuses. See there for the layout.
    @inline(__always)
    init?(shortBinaryNumeric bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 8, let start = bytes.baseAddress else { return nil }
        func word(_ byteOffset: Int) -> UInt16 {
            UInt16(bigEndian: start.loadUnaligned(fromByteOffset: byteOffset, as: UInt16.self))
        }
        let digitCount = Int(word(0))
        let sign = word(4)
        guard digitCount <= 4, bytes.count == 8 + 2 * digitCount, sign == 0 || sign == 0x4000 else { return nil }
        var magnitude: Int64 = 0
        var byteOffset = 8
        while byteOffset < bytes.count {
            let digit = word(byteOffset)
            guard digit < 10_000 else { return nil }
            magnitude = magnitude &* 10_000 &+ Int64(digit)
            byteOffset += 2
        }
        let exponent = 4 * (Int(Int16(bitPattern: word(2))) - digitCount + 1)
        self.init(mantissa: sign == 0 ? magnitude : -magnitude, exponent: exponent)
    }
}

extension UnsafeRawBufferPointer {
    /// The caller has checked that the bytes are there; the buffer traps where they are not.
    func bigEndian<Value: FixedWidthInteger>(_ type: Value.Type, at byteOffset: Int) -> Value {
        Value(bigEndian: loadUnaligned(fromByteOffset: byteOffset, as: Value.self))
    }
}
