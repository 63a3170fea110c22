// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum Hello {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var clientName: Range<Int> { 12..<32 }
        @inlinable public static var environment: Range<Int> { 32..<64 }
    }
}

/// Template 16, 64 bytes. Optional, and then the first request. Answered by `Welcome`, or by `Rejected`
/// (`environmentMismatch`) and the connection closes.
public struct HelloView: MessageView {
    public typealias Layout = WireLayout.Hello

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .hello }

    /// Chosen by the client, repeated in every frame of the answer; 2³²−1 is null and refused.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// For the server's logs.
    @inlinable public var clientName: UnsafeRawBufferPointer { base.loadText(Layout.clientName) }
    /// The environment the client expects; empty = any. A server that was given none serves only the empty one.
    @inlinable public var environment: UnsafeRawBufferPointer { base.loadText(Layout.environment) }

    public func fault() -> RejectReason? {
        guard requestId <= 4_294_967_294 else { return .valueOutOfRange }
        if let reason = base.textFault(Layout.clientName, mayBeEmpty: true) { return reason }
        if let reason = base.textFault(Layout.environment, mayBeEmpty: true) { return reason }
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer,
        requestId: UInt32,
        clientName: some Collection<UInt8>,
        environment: some Collection<UInt8>
    ) {
        base.storeHeader(.hello)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeText(clientName, in: Layout.clientName)
        base.storeText(environment, in: Layout.environment)
    }
}
