// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum SnapshotChunk {
        @inlinable public static var frameByteCount: Int { 8224 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var chunkIndex: Int { 12 }
        @inlinable public static var byteOffset: Int { 16 }
        @inlinable public static var dataByteCount: Int { 24 }
        @inlinable public static var padding: Range<Int> { 28..<32 }
        @inlinable public static var data: Range<Int> { 32..<8224 }
    }
}

/// Template 113, 8224 bytes. A piece of the image, in order. Its last frame ends the answer to `GetSnapshot`.
public struct SnapshotChunkView: MessageView {
    public typealias Layout = WireLayout.SnapshotChunk

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .snapshotChunk }

    /// Of the request that this answers.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// From 0.
    @inlinable public var chunkIndex: UInt32 { base.loadInteger(at: Layout.chunkIndex) }
    /// Of these bytes in the image. Unit: bytes.
    @inlinable public var byteOffset: UInt64 { base.loadInteger(at: Layout.byteOffset) }
    /// Image bytes in this frame; the rest is zero. Unit: bytes.
    @inlinable public var dataByteCount: UInt32 { base.loadInteger(at: Layout.dataByteCount) }
    /// Image bytes.
    @inlinable public var data: UnsafeRawBufferPointer { base.loadBytes(Layout.data, byteCount: dataByteCount) }

    public func fault() -> RejectReason? {
        guard dataByteCount <= 8_192 else { return .valueOutOfRange }
        return nil
    }

    /// Writes the whole frame, padding included.
    /// - Parameter data: writes to the front of the bytes it gets, and says how many.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer,
        requestId: UInt32,
        chunkIndex: UInt32,
        byteOffset: UInt64,
        data: (UnsafeMutableRawBufferPointer) -> Int
    ) {
        let dataByteCount = base.fill(Layout.data, data)
        base.storeHeader(.snapshotChunk)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(chunkIndex, at: Layout.chunkIndex)
        base.storeInteger(byteOffset, at: Layout.byteOffset)
        base.storeInteger(dataByteCount, at: Layout.dataByteCount)
        base.storeZero(Layout.padding)
        base.storeZero(Layout.data.lowerBound + Int(dataByteCount)..<Layout.data.upperBound)
    }
}
