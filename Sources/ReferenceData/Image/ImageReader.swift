/// Reads bytes from outside as an image, once they are verified.
struct ImageReader {
    struct Content {
        let snapshot: Snapshot
        let confirmedAt: Timestamp
        let checksum: UInt64
    }

    let block: MemoryBlock
    let byteCount: Int
    let start: UnsafeRawPointer

    init(_ block: MemoryBlock, byteCount: Int) {
        self.block = block
        self.byteCount = byteCount
        start = UnsafeRawPointer(block.start)
    }

    /// O(bytes).
    func content() throws(ImageFileError) -> Content {
        let checksum = try verifiedHeader()
        let sections = try verifiedSections()
        // What is not read where it stands: exchanges, aliases and refused rows, and the tables that find them.
        let tailByteCount = byteCount - sections[.exchanges].offset
        guard Snapshot.hasRoom(for: 4 * tailByteCount) else { throw .outOfMemory(byteCount: 4 * tailByteCount) }
        try verifyBytes(sections, checksum)
        return try decoded(sections, checksum)
    }

    /// The checksum that the header states.
    private func verifiedHeader() throws(ImageFileError) -> UInt64 {
        guard byteCount >= 8, start[ImageHeader.magic] == ImageHeader.magicNumber else { throw .foreign }
        guard byteCount >= ImageHeader.byteCount else {
            throw .truncated(byteCount: byteCount, expectedByteCount: ImageHeader.byteCount)
        }
        let version = start[ImageHeader.formatVersion]
        guard version == ImageHeader.currentVersion else { throw .version(version) }
        let headerByteCount = start[ImageHeader.headerByteCount]
        guard headerByteCount == ImageHeader.byteCount else { throw .damaged("a header of \(headerByteCount) bytes") }
        let stated = start[ImageHeader.imageByteCount]
        guard let expected = Int(exactly: stated), expected <= ImageLimits.byteCountMax else {
            throw .damaged("\(stated) bytes")
        }
        if byteCount < expected { throw .truncated(byteCount: byteCount, expectedByteCount: expected) }
        if byteCount > expected { throw .overlong(byteCount: byteCount, expectedByteCount: expected) }
        guard byteCount % SectionTable.alignment == 0 else { throw .damaged("\(stated) bytes") }
        return start[ImageHeader.checksum]
    }

    /// Where the sections lie. They follow one another without a gap other than to the next cache line, and the last
    /// one ends the file.
    private func verifiedSections() throws(ImageFileError) -> SectionTable {
        let sections = SectionTable(header: start)
        var end = ImageHeader.byteCount
        for section in ImageSection.allCases {
            let (offset, count) = (sections[section].offset, sections[section].count)
            guard offset == end else { throw .damaged("\(section): out of place") }
            guard count >= 0, count <= (byteCount - end) / section.elementByteCount else {
                throw .damaged("\(section): out of range")
            }
            end = sections.end(of: section)
            // The last line may be padding that is not there.
            guard end <= byteCount else { throw .damaged("\(section): out of range") }
        }
        guard end == byteCount else { throw .damaged("bytes behind the last section") }
        try verifyCounts(sections)
        return sections
    }

    private func verifyCounts(_ sections: SectionTable) throws(ImageFileError) {
        for section in [ImageSection.symbolPilots, .pairPilots, .idEntries] {
            let count = sections[section].count
            guard count > 0, count & (count - 1) == 0 else { throw .damaged("\(section): no power of two") }
        }
        for section in [ImageSection.symbolSlots, .pairSlots] {
            guard (1...SharedKeys.slotCountMax).contains(sections[section].count) else { throw .damaged("\(section)") }
        }
        let rowCount = sections[.rows].count
        guard (1...rowCount + 1).contains(sections[.terms].count) else { throw .damaged("terms") }
        guard sections[.dueOrder].count <= rowCount else { throw .damaged("dueOrder: more than rows") }
        guard rowCount <= RowRules.symbolCountMax else { throw .damaged("rows: \(rowCount)") }
        guard sections[.exchangeMembers].count == rowCount else { throw .damaged("exchangeMembers") }
        guard (1...65_536).contains(sections[.exchangeRanges].count) else {
            throw .damaged("exchangeRanges")
        }
        for section in [ImageSection.symbolOrder, .pairOrder, .quoteOrder] {
            // An image of no rows has no orders.
            let count = sections[section].count
            guard count == rowCount else { throw .damaged("\(section): \(count) of \(rowCount) rows") }
        }
        let searchByteCount = sections[.searchIndex].count
        guard SearchIndex.isLongEnough(byteCount: searchByteCount, rowCount: rowCount) else {
            throw .damaged("searchIndex: \(searchByteCount) bytes for \(rowCount) rows")
        }
    }

    /// Sums and judges chunk by chunk, so that each byte comes from memory once.
    private func verifyBytes(_ sections: SectionTable, _ stated: UInt64) throws(ImageFileError) {
        let header = MemoryBlock.zeroed(byteCount: ImageHeader.byteCount)
        header.start.copyMemory(from: start, byteCount: ImageHeader.byteCount)
        header.start[ImageHeader.checksum] = 0
        let bytes = ImageBytes(
            [
                UnsafeRawBufferPointer(start: header.start, count: ImageHeader.byteCount),
                UnsafeRawBufferPointer(start: start + ImageHeader.byteCount, count: byteCount - ImageHeader.byteCount),
            ], owners: [header, block])
        let verifier = ImageVerifier(start, sections)
        // One for each chunk, so that the threads write nothing in common.
        var findings = [ImageVerifier.Findings](
            repeating: ImageVerifier.Findings(), count: byteCount / ImageChecksum.chunkByteCount + 1)
        let checksum = findings.withUnsafeMutableBufferPointer { findings in
            let start = findings.baseAddress!
            return ImageChecksum.of(bytes) { range in
                start[range.lowerBound / ImageChecksum.chunkByteCount] = verifier.findings(endingIn: range)
            }
        }
        guard checksum == stated else { throw .checksum }
        var difference: UInt64 = 0
        for finding in findings {
            if let section = finding.damagedSection { throw .damaged("\(section)") }
            difference &+= finding.difference
        }
        guard difference == 0 else { throw .damaged("rows: other sections say otherwise") }
    }

    private func decoded(_ sections: SectionTable, _ checksum: UInt64) throws(ImageFileError) -> Content {
        let parts = ImageParts(start: start, sections: sections)
        let texts = parts.texts
        guard let textByteCount = Int(exactly: start[ImageHeader.databaseSnapshotByteCount]),
            textByteCount <= texts.count,
            let databaseSnapshot = String(validating: texts.prefix(textByteCount), as: UTF8.self)
        else { throw .damaged("databaseSnapshot") }
        let rowCount = sections[.rows].count
        guard start[ImageHeader.rowCount] == UInt64(rowCount) else { throw .damaged("rowCount") }
        let flags = start[ImageHeader.flags]
        let isLoaded = flags & ImageHeader.loadedFlag != 0
        guard flags & ~ImageHeader.loadedFlag == 0, isLoaded || rowCount == 0 else { throw .damaged("flags") }
        // Nobody counts so far; whoever serves the image goes on counting from here.
        let generation = start[ImageHeader.generation]
        guard Int64(exactly: generation) != nil else { throw .damaged("generation") }

        let (judgedAt, asOf) = (start[ImageHeader.judgedAt], start[ImageHeader.asOf])
        guard asOf.isAbsent || asOf == judgedAt else { throw .damaged("asOf") }
        let systemIdentifier = start[ImageHeader.systemIdentifier]
        let database = SourceDatabase(systemIdentifier: systemIdentifier, databaseId: start[ImageHeader.databaseId])
        let directory = try parts.exchangeDirectory()
        try parts.verifyMembers(rowCount: rowCount, directory)
        let snapshot = Snapshot(
            mainImage: RowImage(block), overlay: nil, directory: directory, aliases: try parts.aliases(),
            refusedRows: try parts.refusedRows(), epoch: start[ImageHeader.epoch], generation: generation,
            isLoaded: isLoaded, databaseSnapshot: databaseSnapshot, judgedAt: judgedAt, asOf: asOf,
            database: systemIdentifier == 0 ? nil : database, formerSymbolIdMax: start[ImageHeader.symbolIdMax])
        return Content(snapshot: snapshot, confirmedAt: start[ImageHeader.confirmedAt], checksum: checksum)
    }
}
