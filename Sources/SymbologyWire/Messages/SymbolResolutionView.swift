// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum SymbolResolution {
        @inlinable public static var frameByteCount: Int { 32 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var status: Int { 12 }
        @inlinable public static var flags: Int { 13 }
        @inlinable public static var exchangeId: Int { 14 }
        @inlinable public static var symbolId: Int { 16 }
        @inlinable public static var pricePrecision: Int { 20 }
        @inlinable public static var basePrecision: Int { 21 }
        @inlinable public static var quotePrecision: Int { 22 }
        @inlinable public static var padding: Range<Int> { 23..<24 }
        @inlinable public static var generation: Int { 24 }
    }
}

/// Template 101, 32 bytes. Answers `ResolveSymbol`, `ResolvePair`, `ResolveUnified` and `ResolveByCode`.
public struct SymbolResolutionView: MessageView {
    public typealias Layout = WireLayout.SymbolResolution

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .symbolResolution }

    /// Of the request that this answers.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// How the request ended.
    @inlinable public var status: ResolutionStatus? { ResolutionStatus(rawValue: base.loadInteger(at: Layout.status)) }
    /// 0 unless the symbol is known, but for `fromFile`.
    @inlinable public var flags: ResolutionFlags { ResolutionFlags(rawValue: base.loadInteger(at: Layout.flags)) }
    /// 0 when the exchange is unknown.
    @inlinable public var exchangeId: UInt16 { base.loadInteger(at: Layout.exchangeId) }
    /// 0 unless the symbol is known.
    @inlinable public var symbolId: UInt32 { base.loadInteger(at: Layout.symbolId) }
    /// Digits after the point of a price; null = unknown.
    @inlinable public var pricePrecision: UInt8? { base.loadOptional(at: Layout.pricePrecision) }
    /// Digits after the point of a quantity: of base assets, or of contracts; null = unknown.
    @inlinable public var basePrecision: UInt8? { base.loadOptional(at: Layout.basePrecision) }
    /// Digits after the point of an amount in quote units; null = unknown.
    @inlinable public var quotePrecision: UInt8? { base.loadOptional(at: Layout.quotePrecision) }
    /// Of the snapshot that answered.
    @inlinable public var generation: UInt64 { base.loadInteger(at: Layout.generation) }

    public func fault() -> RejectReason? {
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer,
        requestId: UInt32,
        status: ResolutionStatus,
        flags: ResolutionFlags,
        exchangeId: UInt16,
        symbolId: UInt32,
        pricePrecision: UInt8?,
        basePrecision: UInt8?,
        quotePrecision: UInt8?,
        generation: UInt64
    ) {
        base.storeHeader(.symbolResolution)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(status.rawValue, at: Layout.status)
        base.storeInteger(flags.rawValue, at: Layout.flags)
        base.storeInteger(exchangeId, at: Layout.exchangeId)
        base.storeInteger(symbolId, at: Layout.symbolId)
        base.storeOptional(pricePrecision, at: Layout.pricePrecision)
        base.storeOptional(basePrecision, at: Layout.basePrecision)
        base.storeOptional(quotePrecision, at: Layout.quotePrecision)
        base.storeZero(Layout.padding)
        base.storeInteger(generation, at: Layout.generation)
    }
}
