// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum Pong {
        @inlinable public static var frameByteCount: Int { 32 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var padding: Range<Int> { 12..<16 }
        @inlinable public static var token: Int { 16 }
        @inlinable public static var generation: Int { 24 }
    }
}

/// Template 108, 32 bytes. Answers `Ping`.
public struct PongView: MessageView {
    public typealias Layout = WireLayout.Pong

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .pong }

    /// Of the request that this answers.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// As in the request.
    @inlinable public var token: UInt64 { base.loadInteger(at: Layout.token) }
    /// Of the snapshot that answered.
    @inlinable public var generation: UInt64 { base.loadInteger(at: Layout.generation) }

    public func fault() -> RejectReason? {
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(to base: UnsafeMutableRawPointer, requestId: UInt32, token: UInt64, generation: UInt64) {
        base.storeHeader(.pong)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeZero(Layout.padding)
        base.storeInteger(token, at: Layout.token)
        base.storeInteger(generation, at: Layout.generation)
    }
}
