/// Where things stand in an alias of 56 bytes: the key as in a frame, and the symbol's id.
enum AliasLayout {
    static let byteCount = 56
    static let symbolId = ImageField<UInt32>(52)
}

extension SymbolAlias {
    func store(at start: UnsafeMutableRawPointer) {
        key.copyBytes(to: start)
        start[AliasLayout.symbolId] = symbolId
    }

    init(storedAt start: UnsafeRawPointer) {
        self.init(key: SymbolKey(frameBytes: start), symbolId: start[AliasLayout.symbolId])
    }
}
