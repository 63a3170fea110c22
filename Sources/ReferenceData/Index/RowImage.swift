/// Symbols with all their indexes, and the memory they stand in.
final class RowImage: @unchecked Sendable {
    let block: MemoryBlock
    let view: RowView
    /// Bytes from the start of the block to the end of the last of its own sections; a file goes on behind.
    let byteCount: Int
    /// Tells this main image from all others of the process; see `Snapshot.rewritten(onto:)`.
    let lineage: Lineage

    final class Lineage: Sendable {}

    /// Reads the header of a block whose sections are known to lie inside it.
    init(_ block: MemoryBlock) {
        self.block = block
        lineage = Lineage()
        let start = UnsafeRawPointer(block.start)
        let sections = SectionTable(header: start)
        view = RowView(start, sections)
        byteCount = sections.end(of: .searchIndex)
    }
}
