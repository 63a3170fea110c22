// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum Heartbeat {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var flags: Int { 8 }
        @inlinable public static var padding1: Range<Int> { 9..<16 }
        @inlinable public static var epoch: Int { 16 }
        @inlinable public static var sequence: Int { 24 }
        @inlinable public static var generation: Int { 32 }
        @inlinable public static var ageMilliseconds: Int { 40 }
        @inlinable public static var padding2: Range<Int> { 48..<64 }
    }
}

/// Template 107, 64 bytes. Comes every heartbeat interval that no change was pushed in, or more often.
public struct HeartbeatView: MessageView {
    public typealias Layout = WireLayout.Heartbeat

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .heartbeat }

    /// Where the server stands.
    @inlinable public var flags: SourceFlags { SourceFlags(rawValue: base.loadInteger(at: Layout.flags)) }
    /// Names this life of the server.
    @inlinable public var epoch: UInt64 { base.loadInteger(at: Layout.epoch) }
    /// Of the last `Change` that was sent before it.
    @inlinable public var sequence: UInt64 { base.loadInteger(at: Layout.sequence) }
    /// Of the snapshot that is served; it can be ahead of that `Change`.
    @inlinable public var generation: UInt64 { base.loadInteger(at: Layout.generation) }
    /// Since the image was last known equal to the tables. Unit: ms.
    @inlinable public var ageMilliseconds: UInt64? { base.loadOptional(at: Layout.ageMilliseconds) }

    public func fault() -> RejectReason? {
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer,
        flags: SourceFlags,
        epoch: UInt64,
        sequence: UInt64,
        generation: UInt64,
        ageMilliseconds: UInt64?
    ) {
        base.storeHeader(.heartbeat)
        base.storeInteger(flags.rawValue, at: Layout.flags)
        base.storeZero(Layout.padding1)
        base.storeInteger(epoch, at: Layout.epoch)
        base.storeInteger(sequence, at: Layout.sequence)
        base.storeInteger(generation, at: Layout.generation)
        base.storeOptional(ageMilliseconds, at: Layout.ageMilliseconds)
        base.storeZero(Layout.padding2)
    }
}
