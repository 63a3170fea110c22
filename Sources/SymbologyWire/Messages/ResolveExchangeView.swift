// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum ResolveExchange {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var padding: Range<Int> { 12..<14 }
        @inlinable public static var code: Range<Int> { 14..<64 }
    }
}

/// Template 3, 64 bytes. An exchange by its enum value, or else by its name. Answered by `ExchangeResolution`.
public struct ResolveExchangeView: MessageView {
    public typealias Layout = WireLayout.ResolveExchange

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .resolveExchange }

    /// Chosen by the client, repeated in every frame of the answer; 2³²−1 is null and refused.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// The enum value, or else the name.
    @inlinable public var code: UnsafeRawBufferPointer { base.loadText(Layout.code) }

    public func fault() -> RejectReason? {
        guard requestId <= 4_294_967_294 else { return .valueOutOfRange }
        guard base.isZero(Layout.padding) else { return .paddingNotZero }
        if !base.isPlainText(Layout.code),
            let reason = base.textFault(Layout.code, mayBeEmpty: false)
        {
            return reason
        }
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(to base: UnsafeMutableRawPointer, requestId: UInt32, code: some Collection<UInt8>) {
        base.storeHeader(.resolveExchange)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeZero(Layout.padding)
        base.storeText(code, in: Layout.code)
    }
}
