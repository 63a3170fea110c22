/// Template 112. Answers `Hello`: who answers, and its limits.
public struct WelcomeView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .welcome }

    @inlinable public var requestId: UInt32 { base.loadInteger(at: WireLayout.Welcome.requestId, as: UInt32.self) }
    /// Highest version the server speaks.
    @inlinable public var protocolVersion: UInt16 {
        base.loadInteger(at: WireLayout.Welcome.protocolVersion, as: UInt16.self)
    }
    /// Names this life of the server; generations compare only within it.
    @inlinable public var epoch: UInt64 { base.loadInteger(at: WireLayout.Welcome.epoch, as: UInt64.self) }
    /// Of the PostgreSQL cluster, null while unknown. Null is `WireNull.uint64`.
    @inlinable public var systemIdentifier: UInt64 {
        base.loadInteger(at: WireLayout.Welcome.systemIdentifier, as: UInt64.self)
    }
    /// Of the snapshot that answered.
    @inlinable public var generation: UInt64 { base.loadInteger(at: WireLayout.Welcome.generation, as: UInt64.self) }
    /// Longest silence between two pushes.
    @inlinable public var heartbeatMilliseconds: UInt32 {
        base.loadInteger(at: WireLayout.Welcome.heartbeatMilliseconds, as: UInt32.self)
    }
    /// Requests in flight.
    @inlinable public var windowCountMax: UInt32 {
        base.loadInteger(at: WireLayout.Welcome.windowCountMax, as: UInt32.self)
    }
    /// Records in one list page.
    @inlinable public var listPageCountMax: UInt32 {
        base.loadInteger(at: WireLayout.Welcome.listPageCountMax, as: UInt32.self)
    }
    /// Requests in one batch.
    @inlinable public var batchCountMax: UInt32 {
        base.loadInteger(at: WireLayout.Welcome.batchCountMax, as: UInt32.self)
    }
    /// A batch's deadline.
    @inlinable public var batchMilliseconds: UInt32 {
        base.loadInteger(at: WireLayout.Welcome.batchMilliseconds, as: UInt32.self)
    }
    /// A connection that asks nothing for so long is closed; null = never. Null is `WireNull.uint32`.
    @inlinable public var idleMilliseconds: UInt32 {
        base.loadInteger(at: WireLayout.Welcome.idleMilliseconds, as: UInt32.self)
    }
    @inlinable public var clientCountMax: UInt32 {
        base.loadInteger(at: WireLayout.Welcome.clientCountMax, as: UInt32.self)
    }
    @inlinable public var subscriberCountMax: UInt32 {
        base.loadInteger(at: WireLayout.Welcome.subscriberCountMax, as: UInt32.self)
    }
    /// Longest request frame.
    @inlinable public var requestByteCountMax: UInt32 {
        base.loadInteger(at: WireLayout.Welcome.requestByteCountMax, as: UInt32.self)
    }
    /// As the server was started with.
    @inlinable public var environment: UnsafeRawBufferPointer { base.loadText(WireLayout.Welcome.environment) }
    @inlinable public var serverVersion: UnsafeRawBufferPointer { base.loadText(WireLayout.Welcome.serverVersion) }

    public func fault() -> RejectReason? {
        guard base.isZero(WireLayout.Welcome.padding1) else { return .paddingNotZero }
        guard base.isZero(WireLayout.Welcome.padding2) else { return .paddingNotZero }
        if let reason = base.textFault(WireLayout.Welcome.environment, mayBeEmpty: true) { return reason }
        if let reason = base.textFault(WireLayout.Welcome.serverVersion, mayBeEmpty: true) { return reason }
        guard base.isZero(WireLayout.Welcome.padding3) else { return .paddingNotZero }
        return nil
    }
}

/// Writes template 112. A new writer clears the frame's 192 bytes and sets every field that can be null to null;
/// setters fill it.
public struct WelcomeWriter {
    public let base: UnsafeMutableRawPointer

    @inlinable
    public init(_ base: UnsafeMutableRawPointer, requestId: UInt32) {
        self.base = base
        base.storeZero(0..<WireLayout.Welcome.frameByteCount)
        base.storeHeader(.welcome)
        base.storeInteger(requestId, at: WireLayout.Welcome.requestId)
        base.storeInteger(WireNull.uint64, at: WireLayout.Welcome.systemIdentifier)
        base.storeInteger(WireNull.uint32, at: WireLayout.Welcome.idleMilliseconds)
    }

    @inlinable public func setProtocolVersion(_ value: UInt16) {
        base.storeInteger(value, at: WireLayout.Welcome.protocolVersion)
    }
    @inlinable public func setEpoch(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Welcome.epoch)
    }
    @inlinable public func setSystemIdentifier(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Welcome.systemIdentifier)
    }
    @inlinable public func setGeneration(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Welcome.generation)
    }
    @inlinable public func setHeartbeatMilliseconds(_ value: UInt32) {
        base.storeInteger(value, at: WireLayout.Welcome.heartbeatMilliseconds)
    }
    @inlinable public func setWindowCountMax(_ value: UInt32) {
        base.storeInteger(value, at: WireLayout.Welcome.windowCountMax)
    }
    @inlinable public func setListPageCountMax(_ value: UInt32) {
        base.storeInteger(value, at: WireLayout.Welcome.listPageCountMax)
    }
    @inlinable public func setBatchCountMax(_ value: UInt32) {
        base.storeInteger(value, at: WireLayout.Welcome.batchCountMax)
    }
    @inlinable public func setBatchMilliseconds(_ value: UInt32) {
        base.storeInteger(value, at: WireLayout.Welcome.batchMilliseconds)
    }
    @inlinable public func setIdleMilliseconds(_ value: UInt32) {
        base.storeInteger(value, at: WireLayout.Welcome.idleMilliseconds)
    }
    @inlinable public func setClientCountMax(_ value: UInt32) {
        base.storeInteger(value, at: WireLayout.Welcome.clientCountMax)
    }
    @inlinable public func setSubscriberCountMax(_ value: UInt32) {
        base.storeInteger(value, at: WireLayout.Welcome.subscriberCountMax)
    }
    @inlinable public func setRequestByteCountMax(_ value: UInt32) {
        base.storeInteger(value, at: WireLayout.Welcome.requestByteCountMax)
    }
    @inlinable public func setEnvironment(_ text: some Collection<UInt8>) {
        base.storeText(text, in: WireLayout.Welcome.environment)
    }
    @inlinable public func setServerVersion(_ text: some Collection<UInt8>) {
        base.storeText(text, in: WireLayout.Welcome.serverVersion)
    }
}
