// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum Subscribe {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var flags: Int { 12 }
        @inlinable public static var padding1: Range<Int> { 13..<16 }
        @inlinable public static var epoch: Int { 16 }
        @inlinable public static var sequence: Int { 24 }
        @inlinable public static var padding2: Range<Int> { 32..<64 }
    }
}

/// Template 10, 64 bytes. Pushes from now on. Answered by `Subscribed`; then `Change` and `Heartbeat` frames come
/// unasked.
public struct SubscribeView: MessageView {
    public typealias Layout = WireLayout.Subscribe

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .subscribe }

    /// Chosen by the client, repeated in every frame of the answer; 2³²−1 is null and refused.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// What is wanted besides the changes.
    @inlinable public var flags: SubscribeFlags { SubscribeFlags(rawValue: base.loadInteger(at: Layout.flags)) }
    /// Last epoch seen; 0 = none.
    @inlinable public var epoch: UInt64 { base.loadInteger(at: Layout.epoch) }
    /// Last sequence seen in that epoch; 0 = no change of it was seen.
    @inlinable public var sequence: UInt64 { base.loadInteger(at: Layout.sequence) }

    public func fault() -> RejectReason? {
        guard requestId <= 4_294_967_294 else { return .valueOutOfRange }
        guard flags.isSubset(of: .known) else { return .valueOutOfRange }
        guard base.isZero(Layout.padding1) else { return .paddingNotZero }
        guard base.isZero(Layout.padding2) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer,
        requestId: UInt32,
        flags: SubscribeFlags,
        epoch: UInt64,
        sequence: UInt64
    ) {
        base.storeHeader(.subscribe)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(flags.rawValue, at: Layout.flags)
        base.storeZero(Layout.padding1)
        base.storeInteger(epoch, at: Layout.epoch)
        base.storeInteger(sequence, at: Layout.sequence)
        base.storeZero(Layout.padding2)
    }
}
