/// Template 101. Answers `ResolveSymbol` and `ResolvePair`.
public struct SymbolResolutionView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .symbolResolution }

    @inlinable public var requestId: UInt32 {
        base.loadInteger(at: WireLayout.SymbolResolution.requestId, as: UInt32.self)
    }
    /// See `WireStatus`.
    @inlinable public var status: UInt8 { base.loadInteger(at: WireLayout.SymbolResolution.status, as: UInt8.self) }
    /// See `WireSymbolFlags`; of a symbol that is not known only `fromFile` is told.
    @inlinable public var flags: UInt8 { base.loadInteger(at: WireLayout.SymbolResolution.flags, as: UInt8.self) }
    /// 0 when the exchange is unknown.
    @inlinable public var exchangeId: UInt16 {
        base.loadInteger(at: WireLayout.SymbolResolution.exchangeId, as: UInt16.self)
    }
    /// 0 unless the symbol is known.
    @inlinable public var symbolId: UInt32 {
        base.loadInteger(at: WireLayout.SymbolResolution.symbolId, as: UInt32.self)
    }
    @inlinable public var pricePrecision: UInt8 {
        base.loadInteger(at: WireLayout.SymbolResolution.pricePrecision, as: UInt8.self)
    }
    @inlinable public var basePrecision: UInt8 {
        base.loadInteger(at: WireLayout.SymbolResolution.basePrecision, as: UInt8.self)
    }
    @inlinable public var quotePrecision: UInt8 {
        base.loadInteger(at: WireLayout.SymbolResolution.quotePrecision, as: UInt8.self)
    }
    /// Of the snapshot that answered.
    @inlinable public var generation: UInt64 {
        base.loadInteger(at: WireLayout.SymbolResolution.generation, as: UInt64.self)
    }

    public func fault() -> RejectReason? {
        guard base.isZero(WireLayout.SymbolResolution.padding) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame from fields that lie together already: four stores of a word each.
    /// - Parameters:
    ///   - identity: status, flags, exchange id and symbol id, in this order from the lowest byte on.
    ///   - precisions: price, base and quote precision likewise; the highest byte is padding and zero.
    @inlinable
    @inline(__always)
    public static func write(
        to base: UnsafeMutableRawPointer, requestId: UInt32, identity: UInt64, precisions: UInt32, generation: UInt64
    ) {
        base.storeHeader(.symbolResolution)
        base.storeInteger(requestId, at: WireLayout.SymbolResolution.requestId)
        base.storeInteger(identity, at: WireLayout.SymbolResolution.status)
        base.storeInteger(precisions, at: WireLayout.SymbolResolution.pricePrecision)
        base.storeInteger(generation, at: WireLayout.SymbolResolution.generation)
    }

    /// Writes the whole frame, 32 bytes, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer, requestId: UInt32, status: UInt8, flags: UInt8, exchangeId: UInt16,
        symbolId: UInt32, pricePrecision: UInt8, basePrecision: UInt8, quotePrecision: UInt8, generation: UInt64
    ) {
        base.storeHeader(.symbolResolution)
        base.storeInteger(requestId, at: WireLayout.SymbolResolution.requestId)
        base.storeInteger(status, at: WireLayout.SymbolResolution.status)
        base.storeInteger(flags, at: WireLayout.SymbolResolution.flags)
        base.storeInteger(exchangeId, at: WireLayout.SymbolResolution.exchangeId)
        base.storeInteger(symbolId, at: WireLayout.SymbolResolution.symbolId)
        base.storeInteger(pricePrecision, at: WireLayout.SymbolResolution.pricePrecision)
        base.storeInteger(basePrecision, at: WireLayout.SymbolResolution.basePrecision)
        base.storeInteger(quotePrecision, at: WireLayout.SymbolResolution.quotePrecision)
        base.storeZero(WireLayout.SymbolResolution.padding)
        base.storeInteger(generation, at: WireLayout.SymbolResolution.generation)
    }
}

/// Template 102. Answers `ResolveExchange`.
public struct ExchangeResolutionView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .exchangeResolution }

    @inlinable public var requestId: UInt32 {
        base.loadInteger(at: WireLayout.ExchangeResolution.requestId, as: UInt32.self)
    }
    /// See `WireStatus`.
    @inlinable public var status: UInt8 { base.loadInteger(at: WireLayout.ExchangeResolution.status, as: UInt8.self) }
    /// See `WireSymbolFlags`.
    @inlinable public var flags: UInt8 { base.loadInteger(at: WireLayout.ExchangeResolution.flags, as: UInt8.self) }
    /// 0 unless the exchange is known.
    @inlinable public var exchangeId: UInt16 {
        base.loadInteger(at: WireLayout.ExchangeResolution.exchangeId, as: UInt16.self)
    }
    /// See `WireMarketType`.
    @inlinable public var marketType: UInt8 {
        base.loadInteger(at: WireLayout.ExchangeResolution.marketType, as: UInt8.self)
    }
    /// Null is `WireNull.uint8`.
    @inlinable public var precisionDefault: UInt8 {
        base.loadInteger(at: WireLayout.ExchangeResolution.precisionDefault, as: UInt8.self)
    }
    /// Null is `WireNull.uint32`.
    @inlinable public var rateLimitRequestsPerSecond: UInt32 {
        base.loadInteger(at: WireLayout.ExchangeResolution.rateLimitRequestsPerSecond, as: UInt32.self)
    }
    /// Of the snapshot that answered.
    @inlinable public var generation: UInt64 {
        base.loadInteger(at: WireLayout.ExchangeResolution.generation, as: UInt64.self)
    }

    public func fault() -> RejectReason? {
        guard base.isZero(WireLayout.ExchangeResolution.padding) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, 32 bytes, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer, requestId: UInt32, status: UInt8, flags: UInt8, exchangeId: UInt16,
        marketType: UInt8, precisionDefault: UInt8, rateLimitRequestsPerSecond: UInt32, generation: UInt64
    ) {
        base.storeHeader(.exchangeResolution)
        base.storeInteger(requestId, at: WireLayout.ExchangeResolution.requestId)
        base.storeInteger(status, at: WireLayout.ExchangeResolution.status)
        base.storeInteger(flags, at: WireLayout.ExchangeResolution.flags)
        base.storeInteger(exchangeId, at: WireLayout.ExchangeResolution.exchangeId)
        base.storeInteger(marketType, at: WireLayout.ExchangeResolution.marketType)
        base.storeInteger(precisionDefault, at: WireLayout.ExchangeResolution.precisionDefault)
        base.storeZero(WireLayout.ExchangeResolution.padding)
        base.storeInteger(rateLimitRequestsPerSecond, at: WireLayout.ExchangeResolution.rateLimitRequestsPerSecond)
        base.storeInteger(generation, at: WireLayout.ExchangeResolution.generation)
    }
}

/// Template 105. Ends every list, also an empty one, and acknowledges `BeginBatch`.
public struct EndOfListView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .endOfList }

    @inlinable public var requestId: UInt32 { base.loadInteger(at: WireLayout.EndOfList.requestId, as: UInt32.self) }
    /// See `WireStatus`.
    @inlinable public var status: UInt8 { base.loadInteger(at: WireLayout.EndOfList.status, as: UInt8.self) }
    /// The list goes on after `resumeAfterId`. 0 or 1.
    @inlinable public var moreFollow: UInt8 { base.loadInteger(at: WireLayout.EndOfList.moreFollow, as: UInt8.self) }
    /// Records sent for this request; for a batch the requests granted.
    @inlinable public var count: UInt32 { base.loadInteger(at: WireLayout.EndOfList.count, as: UInt32.self) }
    /// Where the next page begins when more follow; 0 where there are no pages.
    @inlinable public var resumeAfterId: UInt32 {
        base.loadInteger(at: WireLayout.EndOfList.resumeAfterId, as: UInt32.self)
    }
    /// Of the snapshot that answered.
    @inlinable public var generation: UInt64 { base.loadInteger(at: WireLayout.EndOfList.generation, as: UInt64.self) }

    public func fault() -> RejectReason? {
        guard base.isZero(WireLayout.EndOfList.padding) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, 32 bytes, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer, requestId: UInt32, status: UInt8, moreFollow: UInt8, count: UInt32,
        resumeAfterId: UInt32 = 0, generation: UInt64
    ) {
        base.storeHeader(.endOfList)
        base.storeInteger(requestId, at: WireLayout.EndOfList.requestId)
        base.storeInteger(status, at: WireLayout.EndOfList.status)
        base.storeInteger(moreFollow, at: WireLayout.EndOfList.moreFollow)
        base.storeZero(WireLayout.EndOfList.padding)
        base.storeInteger(count, at: WireLayout.EndOfList.count)
        base.storeInteger(resumeAfterId, at: WireLayout.EndOfList.resumeAfterId)
        base.storeInteger(generation, at: WireLayout.EndOfList.generation)
    }
}
