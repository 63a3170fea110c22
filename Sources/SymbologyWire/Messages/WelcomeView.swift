// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum Welcome {
        @inlinable public static var frameByteCount: Int { 192 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var protocolVersion: Int { 12 }
        @inlinable public static var padding1: Range<Int> { 14..<16 }
        @inlinable public static var epoch: Int { 16 }
        @inlinable public static var systemIdentifier: Int { 24 }
        @inlinable public static var generation: Int { 32 }
        @inlinable public static var heartbeatMilliseconds: Int { 40 }
        @inlinable public static var windowCountMax: Int { 44 }
        @inlinable public static var listPageCountMax: Int { 48 }
        @inlinable public static var batchCountMax: Int { 52 }
        @inlinable public static var batchMilliseconds: Int { 56 }
        @inlinable public static var idleMilliseconds: Int { 60 }
        @inlinable public static var clientCountMax: Int { 64 }
        @inlinable public static var subscriberCountMax: Int { 68 }
        @inlinable public static var requestByteCountMax: Int { 72 }
        @inlinable public static var padding2: Range<Int> { 76..<80 }
        @inlinable public static var environment: Range<Int> { 80..<112 }
        @inlinable public static var serverVersion: Range<Int> { 112..<144 }
        @inlinable public static var frameMilliseconds: Int { 144 }
        @inlinable public static var unreadMilliseconds: Int { 148 }
        @inlinable public static var imageMilliseconds: Int { 152 }
        @inlinable public static var padding3: Range<Int> { 156..<192 }
    }
}

/// Template 112, 192 bytes. Answers `Hello`: who answers, and its limits.
public struct WelcomeView: MessageView {
    public typealias Layout = WireLayout.Welcome

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .welcome }

    /// Of the request that this answers.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// Highest version the server speaks.
    @inlinable public var protocolVersion: UInt16 { base.loadInteger(at: Layout.protocolVersion) }
    /// Names this life of the server; generations compare only within it.
    @inlinable public var epoch: UInt64 { base.loadInteger(at: Layout.epoch) }
    /// Of the PostgreSQL cluster, null while unknown.
    @inlinable public var systemIdentifier: UInt64? { base.loadOptional(at: Layout.systemIdentifier) }
    /// Of the snapshot that answered.
    @inlinable public var generation: UInt64 { base.loadInteger(at: Layout.generation) }
    /// Longest silence between two pushes. Unit: ms.
    @inlinable public var heartbeatMilliseconds: UInt32 { base.loadInteger(at: Layout.heartbeatMilliseconds) }
    /// Requests in flight.
    @inlinable public var windowCountMax: UInt32 { base.loadInteger(at: Layout.windowCountMax) }
    /// Records in one list page.
    @inlinable public var listPageCountMax: UInt32 { base.loadInteger(at: Layout.listPageCountMax) }
    /// Requests in one batch.
    @inlinable public var batchCountMax: UInt32 { base.loadInteger(at: Layout.batchCountMax) }
    /// A batch's deadline. Unit: ms.
    @inlinable public var batchMilliseconds: UInt32 { base.loadInteger(at: Layout.batchMilliseconds) }
    /// A connection that asks nothing for so long is closed; null = never. Unit: ms.
    @inlinable public var idleMilliseconds: UInt32? { base.loadOptional(at: Layout.idleMilliseconds) }
    /// Connections the server takes.
    @inlinable public var clientCountMax: UInt32 { base.loadInteger(at: Layout.clientCountMax) }
    /// Those of them that may subscribe.
    @inlinable public var subscriberCountMax: UInt32 { base.loadInteger(at: Layout.subscriberCountMax) }
    /// Longest request frame. Unit: bytes.
    @inlinable public var requestByteCountMax: UInt32 { base.loadInteger(at: Layout.requestByteCountMax) }
    /// As the server was started with.
    @inlinable public var environment: UnsafeRawBufferPointer { base.loadText(Layout.environment) }
    /// Version of the server, for people.
    @inlinable public var serverVersion: UnsafeRawBufferPointer { base.loadText(Layout.serverVersion) }
    /// A request may stay unfinished for so long. Unit: ms.
    @inlinable public var frameMilliseconds: UInt32 { base.loadInteger(at: Layout.frameMilliseconds) }
    /// A client may take nothing of what waits for it for so long. Unit: ms.
    @inlinable public var unreadMilliseconds: UInt32 { base.loadInteger(at: Layout.unreadMilliseconds) }
    /// An image may be on its way for so long. Unit: ms.
    @inlinable public var imageMilliseconds: UInt32 { base.loadInteger(at: Layout.imageMilliseconds) }

    public func fault() -> RejectReason? {
        if let reason = base.textFault(Layout.environment, mayBeEmpty: true) { return reason }
        if let reason = base.textFault(Layout.serverVersion, mayBeEmpty: true) { return reason }
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer,
        requestId: UInt32,
        protocolVersion: UInt16,
        epoch: UInt64,
        systemIdentifier: UInt64?,
        generation: UInt64,
        heartbeatMilliseconds: UInt32,
        windowCountMax: UInt32,
        listPageCountMax: UInt32,
        batchCountMax: UInt32,
        batchMilliseconds: UInt32,
        idleMilliseconds: UInt32?,
        clientCountMax: UInt32,
        subscriberCountMax: UInt32,
        requestByteCountMax: UInt32,
        environment: some Collection<UInt8>,
        serverVersion: some Collection<UInt8>,
        frameMilliseconds: UInt32,
        unreadMilliseconds: UInt32,
        imageMilliseconds: UInt32
    ) {
        base.storeHeader(.welcome)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(protocolVersion, at: Layout.protocolVersion)
        base.storeZero(Layout.padding1)
        base.storeInteger(epoch, at: Layout.epoch)
        base.storeOptional(systemIdentifier, at: Layout.systemIdentifier)
        base.storeInteger(generation, at: Layout.generation)
        base.storeInteger(heartbeatMilliseconds, at: Layout.heartbeatMilliseconds)
        base.storeInteger(windowCountMax, at: Layout.windowCountMax)
        base.storeInteger(listPageCountMax, at: Layout.listPageCountMax)
        base.storeInteger(batchCountMax, at: Layout.batchCountMax)
        base.storeInteger(batchMilliseconds, at: Layout.batchMilliseconds)
        base.storeOptional(idleMilliseconds, at: Layout.idleMilliseconds)
        base.storeInteger(clientCountMax, at: Layout.clientCountMax)
        base.storeInteger(subscriberCountMax, at: Layout.subscriberCountMax)
        base.storeInteger(requestByteCountMax, at: Layout.requestByteCountMax)
        base.storeZero(Layout.padding2)
        base.storeText(environment, in: Layout.environment)
        base.storeText(serverVersion, in: Layout.serverVersion)
        base.storeInteger(frameMilliseconds, at: Layout.frameMilliseconds)
        base.storeInteger(unreadMilliseconds, at: Layout.unreadMilliseconds)
        base.storeInteger(imageMilliseconds, at: Layout.imageMilliseconds)
        base.storeZero(Layout.padding3)
    }
}
