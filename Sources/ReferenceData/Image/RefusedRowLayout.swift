/// Where things stand in a refused row of 192 bytes.
enum RefusedRowLayout {
    static let byteCount = 192
    static let id = ImageField<Int64>(0)
    /// In the texts.
    static let reasonOffset = ImageField<UInt64>(8)
    static let reasonByteCount = ImageField<UInt32>(16)
    static let exchangeId = ImageField<UInt16>(20)
    static let table = ImageField<UInt8>(22)
    /// The bits below, and the raw value of the kind, 0 for none, from `kindShift` on.
    static let flags = ImageField<UInt8>(23)
    static let symbolKey = ImageField<SymbolKey>(24)
    static let pairKey = ImageField<PairKey>(80)
    static let nameKey = ImageField<NameKey>(136)

    static let symbolKeyBit: UInt8 = 1
    static let pairKeyBit: UInt8 = 2
    static let nameKeyBit: UInt8 = 4
    static let kindShift: UInt8 = 3
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
        if let nameKey {
            flags |= RefusedRowLayout.nameKeyBit
            nameKey.words.copyBytes(to: start + RefusedRowLayout.nameKey.offset)
        }
        if let kind { flags |= kind.rawValue << RefusedRowLayout.kindShift }
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
        let (symbolKey, pairKey, nameKey) = (
            start + RefusedRowLayout.symbolKey.offset, start + RefusedRowLayout.pairKey.offset,
            start + RefusedRowLayout.nameKey.offset
        )
        let kind = flags >> RefusedRowLayout.kindShift
        let hasName = flags & RefusedRowLayout.nameKeyBit != 0
        // A refused row may lack any of its texts; what it has of a key was represented, and is a text.
        guard kind == 0 || InstrumentKind(rawValue: kind) != nil, isSymbolKeyText(symbolKey, mayBeEmpty: true),
            isPairKeyText(pairKey, mayBeEmpty: true), isSymbolKeyText(nameKey, mayBeEmpty: true),
            !hasName || nameKey.load(as: UInt16.self) & NameKey.markBit != 0
        else { return nil }
        self.init(
            table: table, id: start[RefusedRowLayout.id], reason: reason,
            symbolKey: flags & RefusedRowLayout.symbolKeyBit == 0 ? nil : SymbolKey(frameBytes: symbolKey),
            pairKey: flags & RefusedRowLayout.pairKeyBit == 0 ? nil : PairKey(frameBytes: pairKey),
            nameKey: hasName ? NameKey(markedBytes: nameKey) : nil, kind: InstrumentKind(rawValue: kind),
            exchangeId: start[RefusedRowLayout.exchangeId])
    }
}
