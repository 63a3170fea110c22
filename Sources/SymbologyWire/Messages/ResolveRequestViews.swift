/// Template 1. Ids and precisions of a symbol by the venue's own string. Answered by `SymbolResolution`.
public struct ResolveSymbolView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .resolveSymbol }

    @inlinable public var requestId: UInt32 {
        base.loadInteger(at: WireLayout.ResolveSymbol.requestId, as: UInt32.self)
    }
    @inlinable public var exchangeId: UInt16 {
        base.loadInteger(at: WireLayout.ResolveSymbol.exchangeId, as: UInt16.self)
    }
    /// The venue's own string, matched byte for byte.
    @inlinable public var symbol: UnsafeRawBufferPointer { base.loadText(WireLayout.ResolveSymbol.symbol) }

    public func fault() -> RejectReason? {
        if base.isPlainText(WireLayout.ResolveSymbol.symbol) { return nil }
        return base.textFault(WireLayout.ResolveSymbol.symbol, mayBeEmpty: false)
    }

    /// Writes all but the 52 key bytes (`WireLimits.keyBytes`), which the caller copies from a prepared key.
    @inlinable
    public static func writeHeader(to base: UnsafeMutableRawPointer, requestId: UInt32) {
        base.storeHeader(.resolveSymbol)
        base.storeInteger(requestId, at: WireLayout.ResolveSymbol.requestId)
    }

    /// Writes the whole frame, 64 bytes, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer, requestId: UInt32, exchangeId: UInt16, symbol: some Collection<UInt8>
    ) {
        base.storeHeader(.resolveSymbol)
        base.storeInteger(requestId, at: WireLayout.ResolveSymbol.requestId)
        base.storeInteger(exchangeId, at: WireLayout.ResolveSymbol.exchangeId)
        base.storeText(symbol, in: WireLayout.ResolveSymbol.symbol)
    }
}

/// Template 2. Ids and precisions of a symbol by its assets. Answered by `SymbolResolution`.
public struct ResolvePairView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .resolvePair }

    @inlinable public var requestId: UInt32 { base.loadInteger(at: WireLayout.ResolvePair.requestId, as: UInt32.self) }
    @inlinable public var exchangeId: UInt16 {
        base.loadInteger(at: WireLayout.ResolvePair.exchangeId, as: UInt16.self)
    }
    @inlinable public var baseAsset: UnsafeRawBufferPointer { base.loadText(WireLayout.ResolvePair.baseAsset) }
    @inlinable public var quoteAsset: UnsafeRawBufferPointer { base.loadText(WireLayout.ResolvePair.quoteAsset) }

    public func fault() -> RejectReason? {
        if !base.isPlainText(WireLayout.ResolvePair.baseAsset),
            let reason = base.textFault(WireLayout.ResolvePair.baseAsset, mayBeEmpty: false)
        {
            return reason
        }
        if !base.isPlainText(WireLayout.ResolvePair.quoteAsset),
            let reason = base.textFault(WireLayout.ResolvePair.quoteAsset, mayBeEmpty: false)
        {
            return reason
        }
        guard base.isZero(WireLayout.ResolvePair.padding) else { return .paddingNotZero }
        return nil
    }

    /// Writes all but the 52 key bytes (`WireLimits.keyBytes`), which the caller copies from a prepared key.
    @inlinable
    public static func writeHeader(to base: UnsafeMutableRawPointer, requestId: UInt32) {
        base.storeHeader(.resolvePair)
        base.storeInteger(requestId, at: WireLayout.ResolvePair.requestId)
    }

    /// Writes the whole frame, 64 bytes, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer, requestId: UInt32, exchangeId: UInt16, baseAsset: some Collection<UInt8>,
        quoteAsset: some Collection<UInt8>
    ) {
        base.storeHeader(.resolvePair)
        base.storeInteger(requestId, at: WireLayout.ResolvePair.requestId)
        base.storeInteger(exchangeId, at: WireLayout.ResolvePair.exchangeId)
        base.storeText(baseAsset, in: WireLayout.ResolvePair.baseAsset)
        base.storeText(quoteAsset, in: WireLayout.ResolvePair.quoteAsset)
        base.storeZero(WireLayout.ResolvePair.padding)
    }
}

/// Template 3. An exchange by its enum value, or else by its name. Answered by `ExchangeResolution`.
public struct ResolveExchangeView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .resolveExchange }

    @inlinable public var requestId: UInt32 {
        base.loadInteger(at: WireLayout.ResolveExchange.requestId, as: UInt32.self)
    }
    /// The enum value, or else the name.
    @inlinable public var code: UnsafeRawBufferPointer { base.loadText(WireLayout.ResolveExchange.code) }

    public func fault() -> RejectReason? {
        guard base.isZero(WireLayout.ResolveExchange.padding) else { return .paddingNotZero }
        if let reason = base.textFault(WireLayout.ResolveExchange.code, mayBeEmpty: false) { return reason }
        return nil
    }

    /// Writes the whole frame, 64 bytes, padding included.
    @inlinable
    public static func write(to base: UnsafeMutableRawPointer, requestId: UInt32, code: some Collection<UInt8>) {
        base.storeHeader(.resolveExchange)
        base.storeInteger(requestId, at: WireLayout.ResolveExchange.requestId)
        base.storeZero(WireLayout.ResolveExchange.padding)
        base.storeText(code, in: WireLayout.ResolveExchange.code)
    }
}

/// Template 4. The whole symbol by id. Answered by `SymbolRecord`.
public struct GetSymbolView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .getSymbol }

    @inlinable public var requestId: UInt32 { base.loadInteger(at: WireLayout.GetSymbol.requestId, as: UInt32.self) }
    @inlinable public var symbolId: UInt32 { base.loadInteger(at: WireLayout.GetSymbol.symbolId, as: UInt32.self) }

    public func fault() -> RejectReason? {
        guard base.isZero(WireLayout.GetSymbol.padding) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, 64 bytes, padding included.
    @inlinable
    public static func write(to base: UnsafeMutableRawPointer, requestId: UInt32, symbolId: UInt32) {
        base.storeHeader(.getSymbol)
        base.storeInteger(requestId, at: WireLayout.GetSymbol.requestId)
        base.storeInteger(symbolId, at: WireLayout.GetSymbol.symbolId)
        base.storeZero(WireLayout.GetSymbol.padding)
    }
}

/// Template 5. The whole exchange by id. Answered by `ExchangeRecord`.
public struct GetExchangeView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .getExchange }

    @inlinable public var requestId: UInt32 { base.loadInteger(at: WireLayout.GetExchange.requestId, as: UInt32.self) }
    @inlinable public var exchangeId: UInt16 {
        base.loadInteger(at: WireLayout.GetExchange.exchangeId, as: UInt16.self)
    }

    public func fault() -> RejectReason? {
        guard base.isZero(WireLayout.GetExchange.padding) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, 64 bytes, padding included.
    @inlinable
    public static func write(to base: UnsafeMutableRawPointer, requestId: UInt32, exchangeId: UInt16) {
        base.storeHeader(.getExchange)
        base.storeInteger(requestId, at: WireLayout.GetExchange.requestId)
        base.storeInteger(exchangeId, at: WireLayout.GetExchange.exchangeId)
        base.storeZero(WireLayout.GetExchange.padding)
    }
}
