extension WideDecimal: CustomStringConvertible, LosslessStringConvertible {
    /// Reads a decimal as files and people write it: `0.00001`, `-1`, `.5`, `5.`, `+0.1`, `1E-8`. Nil for what `parse`
    /// refuses.
    public init?(_ text: String) {
        guard let value = try? Self.parse(text) else { return nil }
        self = value
    }

    /// Reads a decimal: an optional sign, digits with at most one point, and optionally a power of ten. No blanks, no
    /// marks between thousands, no comma. O(length), allocates nothing.
    public static func parse(_ text: String) throws(NumberFault) -> WideDecimal {
        var rest = text.utf8[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        var (mantissa, exponent, pendingZeroCount): (Int128, Int, Int) = (0, 0, 0)
        var (hasDigits, hasPoint, isTooLong) = (false, false, false)
        while let byte = rest.first, byte != UInt8(ascii: "e"), byte != UInt8(ascii: "E") {
            rest.removeFirst()
            if byte == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
                continue
            }
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { throw .notANumber }
            hasDigits = true
            if hasPoint { exponent -= 1 }
            // Zeros count only when another digit follows.
            guard byte != UInt8(ascii: "0") else {
                if mantissa != 0 { pendingZeroCount += 1 }
                continue
            }
            for _ in 0...min(pendingZeroCount, digitCountMax) {
                let (scaled, isOverflow) = mantissa.multipliedReportingOverflow(by: 10)
                isTooLong = isTooLong || isOverflow
                mantissa = scaled
            }
            pendingZeroCount = 0
            let (sum, isOverflow) = mantissa.addingReportingOverflow(Int128(byte - UInt8(ascii: "0")))
            isTooLong = isTooLong || isOverflow
            mantissa = sum
        }
        guard hasDigits else { throw .notANumber }
        exponent += pendingZeroCount
        if rest.popFirst() != nil { exponent += try power(rest) }
        guard !isTooLong else { throw .tooManyDigits }
        return try WideDecimal(mantissa: isNegative ? -mantissa : mantissa, exponent: exponent)
    }

    /// The digits behind an `e`. What is far beyond any range stays so.
    private static func power(_ digits: Substring.UTF8View) throws(NumberFault) -> Int {
        var rest = digits
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        guard !rest.isEmpty else { throw .notANumber }
        var power = 0
        for byte in rest {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { throw .notANumber }
            if power < 1 << 40 { power = power * 10 + Int(byte - UInt8(ascii: "0")) }
        }
        return isNegative ? -power : power
    }

    /// The exact value as a plain decimal.
    public var description: String {
        var digits = Array(String(mantissa.magnitude).utf8)
        if exponent >= 0 {
            digits += [UInt8](repeating: UInt8(ascii: "0"), count: Int(exponent))
        } else {
            let missing = 1 - Int(exponent) - digits.count
            if missing > 0 { digits.insert(contentsOf: repeatElement(UInt8(ascii: "0"), count: missing), at: 0) }
            digits.insert(UInt8(ascii: "."), at: digits.count + Int(exponent))
        }
        return (mantissa < 0 ? "-" : "") + String(decoding: digits, as: UTF8.self)
    }
}

extension WideDecimal {
    /// Decodes what `numeric_send` wrote, exactly or not at all. `BinaryFields` draws the bytes. O(digits), allocates
    /// nothing.
    static func decode(binaryNumeric bytes: UnsafeRawBufferPointer) throws(NumberFault) -> WideDecimal {
        guard bytes.count >= 8 else { throw .notANumber }
        func word(_ index: Int) -> UInt16 {
            UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
        }
        let digitCount = Int(word(0))
        guard word(2) == 0 || word(2) == 0x4000, bytes.count == 8 + 2 * digitCount else { throw .notANumber }
        var last = 3 + digitCount
        while last > 3, word(last) == 0 { last -= 1 }
        guard last > 3 else { return .zero }
        // The last digit apart, whose own zeros at the end would cost the others their room.
        var (tail, zeroCount, scale): (Int128, Int, Int128) = (Int128(word(last)), 0, 10_000)
        while tail % 10 == 0 {
            (tail, zeroCount, scale) = (tail / 10, zeroCount + 1, scale / 10)
        }
        var mantissa: Int128 = 0
        for index in 4...last {
            guard word(index) < 10_000 else { throw .notANumber }
            let (digit, factor) = index == last ? (tail, scale) : (Int128(word(index)), 10_000)
            let (product, isOverflow) = mantissa.multipliedReportingOverflow(by: factor)
            let (sum, overflows) = product.addingReportingOverflow(digit)
            guard !isOverflow, !overflows else { throw .tooManyDigits }
            mantissa = sum
        }
        let exponent = 4 * (Int(Int16(bitPattern: word(1))) - (last - 4)) + zeroCount
        return try WideDecimal(mantissa: word(2) == 0 ? mantissa : -mantissa, exponent: exponent)
    }
}
