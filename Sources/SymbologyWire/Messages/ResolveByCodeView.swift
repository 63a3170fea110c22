// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum ResolveByCode {
        @inlinable public static var frameByteCount: Int { 128 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var code: Range<Int> { 12..<62 }
        @inlinable public static var symbolText: Range<Int> { 62..<112 }
        @inlinable public static var padding: Range<Int> { 112..<128 }
    }
}

/// Template 23, 128 bytes. Ids and precisions of a symbol by the exchange's code and the venue's own string, in one
/// round trip: `ResolveExchange`, then `ResolveSymbol`. Answered by `SymbolResolution`.
public struct ResolveByCodeView: MessageView {
    public typealias Layout = WireLayout.ResolveByCode

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .resolveByCode }

    /// Chosen by the client, repeated in every frame of the answer; 2³²−1 is null and refused.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// Of the exchange: the enum value, or else the name.
    @inlinable public var code: UnsafeRawBufferPointer { base.loadText(Layout.code) }
    /// The venue's own string, matched byte for byte.
    @inlinable public var symbolText: UnsafeRawBufferPointer { base.loadText(Layout.symbolText) }

    public func fault() -> RejectReason? {
        guard requestId <= 4_294_967_294 else { return .valueOutOfRange }
        if !base.isPlainText(Layout.code),
            let reason = base.textFault(Layout.code, mayBeEmpty: false)
        {
            return reason
        }
        if !base.isPlainText(Layout.symbolText),
            let reason = base.textFault(Layout.symbolText, mayBeEmpty: false)
        {
            return reason
        }
        guard base.isZero(Layout.padding) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer,
        requestId: UInt32,
        code: some Collection<UInt8>,
        symbolText: some Collection<UInt8>
    ) {
        base.storeHeader(.resolveByCode)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeText(code, in: Layout.code)
        base.storeText(symbolText, in: Layout.symbolText)
        base.storeZero(Layout.padding)
    }
}
