/// A finished image: what a file holds, and what a server sends to whoever asks for its snapshot.
///
/// Holds the snapshot and shares the memory of its main image; only the header, exchanges, aliases and refused rows are
/// written anew. Immutable; all members may be used from any number of threads at once.
public final class SnapshotImage: Sendable {
    /// The content; without an overlay.
    public let snapshot: Snapshot
    /// Of all bytes; the header carries it.
    public let checksum: UInt64
    /// When the content was last known to equal the tables of the database.
    public let confirmedAt: Timestamp
    /// The file whose mapping the snapshot reads, for others to map; nil for an image in memory. It is there for as
    /// long as the image is.
    public var path: String? { file?.path }

    let bytes: ImageBytes
    private let file: SharedImageFile?

    public var epoch: UInt64 { snapshot.epoch }
    public var generation: UInt64 { snapshot.generation }
    /// Bytes of the file.
    public var byteCount: Int { bytes.byteCount }

    /// The image of a snapshot, which is rewritten first where it has an overlay. O(bytes), for the checksum.
    public convenience init(_ snapshot: Snapshot, confirmedAt: Timestamp) {
        let whole = snapshot.overlay == nil ? snapshot : snapshot.rewritten()
        let tail = ImageTail(whole, confirmedAt: confirmedAt)
        let bytes = ImageBytes(whole.mainImage, tail)
        let checksum = ImageChecksum.of(bytes)
        tail.header.start[ImageHeader.checksum] = checksum
        self.init(whole, confirmedAt: confirmedAt, checksum: checksum, bytes: bytes)
    }

    init(
        _ snapshot: Snapshot, confirmedAt: Timestamp, checksum: UInt64, bytes: ImageBytes, file: SharedImageFile? = nil
    ) {
        self.snapshot = snapshot
        self.confirmedAt = confirmedAt
        self.checksum = checksum
        self.bytes = bytes
        self.file = file
    }

    /// Copies bytes of the file from `byteOffset` on, as many as there are and fit; says how many. Any thread.
    public func copyBytes(from byteOffset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard byteOffset >= 0, byteOffset < byteCount, let start = buffer.baseAddress else { return 0 }
        var copied = 0
        let end = byteOffset + min(buffer.count, byteCount - byteOffset)
        bytes.forEachPiece(in: byteOffset..<end) { piece in
            (start + copied).copyMemory(from: piece.baseAddress!, byteCount: piece.count)
            copied += piece.count
        }
        return copied
    }
}
