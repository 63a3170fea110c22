// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum SymbolRecord {
        @inlinable public static var frameByteCount: Int { 256 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var status: Int { 12 }
        @inlinable public static var flags: Int { 13 }
        @inlinable public static var exchangeId: Int { 14 }
        @inlinable public static var symbolId: Int { 16 }
        @inlinable public static var pricePrecision: Int { 20 }
        @inlinable public static var basePrecision: Int { 21 }
        @inlinable public static var quotePrecision: Int { 22 }
        @inlinable public static var padding1: Range<Int> { 23..<24 }
        @inlinable public static var generation: Int { 24 }
        @inlinable public static var symbolText: Range<Int> { 32..<82 }
        @inlinable public static var baseAsset: Range<Int> { 82..<102 }
        @inlinable public static var quoteAsset: Range<Int> { 102..<122 }
        @inlinable public static var minOrderSizeExponent: Int { 122 }
        @inlinable public static var maxOrderSizeExponent: Int { 123 }
        @inlinable public static var tickSizeExponent: Int { 124 }
        @inlinable public static var stepSizeExponent: Int { 125 }
        @inlinable public static var minNotionalExponent: Int { 126 }
        @inlinable public static var padding2: Range<Int> { 127..<128 }
        @inlinable public static var minOrderSizeMantissa: Int { 128 }
        @inlinable public static var maxOrderSizeMantissa: Int { 136 }
        @inlinable public static var tickSizeMantissa: Int { 144 }
        @inlinable public static var stepSizeMantissa: Int { 152 }
        @inlinable public static var createdAt: Int { 160 }
        @inlinable public static var updatedAt: Int { 168 }
        @inlinable public static var lastSeen: Int { 176 }
        @inlinable public static var minNotionalMantissa: Int { 184 }
        @inlinable public static var padding3: Range<Int> { 192..<256 }
    }
}

/// Template 103, 256 bytes. The whole symbol. Answers `GetSymbol`, `ListSymbols`, `FindPair`, `SearchSymbols`,
/// `ListPairs`, `ListStaleSymbols`, and follows `Change` frames. A decimal is mantissa × 10^exponent, trailing zeros
/// stripped; a null mantissa says absent. Times are microseconds since 1970-01-01T00:00:00Z.
public struct SymbolRecordView: MessageView {
    public typealias Layout = WireLayout.SymbolRecord

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .symbolRecord }

    /// Null when it follows a `Change`.
    @inlinable public var requestId: UInt32? { base.loadOptional(at: Layout.requestId) }
    /// How the request ended.
    @inlinable public var status: ResolutionStatus? { ResolutionStatus(rawValue: base.loadInteger(at: Layout.status)) }
    /// 0 unless the symbol is known, but for `fromFile`.
    @inlinable public var flags: ResolutionFlags { ResolutionFlags(rawValue: base.loadInteger(at: Layout.flags)) }
    /// The exchange that lists it.
    @inlinable public var exchangeId: UInt16 { base.loadInteger(at: Layout.exchangeId) }
    /// The symbol.
    @inlinable public var symbolId: UInt32 { base.loadInteger(at: Layout.symbolId) }
    /// Digits after the point of a price.
    @inlinable public var pricePrecision: UInt8 { base.loadInteger(at: Layout.pricePrecision) }
    /// Digits after the point of a quantity in base units.
    @inlinable public var basePrecision: UInt8 { base.loadInteger(at: Layout.basePrecision) }
    /// Digits after the point of an amount in quote units.
    @inlinable public var quotePrecision: UInt8 { base.loadInteger(at: Layout.quotePrecision) }
    /// Of the snapshot that answered.
    @inlinable public var generation: UInt64 { base.loadInteger(at: Layout.generation) }
    /// The venue's own string; empty unless known.
    @inlinable public var symbolText: UnsafeRawBufferPointer { base.loadText(Layout.symbolText) }
    /// The base asset.
    @inlinable public var baseAsset: UnsafeRawBufferPointer { base.loadText(Layout.baseAsset) }
    /// The quote asset.
    @inlinable public var quoteAsset: UnsafeRawBufferPointer { base.loadText(Layout.quoteAsset) }
    /// Least order size, in base units.
    @inlinable public var minOrderSize: WireDecimal {
        base.loadDecimal(mantissaAt: Layout.minOrderSizeMantissa, exponentAt: Layout.minOrderSizeExponent)
    }
    /// Greatest order size, in base units.
    @inlinable public var maxOrderSize: WireDecimal {
        base.loadDecimal(mantissaAt: Layout.maxOrderSizeMantissa, exponentAt: Layout.maxOrderSizeExponent)
    }
    /// Step of a price.
    @inlinable public var tickSize: WireDecimal {
        base.loadDecimal(mantissaAt: Layout.tickSizeMantissa, exponentAt: Layout.tickSizeExponent)
    }
    /// Step of an order size.
    @inlinable public var stepSize: WireDecimal {
        base.loadDecimal(mantissaAt: Layout.stepSizeMantissa, exponentAt: Layout.stepSizeExponent)
    }
    /// Least order value, price times quantity, in quote units.
    @inlinable public var minNotional: WireDecimal {
        base.loadDecimal(mantissaAt: Layout.minNotionalMantissa, exponentAt: Layout.minNotionalExponent)
    }
    /// When the row was made. Unit: µs.
    @inlinable public var createdAt: Int64? { base.loadOptional(at: Layout.createdAt) }
    /// When the row was last changed. Unit: µs.
    @inlinable public var updatedAt: Int64? { base.loadOptional(at: Layout.updatedAt) }
    /// When the venue last listed the symbol. Unit: µs.
    @inlinable public var lastSeen: Int64? { base.loadOptional(at: Layout.lastSeen) }

    public func fault() -> RejectReason? {
        guard base.isZero(Layout.padding1) else { return .paddingNotZero }
        if let reason = base.textFault(Layout.symbolText, mayBeEmpty: true) { return reason }
        if let reason = base.textFault(Layout.baseAsset, mayBeEmpty: true) { return reason }
        if let reason = base.textFault(Layout.quoteAsset, mayBeEmpty: true) { return reason }
        guard base.isZero(Layout.padding2) else { return .paddingNotZero }
        guard base.isZero(Layout.padding3) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer,
        requestId: UInt32?,
        status: ResolutionStatus,
        flags: ResolutionFlags,
        exchangeId: UInt16,
        symbolId: UInt32,
        pricePrecision: UInt8,
        basePrecision: UInt8,
        quotePrecision: UInt8,
        generation: UInt64,
        symbolText: some Collection<UInt8>,
        baseAsset: some Collection<UInt8>,
        quoteAsset: some Collection<UInt8>,
        minOrderSize: WireDecimal,
        maxOrderSize: WireDecimal,
        tickSize: WireDecimal,
        stepSize: WireDecimal,
        minNotional: WireDecimal,
        createdAt: Int64?,
        updatedAt: Int64?,
        lastSeen: Int64?
    ) {
        base.storeHeader(.symbolRecord)
        base.storeOptional(requestId, at: Layout.requestId)
        base.storeInteger(status.rawValue, at: Layout.status)
        base.storeInteger(flags.rawValue, at: Layout.flags)
        base.storeInteger(exchangeId, at: Layout.exchangeId)
        base.storeInteger(symbolId, at: Layout.symbolId)
        base.storeInteger(pricePrecision, at: Layout.pricePrecision)
        base.storeInteger(basePrecision, at: Layout.basePrecision)
        base.storeInteger(quotePrecision, at: Layout.quotePrecision)
        base.storeZero(Layout.padding1)
        base.storeInteger(generation, at: Layout.generation)
        base.storeText(symbolText, in: Layout.symbolText)
        base.storeText(baseAsset, in: Layout.baseAsset)
        base.storeText(quoteAsset, in: Layout.quoteAsset)
        base.storeInteger(minOrderSize.exponent, at: Layout.minOrderSizeExponent)
        base.storeInteger(maxOrderSize.exponent, at: Layout.maxOrderSizeExponent)
        base.storeInteger(tickSize.exponent, at: Layout.tickSizeExponent)
        base.storeInteger(stepSize.exponent, at: Layout.stepSizeExponent)
        base.storeInteger(minNotional.exponent, at: Layout.minNotionalExponent)
        base.storeZero(Layout.padding2)
        base.storeInteger(minOrderSize.mantissa, at: Layout.minOrderSizeMantissa)
        base.storeInteger(maxOrderSize.mantissa, at: Layout.maxOrderSizeMantissa)
        base.storeInteger(tickSize.mantissa, at: Layout.tickSizeMantissa)
        base.storeInteger(stepSize.mantissa, at: Layout.stepSizeMantissa)
        base.storeOptional(createdAt, at: Layout.createdAt)
        base.storeOptional(updatedAt, at: Layout.updatedAt)
        base.storeOptional(lastSeen, at: Layout.lastSeen)
        base.storeInteger(minNotional.mantissa, at: Layout.minNotionalMantissa)
        base.storeZero(Layout.padding3)
    }
}
