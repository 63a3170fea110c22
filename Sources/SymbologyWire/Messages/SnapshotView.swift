// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum Snapshot {
        @inlinable public static var frameByteCount: Int { 320 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var status: Int { 12 }
        @inlinable public static var padding1: Range<Int> { 13..<16 }
        @inlinable public static var epoch: Int { 16 }
        @inlinable public static var generation: Int { 24 }
        @inlinable public static var imageByteCount: Int { 32 }
        @inlinable public static var checksum: Int { 40 }
        @inlinable public static var chunkCount: Int { 48 }
        @inlinable public static var chunkByteCount: Int { 52 }
        @inlinable public static var path: Range<Int> { 56..<312 }
        @inlinable public static var sequence: Int { 312 }
    }
}

/// Template 111, 320 bytes. Answers `GetSnapshot`: the image file, to be mapped by clients of the same host.
public struct SnapshotView: MessageView {
    public typealias Layout = WireLayout.Snapshot

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .snapshot }

    /// Of the request that this answers.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// How the request ended.
    @inlinable public var status: ResolutionStatus? { ResolutionStatus(rawValue: base.loadInteger(at: Layout.status)) }
    /// Of the image.
    @inlinable public var epoch: UInt64 { base.loadInteger(at: Layout.epoch) }
    /// Of the image.
    @inlinable public var generation: UInt64 { base.loadInteger(at: Layout.generation) }
    /// Of the whole image. Unit: bytes.
    @inlinable public var imageByteCount: UInt64 { base.loadInteger(at: Layout.imageByteCount) }
    /// As the image's own header has it.
    @inlinable public var checksum: UInt64? { base.loadOptional(at: Layout.checksum) }
    /// `SnapshotChunk` frames that follow; 0 where none do.
    @inlinable public var chunkCount: UInt32 { base.loadInteger(at: Layout.chunkCount) }
    /// Image bytes in each of them but the last. Unit: bytes.
    @inlinable public var chunkByteCount: UInt32 { base.loadInteger(at: Layout.chunkByteCount) }
    /// Absolute; empty when there is no file.
    @inlinable public var path: UnsafeRawBufferPointer { base.loadText(Layout.path) }
    /// Of the last change that the image contains; 0 when there was none.
    @inlinable public var sequence: UInt64 { base.loadInteger(at: Layout.sequence) }

    public func fault() -> RejectReason? {
        if let reason = base.textFault(Layout.path, mayBeEmpty: true) { return reason }
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer,
        requestId: UInt32,
        status: ResolutionStatus,
        epoch: UInt64,
        generation: UInt64,
        imageByteCount: UInt64,
        checksum: UInt64?,
        chunkCount: UInt32,
        chunkByteCount: UInt32,
        path: some Collection<UInt8>,
        sequence: UInt64
    ) {
        base.storeHeader(.snapshot)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(status.rawValue, at: Layout.status)
        base.storeZero(Layout.padding1)
        base.storeInteger(epoch, at: Layout.epoch)
        base.storeInteger(generation, at: Layout.generation)
        base.storeInteger(imageByteCount, at: Layout.imageByteCount)
        base.storeOptional(checksum, at: Layout.checksum)
        base.storeInteger(chunkCount, at: Layout.chunkCount)
        base.storeInteger(chunkByteCount, at: Layout.chunkByteCount)
        base.storeText(path, in: Layout.path)
        base.storeInteger(sequence, at: Layout.sequence)
    }
}
