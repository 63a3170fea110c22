/// Template 111. Answers `GetSnapshot`: the image file, to be mapped by clients of the same host.
public struct SnapshotView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .snapshot }

    @inlinable public var requestId: UInt32 { base.loadInteger(at: WireLayout.Snapshot.requestId, as: UInt32.self) }
    /// See `WireStatus`.
    @inlinable public var status: UInt8 { base.loadInteger(at: WireLayout.Snapshot.status, as: UInt8.self) }
    @inlinable public var epoch: UInt64 { base.loadInteger(at: WireLayout.Snapshot.epoch, as: UInt64.self) }
    @inlinable public var generation: UInt64 { base.loadInteger(at: WireLayout.Snapshot.generation, as: UInt64.self) }
    /// Of the whole image.
    @inlinable public var imageByteCount: UInt64 {
        base.loadInteger(at: WireLayout.Snapshot.imageByteCount, as: UInt64.self)
    }
    /// As the image's own header has it. Null is `WireNull.uint64`.
    @inlinable public var checksum: UInt64 { base.loadInteger(at: WireLayout.Snapshot.checksum, as: UInt64.self) }
    /// `SnapshotChunk` frames that follow.
    @inlinable public var chunkCount: UInt32 { base.loadInteger(at: WireLayout.Snapshot.chunkCount, as: UInt32.self) }
    /// Image bytes in each of them but the last.
    @inlinable public var chunkByteCount: UInt32 {
        base.loadInteger(at: WireLayout.Snapshot.chunkByteCount, as: UInt32.self)
    }
    /// Absolute; empty when there is no file.
    @inlinable public var path: UnsafeRawBufferPointer { base.loadText(WireLayout.Snapshot.path) }
    /// Of the last change that the image contains, 0 when there was none: the pushes after it are still to be applied.
    @inlinable public var sequence: UInt64 { base.loadInteger(at: WireLayout.Snapshot.sequence, as: UInt64.self) }

    public func fault() -> RejectReason? {
        guard base.isZero(WireLayout.Snapshot.padding1) else { return .paddingNotZero }
        return base.textFault(WireLayout.Snapshot.path, mayBeEmpty: true)
    }
}

/// Writes template 111. A new writer clears the frame's 320 bytes and sets every field that can be null to null;
/// setters fill it.
public struct SnapshotWriter {
    public let base: UnsafeMutableRawPointer

    @inlinable
    public init(_ base: UnsafeMutableRawPointer, requestId: UInt32) {
        self.base = base
        base.storeZero(0..<WireLayout.Snapshot.frameByteCount)
        base.storeHeader(.snapshot)
        base.storeInteger(requestId, at: WireLayout.Snapshot.requestId)
        base.storeInteger(WireNull.uint64, at: WireLayout.Snapshot.checksum)
    }

    @inlinable public func setStatus(_ value: UInt8) {
        base.storeInteger(value, at: WireLayout.Snapshot.status)
    }
    @inlinable public func setEpoch(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Snapshot.epoch)
    }
    @inlinable public func setGeneration(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Snapshot.generation)
    }
    @inlinable public func setImageByteCount(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Snapshot.imageByteCount)
    }
    @inlinable public func setChecksum(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Snapshot.checksum)
    }
    @inlinable public func setChunkCount(_ value: UInt32) {
        base.storeInteger(value, at: WireLayout.Snapshot.chunkCount)
    }
    @inlinable public func setChunkByteCount(_ value: UInt32) {
        base.storeInteger(value, at: WireLayout.Snapshot.chunkByteCount)
    }
    @inlinable public func setPath(_ text: some Collection<UInt8>) {
        base.storeText(text, in: WireLayout.Snapshot.path)
    }
    @inlinable public func setSequence(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Snapshot.sequence)
    }
}

/// Template 113. A piece of the image, in order. Its last frame ends the answer to `GetSnapshot`.
public struct SnapshotChunkView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .snapshotChunk }

    @inlinable public var requestId: UInt32 {
        base.loadInteger(at: WireLayout.SnapshotChunk.requestId, as: UInt32.self)
    }
    /// From 0.
    @inlinable public var chunkIndex: UInt32 {
        base.loadInteger(at: WireLayout.SnapshotChunk.chunkIndex, as: UInt32.self)
    }
    /// Of these bytes in the image.
    @inlinable public var byteOffset: UInt64 {
        base.loadInteger(at: WireLayout.SnapshotChunk.byteOffset, as: UInt64.self)
    }
    /// Image bytes in this frame; the rest is zero.
    @inlinable public var dataByteCount: UInt32 {
        base.loadInteger(at: WireLayout.SnapshotChunk.dataByteCount, as: UInt32.self)
    }
    /// The image bytes of this frame, without what fills it up; never past the field, whatever `dataByteCount` says.
    @inlinable public var data: UnsafeRawBufferPointer {
        let field = base.loadBytes(WireLayout.SnapshotChunk.data)
        return UnsafeRawBufferPointer(rebasing: field.prefix(Int(min(dataByteCount, UInt32(field.count)))))
    }

    public func fault() -> RejectReason? {
        guard base.isZero(WireLayout.SnapshotChunk.padding) else { return .paddingNotZero }
        guard Int(dataByteCount) <= WireLayout.SnapshotChunk.data.count else { return .valueOutOfRange }
        return nil
    }

    /// Writes the whole frame, padding included.
    /// - Parameter fill: writes image bytes to the front of the field it gets, and says how many.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer, requestId: UInt32, chunkIndex: UInt32, byteOffset: UInt64,
        fill: (UnsafeMutableRawBufferPointer) -> Int
    ) {
        let field = WireLayout.SnapshotChunk.data
        let filledByteCount = fill(
            UnsafeMutableRawBufferPointer(start: base + field.lowerBound, count: field.count))
        precondition((0...field.count).contains(filledByteCount), "image bytes do not fit their frame")
        base.storeHeader(.snapshotChunk)
        base.storeInteger(requestId, at: WireLayout.SnapshotChunk.requestId)
        base.storeInteger(chunkIndex, at: WireLayout.SnapshotChunk.chunkIndex)
        base.storeInteger(byteOffset, at: WireLayout.SnapshotChunk.byteOffset)
        base.storeInteger(UInt32(filledByteCount), at: WireLayout.SnapshotChunk.dataByteCount)
        base.storeZero(WireLayout.SnapshotChunk.padding)
        base.storeZero(field.lowerBound + filledByteCount..<field.upperBound)
    }

    /// Writes the whole frame, 8224 bytes, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer, requestId: UInt32, chunkIndex: UInt32, byteOffset: UInt64,
        dataByteCount: UInt32, data: some Collection<UInt8>
    ) {
        base.storeHeader(.snapshotChunk)
        base.storeInteger(requestId, at: WireLayout.SnapshotChunk.requestId)
        base.storeInteger(chunkIndex, at: WireLayout.SnapshotChunk.chunkIndex)
        base.storeInteger(byteOffset, at: WireLayout.SnapshotChunk.byteOffset)
        base.storeInteger(dataByteCount, at: WireLayout.SnapshotChunk.dataByteCount)
        base.storeZero(WireLayout.SnapshotChunk.padding)
        base.storeText(data, in: WireLayout.SnapshotChunk.data)
    }
}
