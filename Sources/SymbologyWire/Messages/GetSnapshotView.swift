// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum GetSnapshot {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var flags: Int { 12 }
        @inlinable public static var padding: Range<Int> { 13..<64 }
    }
}

/// Template 14, 64 bytes. The image the server answers from. Answered by `Snapshot`, then by its chunks when asked for.
public struct GetSnapshotView: MessageView {
    public typealias Layout = WireLayout.GetSnapshot

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .getSnapshot }

    /// Chosen by the client, repeated in every frame of the answer; 2³²−1 is null and refused.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// What is wanted besides the name.
    @inlinable public var flags: SnapshotFlags { SnapshotFlags(rawValue: base.loadInteger(at: Layout.flags)) }

    public func fault() -> RejectReason? {
        guard requestId <= 4_294_967_294 else { return .valueOutOfRange }
        guard flags.isSubset(of: .known) else { return .valueOutOfRange }
        guard base.isZero(Layout.padding) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(to base: UnsafeMutableRawPointer, requestId: UInt32, flags: SnapshotFlags) {
        base.storeHeader(.getSnapshot)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(flags.rawValue, at: Layout.flags)
        base.storeZero(Layout.padding)
    }
}
