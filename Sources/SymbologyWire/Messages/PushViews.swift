/// Template 106. One row was added, modified or deleted; the new generation is already served.
public struct ChangeView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .change }

    /// See `WireChangeKind`.
    @inlinable public var kind: UInt8 { base.loadInteger(at: WireLayout.Change.kind, as: UInt8.self) }
    /// `modify` with kind everything. See `WireChangeAction`.
    @inlinable public var action: UInt8 { base.loadInteger(at: WireLayout.Change.action, as: UInt8.self) }
    /// See `WireChangeFlags`.
    @inlinable public var flags: UInt8 { base.loadInteger(at: WireLayout.Change.flags, as: UInt8.self) }
    /// Symbol or exchange id; 0 with kind everything.
    @inlinable public var id: UInt32 { base.loadInteger(at: WireLayout.Change.id, as: UInt32.self) }
    @inlinable public var epoch: UInt64 { base.loadInteger(at: WireLayout.Change.epoch, as: UInt64.self) }
    /// One more than that of the `Change` before.
    @inlinable public var sequence: UInt64 { base.loadInteger(at: WireLayout.Change.sequence, as: UInt64.self) }
    /// The first that shows the change.
    @inlinable public var generation: UInt64 { base.loadInteger(at: WireLayout.Change.generation, as: UInt64.self) }

    public func fault() -> RejectReason? {
        guard base.isZero(WireLayout.Change.padding1) else { return .paddingNotZero }
        guard base.isZero(WireLayout.Change.padding2) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, 64 bytes, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer, kind: UInt8, action: UInt8, flags: UInt8, id: UInt32, epoch: UInt64,
        sequence: UInt64, generation: UInt64
    ) {
        base.storeHeader(.change)
        base.storeInteger(kind, at: WireLayout.Change.kind)
        base.storeInteger(action, at: WireLayout.Change.action)
        base.storeInteger(flags, at: WireLayout.Change.flags)
        base.storeZero(WireLayout.Change.padding1)
        base.storeInteger(id, at: WireLayout.Change.id)
        base.storeInteger(epoch, at: WireLayout.Change.epoch)
        base.storeInteger(sequence, at: WireLayout.Change.sequence)
        base.storeInteger(generation, at: WireLayout.Change.generation)
        base.storeZero(WireLayout.Change.padding2)
    }
}

/// Template 107. Comes every heartbeat interval that no change was pushed in, or more often.
public struct HeartbeatView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .heartbeat }

    /// See `WireSourceFlags`.
    @inlinable public var flags: UInt8 { base.loadInteger(at: WireLayout.Heartbeat.flags, as: UInt8.self) }
    @inlinable public var epoch: UInt64 { base.loadInteger(at: WireLayout.Heartbeat.epoch, as: UInt64.self) }
    /// Of the last `Change`.
    @inlinable public var sequence: UInt64 { base.loadInteger(at: WireLayout.Heartbeat.sequence, as: UInt64.self) }
    @inlinable public var generation: UInt64 { base.loadInteger(at: WireLayout.Heartbeat.generation, as: UInt64.self) }
    /// Since the image was last known equal to the tables. Null is `WireNull.uint64`.
    @inlinable public var ageMilliseconds: UInt64 {
        base.loadInteger(at: WireLayout.Heartbeat.ageMilliseconds, as: UInt64.self)
    }

    public func fault() -> RejectReason? {
        guard base.isZero(WireLayout.Heartbeat.padding1) else { return .paddingNotZero }
        guard base.isZero(WireLayout.Heartbeat.padding2) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, 64 bytes, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer, flags: UInt8, epoch: UInt64, sequence: UInt64, generation: UInt64,
        ageMilliseconds: UInt64
    ) {
        base.storeHeader(.heartbeat)
        base.storeInteger(flags, at: WireLayout.Heartbeat.flags)
        base.storeZero(WireLayout.Heartbeat.padding1)
        base.storeInteger(epoch, at: WireLayout.Heartbeat.epoch)
        base.storeInteger(sequence, at: WireLayout.Heartbeat.sequence)
        base.storeInteger(generation, at: WireLayout.Heartbeat.generation)
        base.storeInteger(ageMilliseconds, at: WireLayout.Heartbeat.ageMilliseconds)
        base.storeZero(WireLayout.Heartbeat.padding2)
    }
}
