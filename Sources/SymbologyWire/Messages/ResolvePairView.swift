// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum ResolvePair {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var exchangeId: Int { 12 }
        @inlinable public static var baseAsset: Range<Int> { 14..<39 }
        @inlinable public static var quoteAsset: Range<Int> { 39..<64 }
    }
}

/// Template 2, 64 bytes. Ids and precisions of what a pair is on an exchange: its spot symbol or its perpetual, as the
/// exchange's market type says. Answered by `SymbolResolution`.
public struct ResolvePairView: MessageView {
    public typealias Layout = WireLayout.ResolvePair

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .resolvePair }

    /// Chosen by the client, repeated in every frame of the answer; 2³²−1 is null and refused.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// The exchange.
    @inlinable public var exchangeId: UInt16 { base.loadInteger(at: Layout.exchangeId) }
    /// The base asset.
    @inlinable public var baseAsset: UnsafeRawBufferPointer { base.loadText(Layout.baseAsset) }
    /// The quote asset.
    @inlinable public var quoteAsset: UnsafeRawBufferPointer { base.loadText(Layout.quoteAsset) }

    public func fault() -> RejectReason? {
        guard requestId <= 4_294_967_294 else { return .valueOutOfRange }
        if !base.isPlainText(Layout.baseAsset),
            let reason = base.textFault(Layout.baseAsset, mayBeEmpty: false)
        {
            return reason
        }
        if !base.isPlainText(Layout.quoteAsset),
            let reason = base.textFault(Layout.quoteAsset, mayBeEmpty: false)
        {
            return reason
        }
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer,
        requestId: UInt32,
        exchangeId: UInt16,
        baseAsset: some Collection<UInt8>,
        quoteAsset: some Collection<UInt8>
    ) {
        base.storeHeader(.resolvePair)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(exchangeId, at: Layout.exchangeId)
        base.storeText(baseAsset, in: Layout.baseAsset)
        base.storeText(quoteAsset, in: Layout.quoteAsset)
    }
}
