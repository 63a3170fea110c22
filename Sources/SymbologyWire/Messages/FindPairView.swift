// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum FindPair {
        @inlinable public static var frameByteCount: Int { 88 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var kinds: Int { 12 }
        @inlinable public static var activeOnly: Int { 13 }
        @inlinable public static var padding1: Range<Int> { 14..<16 }
        @inlinable public static var afterSymbolId: Int { 16 }
        @inlinable public static var countMax: Int { 20 }
        @inlinable public static var expectedGeneration: Int { 24 }
        @inlinable public static var baseAsset: Range<Int> { 32..<57 }
        @inlinable public static var quoteAsset: Range<Int> { 57..<82 }
        @inlinable public static var padding2: Range<Int> { 82..<88 }
    }
}

/// Template 8, 88 bytes. A page of all symbols of a pair on all exchanges, in order of exchange id, expiry, strike,
/// option type and symbol id, in each of them those without one first. Answered by `SymbolRecord` frames, then
/// `EndOfList`.
public struct FindPairView: MessageView {
    public typealias Layout = WireLayout.FindPair

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .findPair }

    /// Chosen by the client, repeated in every frame of the answer; 2³²−1 is null and refused.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// Only symbols of these kinds; 0 = every kind.
    @inlinable public var kinds: InstrumentKinds { InstrumentKinds(rawValue: base.loadInteger(at: Layout.kinds)) }
    /// As in `ListSymbols`.
    @inlinable public var activeOnly: Bool { base.loadInteger(at: Layout.activeOnly, as: UInt8.self) != 0 }
    /// The page begins after this symbol in the order of the list; 0 = at the start. One that is gone:
    /// `generationGone`.
    @inlinable public var afterSymbolId: UInt32 { base.loadInteger(at: Layout.afterSymbolId) }
    /// As in `ListSymbols`.
    @inlinable public var countMax: UInt32 { base.loadInteger(at: Layout.countMax) }
    /// As in `ListSymbols`.
    @inlinable public var expectedGeneration: UInt64 { base.loadInteger(at: Layout.expectedGeneration) }
    /// The base asset.
    @inlinable public var baseAsset: UnsafeRawBufferPointer { base.loadText(Layout.baseAsset) }
    /// The quote asset.
    @inlinable public var quoteAsset: UnsafeRawBufferPointer { base.loadText(Layout.quoteAsset) }

    public func fault() -> RejectReason? {
        guard requestId <= 4_294_967_294 else { return .valueOutOfRange }
        guard kinds.isSubset(of: .known) else { return .valueOutOfRange }
        guard base.loadInteger(at: Layout.activeOnly, as: UInt8.self) <= 1 else { return .valueOutOfRange }
        guard base.isZero(Layout.padding1) else { return .paddingNotZero }
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
        guard base.isZero(Layout.padding2) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer,
        requestId: UInt32,
        kinds: InstrumentKinds,
        activeOnly: Bool,
        afterSymbolId: UInt32,
        countMax: UInt32,
        expectedGeneration: UInt64,
        baseAsset: some Collection<UInt8>,
        quoteAsset: some Collection<UInt8>
    ) {
        base.storeHeader(.findPair)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(kinds.rawValue, at: Layout.kinds)
        base.storeInteger(activeOnly ? 1 : 0 as UInt8, at: Layout.activeOnly)
        base.storeZero(Layout.padding1)
        base.storeInteger(afterSymbolId, at: Layout.afterSymbolId)
        base.storeInteger(countMax, at: Layout.countMax)
        base.storeInteger(expectedGeneration, at: Layout.expectedGeneration)
        base.storeText(baseAsset, in: Layout.baseAsset)
        base.storeText(quoteAsset, in: Layout.quoteAsset)
        base.storeZero(Layout.padding2)
    }
}
