// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum ListStaleSymbols {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var exchangeId: Int { 12 }
        @inlinable public static var activeOnly: Int { 14 }
        @inlinable public static var padding1: Range<Int> { 15..<16 }
        @inlinable public static var afterSymbolId: Int { 16 }
        @inlinable public static var countMax: Int { 20 }
        @inlinable public static var expectedGeneration: Int { 24 }
        @inlinable public static var notSeenSince: Int { 32 }
        @inlinable public static var padding2: Range<Int> { 40..<64 }
    }
}

/// Template 19, 64 bytes. A page of symbols that their venue has not listed since a time, in order of id. What counts
/// is `lastSeen` as it is served, which can be behind the table's, or, where that is null, `createdAt`; a symbol with
/// neither comes. Answered by `SymbolRecord` frames, then `EndOfList`.
public struct ListStaleSymbolsView: MessageView {
    public typealias Layout = WireLayout.ListStaleSymbols

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .listStaleSymbols }

    /// Chosen by the client, repeated in every frame of the answer; 2³²−1 is null and refused.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// 0 = any.
    @inlinable public var exchangeId: UInt16 { base.loadInteger(at: Layout.exchangeId) }
    /// As in `ListSymbols`.
    @inlinable public var activeOnly: Bool { base.loadInteger(at: Layout.activeOnly, as: UInt8.self) != 0 }
    /// As in `ListSymbols`.
    @inlinable public var afterSymbolId: UInt32 { base.loadInteger(at: Layout.afterSymbolId) }
    /// As in `ListSymbols`.
    @inlinable public var countMax: UInt32 { base.loadInteger(at: Layout.countMax) }
    /// As in `ListSymbols`.
    @inlinable public var expectedGeneration: UInt64 { base.loadInteger(at: Layout.expectedGeneration) }
    /// Symbols listed at this time or later do not come. Unit: µs.
    @inlinable public var notSeenSince: Int64 { base.loadInteger(at: Layout.notSeenSince) }

    public func fault() -> RejectReason? {
        guard requestId <= 4_294_967_294 else { return .valueOutOfRange }
        guard base.loadInteger(at: Layout.activeOnly, as: UInt8.self) <= 1 else { return .valueOutOfRange }
        guard base.isZero(Layout.padding1) else { return .paddingNotZero }
        guard base.isZero(Layout.padding2) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer,
        requestId: UInt32,
        exchangeId: UInt16,
        activeOnly: Bool,
        afterSymbolId: UInt32,
        countMax: UInt32,
        expectedGeneration: UInt64,
        notSeenSince: Int64
    ) {
        base.storeHeader(.listStaleSymbols)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(exchangeId, at: Layout.exchangeId)
        base.storeInteger(activeOnly ? 1 : 0 as UInt8, at: Layout.activeOnly)
        base.storeZero(Layout.padding1)
        base.storeInteger(afterSymbolId, at: Layout.afterSymbolId)
        base.storeInteger(countMax, at: Layout.countMax)
        base.storeInteger(expectedGeneration, at: Layout.expectedGeneration)
        base.storeInteger(notSeenSince, at: Layout.notSeenSince)
        base.storeZero(Layout.padding2)
    }
}
