// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum GetExchange {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var exchangeId: Int { 12 }
        @inlinable public static var padding: Range<Int> { 14..<64 }
    }
}

/// Template 5, 64 bytes. The whole exchange by id. Answered by `ExchangeRecord`.
public struct GetExchangeView: MessageView {
    public typealias Layout = WireLayout.GetExchange

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .getExchange }

    /// Chosen by the client, repeated in every frame of the answer; 2³²−1 is null and refused.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// The exchange.
    @inlinable public var exchangeId: UInt16 { base.loadInteger(at: Layout.exchangeId) }

    public func fault() -> RejectReason? {
        guard requestId <= 4_294_967_294 else { return .valueOutOfRange }
        guard base.isZero(Layout.padding) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(to base: UnsafeMutableRawPointer, requestId: UInt32, exchangeId: UInt16) {
        base.storeHeader(.getExchange)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(exchangeId, at: Layout.exchangeId)
        base.storeZero(Layout.padding)
    }
}
