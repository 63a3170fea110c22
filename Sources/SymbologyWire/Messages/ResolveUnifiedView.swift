// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum ResolveUnified {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var exchangeId: Int { 12 }
        @inlinable public static var unifiedName: Range<Int> { 14..<64 }
    }
}

/// Template 21, 64 bytes. Ids and precisions of a symbol by its unified name. Answered by `SymbolResolution`.
public struct ResolveUnifiedView: MessageView {
    public typealias Layout = WireLayout.ResolveUnified

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .resolveUnified }

    /// Chosen by the client, repeated in every frame of the answer; 2³²−1 is null and refused.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// The exchange.
    @inlinable public var exchangeId: UInt16 { base.loadInteger(at: Layout.exchangeId) }
    /// `BTC/USDT:USDT-241227-100000-C`; without a colon and with one slash it is asked as a pair.
    @inlinable public var unifiedName: UnsafeRawBufferPointer { base.loadText(Layout.unifiedName) }

    public func fault() -> RejectReason? {
        guard requestId <= 4_294_967_294 else { return .valueOutOfRange }
        if !base.isPlainText(Layout.unifiedName),
            let reason = base.textFault(Layout.unifiedName, mayBeEmpty: false)
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
        unifiedName: some Collection<UInt8>
    ) {
        base.storeHeader(.resolveUnified)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(exchangeId, at: Layout.exchangeId)
        base.storeText(unifiedName, in: Layout.unifiedName)
    }
}
