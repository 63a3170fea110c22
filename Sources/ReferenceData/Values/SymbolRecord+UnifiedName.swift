extension SymbolRecord {
    /// The name that the symbol has on every venue: `BTC/USDT` for spot, `BTC/USDT:USDT` for a perpetual,
    /// `BTC/USDT:USDT-241227` for a future (the UTC date on which it expires), `BTC/USDT:USDT-241227-100000-C` for an
    /// option. Nil for kind `other`, and where a part is missing.
    ///
    /// As ccxt has it. Names are made and matched, never parsed: an asset may hold any of these signs.
    public var unifiedName: String? { withUnifiedName { String(decoding: $0, as: UTF8.self) } }

    /// The key under which its unified name finds this record; nil where the name needs none because it is a pair,
    /// where there is none, and where it is longer than a key. Allocates nothing.
    public var nameKey: NameKey? {
        // Nearly all symbols of a spot venue.
        if kindCode == InstrumentKind.spot.rawValue, !baseAsset.holdsNameSign, !quoteAsset.holdsNameSign { return nil }
        return withUnifiedName { NameKey(exchangeId: exchangeId, utf8: $0) } ?? nil
    }

    /// Calls `body` with the bytes of the unified name; nil where there is none. Allocates nothing.
    package func withUnifiedName<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
        guard kind != .other, kindProblem == nil else { return nil }
        var name = NameBytes()
        name.append(baseAsset)
        name.append("/")
        name.append(quoteAsset)
        if kind != .spot {
            name.append(":")
            name.append(settleAsset)
        }
        if !expiresAt.isAbsent {
            name.append("-")
            name.append(dateOf: expiresAt)
        }
        if let optionType {
            name.append("-")
            name.append(strike)
            name.append(optionType == .call ? "-C" : "-P")
        }
        return name.withUnsafeBytes(body)
    }
}

extension AssetText {
    /// Whether it holds a sign that divides unified names.
    fileprivate var holdsNameSign: Bool {
        withUnsafeBytes { $0.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ":") } }
    }
}

/// Room for the longest unified name: three assets, a date, and a strike of 18 digits and up to 128 zeros.
private struct NameBytes {
    private var bytes = InlineArray<256, UInt8>(repeating: 0)
    private var count = 0

    private mutating func append(byte: UInt8) {
        bytes[count] = byte
        count += 1
    }

    mutating func append(_ text: AssetText) { text.withUnsafeBytes { for byte in $0 { append(byte: byte) } } }

    mutating func append(_ text: StaticString) { text.withUTF8Buffer { for byte in $0 { append(byte: byte) } } }

    /// In plain digits.
    mutating func append(_ number: DecimalValue) {
        if number.mantissa < 0 { append("-") }
        let (mantissa, exponent) = (number.mantissa.magnitude, Int(number.exponent))
        let digitCount = Self.digitCount(mantissa)
        if digitCount + exponent <= 0 {
            append("0.")
            for _ in 0..<(-exponent - digitCount) { append("0") }
        }
        var power = (1..<digitCount).reduce(UInt64(1)) { power, _ in power * 10 }
        for position in 0..<digitCount {
            if position > 0, digitCount + exponent == position { append(".") }
            append(byte: UInt8(ascii: "0") + UInt8(mantissa / power % 10))
            power /= 10
        }
        for _ in 0..<max(0, exponent) { append("0") }
    }

    private static func digitCount(_ number: UInt64) -> Int {
        var (rest, count) = (number / 10, 1)
        while rest > 0 {
            rest /= 10
            count += 1
        }
        return count
    }

    /// YYMMDD in UTC.
    mutating func append(dateOf time: Timestamp) {
        let date = CivilDate(time)
        append(twoDigits: (date.year % 100 + 100) % 100)
        append(twoDigits: date.month)
        append(twoDigits: date.day)
    }

    private mutating func append(twoDigits number: Int) {
        append(byte: UInt8(ascii: "0") + UInt8(number / 10))
        append(byte: UInt8(ascii: "0") + UInt8(number % 10))
    }

    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        Swift.withUnsafeBytes(of: bytes) { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
}
