// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum ExchangeRecord {
        @inlinable public static var frameByteCount: Int { 768 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var status: Int { 12 }
        @inlinable public static var flags: Int { 13 }
        @inlinable public static var exchangeId: Int { 14 }
        @inlinable public static var marketType: Int { 16 }
        @inlinable public static var precisionDefault: Int { 17 }
        @inlinable public static var padding1: Range<Int> { 18..<20 }
        @inlinable public static var rateLimitRequestsPerSecond: Int { 20 }
        @inlinable public static var generation: Int { 24 }
        @inlinable public static var createdAt: Int { 32 }
        @inlinable public static var updatedAt: Int { 40 }
        @inlinable public static var name: Range<Int> { 48..<98 }
        @inlinable public static var enumValue: Range<Int> { 98..<148 }
        @inlinable public static var displayName: Range<Int> { 148..<248 }
        @inlinable public static var baseURL: Range<Int> { 248..<503 }
        @inlinable public static var websocketURL: Range<Int> { 503..<758 }
        @inlinable public static var padding2: Range<Int> { 758..<768 }
    }
}

/// Template 104, 768 bytes. The whole exchange. Answers `GetExchange`, `ListExchanges`, and follows `Change` frames.
public struct ExchangeRecordView: MessageView {
    public typealias Layout = WireLayout.ExchangeRecord

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .exchangeRecord }

    /// Null when it follows a `Change`.
    @inlinable public var requestId: UInt32? { base.loadOptional(at: Layout.requestId) }
    /// How the request ended.
    @inlinable public var status: ResolutionStatus? { ResolutionStatus(rawValue: base.loadInteger(at: Layout.status)) }
    /// 0 unless the exchange is known, but for `fromFile`.
    @inlinable public var flags: ResolutionFlags { ResolutionFlags(rawValue: base.loadInteger(at: Layout.flags)) }
    /// The exchange; 0 unless it is known.
    @inlinable public var exchangeId: UInt16 { base.loadInteger(at: Layout.exchangeId) }
    /// What the venue trades.
    @inlinable public var marketType: MarketType? { MarketType(rawValue: base.loadInteger(at: Layout.marketType)) }
    /// Digits after the point where a symbol does not say.
    @inlinable public var precisionDefault: UInt8? { base.loadOptional(at: Layout.precisionDefault) }
    /// Requests that the venue allows. Unit: 1/s.
    @inlinable public var rateLimitRequestsPerSecond: UInt32? {
        base.loadOptional(at: Layout.rateLimitRequestsPerSecond)
    }
    /// Of the snapshot that answered.
    @inlinable public var generation: UInt64 { base.loadInteger(at: Layout.generation) }
    /// When the row was made. Unit: µs.
    @inlinable public var createdAt: Int64? { base.loadOptional(at: Layout.createdAt) }
    /// When the row was last changed. Unit: µs.
    @inlinable public var updatedAt: Int64? { base.loadOptional(at: Layout.updatedAt) }
    /// The venue's name in the tables.
    @inlinable public var name: UnsafeRawBufferPointer { base.loadText(Layout.name) }
    /// The code engines use, for example GATEIO_SPOT.
    @inlinable public var enumValue: UnsafeRawBufferPointer { base.loadText(Layout.enumValue) }
    /// The name for people.
    @inlinable public var displayName: UnsafeRawBufferPointer { base.loadText(Layout.displayName) }
    /// Empty when absent.
    @inlinable public var baseURL: UnsafeRawBufferPointer { base.loadText(Layout.baseURL) }
    /// Empty when absent.
    @inlinable public var websocketURL: UnsafeRawBufferPointer { base.loadText(Layout.websocketURL) }

    public func fault() -> RejectReason? {
        if let reason = base.textFault(Layout.name, mayBeEmpty: true) { return reason }
        if let reason = base.textFault(Layout.enumValue, mayBeEmpty: true) { return reason }
        if let reason = base.textFault(Layout.displayName, mayBeEmpty: true) { return reason }
        if let reason = base.textFault(Layout.baseURL, mayBeEmpty: true) { return reason }
        if let reason = base.textFault(Layout.websocketURL, mayBeEmpty: true) { return reason }
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer,
        requestId: UInt32?,
        status: ResolutionStatus,
        flags: ResolutionFlags,
        exchangeId: UInt16,
        marketType: MarketType?,
        precisionDefault: UInt8?,
        rateLimitRequestsPerSecond: UInt32?,
        generation: UInt64,
        createdAt: Int64?,
        updatedAt: Int64?,
        name: some Collection<UInt8>,
        enumValue: some Collection<UInt8>,
        displayName: some Collection<UInt8>,
        baseURL: some Collection<UInt8>,
        websocketURL: some Collection<UInt8>
    ) {
        base.storeHeader(.exchangeRecord)
        base.storeOptional(requestId, at: Layout.requestId)
        base.storeInteger(status.rawValue, at: Layout.status)
        base.storeInteger(flags.rawValue, at: Layout.flags)
        base.storeInteger(exchangeId, at: Layout.exchangeId)
        base.storeInteger(marketType?.rawValue ?? 0, at: Layout.marketType)
        base.storeOptional(precisionDefault, at: Layout.precisionDefault)
        base.storeZero(Layout.padding1)
        base.storeOptional(rateLimitRequestsPerSecond, at: Layout.rateLimitRequestsPerSecond)
        base.storeInteger(generation, at: Layout.generation)
        base.storeOptional(createdAt, at: Layout.createdAt)
        base.storeOptional(updatedAt, at: Layout.updatedAt)
        base.storeText(name, in: Layout.name)
        base.storeText(enumValue, in: Layout.enumValue)
        base.storeText(displayName, in: Layout.displayName)
        base.storeText(baseURL, in: Layout.baseURL)
        base.storeText(websocketURL, in: Layout.websocketURL)
        base.storeZero(Layout.padding2)
    }
}
