// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum Subscribed {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var state: Int { 12 }
        @inlinable public static var padding1: Range<Int> { 13..<16 }
        @inlinable public static var epoch: Int { 16 }
        @inlinable public static var sequence: Int { 24 }
        @inlinable public static var generation: Int { 32 }
        @inlinable public static var heartbeatMilliseconds: Int { 40 }
        @inlinable public static var padding2: Range<Int> { 44..<64 }
    }
}

/// Template 110, 64 bytes. Answers `Subscribe` and `Unsubscribe`.
public struct SubscribedView: MessageView {
    public typealias Layout = WireLayout.Subscribed

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .subscribed }

    /// Of the request that this answers.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// What the client has to do about what it holds.
    @inlinable public var state: SubscriptionState? { SubscriptionState(rawValue: base.loadInteger(at: Layout.state)) }
    /// Names this life of the server.
    @inlinable public var epoch: UInt64 { base.loadInteger(at: Layout.epoch) }
    /// The next `Change` has the following one; when resumed, the one that was named; when unsubscribed, what the
    /// subscription had come to or, where there was none, the server's last.
    @inlinable public var sequence: UInt64 { base.loadInteger(at: Layout.sequence) }
    /// Served now; it can be ahead of the changes that follow.
    @inlinable public var generation: UInt64 { base.loadInteger(at: Layout.generation) }
    /// Longest silence between two pushes. Unit: ms.
    @inlinable public var heartbeatMilliseconds: UInt32 { base.loadInteger(at: Layout.heartbeatMilliseconds) }

    public func fault() -> RejectReason? {
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer,
        requestId: UInt32,
        state: SubscriptionState,
        epoch: UInt64,
        sequence: UInt64,
        generation: UInt64,
        heartbeatMilliseconds: UInt32
    ) {
        base.storeHeader(.subscribed)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(state.rawValue, at: Layout.state)
        base.storeZero(Layout.padding1)
        base.storeInteger(epoch, at: Layout.epoch)
        base.storeInteger(sequence, at: Layout.sequence)
        base.storeInteger(generation, at: Layout.generation)
        base.storeInteger(heartbeatMilliseconds, at: Layout.heartbeatMilliseconds)
        base.storeZero(Layout.padding2)
    }
}
