/// Where things stand in a refused row of 136 bytes.
enum RefusedRowLayout {
    static let byteCount = 136
    static let id = ImageField<Int64>(0)
    /// In the texts.
    static let reasonOffset = ImageField<UInt64>(8)
    static let reasonByteCount = ImageField<UInt32>(16)
    static let exchangeId = ImageField<UInt16>(20)
    static let table = ImageField<UInt8>(22)
    /// The bits below.
    static let flags = ImageField<UInt8>(23)
    static let symbolKey = ImageField<SymbolKey>(24)
    static let pairKey = ImageField<PairKey>(80)

    static let symbolKeyBit: UInt8 = 1
    static let pairKeyBit: UInt8 = 2
}

extension RefusedRow {
    /// Writes the row over bytes that are zero; its reason stands in the texts.
    func store(at start: UnsafeMutableRawPointer, reasonOffset: Int) {
        start[RefusedRowLayout.id] = id
        start[RefusedRowLayout.reasonOffset] = UInt64(reasonOffset)
        start[RefusedRowLayout.reasonByteCount] = UInt32(clamping: reason.utf8.count)
        start[RefusedRowLayout.exchangeId] = exchangeId
        start[RefusedRowLayout.table] = table.rawValue
        var flags: UInt8 = 0
        if let symbolKey {
            flags |= RefusedRowLayout.symbolKeyBit
            symbolKey.copyBytes(to: start + RefusedRowLayout.symbolKey.offset)
        }
        if let pairKey {
            flags |= RefusedRowLayout.pairKeyBit
            pairKey.copyBytes(to: start + RefusedRowLayout.pairKey.offset)
        }
        start[RefusedRowLayout.flags] = flags
    }

    /// Reads what `store` wrote; nil for bytes that are no refused row.
    init?(storedAt start: UnsafeRawPointer, texts: UnsafeRawBufferPointer) {
        let byteCount = Int(start[RefusedRowLayout.reasonByteCount])
        guard let offset = Int(exactly: start[RefusedRowLayout.reasonOffset]), offset <= texts.count,
            byteCount <= texts.count - offset,
            let reason = String(validating: texts[offset..<offset + byteCount], as: UTF8.self),
            let table = ReferenceKind(rawValue: start[RefusedRowLayout.table]), table != .everything
        else { return nil }
        let flags = start[RefusedRowLayout.flags]
        let (symbolKey, pairKey) = (
            start + RefusedRowLayout.symbolKey.offset, start + RefusedRowLayout.pairKey.offset
        )
        // A refused row may lack any of its texts; what it has of a key was represented, and is a text.
        guard flags & ~(RefusedRowLayout.symbolKeyBit | RefusedRowLayout.pairKeyBit) == 0,
            isSymbolKeyText(symbolKey, mayBeEmpty: true), isPairKeyText(pairKey, mayBeEmpty: true)
        else { return nil }
        self.init(
            table: table, id: start[RefusedRowLayout.id], reason: reason,
            symbolKey: flags & RefusedRowLayout.symbolKeyBit == 0 ? nil : SymbolKey(frameBytes: symbolKey),
            pairKey: flags & RefusedRowLayout.pairKeyBit == 0 ? nil : PairKey(frameBytes: pairKey),
            exchangeId: start[RefusedRowLayout.exchangeId])
    }
}
