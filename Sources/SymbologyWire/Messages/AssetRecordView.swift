// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum AssetRecord {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var exchangeId: Int { 12 }
        @inlinable public static var padding1: Range<Int> { 14..<16 }
        @inlinable public static var asset: Range<Int> { 16..<41 }
        @inlinable public static var padding2: Range<Int> { 41..<44 }
        @inlinable public static var baseSymbolCount: Int { 44 }
        @inlinable public static var quoteSymbolCount: Int { 48 }
        @inlinable public static var padding3: Range<Int> { 52..<56 }
        @inlinable public static var generation: Int { 56 }
    }
}

/// Template 114, 64 bytes. An asset and its symbols. Answers `ListAssets`.
public struct AssetRecordView: MessageView {
    public typealias Layout = WireLayout.AssetRecord

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .assetRecord }

    /// Of the request that this answers.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// As in the request.
    @inlinable public var exchangeId: UInt16 { base.loadInteger(at: Layout.exchangeId) }
    /// The asset.
    @inlinable public var asset: UnsafeRawBufferPointer { base.loadText(Layout.asset) }
    /// Symbols whose base it is.
    @inlinable public var baseSymbolCount: UInt32 { base.loadInteger(at: Layout.baseSymbolCount) }
    /// Symbols whose quote it is.
    @inlinable public var quoteSymbolCount: UInt32 { base.loadInteger(at: Layout.quoteSymbolCount) }
    /// Of the snapshot that answered.
    @inlinable public var generation: UInt64 { base.loadInteger(at: Layout.generation) }

    public func fault() -> RejectReason? {
        if let reason = base.textFault(Layout.asset, mayBeEmpty: true) { return reason }
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer,
        requestId: UInt32,
        exchangeId: UInt16,
        asset: some Collection<UInt8>,
        baseSymbolCount: UInt32,
        quoteSymbolCount: UInt32,
        generation: UInt64
    ) {
        base.storeHeader(.assetRecord)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(exchangeId, at: Layout.exchangeId)
        base.storeZero(Layout.padding1)
        base.storeText(asset, in: Layout.asset)
        base.storeZero(Layout.padding2)
        base.storeInteger(baseSymbolCount, at: Layout.baseSymbolCount)
        base.storeInteger(quoteSymbolCount, at: Layout.quoteSymbolCount)
        base.storeZero(Layout.padding3)
        base.storeInteger(generation, at: Layout.generation)
    }
}
