// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum BeginBatch {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var count: Int { 12 }
        @inlinable public static var padding: Range<Int> { 16..<64 }
    }
}

/// Template 15, 64 bytes. Pins the snapshot: the next `count` requests of this connection are answered from one
/// generation, unless the batch outlives its deadline. Answered by `EndOfList`: status `ok`, the count granted, the
/// generation pinned; or `limitReached` or `notLoaded`, and then nothing is pinned.
public struct BeginBatchView: MessageView {
    public typealias Layout = WireLayout.BeginBatch

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .beginBatch }

    /// Chosen by the client, repeated in every frame of the answer; 2³²−1 is null and refused.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// Requests that follow, `batchCountMax` of `Welcome` at most; 0 ends the batch before and pins nothing.
    @inlinable public var count: UInt32 { base.loadInteger(at: Layout.count) }

    public func fault() -> RejectReason? {
        guard requestId <= 4_294_967_294 else { return .valueOutOfRange }
        guard base.isZero(Layout.padding) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(to base: UnsafeMutableRawPointer, requestId: UInt32, count: UInt32) {
        base.storeHeader(.beginBatch)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(count, at: Layout.count)
        base.storeZero(Layout.padding)
    }
}
