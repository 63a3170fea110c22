/// Template 10. Pushes from now on. Answered by `Subscribed`; then `Change` and `Heartbeat` frames come unasked.
public struct SubscribeView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .subscribe }

    @inlinable public var requestId: UInt32 { base.loadInteger(at: WireLayout.Subscribe.requestId, as: UInt32.self) }
    /// See `WireSubscribeFlags`.
    @inlinable public var flags: UInt8 { base.loadInteger(at: WireLayout.Subscribe.flags, as: UInt8.self) }
    /// Last epoch seen; 0 = none.
    @inlinable public var epoch: UInt64 { base.loadInteger(at: WireLayout.Subscribe.epoch, as: UInt64.self) }
    /// Last sequence seen in that epoch; 0 = none.
    @inlinable public var sequence: UInt64 { base.loadInteger(at: WireLayout.Subscribe.sequence, as: UInt64.self) }

    public func fault() -> RejectReason? {
        guard flags & ~WireSubscribeFlags.known == 0 else { return .valueOutOfRange }
        guard base.isZero(WireLayout.Subscribe.padding1) else { return .paddingNotZero }
        guard base.isZero(WireLayout.Subscribe.padding2) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, 64 bytes, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer, requestId: UInt32, flags: UInt8, epoch: UInt64, sequence: UInt64
    ) {
        base.storeHeader(.subscribe)
        base.storeInteger(requestId, at: WireLayout.Subscribe.requestId)
        base.storeInteger(flags, at: WireLayout.Subscribe.flags)
        base.storeZero(WireLayout.Subscribe.padding1)
        base.storeInteger(epoch, at: WireLayout.Subscribe.epoch)
        base.storeInteger(sequence, at: WireLayout.Subscribe.sequence)
        base.storeZero(WireLayout.Subscribe.padding2)
    }
}

/// Template 11. No more pushes. Answered by `Subscribed`, state `unsubscribed`; no push follows it.
public struct UnsubscribeView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .unsubscribe }

    @inlinable public var requestId: UInt32 { base.loadInteger(at: WireLayout.Unsubscribe.requestId, as: UInt32.self) }

    public func fault() -> RejectReason? {
        guard base.isZero(WireLayout.Unsubscribe.padding) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, 64 bytes, padding included.
    @inlinable
    public static func write(to base: UnsafeMutableRawPointer, requestId: UInt32) {
        base.storeHeader(.unsubscribe)
        base.storeInteger(requestId, at: WireLayout.Unsubscribe.requestId)
        base.storeZero(WireLayout.Unsubscribe.padding)
    }
}

/// Template 12. Answered by `Pong`, in its turn.
public struct PingView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .ping }

    @inlinable public var requestId: UInt32 { base.loadInteger(at: WireLayout.Ping.requestId, as: UInt32.self) }
    /// Comes back unchanged.
    @inlinable public var token: UInt64 { base.loadInteger(at: WireLayout.Ping.token, as: UInt64.self) }

    public func fault() -> RejectReason? {
        guard base.isZero(WireLayout.Ping.padding1) else { return .paddingNotZero }
        guard base.isZero(WireLayout.Ping.padding2) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, 64 bytes, padding included.
    @inlinable
    public static func write(to base: UnsafeMutableRawPointer, requestId: UInt32, token: UInt64) {
        base.storeHeader(.ping)
        base.storeInteger(requestId, at: WireLayout.Ping.requestId)
        base.storeZero(WireLayout.Ping.padding1)
        base.storeInteger(token, at: WireLayout.Ping.token)
        base.storeZero(WireLayout.Ping.padding2)
    }
}

/// Template 13. Answered by `Status`.
public struct GetStatusView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .getStatus }

    @inlinable public var requestId: UInt32 { base.loadInteger(at: WireLayout.GetStatus.requestId, as: UInt32.self) }

    public func fault() -> RejectReason? {
        guard base.isZero(WireLayout.GetStatus.padding) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, 64 bytes, padding included.
    @inlinable
    public static func write(to base: UnsafeMutableRawPointer, requestId: UInt32) {
        base.storeHeader(.getStatus)
        base.storeInteger(requestId, at: WireLayout.GetStatus.requestId)
        base.storeZero(WireLayout.GetStatus.padding)
    }
}

/// Template 14. The image the server answers from. Answered by `Snapshot`, then by its chunks when asked for.
public struct GetSnapshotView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .getSnapshot }

    @inlinable public var requestId: UInt32 { base.loadInteger(at: WireLayout.GetSnapshot.requestId, as: UInt32.self) }
    /// See `WireSnapshotFlags`.
    @inlinable public var flags: UInt8 { base.loadInteger(at: WireLayout.GetSnapshot.flags, as: UInt8.self) }

    public func fault() -> RejectReason? {
        guard flags & ~WireSnapshotFlags.known == 0 else { return .valueOutOfRange }
        guard base.isZero(WireLayout.GetSnapshot.padding) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, 64 bytes, padding included.
    @inlinable
    public static func write(to base: UnsafeMutableRawPointer, requestId: UInt32, flags: UInt8) {
        base.storeHeader(.getSnapshot)
        base.storeInteger(requestId, at: WireLayout.GetSnapshot.requestId)
        base.storeInteger(flags, at: WireLayout.GetSnapshot.flags)
        base.storeZero(WireLayout.GetSnapshot.padding)
    }
}

/// Template 15. Pins the snapshot: the next `count` requests of this connection are answered from one generation,
/// unless the batch outlives its deadline. Answered by `EndOfList` (status `ok`, the count granted, the generation
/// pinned) or status `limitReached`, and then nothing is pinned.
public struct BeginBatchView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .beginBatch }

    @inlinable public var requestId: UInt32 { base.loadInteger(at: WireLayout.BeginBatch.requestId, as: UInt32.self) }
    /// Requests that follow; 1 to the `batchCountMax` of `Welcome`.
    @inlinable public var count: UInt32 { base.loadInteger(at: WireLayout.BeginBatch.count, as: UInt32.self) }

    public func fault() -> RejectReason? {
        guard base.isZero(WireLayout.BeginBatch.padding) else { return .paddingNotZero }
        guard count > 0 else { return .valueOutOfRange }
        return nil
    }

    /// Writes the whole frame, 64 bytes, padding included.
    @inlinable
    public static func write(to base: UnsafeMutableRawPointer, requestId: UInt32, count: UInt32) {
        base.storeHeader(.beginBatch)
        base.storeInteger(requestId, at: WireLayout.BeginBatch.requestId)
        base.storeInteger(count, at: WireLayout.BeginBatch.count)
        base.storeZero(WireLayout.BeginBatch.padding)
    }
}

/// Template 16. Optional, and then the first request. Answered by `Welcome`, or by `Rejected`
/// (`environmentMismatch`) and the connection closes.
public struct HelloView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .hello }

    @inlinable public var requestId: UInt32 { base.loadInteger(at: WireLayout.Hello.requestId, as: UInt32.self) }
    /// For the server's logs.
    @inlinable public var clientName: UnsafeRawBufferPointer { base.loadText(WireLayout.Hello.clientName) }
    /// The environment the client expects; empty = any.
    @inlinable public var environment: UnsafeRawBufferPointer { base.loadText(WireLayout.Hello.environment) }

    public func fault() -> RejectReason? {
        if let reason = base.textFault(WireLayout.Hello.clientName, mayBeEmpty: true) { return reason }
        if let reason = base.textFault(WireLayout.Hello.environment, mayBeEmpty: true) { return reason }
        return nil
    }

    /// Writes the whole frame, 64 bytes, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer, requestId: UInt32, clientName: some Collection<UInt8>,
        environment: some Collection<UInt8>
    ) {
        base.storeHeader(.hello)
        base.storeInteger(requestId, at: WireLayout.Hello.requestId)
        base.storeText(clientName, in: WireLayout.Hello.clientName)
        base.storeText(environment, in: WireLayout.Hello.environment)
    }
}
