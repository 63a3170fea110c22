// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum ResolveSymbol {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var exchangeId: Int { 12 }
        @inlinable public static var symbolText: Range<Int> { 14..<64 }
    }
}

/// Template 1, 64 bytes. Ids and precisions of a symbol by the venue's own string. Answered by `SymbolResolution`.
public struct ResolveSymbolView: MessageView {
    public typealias Layout = WireLayout.ResolveSymbol

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .resolveSymbol }

    /// Chosen by the client, repeated in every frame of the answer; 2³²−1 is null and refused.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// The exchange.
    @inlinable public var exchangeId: UInt16 { base.loadInteger(at: Layout.exchangeId) }
    /// The venue's own string, matched byte for byte.
    @inlinable public var symbolText: UnsafeRawBufferPointer { base.loadText(Layout.symbolText) }

    public func fault() -> RejectReason? {
        guard requestId <= 4_294_967_294 else { return .valueOutOfRange }
        if !base.isPlainText(Layout.symbolText),
            let reason = base.textFault(Layout.symbolText, mayBeEmpty: false)
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
        symbolText: some Collection<UInt8>
    ) {
        base.storeHeader(.resolveSymbol)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(exchangeId, at: Layout.exchangeId)
        base.storeText(symbolText, in: Layout.symbolText)
    }
}
