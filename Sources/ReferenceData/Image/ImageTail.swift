/// What only a file has: a header of its own, and behind the sections of the main image exchanges, aliases, refused
/// rows and texts.
struct ImageTail {
    /// The main image's header, completed; the checksum is still zero.
    let header: MemoryBlock
    /// The sections.
    let block: MemoryBlock
    let byteCount: Int

    /// Lays out what a snapshot has besides its rows. O(exchanges, aliases, refused).
    init(_ snapshot: Snapshot, confirmedAt: Timestamp) {
        let exchanges = snapshot.directory.exchanges
        let aliases = snapshot.aliases.aliases
        let refused = snapshot.refused
        var texts = Array(snapshot.databaseSnapshot.utf8)
        let reasonOffsets = refused.map { row in
            defer { texts += row.reason.utf8 }
            return texts.count
        }
        let start = snapshot.mainImage.byteCount
        var sections = SectionTable()
        var end = start
        for (section, count) in zip(
            ImageSection.tailCases, [exchanges.count, aliases.count, refused.count, texts.count])
        {
            sections.append(section, count: count, at: &end)
        }
        byteCount = end - start
        block = .zeroed(byteCount: byteCount)
        header = Self.header(snapshot, sections, byteCount: end, confirmedAt: confirmedAt)

        func element(_ section: ImageSection, _ index: Int) -> UnsafeMutableRawPointer {
            block.start + (sections[section].offset - start + index * section.elementByteCount)
        }
        for (index, exchange) in exchanges.enumerated() {
            let isLastGood = snapshot.directory.lastGoodIds.contains(exchange.id)
            exchange.store(at: element(.exchanges, index), isLastGood: isLastGood)
        }
        for (index, alias) in aliases.enumerated() { alias.store(at: element(.aliases, index)) }
        for (index, row) in refused.enumerated() {
            row.store(at: element(.refusedRows, index), reasonOffset: reasonOffsets[index])
        }
        UnsafeMutableRawBufferPointer(start: element(.texts, 0), count: texts.count).copyBytes(from: texts)
    }

    private static func header(
        _ snapshot: Snapshot, _ sections: SectionTable, byteCount: Int, confirmedAt: Timestamp
    ) -> MemoryBlock {
        let block = MemoryBlock.zeroed(byteCount: ImageHeader.byteCount)
        let header = block.start
        header.copyMemory(from: snapshot.mainImage.block.start, byteCount: ImageHeader.byteCount)
        header[ImageHeader.imageByteCount] = UInt64(byteCount)
        header[ImageHeader.checksum] = 0
        header[ImageHeader.epoch] = snapshot.epoch
        header[ImageHeader.generation] = snapshot.generation
        header[ImageHeader.confirmedAt] = confirmedAt
        header[ImageHeader.flags] = snapshot.isLoaded ? ImageHeader.loadedFlag : 0
        header[ImageHeader.databaseSnapshotByteCount] = UInt64(snapshot.databaseSnapshot.utf8.count)
        header[ImageHeader.judgedAt] = snapshot.judgedAt
        header[ImageHeader.asOf] = snapshot.asOf
        header[ImageHeader.systemIdentifier] = snapshot.database?.systemIdentifier ?? 0
        header[ImageHeader.databaseId] = snapshot.database?.databaseId ?? 0
        header[ImageHeader.symbolIdMax] = snapshot.symbolIdMax
        sections.store(ImageSection.tailCases, in: header)
        return block
    }
}
