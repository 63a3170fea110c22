// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum ExchangeResolution {
        @inlinable public static var frameByteCount: Int { 32 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var status: Int { 12 }
        @inlinable public static var flags: Int { 13 }
        @inlinable public static var exchangeId: Int { 14 }
        @inlinable public static var marketType: Int { 16 }
        @inlinable public static var precisionDefault: Int { 17 }
        @inlinable public static var padding: Range<Int> { 18..<20 }
        @inlinable public static var rateLimitRequestsPerSecond: Int { 20 }
        @inlinable public static var generation: Int { 24 }
    }
}

/// Template 102, 32 bytes. Answers `ResolveExchange`.
public struct ExchangeResolutionView: MessageView {
    public typealias Layout = WireLayout.ExchangeResolution

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .exchangeResolution }

    /// Of the request that this answers.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// How the request ended.
    @inlinable public var status: ResolutionStatus? { ResolutionStatus(rawValue: base.loadInteger(at: Layout.status)) }
    /// 0 unless the exchange is known, but for `fromFile`.
    @inlinable public var flags: ResolutionFlags { ResolutionFlags(rawValue: base.loadInteger(at: Layout.flags)) }
    /// 0 unless the exchange is known.
    @inlinable public var exchangeId: UInt16 { base.loadInteger(at: Layout.exchangeId) }
    /// What the venue trades.
    @inlinable public var marketType: MarketType? { MarketType(rawValue: base.loadInteger(at: Layout.marketType)) }
    /// Digits after the point where a symbol does not say.
    @inlinable public var precisionDefault: UInt8? { base.loadOptional(at: Layout.precisionDefault) }
    /// Requests that the venue allows. Unit: 1/s.
    @inlinable public var rateLimitRequestsPerSecond: UInt32? {
        base.loadOptional(at: Layout.rateLimitRequestsPerSecond)
    }
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
        marketType: MarketType?,
        precisionDefault: UInt8?,
        rateLimitRequestsPerSecond: UInt32?,
        generation: UInt64
    ) {
        base.storeHeader(.exchangeResolution)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(status.rawValue, at: Layout.status)
        base.storeInteger(flags.rawValue, at: Layout.flags)
        base.storeInteger(exchangeId, at: Layout.exchangeId)
        base.storeInteger(marketType?.rawValue ?? 0, at: Layout.marketType)
        base.storeOptional(precisionDefault, at: Layout.precisionDefault)
        base.storeZero(Layout.padding)
        base.storeOptional(rateLimitRequestsPerSecond, at: Layout.rateLimitRequestsPerSecond)
        base.storeInteger(generation, at: Layout.generation)
    }
}
