/// Template 104. The whole exchange. Answers `GetExchange`, `ListExchanges`, and follows `Change` frames.
public struct ExchangeRecordView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .exchangeRecord }

    @inlinable public var requestId: UInt32 {
        base.loadInteger(at: WireLayout.ExchangeRecord.requestId, as: UInt32.self)
    }
    /// See `WireStatus`.
    @inlinable public var status: UInt8 { base.loadInteger(at: WireLayout.ExchangeRecord.status, as: UInt8.self) }
    /// See `WireSymbolFlags`.
    @inlinable public var flags: UInt8 { base.loadInteger(at: WireLayout.ExchangeRecord.flags, as: UInt8.self) }
    @inlinable public var exchangeId: UInt16 {
        base.loadInteger(at: WireLayout.ExchangeRecord.exchangeId, as: UInt16.self)
    }
    /// See `WireMarketType`.
    @inlinable public var marketType: UInt8 {
        base.loadInteger(at: WireLayout.ExchangeRecord.marketType, as: UInt8.self)
    }
    /// Null is `WireNull.uint8`.
    @inlinable public var precisionDefault: UInt8 {
        base.loadInteger(at: WireLayout.ExchangeRecord.precisionDefault, as: UInt8.self)
    }
    /// Null is `WireNull.uint32`.
    @inlinable public var rateLimitRequestsPerSecond: UInt32 {
        base.loadInteger(at: WireLayout.ExchangeRecord.rateLimitRequestsPerSecond, as: UInt32.self)
    }
    /// Of the snapshot that answered.
    @inlinable public var generation: UInt64 {
        base.loadInteger(at: WireLayout.ExchangeRecord.generation, as: UInt64.self)
    }
    /// Μs. Null is `WireNull.int64`.
    @inlinable public var createdAt: Int64 { base.loadInteger(at: WireLayout.ExchangeRecord.createdAt, as: Int64.self) }
    /// Μs. Null is `WireNull.int64`.
    @inlinable public var updatedAt: Int64 { base.loadInteger(at: WireLayout.ExchangeRecord.updatedAt, as: Int64.self) }
    @inlinable public var name: UnsafeRawBufferPointer { base.loadText(WireLayout.ExchangeRecord.name) }
    /// The code engines use, for example GATEIO_SPOT.
    @inlinable public var enumValue: UnsafeRawBufferPointer { base.loadText(WireLayout.ExchangeRecord.enumValue) }
    @inlinable public var displayName: UnsafeRawBufferPointer { base.loadText(WireLayout.ExchangeRecord.displayName) }
    /// Empty when absent.
    @inlinable public var baseURL: UnsafeRawBufferPointer { base.loadText(WireLayout.ExchangeRecord.baseURL) }
    /// Empty when absent.
    @inlinable public var websocketURL: UnsafeRawBufferPointer { base.loadText(WireLayout.ExchangeRecord.websocketURL) }

    public func fault() -> RejectReason? {
        guard base.isZero(WireLayout.ExchangeRecord.padding1) else { return .paddingNotZero }
        if let reason = base.textFault(WireLayout.ExchangeRecord.name, mayBeEmpty: true) { return reason }
        if let reason = base.textFault(WireLayout.ExchangeRecord.enumValue, mayBeEmpty: true) { return reason }
        if let reason = base.textFault(WireLayout.ExchangeRecord.displayName, mayBeEmpty: true) { return reason }
        if let reason = base.textFault(WireLayout.ExchangeRecord.baseURL, mayBeEmpty: true) { return reason }
        if let reason = base.textFault(WireLayout.ExchangeRecord.websocketURL, mayBeEmpty: true) { return reason }
        guard base.isZero(WireLayout.ExchangeRecord.padding2) else { return .paddingNotZero }
        return nil
    }
}

/// Writes template 104. A new writer clears the frame's 768 bytes and sets every field that can be null to null;
/// setters fill it.
public struct ExchangeRecordWriter {
    public let base: UnsafeMutableRawPointer

    @inlinable
    public init(_ base: UnsafeMutableRawPointer, requestId: UInt32) {
        self.base = base
        base.storeZero(0..<WireLayout.ExchangeRecord.frameByteCount)
        base.storeHeader(.exchangeRecord)
        base.storeInteger(requestId, at: WireLayout.ExchangeRecord.requestId)
        base.storeInteger(WireNull.uint8, at: WireLayout.ExchangeRecord.precisionDefault)
        base.storeInteger(WireNull.uint32, at: WireLayout.ExchangeRecord.rateLimitRequestsPerSecond)
        base.storeInteger(WireNull.int64, at: WireLayout.ExchangeRecord.createdAt)
        base.storeInteger(WireNull.int64, at: WireLayout.ExchangeRecord.updatedAt)
    }

    @inlinable public func setStatus(_ value: UInt8) {
        base.storeInteger(value, at: WireLayout.ExchangeRecord.status)
    }
    @inlinable public func setFlags(_ value: UInt8) {
        base.storeInteger(value, at: WireLayout.ExchangeRecord.flags)
    }
    @inlinable public func setExchangeId(_ value: UInt16) {
        base.storeInteger(value, at: WireLayout.ExchangeRecord.exchangeId)
    }
    @inlinable public func setMarketType(_ value: UInt8) {
        base.storeInteger(value, at: WireLayout.ExchangeRecord.marketType)
    }
    @inlinable public func setPrecisionDefault(_ value: UInt8) {
        base.storeInteger(value, at: WireLayout.ExchangeRecord.precisionDefault)
    }
    @inlinable public func setRateLimitRequestsPerSecond(_ value: UInt32) {
        base.storeInteger(value, at: WireLayout.ExchangeRecord.rateLimitRequestsPerSecond)
    }
    @inlinable public func setGeneration(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.ExchangeRecord.generation)
    }
    @inlinable public func setCreatedAt(_ value: Int64) {
        base.storeInteger(value, at: WireLayout.ExchangeRecord.createdAt)
    }
    @inlinable public func setUpdatedAt(_ value: Int64) {
        base.storeInteger(value, at: WireLayout.ExchangeRecord.updatedAt)
    }
    @inlinable public func setName(_ text: some Collection<UInt8>) {
        base.storeText(text, in: WireLayout.ExchangeRecord.name)
    }
    @inlinable public func setEnumValue(_ text: some Collection<UInt8>) {
        base.storeText(text, in: WireLayout.ExchangeRecord.enumValue)
    }
    @inlinable public func setDisplayName(_ text: some Collection<UInt8>) {
        base.storeText(text, in: WireLayout.ExchangeRecord.displayName)
    }
    @inlinable public func setBaseURL(_ text: some Collection<UInt8>) {
        base.storeText(text, in: WireLayout.ExchangeRecord.baseURL)
    }
    @inlinable public func setWebsocketURL(_ text: some Collection<UInt8>) {
        base.storeText(text, in: WireLayout.ExchangeRecord.websocketURL)
    }
}
