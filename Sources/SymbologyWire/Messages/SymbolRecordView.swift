// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum SymbolRecord {
        @inlinable public static var frameByteCount: Int { 288 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var status: Int { 12 }
        @inlinable public static var flags: Int { 13 }
        @inlinable public static var exchangeId: Int { 14 }
        @inlinable public static var symbolId: Int { 16 }
        @inlinable public static var pricePrecision: Int { 20 }
        @inlinable public static var basePrecision: Int { 21 }
        @inlinable public static var quotePrecision: Int { 22 }
        @inlinable public static var derivedDigits: Int { 23 }
        @inlinable public static var generation: Int { 24 }
        @inlinable public static var kind: Int { 32 }
        @inlinable public static var payoff: Int { 33 }
        @inlinable public static var optionType: Int { 34 }
        @inlinable public static var minOrderSizeExponent: Int { 35 }
        @inlinable public static var maxOrderSizeExponent: Int { 36 }
        @inlinable public static var tickSizeExponent: Int { 37 }
        @inlinable public static var stepSizeExponent: Int { 38 }
        @inlinable public static var minNotionalExponent: Int { 39 }
        @inlinable public static var contractSizeExponent: Int { 40 }
        @inlinable public static var strikeExponent: Int { 41 }
        @inlinable public static var padding1: Range<Int> { 42..<48 }
        @inlinable public static var minOrderSizeMantissa: Int { 48 }
        @inlinable public static var maxOrderSizeMantissa: Int { 56 }
        @inlinable public static var tickSizeMantissa: Int { 64 }
        @inlinable public static var stepSizeMantissa: Int { 72 }
        @inlinable public static var minNotionalMantissa: Int { 80 }
        @inlinable public static var contractSizeMantissa: Int { 88 }
        @inlinable public static var strikeMantissa: Int { 96 }
        @inlinable public static var expiresAt: Int { 104 }
        @inlinable public static var listedAt: Int { 112 }
        @inlinable public static var delistsAt: Int { 120 }
        @inlinable public static var createdAt: Int { 128 }
        @inlinable public static var updatedAt: Int { 136 }
        @inlinable public static var lastSeen: Int { 144 }
        @inlinable public static var symbolText: Range<Int> { 152..<202 }
        @inlinable public static var baseAsset: Range<Int> { 202..<227 }
        @inlinable public static var quoteAsset: Range<Int> { 227..<252 }
        @inlinable public static var settleAsset: Range<Int> { 252..<277 }
        @inlinable public static var padding2: Range<Int> { 277..<288 }
    }
}

/// Template 103, 288 bytes. The whole symbol. Answers `GetSymbol`, `ListSymbols`, `FindPair`, `ListContracts`,
/// `SearchSymbols`, `ListPairs`, `ListStaleSymbols`, and follows `Change` frames. A decimal is mantissa × 10^exponent,
/// trailing zeros stripped; a null mantissa says absent. Times are microseconds since 1970-01-01T00:00:00Z.
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
    /// The exchange that lists it; 0 unless the symbol is known.
    @inlinable public var exchangeId: UInt16 { base.loadInteger(at: Layout.exchangeId) }
    /// The symbol.
    @inlinable public var symbolId: UInt32 { base.loadInteger(at: Layout.symbolId) }
    /// Digits after the point of a price; null = unknown.
    @inlinable public var pricePrecision: UInt8? { base.loadOptional(at: Layout.pricePrecision) }
    /// Digits after the point of a quantity: of base assets, or of contracts; null = unknown.
    @inlinable public var basePrecision: UInt8? { base.loadOptional(at: Layout.basePrecision) }
    /// Digits after the point of an amount in quote units; null = unknown.
    @inlinable public var quotePrecision: UInt8? { base.loadOptional(at: Layout.quotePrecision) }
    /// What of the record was derived and not given.
    @inlinable public var derivedDigits: DerivedDigits {
        DerivedDigits(rawValue: base.loadInteger(at: Layout.derivedDigits))
    }
    /// Of the snapshot that answered.
    @inlinable public var generation: UInt64 { base.loadInteger(at: Layout.generation) }
    /// What it is; 0 unless known.
    @inlinable public var kind: InstrumentKind? { InstrumentKind(rawValue: base.loadInteger(at: Layout.kind)) }
    /// Of a contract.
    @inlinable public var payoff: Payoff? { Payoff(rawValue: base.loadInteger(at: Layout.payoff)) }
    /// Of an option.
    @inlinable public var optionType: OptionType? { OptionType(rawValue: base.loadInteger(at: Layout.optionType)) }
    /// Least order size, in base assets; of a contract in contracts.
    @inlinable public var minOrderSize: WireDecimal {
        base.loadDecimal(mantissaAt: Layout.minOrderSizeMantissa, exponentAt: Layout.minOrderSizeExponent)
    }
    /// Greatest order size, in base assets; of a contract in contracts.
    @inlinable public var maxOrderSize: WireDecimal {
        base.loadDecimal(mantissaAt: Layout.maxOrderSizeMantissa, exponentAt: Layout.maxOrderSizeExponent)
    }
    /// Step of a price.
    @inlinable public var tickSize: WireDecimal {
        base.loadDecimal(mantissaAt: Layout.tickSizeMantissa, exponentAt: Layout.tickSizeExponent)
    }
    /// Step of an order size, in what order sizes are in.
    @inlinable public var stepSize: WireDecimal {
        base.loadDecimal(mantissaAt: Layout.stepSizeMantissa, exponentAt: Layout.stepSizeExponent)
    }
    /// Least order value, price times quantity, in quote assets.
    @inlinable public var minNotional: WireDecimal {
        base.loadDecimal(mantissaAt: Layout.minNotionalMantissa, exponentAt: Layout.minNotionalExponent)
    }
    /// What one contract is of: base assets (linear contracts, options), quote assets (inverse perpetuals and futures),
    /// settle assets (quanto).
    @inlinable public var contractSize: WireDecimal {
        base.loadDecimal(mantissaAt: Layout.contractSizeMantissa, exponentAt: Layout.contractSizeExponent)
    }
    /// Price at which an option may be exercised.
    @inlinable public var strike: WireDecimal {
        base.loadDecimal(mantissaAt: Layout.strikeMantissa, exponentAt: Layout.strikeExponent)
    }
    /// When it expires: from this moment on it is inactive. Unit: µs.
    @inlinable public var expiresAt: Int64? { base.loadOptional(at: Layout.expiresAt) }
    /// When the venue listed it, as announced. Unit: µs.
    @inlinable public var listedAt: Int64? { base.loadOptional(at: Layout.listedAt) }
    /// When the venue delists it, as announced: from this moment on it is inactive. Unit: µs.
    @inlinable public var delistsAt: Int64? { base.loadOptional(at: Layout.delistsAt) }
    /// When the row was made. Unit: µs.
    @inlinable public var createdAt: Int64? { base.loadOptional(at: Layout.createdAt) }
    /// When the row was last changed. Unit: µs.
    @inlinable public var updatedAt: Int64? { base.loadOptional(at: Layout.updatedAt) }
    /// When the venue last listed the symbol, as of the row's last other change or of the last reading of all tables.
    /// Unit: µs.
    @inlinable public var lastSeen: Int64? { base.loadOptional(at: Layout.lastSeen) }
    /// The venue's own string; empty unless known.
    @inlinable public var symbolText: UnsafeRawBufferPointer { base.loadText(Layout.symbolText) }
    /// The base asset.
    @inlinable public var baseAsset: UnsafeRawBufferPointer { base.loadText(Layout.baseAsset) }
    /// The quote asset.
    @inlinable public var quoteAsset: UnsafeRawBufferPointer { base.loadText(Layout.quoteAsset) }
    /// The asset that a contract settles in.
    @inlinable public var settleAsset: UnsafeRawBufferPointer { base.loadText(Layout.settleAsset) }

    public func fault() -> RejectReason? {
        if let reason = base.textFault(Layout.symbolText, mayBeEmpty: true) { return reason }
        if let reason = base.textFault(Layout.baseAsset, mayBeEmpty: true) { return reason }
        if let reason = base.textFault(Layout.quoteAsset, mayBeEmpty: true) { return reason }
        if let reason = base.textFault(Layout.settleAsset, mayBeEmpty: true) { return reason }
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
        pricePrecision: UInt8?,
        basePrecision: UInt8?,
        quotePrecision: UInt8?,
        derivedDigits: DerivedDigits,
        generation: UInt64,
        kind: InstrumentKind?,
        payoff: Payoff?,
        optionType: OptionType?,
        minOrderSize: WireDecimal,
        maxOrderSize: WireDecimal,
        tickSize: WireDecimal,
        stepSize: WireDecimal,
        minNotional: WireDecimal,
        contractSize: WireDecimal,
        strike: WireDecimal,
        expiresAt: Int64?,
        listedAt: Int64?,
        delistsAt: Int64?,
        createdAt: Int64?,
        updatedAt: Int64?,
        lastSeen: Int64?,
        symbolText: some Collection<UInt8>,
        baseAsset: some Collection<UInt8>,
        quoteAsset: some Collection<UInt8>,
        settleAsset: some Collection<UInt8>
    ) {
        base.storeHeader(.symbolRecord)
        base.storeOptional(requestId, at: Layout.requestId)
        base.storeInteger(status.rawValue, at: Layout.status)
        base.storeInteger(flags.rawValue, at: Layout.flags)
        base.storeInteger(exchangeId, at: Layout.exchangeId)
        base.storeInteger(symbolId, at: Layout.symbolId)
        base.storeOptional(pricePrecision, at: Layout.pricePrecision)
        base.storeOptional(basePrecision, at: Layout.basePrecision)
        base.storeOptional(quotePrecision, at: Layout.quotePrecision)
        base.storeInteger(derivedDigits.rawValue, at: Layout.derivedDigits)
        base.storeInteger(generation, at: Layout.generation)
        base.storeInteger(kind?.rawValue ?? 0, at: Layout.kind)
        base.storeInteger(payoff?.rawValue ?? 0, at: Layout.payoff)
        base.storeInteger(optionType?.rawValue ?? 0, at: Layout.optionType)
        base.storeInteger(minOrderSize.exponent, at: Layout.minOrderSizeExponent)
        base.storeInteger(maxOrderSize.exponent, at: Layout.maxOrderSizeExponent)
        base.storeInteger(tickSize.exponent, at: Layout.tickSizeExponent)
        base.storeInteger(stepSize.exponent, at: Layout.stepSizeExponent)
        base.storeInteger(minNotional.exponent, at: Layout.minNotionalExponent)
        base.storeInteger(contractSize.exponent, at: Layout.contractSizeExponent)
        base.storeInteger(strike.exponent, at: Layout.strikeExponent)
        base.storeZero(Layout.padding1)
        base.storeInteger(minOrderSize.mantissa, at: Layout.minOrderSizeMantissa)
        base.storeInteger(maxOrderSize.mantissa, at: Layout.maxOrderSizeMantissa)
        base.storeInteger(tickSize.mantissa, at: Layout.tickSizeMantissa)
        base.storeInteger(stepSize.mantissa, at: Layout.stepSizeMantissa)
        base.storeInteger(minNotional.mantissa, at: Layout.minNotionalMantissa)
        base.storeInteger(contractSize.mantissa, at: Layout.contractSizeMantissa)
        base.storeInteger(strike.mantissa, at: Layout.strikeMantissa)
        base.storeOptional(expiresAt, at: Layout.expiresAt)
        base.storeOptional(listedAt, at: Layout.listedAt)
        base.storeOptional(delistsAt, at: Layout.delistsAt)
        base.storeOptional(createdAt, at: Layout.createdAt)
        base.storeOptional(updatedAt, at: Layout.updatedAt)
        base.storeOptional(lastSeen, at: Layout.lastSeen)
        base.storeText(symbolText, in: Layout.symbolText)
        base.storeText(baseAsset, in: Layout.baseAsset)
        base.storeText(quoteAsset, in: Layout.quoteAsset)
        base.storeText(settleAsset, in: Layout.settleAsset)
        base.storeZero(Layout.padding2)
    }
}
