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
    /// O(digits), allocates nothing. At most 18 significant digits, zeros at both ends not counted.
    @inline(__always)
    public static func decode(binaryNumeric bytes: UnsafeRawBufferPointer) throws(NumericFault) -> DecimalValue {
        guard bytes.count >= 8, let start = bytes.baseAddress else { throw .malformed }
        func word(_ index: Int) -> UInt16 {
            UInt16(bigEndian: start.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
        }
        switch word(2) {
        case 0x0000, 0x4000: break
        case 0xC000: throw .notANumber
        case 0xD000, 0xF000: throw .infinite
        default: throw .malformed
        }
        let digitCount = Int(word(0))
        guard bytes.count == 8 + 2 * digitCount else { throw .malformed }
        var last = 3 + digitCount
        while last > 3, word(last) == 0 { last -= 1 }
        if last == 3 { return .zero }

        var magnitude: Int64 = 0
        for index in 4..<last {
            // A digit that is not zero is still to come.
            guard magnitude < 100_000_000_000_000 else { throw .tooManyDigits }
            guard word(index) < 10_000 else { throw .malformed }
            magnitude = magnitude * 10_000 + Int64(word(index))
        }
        // Zeros at the end of the last one are no significant digits.
        guard word(last) < 10_000 else { throw .malformed }
        var lastDigits = Int64(word(last))
        var scale: Int64 = 10_000
        var exponent = 4 * (Int(Int16(bitPattern: word(1))) - (last - 4))
        while lastDigits % 10 == 0 {
            lastDigits /= 10
            scale /= 10
            exponent += 1
        }
        let (scaled, isOverflow) = magnitude.multipliedReportingOverflow(by: scale)
        guard !isOverflow, scaled < 1_000_000_000_000_000_000 - lastDigits else { throw .tooManyDigits }
        magnitude = scaled + lastDigits
        guard let value = DecimalValue(mantissa: word(2) == 0 ? magnitude : -magnitude, exponent: exponent) else {
            throw .outOfRange
        }
        return value
    }
}

extension UnsafeRawBufferPointer {
    /// The caller has checked that the bytes are there; the buffer traps where they are not.
    func bigEndian<Value: FixedWidthInteger>(_ type: Value.Type, at byteOffset: Int) -> Value {
        Value(bigEndian: loadUnaligned(fromByteOffset: byteOffset, as: Value.self))
    }
}
