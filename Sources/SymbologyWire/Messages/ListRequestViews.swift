/// Template 6. A page of symbols in order of id. Answered by `SymbolRecord` frames, then `EndOfList`.
public struct ListSymbolsView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .listSymbols }

    @inlinable public var requestId: UInt32 { base.loadInteger(at: WireLayout.ListSymbols.requestId, as: UInt32.self) }
    /// 0 = any.
    @inlinable public var exchangeId: UInt16 {
        base.loadInteger(at: WireLayout.ListSymbols.exchangeId, as: UInt16.self)
    }
    /// Leave out inactive symbols and those of inactive exchanges. 0 or 1.
    @inlinable public var activeOnly: UInt8 { base.loadInteger(at: WireLayout.ListSymbols.activeOnly, as: UInt8.self) }
    /// The page begins after this id; 0 = at the start.
    @inlinable public var afterSymbolId: UInt32 {
        base.loadInteger(at: WireLayout.ListSymbols.afterSymbolId, as: UInt32.self)
    }
    /// Most symbols in the page; 0, or more than the server's page: the server's page.
    @inlinable public var limit: UInt32 { base.loadInteger(at: WireLayout.ListSymbols.limit, as: UInt32.self) }
    /// `generationGone` when another one is served; 0 = any.
    @inlinable public var expectedGeneration: UInt64 {
        base.loadInteger(at: WireLayout.ListSymbols.expectedGeneration, as: UInt64.self)
    }

    public func fault() -> RejectReason? {
        guard activeOnly <= 1 else { return .valueOutOfRange }
        guard base.isZero(WireLayout.ListSymbols.padding1) else { return .paddingNotZero }
        guard base.isZero(WireLayout.ListSymbols.padding2) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, 64 bytes, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer, requestId: UInt32, exchangeId: UInt16, activeOnly: UInt8,
        afterSymbolId: UInt32, limit: UInt32, expectedGeneration: UInt64
    ) {
        base.storeHeader(.listSymbols)
        base.storeInteger(requestId, at: WireLayout.ListSymbols.requestId)
        base.storeInteger(exchangeId, at: WireLayout.ListSymbols.exchangeId)
        base.storeInteger(activeOnly, at: WireLayout.ListSymbols.activeOnly)
        base.storeZero(WireLayout.ListSymbols.padding1)
        base.storeInteger(afterSymbolId, at: WireLayout.ListSymbols.afterSymbolId)
        base.storeInteger(limit, at: WireLayout.ListSymbols.limit)
        base.storeInteger(expectedGeneration, at: WireLayout.ListSymbols.expectedGeneration)
        base.storeZero(WireLayout.ListSymbols.padding2)
    }
}

/// Template 7. A page of exchanges in order of id. Answered by `ExchangeRecord` frames, then `EndOfList`.
public struct ListExchangesView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .listExchanges }

    @inlinable public var requestId: UInt32 {
        base.loadInteger(at: WireLayout.ListExchanges.requestId, as: UInt32.self)
    }
    /// See `WireMarketType`.
    @inlinable public var marketType: UInt8 {
        base.loadInteger(at: WireLayout.ListExchanges.marketType, as: UInt8.self)
    }
    /// 0 or 1.
    @inlinable public var activeOnly: UInt8 {
        base.loadInteger(at: WireLayout.ListExchanges.activeOnly, as: UInt8.self)
    }
    /// The page begins after this id; 0 = at the start.
    @inlinable public var afterExchangeId: UInt16 {
        base.loadInteger(at: WireLayout.ListExchanges.afterExchangeId, as: UInt16.self)
    }
    /// As in `ListSymbols`.
    @inlinable public var limit: UInt32 { base.loadInteger(at: WireLayout.ListExchanges.limit, as: UInt32.self) }
    /// As in `ListSymbols`.
    @inlinable public var expectedGeneration: UInt64 {
        base.loadInteger(at: WireLayout.ListExchanges.expectedGeneration, as: UInt64.self)
    }

    public func fault() -> RejectReason? {
        guard marketType <= WireMarketType.options else { return .valueOutOfRange }
        guard activeOnly <= 1 else { return .valueOutOfRange }
        guard base.isZero(WireLayout.ListExchanges.padding1) else { return .paddingNotZero }
        guard base.isZero(WireLayout.ListExchanges.padding2) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, 64 bytes, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer, requestId: UInt32, marketType: UInt8, activeOnly: UInt8,
        afterExchangeId: UInt16, limit: UInt32, expectedGeneration: UInt64
    ) {
        base.storeHeader(.listExchanges)
        base.storeInteger(requestId, at: WireLayout.ListExchanges.requestId)
        base.storeInteger(marketType, at: WireLayout.ListExchanges.marketType)
        base.storeInteger(activeOnly, at: WireLayout.ListExchanges.activeOnly)
        base.storeInteger(afterExchangeId, at: WireLayout.ListExchanges.afterExchangeId)
        base.storeInteger(limit, at: WireLayout.ListExchanges.limit)
        base.storeZero(WireLayout.ListExchanges.padding1)
        base.storeInteger(expectedGeneration, at: WireLayout.ListExchanges.expectedGeneration)
        base.storeZero(WireLayout.ListExchanges.padding2)
    }
}

/// Template 8. Every exchange that lists the pair. Answered by `SymbolRecord` frames, then `EndOfList`.
public struct FindPairView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .findPair }

    @inlinable public var requestId: UInt32 { base.loadInteger(at: WireLayout.FindPair.requestId, as: UInt32.self) }
    @inlinable public var baseAsset: UnsafeRawBufferPointer { base.loadText(WireLayout.FindPair.baseAsset) }
    @inlinable public var quoteAsset: UnsafeRawBufferPointer { base.loadText(WireLayout.FindPair.quoteAsset) }

    public func fault() -> RejectReason? {
        guard base.isZero(WireLayout.FindPair.padding1) else { return .paddingNotZero }
        if let reason = base.textFault(WireLayout.FindPair.baseAsset, mayBeEmpty: false) { return reason }
        if let reason = base.textFault(WireLayout.FindPair.quoteAsset, mayBeEmpty: false) { return reason }
        guard base.isZero(WireLayout.FindPair.padding2) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, 64 bytes, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer, requestId: UInt32, baseAsset: some Collection<UInt8>,
        quoteAsset: some Collection<UInt8>
    ) {
        base.storeHeader(.findPair)
        base.storeInteger(requestId, at: WireLayout.FindPair.requestId)
        base.storeZero(WireLayout.FindPair.padding1)
        base.storeText(baseAsset, in: WireLayout.FindPair.baseAsset)
        base.storeText(quoteAsset, in: WireLayout.FindPair.quoteAsset)
        base.storeZero(WireLayout.FindPair.padding2)
    }
}

/// Template 9. Symbols whose string, base or quote asset matches, ASCII case folded; exact matches first, then
/// prefixes, then substrings, active before inactive. Answered by `SymbolRecord` frames, then `EndOfList`.
public struct SearchSymbolsView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .searchSymbols }

    @inlinable public var requestId: UInt32 {
        base.loadInteger(at: WireLayout.SearchSymbols.requestId, as: UInt32.self)
    }
    /// 0 = any.
    @inlinable public var exchangeId: UInt16 {
        base.loadInteger(at: WireLayout.SearchSymbols.exchangeId, as: UInt16.self)
    }
    /// See `WireSearchMode`.
    @inlinable public var mode: UInt8 { base.loadInteger(at: WireLayout.SearchSymbols.mode, as: UInt8.self) }
    /// 0 or 1.
    @inlinable public var activeOnly: UInt8 {
        base.loadInteger(at: WireLayout.SearchSymbols.activeOnly, as: UInt8.self)
    }
    /// As in `ListSymbols`.
    @inlinable public var limit: UInt16 { base.loadInteger(at: WireLayout.SearchSymbols.limit, as: UInt16.self) }
    /// What to look for.
    @inlinable public var text: UnsafeRawBufferPointer { base.loadText(WireLayout.SearchSymbols.text) }

    public func fault() -> RejectReason? {
        guard mode == WireSearchMode.prefix || mode == WireSearchMode.substring else {
            return .valueOutOfRange
        }
        guard activeOnly <= 1 else { return .valueOutOfRange }
        if let reason = base.textFault(WireLayout.SearchSymbols.text, mayBeEmpty: false) { return reason }
        return nil
    }

    /// Writes the whole frame, 64 bytes, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer, requestId: UInt32, exchangeId: UInt16, mode: UInt8, activeOnly: UInt8,
        limit: UInt16, text: some Collection<UInt8>
    ) {
        base.storeHeader(.searchSymbols)
        base.storeInteger(requestId, at: WireLayout.SearchSymbols.requestId)
        base.storeInteger(exchangeId, at: WireLayout.SearchSymbols.exchangeId)
        base.storeInteger(mode, at: WireLayout.SearchSymbols.mode)
        base.storeInteger(activeOnly, at: WireLayout.SearchSymbols.activeOnly)
        base.storeInteger(limit, at: WireLayout.SearchSymbols.limit)
        base.storeText(text, in: WireLayout.SearchSymbols.text)
    }
}
