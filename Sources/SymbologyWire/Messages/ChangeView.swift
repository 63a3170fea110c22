// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum Change {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var kind: Int { 8 }
        @inlinable public static var action: Int { 9 }
        @inlinable public static var flags: Int { 10 }
        @inlinable public static var padding1: Range<Int> { 11..<12 }
        @inlinable public static var id: Int { 12 }
        @inlinable public static var epoch: Int { 16 }
        @inlinable public static var sequence: Int { 24 }
        @inlinable public static var generation: Int { 32 }
        @inlinable public static var padding2: Range<Int> { 40..<64 }
    }
}

/// Template 106, 64 bytes. One row was added, modified or deleted; the new generation is already served.
public struct ChangeView: MessageView {
    public typealias Layout = WireLayout.Change

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .change }

    /// Which table.
    @inlinable public var kind: ReferenceKind? { ReferenceKind(rawValue: base.loadInteger(at: Layout.kind)) }
    /// `modify` with kind everything.
    @inlinable public var action: ReferenceAction? { ReferenceAction(rawValue: base.loadInteger(at: Layout.action)) }
    /// What follows.
    @inlinable public var flags: ChangeFlags { ChangeFlags(rawValue: base.loadInteger(at: Layout.flags)) }
    /// Symbol or exchange id; 0 with kind everything.
    @inlinable public var id: UInt32 { base.loadInteger(at: Layout.id) }
    /// Names this life of the server.
    @inlinable public var epoch: UInt64 { base.loadInteger(at: Layout.epoch) }
    /// One more than that of the `Change` before.
    @inlinable public var sequence: UInt64 { base.loadInteger(at: Layout.sequence) }
    /// The first that shows the change.
    @inlinable public var generation: UInt64 { base.loadInteger(at: Layout.generation) }

    public func fault() -> RejectReason? {
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer,
        kind: ReferenceKind,
        action: ReferenceAction,
        flags: ChangeFlags,
        id: UInt32,
        epoch: UInt64,
        sequence: UInt64,
        generation: UInt64
    ) {
        base.storeHeader(.change)
        base.storeInteger(kind.rawValue, at: Layout.kind)
        base.storeInteger(action.rawValue, at: Layout.action)
        base.storeInteger(flags.rawValue, at: Layout.flags)
        base.storeZero(Layout.padding1)
        base.storeInteger(id, at: Layout.id)
        base.storeInteger(epoch, at: Layout.epoch)
        base.storeInteger(sequence, at: Layout.sequence)
        base.storeInteger(generation, at: Layout.generation)
        base.storeZero(Layout.padding2)
    }
}
