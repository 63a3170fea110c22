// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum EndOfList {
        @inlinable public static var frameByteCount: Int { 32 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var status: Int { 12 }
        @inlinable public static var moreFollow: Int { 13 }
        @inlinable public static var padding: Range<Int> { 14..<16 }
        @inlinable public static var count: Int { 16 }
        @inlinable public static var resumeAfterId: Int { 20 }
        @inlinable public static var generation: Int { 24 }
    }
}

/// Template 105, 32 bytes. Ends every list, also an empty one, and acknowledges `BeginBatch`.
public struct EndOfListView: MessageView {
    public typealias Layout = WireLayout.EndOfList

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .endOfList }

    /// Of the request that this answers.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// How the request ended.
    @inlinable public var status: ResolutionStatus? { ResolutionStatus(rawValue: base.loadInteger(at: Layout.status)) }
    /// The list goes on after `resumeAfterId`; `ListAssets`, `ListRefused`: after its last record.
    @inlinable public var moreFollow: Bool { base.loadInteger(at: Layout.moreFollow, as: UInt8.self) != 0 }
    /// Records sent for this request; for a batch the requests granted.
    @inlinable public var count: UInt32 { base.loadInteger(at: Layout.count) }
    /// Where the next page begins: a symbol or an exchange; without meaning unless `moreFollow`; 0 where there are no
    /// pages.
    @inlinable public var resumeAfterId: UInt32 { base.loadInteger(at: Layout.resumeAfterId) }
    /// Of the snapshot that answered.
    @inlinable public var generation: UInt64 { base.loadInteger(at: Layout.generation) }

    public func fault() -> RejectReason? {
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer,
        requestId: UInt32,
        status: ResolutionStatus,
        moreFollow: Bool,
        count: UInt32,
        resumeAfterId: UInt32,
        generation: UInt64
    ) {
        base.storeHeader(.endOfList)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(status.rawValue, at: Layout.status)
        base.storeInteger(moreFollow ? 1 : 0 as UInt8, at: Layout.moreFollow)
        base.storeZero(Layout.padding)
        base.storeInteger(count, at: Layout.count)
        base.storeInteger(resumeAfterId, at: Layout.resumeAfterId)
        base.storeInteger(generation, at: Layout.generation)
    }
}
