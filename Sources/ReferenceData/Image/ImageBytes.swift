/// The bytes of a file as they stand in memory, in one piece or in several: header, base, tail. Each piece is a whole
/// number of cache lines, and whoever uses it is bound by the owners.
struct ImageBytes: @unchecked Sendable {
    let pieces: [UnsafeRawBufferPointer]
    let owners: [MemoryBlock]
    let byteCount: Int

    init(_ pieces: [UnsafeRawBufferPointer], owners: [MemoryBlock]) {
        self.pieces = pieces
        self.owners = owners
        byteCount = pieces.reduce(0) { $0 + $1.count }
    }

    /// A header of its own, a base behind the header it has, and a tail.
    init(header: MemoryBlock, base: RowImage, tail: ImageTail) {
        let headerByteCount = ImageLayout.headerByteCount
        self.init(
            [
                UnsafeRawBufferPointer(start: header.start, count: headerByteCount),
                UnsafeRawBufferPointer(
                    start: base.block.start + headerByteCount, count: base.byteCount - headerByteCount),
                UnsafeRawBufferPointer(start: tail.block.start, count: tail.byteCount),
            ], owners: [header, base.block, tail.block])
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
