import ReferenceData

extension SymbolRecord {
    /// Decodes one row of `ReferenceStatements.loadSymbols` when everything in it is as usual; nil otherwise, and then
    /// `RowDecoder.symbol` says whether it can be held and what is wrong with it.
    ///
    /// A load of a million rows is as fast as this: one pass over the bytes, no allocation, no reason collected.
    init?(wellFormedCopyRow bytes: UnsafeRawBufferPointer) {
        var cursor = CopyCursor(bytes)
        guard cursor.integer16() == 16,
            let id = cursor.integerField(), let id = UInt32(exactly: id), id > 0,
            let exchangeId = cursor.integerField(), let exchangeId = UInt16(exactly: exchangeId), exchangeId > 0,
            let symbolString = cursor.textField(SymbolText.self),
            let baseAsset = cursor.textField(AssetText.self),
            let quoteAsset = cursor.textField(AssetText.self),
            let isActive = cursor.flagField(),
            let precisionBase = cursor.precisionField(),
            let precisionQuote = cursor.precisionField(),
            let precisionPrice = cursor.precisionField(),
            let minOrderSize = cursor.decimalField(), let maxOrderSize = cursor.decimalField(),
            let tickSize = cursor.decimalField(), let stepSize = cursor.decimalField(),
            let createdAt = cursor.timestampField(), let updatedAt = cursor.timestampField(),
            let lastSeen = cursor.timestampField(), cursor.isAtEnd
        else { return nil }
        self.init(
            id: id, exchangeId: exchangeId, isActive: isActive, precisionBase: precisionBase,
            precisionQuote: precisionQuote, precisionPrice: precisionPrice, symbolString: symbolString,
            baseAsset: baseAsset, quoteAsset: quoteAsset, minOrderSize: minOrderSize, maxOrderSize: maxOrderSize,
            tickSize: tickSize, stepSize: stepSize, createdAt: createdAt, updatedAt: updatedAt, lastSeen: lastSeen)
    }
}

/// Reads the fields of a binary row in order. Every read is checked against the end; nil is "not as usual".
private struct CopyCursor {
    private var position: UnsafeRawPointer
    private var restByteCount: Int

    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer) {
        // An empty buffer may have no address; nothing is read from this one then.
        position = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1)!
        restByteCount = bytes.count
    }

    var isAtEnd: Bool { restByteCount == 0 }

    /// Moves past `byteCount` bytes and returns where they begin; nil when fewer are left.
    @inline(__always)
    private mutating func take(_ byteCount: Int) -> UnsafeRawPointer? {
        guard byteCount >= 0, byteCount <= restByteCount else { return nil }
        defer {
            position += byteCount
            restByteCount -= byteCount
        }
        return position
    }

    @inline(__always)
    private func load<Value: FixedWidthInteger & BitwiseCopyable>(_ start: UnsafeRawPointer, _: Value.Type) -> Value {
        Value(bigEndian: start.loadUnaligned(as: Value.self))
    }

    @inline(__always)
    mutating func integer16() -> Int16? { take(2).map { load($0, Int16.self) } }

    /// The length of the next field; -1 for NULL.
    @inline(__always)
    private mutating func length() -> Int? { take(4).map { Int(load($0, Int32.self)) } }

    /// `int2`, `int4` or `int8`, not NULL.
    @inline(__always)
    mutating func integerField() -> Int64? {
        guard let length = length(), let start = take(length) else { return nil }
        switch length {
        case 4: return Int64(load(start, Int32.self))
        case 2: return Int64(load(start, Int16.self))
        case 8: return load(start, Int64.self)
        default: return nil
        }
    }

    @inline(__always)
    mutating func precisionField() -> UInt8? {
        guard let value = integerField(), value >= 1, value <= 18 else { return nil }
        return UInt8(truncatingIfNeeded: value)
    }

    @inline(__always)
    mutating func flagField() -> Bool? {
        guard length() == 1, let start = take(1) else { return nil }
        return start.load(as: UInt8.self) != 0
    }

    @inline(__always)
    mutating func textField<let byteCountMax: Int>(_: FixedText<byteCountMax>.Type) -> FixedText<byteCountMax>? {
        guard let length = length(), length > 0, let start = take(length) else { return nil }
        return FixedText(utf8: UnsafeRawBufferPointer(start: start, count: length))
    }

    /// NULL is absent.
    @inline(__always)
    mutating func decimalField() -> DecimalValue? {
        guard let length = length() else { return nil }
        if length == -1 { return .absent }
        guard let start = take(length) else { return nil }
        return DecimalValue(shortBinaryNumeric: UnsafeRawBufferPointer(start: start, count: length))
    }

    /// NULL is absent; the infinities and what lies beyond an `Int64` are not as usual.
    @inline(__always)
    mutating func timestampField() -> Timestamp? {
        guard let length = length() else { return nil }
        if length == -1 { return .absent }
        guard length == 8, let start = take(8) else { return nil }
        let microseconds = load(start, Int64.self)
        let (sum, isOverflow) = microseconds.addingReportingOverflow(RowDecoder.epochOffsetMicroseconds)
        guard !isOverflow, microseconds != .min else { return nil }
        return Timestamp(microsecondsSince1970: sum)
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
