/// The bytes of a file as they stand in memory, in one piece or in several: header, main image, tail. Each piece is a
/// whole number of cache lines, and whoever uses it is bound by the owners.
struct ImageBytes: @unchecked Sendable {
    let pieces: [UnsafeRawBufferPointer]
    let owners: [MemoryBlock]
    let byteCount: Int

    init(_ pieces: [UnsafeRawBufferPointer], owners: [MemoryBlock]) {
        self.pieces = pieces
        self.owners = owners
        byteCount = pieces.reduce(0) { $0 + $1.count }
    }

    /// A main image, with a header of its own in place of the one it has, and a tail.
    init(_ main: RowImage, _ tail: ImageTail) {
        let headerByteCount = ImageHeader.byteCount
        self.init(
            [
                UnsafeRawBufferPointer(start: tail.header.start, count: headerByteCount),
                UnsafeRawBufferPointer(
                    start: main.block.start + headerByteCount, count: main.byteCount - headerByteCount),
                UnsafeRawBufferPointer(start: tail.block.start, count: tail.byteCount),
            ], owners: [tail.header, main.block, tail.block])
    }

    /// Calls `body` with the bytes of a range, in order; what lies beyond the end is left out.
    func forEachPiece(in range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Void) {
        var start = 0
        for piece in pieces {
            let from = max(range.lowerBound, start)
            let to = min(range.upperBound, start + piece.count)
            if from < to { body(UnsafeRawBufferPointer(rebasing: piece[from - start..<to - start])) }
            start += piece.count
        }
    }
}
