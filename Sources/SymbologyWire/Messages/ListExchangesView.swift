// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum ListExchanges {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var marketType: Int { 12 }
        @inlinable public static var activeOnly: Int { 13 }
        @inlinable public static var afterExchangeId: Int { 14 }
        @inlinable public static var countMax: Int { 16 }
        @inlinable public static var padding1: Range<Int> { 20..<24 }
        @inlinable public static var expectedGeneration: Int { 24 }
        @inlinable public static var padding2: Range<Int> { 32..<64 }
    }
}

/// Template 7, 64 bytes. A page of exchanges in order of id. Answered by `ExchangeRecord` frames, then `EndOfList`.
public struct ListExchangesView: MessageView {
    public typealias Layout = WireLayout.ListExchanges

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .listExchanges }

    /// Chosen by the client, repeated in every frame of the answer; 2³²−1 is null and refused.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// Only such exchanges.
    @inlinable public var marketType: MarketType? { MarketType(rawValue: base.loadInteger(at: Layout.marketType)) }
    /// Leave out inactive exchanges.
    @inlinable public var activeOnly: Bool { base.loadInteger(at: Layout.activeOnly, as: UInt8.self) != 0 }
    /// The page begins after this id; 0 = at the start.
    @inlinable public var afterExchangeId: UInt16 { base.loadInteger(at: Layout.afterExchangeId) }
    /// As in `ListSymbols`.
    @inlinable public var countMax: UInt32 { base.loadInteger(at: Layout.countMax) }
    /// As in `ListSymbols`.
    @inlinable public var expectedGeneration: UInt64 { base.loadInteger(at: Layout.expectedGeneration) }

    public func fault() -> RejectReason? {
        guard requestId <= 4_294_967_294 else { return .valueOutOfRange }
        guard base.loadInteger(at: Layout.marketType, as: UInt8.self) == 0 || marketType != nil else {
            return .valueOutOfRange
        }
        guard base.loadInteger(at: Layout.activeOnly, as: UInt8.self) <= 1 else { return .valueOutOfRange }
        guard base.isZero(Layout.padding1) else { return .paddingNotZero }
        guard base.isZero(Layout.padding2) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer,
        requestId: UInt32,
        marketType: MarketType?,
        activeOnly: Bool,
        afterExchangeId: UInt16,
        countMax: UInt32,
        expectedGeneration: UInt64
    ) {
        base.storeHeader(.listExchanges)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(marketType?.rawValue ?? 0, at: Layout.marketType)
        base.storeInteger(activeOnly ? 1 : 0 as UInt8, at: Layout.activeOnly)
        base.storeInteger(afterExchangeId, at: Layout.afterExchangeId)
        base.storeInteger(countMax, at: Layout.countMax)
        base.storeZero(Layout.padding1)
        base.storeInteger(expectedGeneration, at: Layout.expectedGeneration)
        base.storeZero(Layout.padding2)
    }
}
