/// Template 108. Answers `Ping`.
public struct PongView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .pong }

    @inlinable public var requestId: UInt32 { base.loadInteger(at: WireLayout.Pong.requestId, as: UInt32.self) }
    @inlinable public var token: UInt64 { base.loadInteger(at: WireLayout.Pong.token, as: UInt64.self) }
    /// Of the snapshot that answered.
    @inlinable public var generation: UInt64 { base.loadInteger(at: WireLayout.Pong.generation, as: UInt64.self) }

    public func fault() -> RejectReason? {
        guard base.isZero(WireLayout.Pong.padding) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, 32 bytes, padding included.
    @inlinable
    public static func write(to base: UnsafeMutableRawPointer, requestId: UInt32, token: UInt64, generation: UInt64) {
        base.storeHeader(.pong)
        base.storeInteger(requestId, at: WireLayout.Pong.requestId)
        base.storeZero(WireLayout.Pong.padding)
        base.storeInteger(token, at: WireLayout.Pong.token)
        base.storeInteger(generation, at: WireLayout.Pong.generation)
    }
}

/// Template 110. Answers `Subscribe` and `Unsubscribe`.
public struct SubscribedView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .subscribed }

    @inlinable public var requestId: UInt32 { base.loadInteger(at: WireLayout.Subscribed.requestId, as: UInt32.self) }
    /// See `WireSubscriptionState`.
    @inlinable public var state: UInt8 { base.loadInteger(at: WireLayout.Subscribed.state, as: UInt8.self) }
    @inlinable public var epoch: UInt64 { base.loadInteger(at: WireLayout.Subscribed.epoch, as: UInt64.self) }
    /// The next `Change` has the following one; when resumed, the one that was named.
    @inlinable public var sequence: UInt64 { base.loadInteger(at: WireLayout.Subscribed.sequence, as: UInt64.self) }
    /// The state `everything` holds from this one on.
    @inlinable public var generation: UInt64 { base.loadInteger(at: WireLayout.Subscribed.generation, as: UInt64.self) }
    /// Longest silence between two pushes.
    @inlinable public var heartbeatMilliseconds: UInt32 {
        base.loadInteger(at: WireLayout.Subscribed.heartbeatMilliseconds, as: UInt32.self)
    }

    public func fault() -> RejectReason? {
        guard base.isZero(WireLayout.Subscribed.padding1) else { return .paddingNotZero }
        guard base.isZero(WireLayout.Subscribed.padding2) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, 64 bytes, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer, requestId: UInt32, state: UInt8, epoch: UInt64, sequence: UInt64,
        generation: UInt64, heartbeatMilliseconds: UInt32
    ) {
        base.storeHeader(.subscribed)
        base.storeInteger(requestId, at: WireLayout.Subscribed.requestId)
        base.storeInteger(state, at: WireLayout.Subscribed.state)
        base.storeZero(WireLayout.Subscribed.padding1)
        base.storeInteger(epoch, at: WireLayout.Subscribed.epoch)
        base.storeInteger(sequence, at: WireLayout.Subscribed.sequence)
        base.storeInteger(generation, at: WireLayout.Subscribed.generation)
        base.storeInteger(heartbeatMilliseconds, at: WireLayout.Subscribed.heartbeatMilliseconds)
        base.storeZero(WireLayout.Subscribed.padding2)
    }
}

/// Template 120. The request was not carried out. Where the reason says so the connection closes after it.
public struct RejectedView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .rejected }

    @inlinable public var requestId: UInt32 { base.loadInteger(at: WireLayout.Rejected.requestId, as: UInt32.self) }
    @inlinable public var reason: RejectReason {
        RejectReason(rawValue: base.loadInteger(at: WireLayout.Rejected.reason, as: UInt8.self))
    }
    /// Template of the request; 0 when none.
    @inlinable public var requestTemplate: UInt16 {
        base.loadInteger(at: WireLayout.Rejected.requestTemplate, as: UInt16.self)
    }
    /// For people; may be cut, at a character.
    @inlinable public var text: UnsafeRawBufferPointer { base.loadText(WireLayout.Rejected.text) }

    public func fault() -> RejectReason? {
        guard base.isZero(WireLayout.Rejected.padding) else { return .paddingNotZero }
        if let reason = base.textFault(WireLayout.Rejected.text, mayBeEmpty: true) { return reason }
        return nil
    }

    /// Writes the whole frame, 64 bytes, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer, requestId: UInt32, reason: RejectReason, requestTemplate: UInt16,
        text: some Collection<UInt8>
    ) {
        base.storeHeader(.rejected)
        base.storeInteger(requestId, at: WireLayout.Rejected.requestId)
        base.storeInteger(reason.rawValue, at: WireLayout.Rejected.reason)
        base.storeZero(WireLayout.Rejected.padding)
        base.storeInteger(requestTemplate, at: WireLayout.Rejected.requestTemplate)
        base.storeCutText(text, in: WireLayout.Rejected.text)
    }
}
