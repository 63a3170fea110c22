// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum ListRefused {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var afterKind: Int { 12 }
        @inlinable public static var padding1: Range<Int> { 13..<20 }
        @inlinable public static var countMax: Int { 20 }
        @inlinable public static var expectedGeneration: Int { 24 }
        @inlinable public static var afterId: Int { 32 }
        @inlinable public static var padding2: Range<Int> { 40..<64 }
    }
}

/// Template 20, 64 bytes. A page of the rows that cannot be represented, exchanges before symbols, each in order of id.
/// Answered by `RefusedRecord` frames, then `EndOfList`; the next page begins after the last row of this one.
public struct ListRefusedView: MessageView {
    public typealias Layout = WireLayout.ListRefused

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .listRefused }

    /// Chosen by the client, repeated in every frame of the answer; 2³²−1 is null and refused.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// The page begins after the row of this kind with `afterId`; everything = at the start.
    @inlinable public var afterKind: ReferenceKind? { ReferenceKind(rawValue: base.loadInteger(at: Layout.afterKind)) }
    /// As in `ListSymbols`.
    @inlinable public var countMax: UInt32 { base.loadInteger(at: Layout.countMax) }
    /// As in `ListSymbols`.
    @inlinable public var expectedGeneration: UInt64 { base.loadInteger(at: Layout.expectedGeneration) }
    /// Without meaning at the start.
    @inlinable public var afterId: Int64 { base.loadInteger(at: Layout.afterId) }

    public func fault() -> RejectReason? {
        guard requestId <= 4_294_967_294 else { return .valueOutOfRange }
        guard afterKind != nil else { return .valueOutOfRange }
        guard base.isZero(Layout.padding1) else { return .paddingNotZero }
        guard base.isZero(Layout.padding2) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer,
        requestId: UInt32,
        afterKind: ReferenceKind,
        countMax: UInt32,
        expectedGeneration: UInt64,
        afterId: Int64
    ) {
        base.storeHeader(.listRefused)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(afterKind.rawValue, at: Layout.afterKind)
        base.storeZero(Layout.padding1)
        base.storeInteger(countMax, at: Layout.countMax)
        base.storeInteger(expectedGeneration, at: Layout.expectedGeneration)
        base.storeInteger(afterId, at: Layout.afterId)
        base.storeZero(Layout.padding2)
    }
}
