/// Template 17. Symbols of the pairs that at least so many exchanges list, in order of base, quote (each with ASCII
/// case folded, then byte for byte) and exchange id, so that the symbols of a pair follow one another. A page may end
/// within a pair. Answered by `SymbolRecord` frames, then `EndOfList`.
public struct ListPairsView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .listPairs }

    @inlinable public var requestId: UInt32 { base.loadInteger(at: WireLayout.ListPairs.requestId, as: UInt32.self) }
    /// 0 and 1: every pair.
    @inlinable public var venueCountMin: UInt16 {
        base.loadInteger(at: WireLayout.ListPairs.venueCountMin, as: UInt16.self)
    }
    /// Inactive symbols and those of inactive exchanges neither count nor come. 0 or 1.
    @inlinable public var activeOnly: UInt8 { base.loadInteger(at: WireLayout.ListPairs.activeOnly, as: UInt8.self) }
    /// The page begins after this symbol in the order of pairs; 0 = at the start. One that is gone: `generationGone`.
    @inlinable public var afterSymbolId: UInt32 {
        base.loadInteger(at: WireLayout.ListPairs.afterSymbolId, as: UInt32.self)
    }
    /// As in `ListSymbols`.
    @inlinable public var limit: UInt32 { base.loadInteger(at: WireLayout.ListPairs.limit, as: UInt32.self) }
    /// As in `ListSymbols`.
    @inlinable public var expectedGeneration: UInt64 {
        base.loadInteger(at: WireLayout.ListPairs.expectedGeneration, as: UInt64.self)
    }

    public func fault() -> RejectReason? {
        guard activeOnly <= 1 else { return .valueOutOfRange }
        guard base.isZero(WireLayout.ListPairs.padding1) else { return .paddingNotZero }
        guard base.isZero(WireLayout.ListPairs.padding2) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, 64 bytes, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer, requestId: UInt32, venueCountMin: UInt16, activeOnly: UInt8,
        afterSymbolId: UInt32, limit: UInt32, expectedGeneration: UInt64
    ) {
        base.storeHeader(.listPairs)
        base.storeInteger(requestId, at: WireLayout.ListPairs.requestId)
        base.storeInteger(venueCountMin, at: WireLayout.ListPairs.venueCountMin)
        base.storeInteger(activeOnly, at: WireLayout.ListPairs.activeOnly)
        base.storeZero(WireLayout.ListPairs.padding1)
        base.storeInteger(afterSymbolId, at: WireLayout.ListPairs.afterSymbolId)
        base.storeInteger(limit, at: WireLayout.ListPairs.limit)
        base.storeInteger(expectedGeneration, at: WireLayout.ListPairs.expectedGeneration)
        base.storeZero(WireLayout.ListPairs.padding2)
    }
}

/// Template 18. Assets in order (ASCII case folded, then byte for byte), with their counts of symbols. Answered by
/// `AssetRecord` frames, then `EndOfList`.
public struct ListAssetsView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .listAssets }

    @inlinable public var requestId: UInt32 { base.loadInteger(at: WireLayout.ListAssets.requestId, as: UInt32.self) }
    /// 0 = any.
    @inlinable public var exchangeId: UInt16 { base.loadInteger(at: WireLayout.ListAssets.exchangeId, as: UInt16.self) }
    /// The page begins after this asset; empty = at the start.
    @inlinable public var afterAsset: UnsafeRawBufferPointer { base.loadText(WireLayout.ListAssets.afterAsset) }
    /// Inactive symbols and those of inactive exchanges do not count. 0 or 1.
    @inlinable public var activeOnly: UInt8 { base.loadInteger(at: WireLayout.ListAssets.activeOnly, as: UInt8.self) }
    /// As in `ListSymbols`.
    @inlinable public var limit: UInt32 { base.loadInteger(at: WireLayout.ListAssets.limit, as: UInt32.self) }
    /// As in `ListSymbols`.
    @inlinable public var expectedGeneration: UInt64 {
        base.loadInteger(at: WireLayout.ListAssets.expectedGeneration, as: UInt64.self)
    }

    public func fault() -> RejectReason? {
        if let reason = base.textFault(WireLayout.ListAssets.afterAsset, mayBeEmpty: true) { return reason }
        guard activeOnly <= 1 else { return .valueOutOfRange }
        guard base.isZero(WireLayout.ListAssets.padding1) else { return .paddingNotZero }
        guard base.isZero(WireLayout.ListAssets.padding2) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, 64 bytes, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer, requestId: UInt32, exchangeId: UInt16, afterAsset: some Collection<UInt8>,
        activeOnly: UInt8, limit: UInt32, expectedGeneration: UInt64
    ) {
        base.storeHeader(.listAssets)
        base.storeInteger(requestId, at: WireLayout.ListAssets.requestId)
        base.storeInteger(exchangeId, at: WireLayout.ListAssets.exchangeId)
        base.storeText(afterAsset, in: WireLayout.ListAssets.afterAsset)
        base.storeInteger(activeOnly, at: WireLayout.ListAssets.activeOnly)
        base.storeZero(WireLayout.ListAssets.padding1)
        base.storeInteger(limit, at: WireLayout.ListAssets.limit)
        base.storeInteger(expectedGeneration, at: WireLayout.ListAssets.expectedGeneration)
        base.storeZero(WireLayout.ListAssets.padding2)
    }
}

/// Template 19. A page of symbols that their venue has not listed since a time, in order of id. What counts is
/// `lastSeen` or, where that is null, `createdAt`; a symbol with neither comes. Answered by `SymbolRecord` frames,
/// then `EndOfList`.
public struct ListStaleSymbolsView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .listStaleSymbols }

    @inlinable public var requestId: UInt32 {
        base.loadInteger(at: WireLayout.ListStaleSymbols.requestId, as: UInt32.self)
    }
    /// 0 = any.
    @inlinable public var exchangeId: UInt16 {
        base.loadInteger(at: WireLayout.ListStaleSymbols.exchangeId, as: UInt16.self)
    }
    /// As in `ListSymbols`. 0 or 1.
    @inlinable public var activeOnly: UInt8 {
        base.loadInteger(at: WireLayout.ListStaleSymbols.activeOnly, as: UInt8.self)
    }
    /// As in `ListSymbols`.
    @inlinable public var afterSymbolId: UInt32 {
        base.loadInteger(at: WireLayout.ListStaleSymbols.afterSymbolId, as: UInt32.self)
    }
    /// As in `ListSymbols`.
    @inlinable public var limit: UInt32 { base.loadInteger(at: WireLayout.ListStaleSymbols.limit, as: UInt32.self) }
    /// As in `ListSymbols`.
    @inlinable public var expectedGeneration: UInt64 {
        base.loadInteger(at: WireLayout.ListStaleSymbols.expectedGeneration, as: UInt64.self)
    }
    /// Microseconds since 1970.
    @inlinable public var notSeenSince: Int64 {
        base.loadInteger(at: WireLayout.ListStaleSymbols.notSeenSince, as: Int64.self)
    }

    public func fault() -> RejectReason? {
        guard activeOnly <= 1 else { return .valueOutOfRange }
        guard base.isZero(WireLayout.ListStaleSymbols.padding1) else { return .paddingNotZero }
        guard base.isZero(WireLayout.ListStaleSymbols.padding2) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, 64 bytes, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer, requestId: UInt32, exchangeId: UInt16, activeOnly: UInt8,
        afterSymbolId: UInt32, limit: UInt32, expectedGeneration: UInt64, notSeenSince: Int64
    ) {
        base.storeHeader(.listStaleSymbols)
        base.storeInteger(requestId, at: WireLayout.ListStaleSymbols.requestId)
        base.storeInteger(exchangeId, at: WireLayout.ListStaleSymbols.exchangeId)
        base.storeInteger(activeOnly, at: WireLayout.ListStaleSymbols.activeOnly)
        base.storeZero(WireLayout.ListStaleSymbols.padding1)
        base.storeInteger(afterSymbolId, at: WireLayout.ListStaleSymbols.afterSymbolId)
        base.storeInteger(limit, at: WireLayout.ListStaleSymbols.limit)
        base.storeInteger(expectedGeneration, at: WireLayout.ListStaleSymbols.expectedGeneration)
        base.storeInteger(notSeenSince, at: WireLayout.ListStaleSymbols.notSeenSince)
        base.storeZero(WireLayout.ListStaleSymbols.padding2)
    }
}

/// Template 114. An asset and its symbols. Answers `ListAssets`.
public struct AssetRecordView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .assetRecord }

    @inlinable public var requestId: UInt32 { base.loadInteger(at: WireLayout.AssetRecord.requestId, as: UInt32.self) }
    /// As in the request.
    @inlinable public var exchangeId: UInt16 {
        base.loadInteger(at: WireLayout.AssetRecord.exchangeId, as: UInt16.self)
    }
    @inlinable public var asset: UnsafeRawBufferPointer { base.loadText(WireLayout.AssetRecord.asset) }
    /// Symbols whose base it is.
    @inlinable public var baseSymbolCount: UInt32 {
        base.loadInteger(at: WireLayout.AssetRecord.baseSymbolCount, as: UInt32.self)
    }
    /// Symbols whose quote it is.
    @inlinable public var quoteSymbolCount: UInt32 {
        base.loadInteger(at: WireLayout.AssetRecord.quoteSymbolCount, as: UInt32.self)
    }
    /// Of the snapshot that answered.
    @inlinable public var generation: UInt64 {
        base.loadInteger(at: WireLayout.AssetRecord.generation, as: UInt64.self)
    }

    public func fault() -> RejectReason? {
        guard base.isZero(WireLayout.AssetRecord.padding1) else { return .paddingNotZero }
        if let reason = base.textFault(WireLayout.AssetRecord.asset, mayBeEmpty: true) { return reason }
        guard base.isZero(WireLayout.AssetRecord.padding2) else { return .paddingNotZero }
        guard base.isZero(WireLayout.AssetRecord.padding3) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, 64 bytes, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer, requestId: UInt32, exchangeId: UInt16, asset: some Collection<UInt8>,
        baseSymbolCount: UInt32, quoteSymbolCount: UInt32, generation: UInt64
    ) {
        base.storeHeader(.assetRecord)
        base.storeInteger(requestId, at: WireLayout.AssetRecord.requestId)
        base.storeInteger(exchangeId, at: WireLayout.AssetRecord.exchangeId)
        base.storeZero(WireLayout.AssetRecord.padding1)
        base.storeText(asset, in: WireLayout.AssetRecord.asset)
        base.storeInteger(baseSymbolCount, at: WireLayout.AssetRecord.baseSymbolCount)
        base.storeInteger(quoteSymbolCount, at: WireLayout.AssetRecord.quoteSymbolCount)
        base.storeZero(WireLayout.AssetRecord.padding2)
        base.storeInteger(generation, at: WireLayout.AssetRecord.generation)
        base.storeZero(WireLayout.AssetRecord.padding3)
    }
}
