// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum ListAssets {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var exchangeId: Int { 12 }
        @inlinable public static var activeOnly: Int { 14 }
        @inlinable public static var padding1: Range<Int> { 15..<16 }
        @inlinable public static var countMax: Int { 16 }
        @inlinable public static var padding2: Range<Int> { 20..<24 }
        @inlinable public static var expectedGeneration: Int { 24 }
        @inlinable public static var afterAsset: Range<Int> { 32..<57 }
        @inlinable public static var padding3: Range<Int> { 57..<64 }
    }
}

/// Template 18, 64 bytes. Assets in order (ASCII case folded, then byte for byte), with their counts of symbols, each
/// that has any. Answered by `AssetRecord` frames, then `EndOfList`.
public struct ListAssetsView: MessageView {
    public typealias Layout = WireLayout.ListAssets

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .listAssets }

    /// Chosen by the client, repeated in every frame of the answer; 2³²−1 is null and refused.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// 0 = any.
    @inlinable public var exchangeId: UInt16 { base.loadInteger(at: Layout.exchangeId) }
    /// Inactive symbols and those of inactive exchanges do not count.
    @inlinable public var activeOnly: Bool { base.loadInteger(at: Layout.activeOnly, as: UInt8.self) != 0 }
    /// As in `ListSymbols`.
    @inlinable public var countMax: UInt32 { base.loadInteger(at: Layout.countMax) }
    /// As in `ListSymbols`.
    @inlinable public var expectedGeneration: UInt64 { base.loadInteger(at: Layout.expectedGeneration) }
    /// The page begins after this asset; empty = at the start.
    @inlinable public var afterAsset: UnsafeRawBufferPointer { base.loadText(Layout.afterAsset) }

    public func fault() -> RejectReason? {
        guard requestId <= 4_294_967_294 else { return .valueOutOfRange }
        guard base.loadInteger(at: Layout.activeOnly, as: UInt8.self) <= 1 else { return .valueOutOfRange }
        guard base.isZero(Layout.padding1) else { return .paddingNotZero }
        guard base.isZero(Layout.padding2) else { return .paddingNotZero }
        if let reason = base.textFault(Layout.afterAsset, mayBeEmpty: true) { return reason }
        guard base.isZero(Layout.padding3) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer,
        requestId: UInt32,
        exchangeId: UInt16,
        activeOnly: Bool,
        countMax: UInt32,
        expectedGeneration: UInt64,
        afterAsset: some Collection<UInt8>
    ) {
        base.storeHeader(.listAssets)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(exchangeId, at: Layout.exchangeId)
        base.storeInteger(activeOnly ? 1 : 0 as UInt8, at: Layout.activeOnly)
        base.storeZero(Layout.padding1)
        base.storeInteger(countMax, at: Layout.countMax)
        base.storeZero(Layout.padding2)
        base.storeInteger(expectedGeneration, at: Layout.expectedGeneration)
        base.storeText(afterAsset, in: Layout.afterAsset)
        base.storeZero(Layout.padding3)
    }
}
