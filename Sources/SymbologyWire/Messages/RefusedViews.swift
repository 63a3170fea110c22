/// Template 20. A page of the rows that cannot be represented, exchanges before symbols, each in order of id. Answered
/// by `RefusedRecord` frames, then `EndOfList`.
public struct ListRefusedView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .listRefused }

    @inlinable public var requestId: UInt32 { base.loadInteger(at: WireLayout.ListRefused.requestId, as: UInt32.self) }
    /// The page begins after the row of this kind with `afterId`. See `WireChangeKind`; `everything` = at the start.
    @inlinable public var afterKind: UInt8 { base.loadInteger(at: WireLayout.ListRefused.afterKind, as: UInt8.self) }
    /// As in `ListSymbols`.
    @inlinable public var limit: UInt32 { base.loadInteger(at: WireLayout.ListRefused.limit, as: UInt32.self) }
    /// As in `ListSymbols`.
    @inlinable public var expectedGeneration: UInt64 {
        base.loadInteger(at: WireLayout.ListRefused.expectedGeneration, as: UInt64.self)
    }
    /// As the database has it; without meaning at the start.
    @inlinable public var afterId: Int64 { base.loadInteger(at: WireLayout.ListRefused.afterId, as: Int64.self) }

    public func fault() -> RejectReason? {
        guard afterKind <= WireChangeKind.symbol else { return .valueOutOfRange }
        guard base.isZero(WireLayout.ListRefused.padding1) else { return .paddingNotZero }
        guard base.isZero(WireLayout.ListRefused.padding2) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, 64 bytes, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer, requestId: UInt32, afterKind: UInt8, limit: UInt32,
        expectedGeneration: UInt64, afterId: Int64
    ) {
        base.storeHeader(.listRefused)
        base.storeInteger(requestId, at: WireLayout.ListRefused.requestId)
        base.storeInteger(afterKind, at: WireLayout.ListRefused.afterKind)
        base.storeZero(WireLayout.ListRefused.padding1)
        base.storeInteger(limit, at: WireLayout.ListRefused.limit)
        base.storeInteger(expectedGeneration, at: WireLayout.ListRefused.expectedGeneration)
        base.storeInteger(afterId, at: WireLayout.ListRefused.afterId)
        base.storeZero(WireLayout.ListRefused.padding2)
    }
}

/// Template 115. A row that cannot be represented, and why. Answers `ListRefused`.
public struct RefusedRecordView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .refusedRecord }

    @inlinable public var requestId: UInt32 {
        base.loadInteger(at: WireLayout.RefusedRecord.requestId, as: UInt32.self)
    }
    /// Which table: `exchange` or `symbol`. See `WireChangeKind`.
    @inlinable public var kind: UInt8 { base.loadInteger(at: WireLayout.RefusedRecord.kind, as: UInt8.self) }
    /// See `WireRefusedFlags`.
    @inlinable public var flags: UInt8 { base.loadInteger(at: WireLayout.RefusedRecord.flags, as: UInt8.self) }
    /// The symbol's exchange; 0 where that cannot be represented, and for exchanges.
    @inlinable public var exchangeId: UInt16 {
        base.loadInteger(at: WireLayout.RefusedRecord.exchangeId, as: UInt16.self)
    }
    /// As the database has it, in range or not.
    @inlinable public var id: Int64 { base.loadInteger(at: WireLayout.RefusedRecord.id, as: Int64.self) }
    /// Of the snapshot that answered.
    @inlinable public var generation: UInt64 {
        base.loadInteger(at: WireLayout.RefusedRecord.generation, as: UInt64.self)
    }
    /// The row's own string; empty where it cannot be represented.
    @inlinable public var symbol: UnsafeRawBufferPointer { base.loadText(WireLayout.RefusedRecord.symbol) }
    /// The row's own assets; empty where they cannot be represented.
    @inlinable public var baseAsset: UnsafeRawBufferPointer { base.loadText(WireLayout.RefusedRecord.baseAsset) }
    @inlinable public var quoteAsset: UnsafeRawBufferPointer { base.loadText(WireLayout.RefusedRecord.quoteAsset) }
    /// For people: the column and what is wrong with it.
    @inlinable public var reason: UnsafeRawBufferPointer { base.loadText(WireLayout.RefusedRecord.reason) }

    public func fault() -> RejectReason? {
        if let reason = base.textFault(WireLayout.RefusedRecord.symbol, mayBeEmpty: true) { return reason }
        if let reason = base.textFault(WireLayout.RefusedRecord.baseAsset, mayBeEmpty: true) { return reason }
        if let reason = base.textFault(WireLayout.RefusedRecord.quoteAsset, mayBeEmpty: true) { return reason }
        return base.textFault(WireLayout.RefusedRecord.reason, mayBeEmpty: true)
    }

    /// Writes the whole frame, 256 bytes. A reason that does not fit is cut, at a character, and `flags` then say so.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer, requestId: UInt32, kind: UInt8, flags: UInt8, exchangeId: UInt16, id: Int64,
        generation: UInt64, symbol: some Collection<UInt8>, baseAsset: some Collection<UInt8>,
        quoteAsset: some Collection<UInt8>, reason: some Collection<UInt8>
    ) {
        let isCut = reason.count > WireLayout.RefusedRecord.reason.count
        base.storeHeader(.refusedRecord)
        base.storeInteger(requestId, at: WireLayout.RefusedRecord.requestId)
        base.storeInteger(kind, at: WireLayout.RefusedRecord.kind)
        base.storeInteger(isCut ? flags | WireRefusedFlags.reasonCut : flags, at: WireLayout.RefusedRecord.flags)
        base.storeInteger(exchangeId, at: WireLayout.RefusedRecord.exchangeId)
        base.storeInteger(id, at: WireLayout.RefusedRecord.id)
        base.storeInteger(generation, at: WireLayout.RefusedRecord.generation)
        base.storeText(symbol, in: WireLayout.RefusedRecord.symbol)
        base.storeText(baseAsset, in: WireLayout.RefusedRecord.baseAsset)
        base.storeText(quoteAsset, in: WireLayout.RefusedRecord.quoteAsset)
        base.storeCutText(reason, in: WireLayout.RefusedRecord.reason)
    }
}
