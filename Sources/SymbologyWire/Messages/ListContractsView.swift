// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum ListContracts {
        @inlinable public static var frameByteCount: Int { 112 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var exchangeId: Int { 12 }
        @inlinable public static var kinds: Int { 14 }
        @inlinable public static var activeOnly: Int { 15 }
        @inlinable public static var afterSymbolId: Int { 16 }
        @inlinable public static var countMax: Int { 20 }
        @inlinable public static var expectedGeneration: Int { 24 }
        @inlinable public static var expiresFrom: Int { 32 }
        @inlinable public static var expiresTo: Int { 40 }
        @inlinable public static var baseAsset: Range<Int> { 48..<73 }
        @inlinable public static var quoteAsset: Range<Int> { 73..<98 }
        @inlinable public static var padding1: Range<Int> { 98..<112 }
    }
}

/// Template 22, 112 bytes. A page of the contracts of a pair, in the order of `FindPair`. Answered by `SymbolRecord`
/// frames, then `EndOfList`.
public struct ListContractsView: MessageView {
    public typealias Layout = WireLayout.ListContracts

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .listContracts }

    /// Chosen by the client, repeated in every frame of the answer; 2³²−1 is null and refused.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// 0 = any.
    @inlinable public var exchangeId: UInt16 { base.loadInteger(at: Layout.exchangeId) }
    /// Only symbols of these kinds; 0 = every kind but spot.
    @inlinable public var kinds: InstrumentKinds { InstrumentKinds(rawValue: base.loadInteger(at: Layout.kinds)) }
    /// As in `ListSymbols`.
    @inlinable public var activeOnly: Bool { base.loadInteger(at: Layout.activeOnly, as: UInt8.self) != 0 }
    /// As in `FindPair`.
    @inlinable public var afterSymbolId: UInt32 { base.loadInteger(at: Layout.afterSymbolId) }
    /// As in `ListSymbols`.
    @inlinable public var countMax: UInt32 { base.loadInteger(at: Layout.countMax) }
    /// As in `ListSymbols`.
    @inlinable public var expectedGeneration: UInt64 { base.loadInteger(at: Layout.expectedGeneration) }
    /// Only contracts that expire at this time or later; null = no such bound. Unit: µs.
    @inlinable public var expiresFrom: Int64? { base.loadOptional(at: Layout.expiresFrom) }
    /// Only contracts that expire before this time; null = no such bound. Unit: µs.
    @inlinable public var expiresTo: Int64? { base.loadOptional(at: Layout.expiresTo) }
    /// The base asset.
    @inlinable public var baseAsset: UnsafeRawBufferPointer { base.loadText(Layout.baseAsset) }
    /// The quote asset.
    @inlinable public var quoteAsset: UnsafeRawBufferPointer { base.loadText(Layout.quoteAsset) }

    public func fault() -> RejectReason? {
        guard requestId <= 4_294_967_294 else { return .valueOutOfRange }
        guard kinds.isSubset(of: .known) else { return .valueOutOfRange }
        guard base.loadInteger(at: Layout.activeOnly, as: UInt8.self) <= 1 else { return .valueOutOfRange }
        if !base.isPlainText(Layout.baseAsset),
            let reason = base.textFault(Layout.baseAsset, mayBeEmpty: false)
        {
            return reason
        }
        if !base.isPlainText(Layout.quoteAsset),
            let reason = base.textFault(Layout.quoteAsset, mayBeEmpty: false)
        {
            return reason
        }
        guard base.isZero(Layout.padding1) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer,
        requestId: UInt32,
        exchangeId: UInt16,
        kinds: InstrumentKinds,
        activeOnly: Bool,
        afterSymbolId: UInt32,
        countMax: UInt32,
        expectedGeneration: UInt64,
        expiresFrom: Int64?,
        expiresTo: Int64?,
        baseAsset: some Collection<UInt8>,
        quoteAsset: some Collection<UInt8>
    ) {
        base.storeHeader(.listContracts)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(exchangeId, at: Layout.exchangeId)
        base.storeInteger(kinds.rawValue, at: Layout.kinds)
        base.storeInteger(activeOnly ? 1 : 0 as UInt8, at: Layout.activeOnly)
        base.storeInteger(afterSymbolId, at: Layout.afterSymbolId)
        base.storeInteger(countMax, at: Layout.countMax)
        base.storeInteger(expectedGeneration, at: Layout.expectedGeneration)
        base.storeOptional(expiresFrom, at: Layout.expiresFrom)
        base.storeOptional(expiresTo, at: Layout.expiresTo)
        base.storeText(baseAsset, in: Layout.baseAsset)
        base.storeText(quoteAsset, in: Layout.quoteAsset)
        base.storeZero(Layout.padding1)
    }
}
