// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum ListPairs {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var venueCountMin: Int { 12 }
        @inlinable public static var activeOnly: Int { 14 }
        @inlinable public static var padding1: Range<Int> { 15..<16 }
        @inlinable public static var afterSymbolId: Int { 16 }
        @inlinable public static var countMax: Int { 20 }
        @inlinable public static var expectedGeneration: Int { 24 }
        @inlinable public static var padding2: Range<Int> { 32..<64 }
    }
}

/// Template 17, 64 bytes. Symbols of the pairs that at least so many exchanges list, in order of base, quote (each with
/// ASCII case folded, then byte for byte) and exchange id, so that the symbols of a pair follow one another. A page may
/// end within a pair. Answered by `SymbolRecord` frames, then `EndOfList`.
public struct ListPairsView: MessageView {
    public typealias Layout = WireLayout.ListPairs

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .listPairs }

    /// Chosen by the client, repeated in every frame of the answer; 2³²−1 is null and refused.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// 0 and 1: every pair.
    @inlinable public var venueCountMin: UInt16 { base.loadInteger(at: Layout.venueCountMin) }
    /// Inactive symbols and those of inactive exchanges neither count nor come.
    @inlinable public var activeOnly: Bool { base.loadInteger(at: Layout.activeOnly, as: UInt8.self) != 0 }
    /// The page begins after this symbol in the order of pairs; 0 = at the start. One that is gone: `generationGone`.
    @inlinable public var afterSymbolId: UInt32 { base.loadInteger(at: Layout.afterSymbolId) }
    /// As in `ListSymbols`.
    @inlinable public var countMax: UInt32 { base.loadInteger(at: Layout.countMax) }
    /// As in `ListSymbols`.
    @inlinable public var expectedGeneration: UInt64 { base.loadInteger(at: Layout.expectedGeneration) }

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
        venueCountMin: UInt16,
        activeOnly: Bool,
        afterSymbolId: UInt32,
        countMax: UInt32,
        expectedGeneration: UInt64
    ) {
        base.storeHeader(.listPairs)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(venueCountMin, at: Layout.venueCountMin)
        base.storeInteger(activeOnly ? 1 : 0 as UInt8, at: Layout.activeOnly)
        base.storeZero(Layout.padding1)
        base.storeInteger(afterSymbolId, at: Layout.afterSymbolId)
        base.storeInteger(countMax, at: Layout.countMax)
        base.storeInteger(expectedGeneration, at: Layout.expectedGeneration)
        base.storeZero(Layout.padding2)
    }
}
