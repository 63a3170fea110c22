/// Template 103. The whole symbol. Answers `GetSymbol`, `ListSymbols`, `FindPair`, `SearchSymbols`, `ListPairs`,
/// `ListStaleSymbols`, and follows `Change` frames. A decimal is mantissa × 10^exponent, trailing zeros stripped; a
/// null mantissa says absent. Times are microseconds since 1970-01-01T00:00:00Z.
public struct SymbolRecordView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .symbolRecord }

    @inlinable public var requestId: UInt32 { base.loadInteger(at: WireLayout.SymbolRecord.requestId, as: UInt32.self) }
    /// See `WireStatus`.
    @inlinable public var status: UInt8 { base.loadInteger(at: WireLayout.SymbolRecord.status, as: UInt8.self) }
    /// See `WireSymbolFlags`.
    @inlinable public var flags: UInt8 { base.loadInteger(at: WireLayout.SymbolRecord.flags, as: UInt8.self) }
    @inlinable public var exchangeId: UInt16 {
        base.loadInteger(at: WireLayout.SymbolRecord.exchangeId, as: UInt16.self)
    }
    @inlinable public var symbolId: UInt32 { base.loadInteger(at: WireLayout.SymbolRecord.symbolId, as: UInt32.self) }
    @inlinable public var pricePrecision: UInt8 {
        base.loadInteger(at: WireLayout.SymbolRecord.pricePrecision, as: UInt8.self)
    }
    @inlinable public var basePrecision: UInt8 {
        base.loadInteger(at: WireLayout.SymbolRecord.basePrecision, as: UInt8.self)
    }
    @inlinable public var quotePrecision: UInt8 {
        base.loadInteger(at: WireLayout.SymbolRecord.quotePrecision, as: UInt8.self)
    }
    /// Of the snapshot that answered.
    @inlinable public var generation: UInt64 {
        base.loadInteger(at: WireLayout.SymbolRecord.generation, as: UInt64.self)
    }
    /// The venue's own string; empty unless known.
    @inlinable public var symbol: UnsafeRawBufferPointer { base.loadText(WireLayout.SymbolRecord.symbol) }
    @inlinable public var baseAsset: UnsafeRawBufferPointer { base.loadText(WireLayout.SymbolRecord.baseAsset) }
    @inlinable public var quoteAsset: UnsafeRawBufferPointer { base.loadText(WireLayout.SymbolRecord.quoteAsset) }
    @inlinable public var minOrderSizeExponent: Int8 {
        base.loadInteger(at: WireLayout.SymbolRecord.minOrderSizeExponent, as: Int8.self)
    }
    @inlinable public var maxOrderSizeExponent: Int8 {
        base.loadInteger(at: WireLayout.SymbolRecord.maxOrderSizeExponent, as: Int8.self)
    }
    @inlinable public var tickSizeExponent: Int8 {
        base.loadInteger(at: WireLayout.SymbolRecord.tickSizeExponent, as: Int8.self)
    }
    @inlinable public var stepSizeExponent: Int8 {
        base.loadInteger(at: WireLayout.SymbolRecord.stepSizeExponent, as: Int8.self)
    }
    /// Null is `WireNull.int64`.
    @inlinable public var minOrderSizeMantissa: Int64 {
        base.loadInteger(at: WireLayout.SymbolRecord.minOrderSizeMantissa, as: Int64.self)
    }
    /// Null is `WireNull.int64`.
    @inlinable public var maxOrderSizeMantissa: Int64 {
        base.loadInteger(at: WireLayout.SymbolRecord.maxOrderSizeMantissa, as: Int64.self)
    }
    /// Null is `WireNull.int64`.
    @inlinable public var tickSizeMantissa: Int64 {
        base.loadInteger(at: WireLayout.SymbolRecord.tickSizeMantissa, as: Int64.self)
    }
    /// Null is `WireNull.int64`.
    @inlinable public var stepSizeMantissa: Int64 {
        base.loadInteger(at: WireLayout.SymbolRecord.stepSizeMantissa, as: Int64.self)
    }
    /// Μs. Null is `WireNull.int64`.
    @inlinable public var createdAt: Int64 { base.loadInteger(at: WireLayout.SymbolRecord.createdAt, as: Int64.self) }
    /// Μs. Null is `WireNull.int64`.
    @inlinable public var updatedAt: Int64 { base.loadInteger(at: WireLayout.SymbolRecord.updatedAt, as: Int64.self) }
    /// Μs. Null is `WireNull.int64`.
    @inlinable public var lastSeen: Int64 { base.loadInteger(at: WireLayout.SymbolRecord.lastSeen, as: Int64.self) }

    public func fault() -> RejectReason? {
        guard base.isZero(WireLayout.SymbolRecord.padding1) else { return .paddingNotZero }
        if let reason = base.textFault(WireLayout.SymbolRecord.symbol, mayBeEmpty: true) { return reason }
        if let reason = base.textFault(WireLayout.SymbolRecord.baseAsset, mayBeEmpty: true) { return reason }
        if let reason = base.textFault(WireLayout.SymbolRecord.quoteAsset, mayBeEmpty: true) { return reason }
        guard base.isZero(WireLayout.SymbolRecord.padding2) else { return .paddingNotZero }
        guard base.isZero(WireLayout.SymbolRecord.padding3) else { return .paddingNotZero }
        return nil
    }
}

/// Writes template 103. A new writer clears the frame's 256 bytes and sets every field that can be null to null;
/// setters fill it.
public struct SymbolRecordWriter {
    public let base: UnsafeMutableRawPointer

    @inlinable
    public init(_ base: UnsafeMutableRawPointer, requestId: UInt32) {
        self.base = base
        base.storeZero(0..<WireLayout.SymbolRecord.frameByteCount)
        base.storeHeader(.symbolRecord)
        base.storeInteger(requestId, at: WireLayout.SymbolRecord.requestId)
        base.storeInteger(WireNull.int64, at: WireLayout.SymbolRecord.minOrderSizeMantissa)
        base.storeInteger(WireNull.int64, at: WireLayout.SymbolRecord.maxOrderSizeMantissa)
        base.storeInteger(WireNull.int64, at: WireLayout.SymbolRecord.tickSizeMantissa)
        base.storeInteger(WireNull.int64, at: WireLayout.SymbolRecord.stepSizeMantissa)
        base.storeInteger(WireNull.int64, at: WireLayout.SymbolRecord.createdAt)
        base.storeInteger(WireNull.int64, at: WireLayout.SymbolRecord.updatedAt)
        base.storeInteger(WireNull.int64, at: WireLayout.SymbolRecord.lastSeen)
    }

    @inlinable public func setStatus(_ value: UInt8) {
        base.storeInteger(value, at: WireLayout.SymbolRecord.status)
    }
    @inlinable public func setFlags(_ value: UInt8) {
        base.storeInteger(value, at: WireLayout.SymbolRecord.flags)
    }
    @inlinable public func setExchangeId(_ value: UInt16) {
        base.storeInteger(value, at: WireLayout.SymbolRecord.exchangeId)
    }
    @inlinable public func setSymbolId(_ value: UInt32) {
        base.storeInteger(value, at: WireLayout.SymbolRecord.symbolId)
    }
    @inlinable public func setPricePrecision(_ value: UInt8) {
        base.storeInteger(value, at: WireLayout.SymbolRecord.pricePrecision)
    }
    @inlinable public func setBasePrecision(_ value: UInt8) {
        base.storeInteger(value, at: WireLayout.SymbolRecord.basePrecision)
    }
    @inlinable public func setQuotePrecision(_ value: UInt8) {
        base.storeInteger(value, at: WireLayout.SymbolRecord.quotePrecision)
    }
    @inlinable public func setGeneration(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.SymbolRecord.generation)
    }
    @inlinable public func setSymbol(_ text: some Collection<UInt8>) {
        base.storeText(text, in: WireLayout.SymbolRecord.symbol)
    }
    @inlinable public func setBaseAsset(_ text: some Collection<UInt8>) {
        base.storeText(text, in: WireLayout.SymbolRecord.baseAsset)
    }
    @inlinable public func setQuoteAsset(_ text: some Collection<UInt8>) {
        base.storeText(text, in: WireLayout.SymbolRecord.quoteAsset)
    }
    @inlinable public func setMinOrderSizeExponent(_ value: Int8) {
        base.storeInteger(value, at: WireLayout.SymbolRecord.minOrderSizeExponent)
    }
    @inlinable public func setMaxOrderSizeExponent(_ value: Int8) {
        base.storeInteger(value, at: WireLayout.SymbolRecord.maxOrderSizeExponent)
    }
    @inlinable public func setTickSizeExponent(_ value: Int8) {
        base.storeInteger(value, at: WireLayout.SymbolRecord.tickSizeExponent)
    }
    @inlinable public func setStepSizeExponent(_ value: Int8) {
        base.storeInteger(value, at: WireLayout.SymbolRecord.stepSizeExponent)
    }
    @inlinable public func setMinOrderSizeMantissa(_ value: Int64) {
        base.storeInteger(value, at: WireLayout.SymbolRecord.minOrderSizeMantissa)
    }
    @inlinable public func setMaxOrderSizeMantissa(_ value: Int64) {
        base.storeInteger(value, at: WireLayout.SymbolRecord.maxOrderSizeMantissa)
    }
    @inlinable public func setTickSizeMantissa(_ value: Int64) {
        base.storeInteger(value, at: WireLayout.SymbolRecord.tickSizeMantissa)
    }
    @inlinable public func setStepSizeMantissa(_ value: Int64) {
        base.storeInteger(value, at: WireLayout.SymbolRecord.stepSizeMantissa)
    }
    @inlinable public func setCreatedAt(_ value: Int64) {
        base.storeInteger(value, at: WireLayout.SymbolRecord.createdAt)
    }
    @inlinable public func setUpdatedAt(_ value: Int64) {
        base.storeInteger(value, at: WireLayout.SymbolRecord.updatedAt)
    }
    @inlinable public func setLastSeen(_ value: Int64) {
        base.storeInteger(value, at: WireLayout.SymbolRecord.lastSeen)
    }
}
