// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum GetStatus {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var padding: Range<Int> { 12..<64 }
    }
}

/// Template 13, 64 bytes. Answered by `ServerStatus`.
public struct GetStatusView: MessageView {
    public typealias Layout = WireLayout.GetStatus

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .getStatus }

    /// Chosen by the client, repeated in every frame of the answer; 2³²−1 is null and refused.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }

    public func fault() -> RejectReason? {
        guard requestId <= 4_294_967_294 else { return .valueOutOfRange }
        guard base.isZero(Layout.padding) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(to base: UnsafeMutableRawPointer, requestId: UInt32) {
        base.storeHeader(.getStatus)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeZero(Layout.padding)
    }
}
