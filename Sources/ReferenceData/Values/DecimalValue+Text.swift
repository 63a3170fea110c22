extension DecimalValue: CustomStringConvertible {
    /// Reads a plain decimal such as `0.00001`, `-1` or `25`.
    ///
    /// An optional minus sign, at least one digit, and optionally a point followed by at least one digit: no plus sign,
    /// no exponent form, no blanks. Nil for anything else and for what is not representable. O(length), allocates
    /// nothing.
    public init?(utf8 bytes: UnsafeRawBufferPointer) {
        var index = 0
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative { index = 1 }

        var magnitude: Int64 = 0
        // Zeros seen since the last other digit: they count only when another digit follows.
        var pendingZeroCount = 0
        var digitCount = 0
        var significantCount = 0
        var fractionCount = 0
        var pointIndex = -1

        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "."):
                guard pointIndex < 0, digitCount > 0 else { return nil }
                pointIndex = index
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digitCount += 1
                if pointIndex >= 0 { fractionCount += 1 }
                let digit = Int64(byte - UInt8(ascii: "0"))
                if digit == 0 {
                    if significantCount > 0 { pendingZeroCount += 1 }
                } else {
                    significantCount += pendingZeroCount + 1
                    guard significantCount <= Self.digitCountMax else { return nil }
                    for _ in 0..<pendingZeroCount { magnitude *= 10 }
                    magnitude = magnitude * 10 + digit
                    pendingZeroCount = 0
                }
            default:
                return nil
            }
            index += 1
        }
        guard digitCount > 0, pointIndex != bytes.count - 1 else { return nil }
        self.init(mantissa: isNegative ? -magnitude : magnitude, exponent: pendingZeroCount - fractionCount)
    }

    /// Reads a plain decimal; see `init(utf8:)`.
    public init?(_ text: String) {
        var text = text
        let value = text.withUTF8 { DecimalValue(utf8: UnsafeRawBufferPointer($0)) }
        guard let value else { return nil }
        self = value
    }

    /// The exact value as a plain decimal; empty when absent.
    public var description: String {
        if isAbsent { return "" }
        let digits = String(mantissa.magnitude)
        let sign = mantissa < 0 ? "-" : ""
        let scale = Int(exponent)
        if scale >= 0 { return sign + digits + String(repeating: "0", count: scale) }
        let fractionCount = -scale
        if digits.utf8.count <= fractionCount {
            return sign + "0." + String(repeating: "0", count: fractionCount - digits.utf8.count) + digits
        }
        let split = digits.index(digits.endIndex, offsetBy: scale)
        return sign + digits[..<split] + "." + digits[split...]
    }
}
