// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum FindPair {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var padding1: Range<Int> { 12..<14 }
        @inlinable public static var baseAsset: Range<Int> { 14..<34 }
        @inlinable public static var quoteAsset: Range<Int> { 34..<54 }
        @inlinable public static var padding2: Range<Int> { 54..<64 }
    }
}

/// Template 8, 64 bytes. Every exchange that lists the pair. Answered by `SymbolRecord` frames, then `EndOfList`.
public struct FindPairView: MessageView {
    public typealias Layout = WireLayout.FindPair

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .findPair }

    /// Chosen by the client, repeated in every frame of the answer.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// The base asset.
    @inlinable public var baseAsset: UnsafeRawBufferPointer { base.loadText(Layout.baseAsset) }
    /// The quote asset.
    @inlinable public var quoteAsset: UnsafeRawBufferPointer { base.loadText(Layout.quoteAsset) }

    public func fault() -> RejectReason? {
        guard base.isZero(Layout.padding1) else { return .paddingNotZero }
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
        guard base.isZero(Layout.padding2) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer,
        requestId: UInt32,
        baseAsset: some Collection<UInt8>,
        quoteAsset: some Collection<UInt8>
    ) {
        base.storeHeader(.findPair)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeZero(Layout.padding1)
        base.storeText(baseAsset, in: Layout.baseAsset)
        base.storeText(quoteAsset, in: Layout.quoteAsset)
        base.storeZero(Layout.padding2)
    }
}
