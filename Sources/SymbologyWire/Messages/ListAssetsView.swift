// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum ListAssets {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var exchangeId: Int { 12 }
        @inlinable public static var afterAsset: Range<Int> { 14..<34 }
        @inlinable public static var activeOnly: Int { 34 }
        @inlinable public static var padding1: Range<Int> { 35..<36 }
        @inlinable public static var countMax: Int { 36 }
        @inlinable public static var expectedGeneration: Int { 40 }
        @inlinable public static var padding2: Range<Int> { 48..<64 }
    }
}

/// Template 18, 64 bytes. Assets in order (ASCII case folded, then byte for byte), with their counts of symbols.
/// Answered by `AssetRecord` frames, then `EndOfList`.
public struct ListAssetsView: MessageView {
    public typealias Layout = WireLayout.ListAssets

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .listAssets }

    /// Chosen by the client, repeated in every frame of the answer.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// 0 = any.
    @inlinable public var exchangeId: UInt16 { base.loadInteger(at: Layout.exchangeId) }
    /// The page begins after this asset; empty = at the start.
    @inlinable public var afterAsset: UnsafeRawBufferPointer { base.loadText(Layout.afterAsset) }
    /// Inactive symbols and those of inactive exchanges do not count.
    @inlinable public var activeOnly: Bool { base.loadInteger(at: Layout.activeOnly, as: UInt8.self) != 0 }
    /// As in `ListSymbols`.
    @inlinable public var countMax: UInt32 { base.loadInteger(at: Layout.countMax) }
    /// As in `ListSymbols`.
    @inlinable public var expectedGeneration: UInt64 { base.loadInteger(at: Layout.expectedGeneration) }

    public func fault() -> RejectReason? {
        if let reason = base.textFault(Layout.afterAsset, mayBeEmpty: true) { return reason }
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
        afterAsset: some Collection<UInt8>,
        activeOnly: Bool,
        countMax: UInt32,
        expectedGeneration: UInt64
    ) {
        base.storeHeader(.listAssets)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(exchangeId, at: Layout.exchangeId)
        base.storeText(afterAsset, in: Layout.afterAsset)
        base.storeInteger(activeOnly ? 1 : 0 as UInt8, at: Layout.activeOnly)
        base.storeZero(Layout.padding1)
        base.storeInteger(countMax, at: Layout.countMax)
        base.storeInteger(expectedGeneration, at: Layout.expectedGeneration)
        base.storeZero(Layout.padding2)
    }
}
