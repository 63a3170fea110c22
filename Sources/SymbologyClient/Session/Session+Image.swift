import Platform
import ReferenceData
import SymbologyWire

/// The image that a server offers: what its `Snapshot` frame says.
struct OfferedImage: Hashable {
    var image: ServerImage
    /// The last change that it contains; 0 is none.
    var sequence: UInt64
}

/// An image with its bytes, not looked at yet.
struct FetchedImage: ~Copyable {
    let offered: OfferedImage
    let buffer: ImageBuffer

    consuming func open() throws(ImageFileError) -> SnapshotImage { try SnapshotImage.open(buffer) }
}

extension Session {
    /// Describes the newest image; nil while there is none.
    func offeredImage(by deadline: Deadline) throws(ClientError) -> OfferedImage? {
        let view: SnapshotView = try ask("snapshot", by: deadline) {
            GetSnapshotView.write(to: $0, requestId: $1, flags: [])
        }
        guard view.chunkCount == 0 else { throw violation("it sends an image that nobody asked for") }
        return try offeredImage(view)
    }

    /// The newest image with its bytes; nil while there is none. Throws `imageNotUsable` for one that is more than
    /// `ImageLimits.byteCountMax`, or than there is memory for: its bytes are on their way, and end the connection.
    ///
    /// - Parameter timeoutMilliseconds: for each piece.
    func fetchImage(timeoutMilliseconds: Int) throws(ClientError) -> FetchedImage? {
        let answer: Answer = try ask("snapshot", by: .after(milliseconds: timeoutMilliseconds)) {
            GetSnapshotView.write(to: $0, requestId: $1, flags: .sendBytes)
        }
        let requestId = FrameHeaderView(answer.frame).requestId
        let view: SnapshotView = try expect(answer)
        guard let offered = try offeredImage(view) else {
            guard view.chunkCount == 0 else { throw violation("the bytes of an image that there is none of") }
            return nil
        }
        // The frame is gone with the next read.
        let (chunkCount, chunkByteCount) = (UInt64(view.chunkCount), UInt64(view.chunkByteCount))
        let imageByteCount = view.imageByteCount
        guard let byteCount = Int(exactly: imageByteCount), byteCount > 0, chunkByteCount > 0,
            chunkCount == (imageByteCount - 1) / chunkByteCount + 1
        else {
            throw violation("an image of \(imageByteCount) bytes in \(chunkCount) pieces of \(chunkByteCount)")
        }
        guard var buffer = ImageBuffer(byteCount: byteCount) else {
            let isTooLarge = byteCount > ImageLimits.byteCountMax
            let limit = isTooLarge ? "\(ImageLimits.byteCountMax) are the most" : "there is no memory for them"
            throw .imageNotUsable(address, detail: "it has \(byteCount) bytes, and \(limit)")
        }
        var filled: UInt64 = 0
        for index in 0..<chunkCount {
            // Each piece has its own time: how long the whole may take depends on its size.
            let piece = try self.answer(
                to: requestId, "the bytes of a snapshot", by: .after(milliseconds: timeoutMilliseconds))
            let chunk: SnapshotChunkView = try expect(piece)
            let expected = min(chunkByteCount, imageByteCount - filled)
            guard UInt64(chunk.chunkIndex) == index, chunk.byteOffset == filled, UInt64(chunk.data.count) == expected
            else { throw violation("piece \(chunk.chunkIndex) of an image where piece \(index) was due") }
            buffer.withMutableBytes { bytes in
                UnsafeMutableRawBufferPointer(rebasing: bytes[Int(filled)...]).copyMemory(from: chunk.data)
            }
            filled += expected
        }
        return FetchedImage(offered: offered, buffer: buffer)
    }

    private func offeredImage(_ view: SnapshotView) throws(ClientError) -> OfferedImage? {
        guard try known(view.status, in: view) == .ok else { return nil }
        let image = ServerImage(
            epoch: view.epoch, generation: view.generation, byteCount: view.imageByteCount,
            checksum: view.checksum, path: ResponseParsing.text(view.path))
        return OfferedImage(image: image, sequence: view.sequence)
    }
}
