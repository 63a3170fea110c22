extension DecimalValue: CustomStringConvertible {
    /// Reads a decimal as files and people write it: `0.00001`, `-1`, `.5`, `5.`, `+0.1`, `1E-8`, `5e-05`.
    ///
    /// An optional sign, digits with at most one point among, before or behind them, and optionally a power of ten.
    /// No blanks, no marks between thousands, no comma. What is read is exact; what has no exact value here is refused.
    /// O(length), allocates nothing.
    public static func parse(utf8 bytes: UnsafeRawBufferPointer) throws(DecimalTextFault) -> DecimalValue {
        let isNegative = bytes.first == UInt8(ascii: "-")
        var index = isNegative || bytes.first == UInt8(ascii: "+") ? 1 : 0

        var magnitude: Int64 = 0
        // Zeros seen since the last other digit: they count only when another digit follows.
        var pendingZeroCount = 0
        var digitCount = 0
        var significantCount = 0
        var fractionCount = 0
        var hasPoint = false

        digits: while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "."):
                if hasPoint { throw .unexpected(".") }
                hasPoint = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digitCount += 1
                if hasPoint { fractionCount += 1 }
                let digit = Int64(byte - UInt8(ascii: "0"))
                if digit == 0 {
                    if significantCount > 0 { pendingZeroCount += 1 }
                } else {
                    significantCount += pendingZeroCount + 1
                    if significantCount <= Self.digitCountMax {
                        for _ in 0..<pendingZeroCount { magnitude *= 10 }
                        magnitude = magnitude * 10 + digit
                    }
                    pendingZeroCount = 0
                }
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                guard digitCount > 0 else { throw fault(bytes, at: index) }
                break digits
            default:
                throw fault(bytes, at: index)
            }
            index += 1
        }
        guard digitCount > 0 else { throw .noDigits }
        let power = index < bytes.count ? try exponent(bytes, from: index + 1) : 0
        guard significantCount <= Self.digitCountMax else { throw .tooManyDigits(significantCount) }
        let value = DecimalValue(
            mantissa: isNegative ? -magnitude : magnitude, exponent: power + pendingZeroCount - fractionCount)
        guard let value else { throw .outOfRange }
        return value
    }

    /// The power of ten behind an `e`. What is far beyond any range stays so: no text is long enough to bring it back.
    private static func exponent(_ bytes: UnsafeRawBufferPointer, from start: Int) throws(DecimalTextFault) -> Int {
        let farBeyond = 1 << 48
        var index = start
        let isNegative = index < bytes.count && bytes[index] == UInt8(ascii: "-")
        if isNegative || index < bytes.count && bytes[index] == UInt8(ascii: "+") { index += 1 }
        guard index < bytes.count else { throw .unexpected(Unicode.Scalar(bytes[index - 1])) }
        var power = 0
        while index < bytes.count {
            let byte = bytes[index]
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { throw fault(bytes, at: index) }
            if power < farBeyond { power = power * 10 + Int(byte - UInt8(ascii: "0")) }
            index += 1
        }
        return isNegative ? -power : power
    }

    /// What stands where no digit does.
    private static func fault(_ bytes: UnsafeRawBufferPointer, at index: Int) -> DecimalTextFault {
        let text = String(decoding: bytes, as: UTF8.self).lowercased()
        let unsigned = text.drop { $0 == "-" || $0 == "+" }
        if ["nan", "inf", "infinity"].contains(unsigned) { return .notFinite }
        if ["0x", "0b", "0o"].contains(unsigned.prefix(2)) { return .notDecimal }
        let rest = String(decoding: bytes[index...], as: UTF8.self)
        return .unexpected(rest.unicodeScalars.first ?? "\u{FFFD}")
    }

    /// Reads a decimal; nil for what `parse` refuses.
    public init?(utf8 bytes: UnsafeRawBufferPointer) {
        guard let value = try? Self.parse(utf8: bytes) else { return nil }
        self = value
    }

    /// Reads a decimal; see `parse`.
    public static func parse(_ text: String) throws(DecimalTextFault) -> DecimalValue {
        var text = text
        let result = text.withUTF8 { bytes in
            Result { () throws(DecimalTextFault) in try parse(utf8: UnsafeRawBufferPointer(bytes)) }
        }
        return try result.get()
    }

    /// Reads a decimal; nil for what `parse` refuses.
    public init?(_ text: String) {
        guard let value = try? Self.parse(text) else { return nil }
        self = value
    }

    /// The exact value as a plain decimal; empty when absent.
    public var description: String {
        if isAbsent { return "" }
        let scale = Int(exponent)
        var (digitCount, head) = (1, mantissa.magnitude / 10)
        while head > 0 {
            digitCount += 1
            head /= 10
        }
        // Powers of ten from the last digit to the first; one at least is whole.
        let (last, first) = (min(scale, 0), max(scale + digitCount, 1) - 1)
        let byteCount = (mantissa < 0 ? 1 : 0) + first - last + 1 + (last < 0 ? 1 : 0)
        return String(unsafeUninitializedCapacity: byteCount) { bytes in
            var (index, rest) = (byteCount, mantissa.magnitude)
            func put(_ byte: UInt8) {
                index -= 1
                bytes[index] = byte
            }
            for power in last...first {
                if power == 0, last < 0 { put(UInt8(ascii: ".")) }
                put(UInt8(ascii: "0") + (power < scale ? 0 : UInt8(rest % 10)))
                if power >= scale { rest /= 10 }
            }
            if mantissa < 0 { put(UInt8(ascii: "-")) }
            return byteCount
        }
    }
}
