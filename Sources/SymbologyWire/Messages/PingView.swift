// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum Ping {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var padding1: Range<Int> { 12..<16 }
        @inlinable public static var token: Int { 16 }
        @inlinable public static var padding2: Range<Int> { 24..<64 }
    }
}

/// Template 12, 64 bytes. Answered by `Pong`, in its turn.
public struct PingView: MessageView {
    public typealias Layout = WireLayout.Ping

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .ping }

    /// Chosen by the client, repeated in every frame of the answer; 2³²−1 is null and refused.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// Comes back unchanged.
    @inlinable public var token: UInt64 { base.loadInteger(at: Layout.token) }

    public func fault() -> RejectReason? {
        guard requestId <= 4_294_967_294 else { return .valueOutOfRange }
        guard base.isZero(Layout.padding1) else { return .paddingNotZero }
        guard base.isZero(Layout.padding2) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(to base: UnsafeMutableRawPointer, requestId: UInt32, token: UInt64) {
        base.storeHeader(.ping)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeZero(Layout.padding1)
        base.storeInteger(token, at: Layout.token)
        base.storeZero(Layout.padding2)
    }
}
