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
        try verifyBytes(sections, checksum)
        return try decoded(sections, checksum)
    }

    func word(at offset: Int) -> UInt64 { start.load(fromByteOffset: offset, as: UInt64.self) }

    /// The checksum that the header states.
    private func verifiedHeader() throws(ImageFileError) -> UInt64 {
        guard byteCount >= 8, word(at: ImageLayout.magicOffset) == ImageLayout.magic else { throw .foreign }
        guard byteCount >= ImageLayout.headerByteCount else {
            throw .truncated(byteCount: byteCount, expectedByteCount: ImageLayout.headerByteCount)
        }
        let version = start.load(fromByteOffset: ImageLayout.formatVersionOffset, as: UInt32.self)
        guard version == ImageLayout.formatVersion else { throw .version(version) }
        let headerByteCount = start.load(fromByteOffset: ImageLayout.headerByteCountOffset, as: UInt32.self)
        guard headerByteCount == ImageLayout.headerByteCount else {
            throw .damaged("a header of \(headerByteCount) bytes")
        }
        let stated = word(at: ImageLayout.byteCountOffset)
        guard let expected = Int(exactly: stated), expected <= ImageLimits.byteCountMax else {
            throw .damaged("\(stated) bytes")
        }
        if byteCount < expected { throw .truncated(byteCount: byteCount, expectedByteCount: expected) }
        if byteCount > expected { throw .overlong(byteCount: byteCount, expectedByteCount: expected) }
        guard byteCount % ImageLayout.sectionAlignment == 0 else { throw .damaged("\(stated) bytes") }
        return word(at: ImageLayout.checksumOffset)
    }

    /// Each section's place. They follow one another without a gap other than to the next cache line, and the last one
    /// ends the file.
    private func verifiedSections() throws(ImageFileError) -> [(offset: Int, count: Int)] {
        var sections: [(offset: Int, count: Int)] = []
        var end = ImageLayout.headerByteCount
        for section in ImageSection.allCases {
            let entry = ImageLayout.sectionsOffset + section.rawValue * ImageLayout.sectionEntryByteCount
            guard Int(exactly: word(at: entry)) == end else { throw .damaged("\(section): out of place") }
            let count = word(at: entry + 8)
            guard count <= UInt64(byteCount - end) / UInt64(section.elementByteCount) else {
                throw .damaged("\(section): out of range")
            }
            sections.append((end, Int(truncatingIfNeeded: count)))
            end += ImageLayout.aligned(Int(truncatingIfNeeded: count) * section.elementByteCount)
            // The last line may be padding that is not there.
            guard end <= byteCount else { throw .damaged("\(section): out of range") }
        }
        guard end == byteCount else { throw .damaged("bytes behind the last section") }
        try verifyCounts(sections.map(\.count))
        return sections
    }

    private func verifyCounts(_ counts: [Int]) throws(ImageFileError) {
        for section in [ImageSection.symbolSlots, .pairSlots, .symbolPilots, .pairPilots, .idEntries] {
            let count = counts[section.rawValue]
            guard count > 0, count & (count - 1) == 0 else { throw .damaged("\(section): no power of two") }
        }
        let rowCount = counts[ImageSection.rows.rawValue]
        guard rowCount <= Admission.symbolCountMax else { throw .damaged("rows: \(rowCount)") }
        guard counts[ImageSection.exchangeMembers.rawValue] == rowCount else { throw .damaged("exchangeMembers") }
        guard (1...65_536).contains(counts[ImageSection.exchangeRanges.rawValue]) else {
            throw .damaged("exchangeRanges")
        }
        for section in [ImageSection.symbolOrder, .pairOrder, .quoteOrder] {
            // An image of no rows has no orders.
            let count = counts[section.rawValue]
            guard count == rowCount else { throw .damaged("\(section): \(count) of \(rowCount) rows") }
        }
        let searchByteCount = counts[ImageSection.searchIndex.rawValue]
        guard SearchIndex.isLongEnough(byteCount: searchByteCount, rowCount: rowCount) else {
            throw .damaged("searchIndex: \(searchByteCount) bytes for \(rowCount) rows")
        }
    }

    /// Sums and judges chunk by chunk, so that each byte comes from memory once.
    private func verifyBytes(
        _ sections: [(offset: Int, count: Int)], _ stated: UInt64
    ) throws(ImageFileError) {
        let header = MemoryBlock.zeroed(byteCount: ImageLayout.headerByteCount)
        header.start.copyMemory(from: start, byteCount: ImageLayout.headerByteCount)
        header.start.storeBytes(of: 0, toByteOffset: ImageLayout.checksumOffset, as: UInt64.self)
        let bytes = ImageBytes(
            [
                UnsafeRawBufferPointer(start: header.start, count: ImageLayout.headerByteCount),
                UnsafeRawBufferPointer(
                    start: start + ImageLayout.headerByteCount, count: byteCount - ImageLayout.headerByteCount),
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

    private func decoded(
        _ sections: [(offset: Int, count: Int)], _ checksum: UInt64
    ) throws(ImageFileError) -> Content {
        let parts = ImageParts(start, sections)
        let texts = parts.bytes(.texts)
        guard let textByteCount = Int(exactly: word(at: ImageLayout.databaseSnapshotByteCountOffset)),
            textByteCount <= texts.count,
            let databaseSnapshot = String(validating: texts.prefix(textByteCount), as: UTF8.self)
        else { throw .damaged("databaseSnapshot") }
        let rowCount = sections[ImageSection.rows.rawValue].count
        guard word(at: ImageLayout.rowCountOffset) == UInt64(rowCount) else { throw .damaged("rowCount") }
        let flags = word(at: ImageLayout.flagsOffset)
        let isLoaded = flags & ImageLayout.loadedFlag != 0
        guard flags & ~ImageLayout.loadedFlag == 0, isLoaded || rowCount == 0 else { throw .damaged("flags") }
        // Nobody counts so far; whoever serves the image goes on counting from here.
        let generation = word(at: ImageLayout.generationOffset)
        guard Int64(exactly: generation) != nil else { throw .damaged("generation") }

        let directory = try parts.exchangeDirectory()
        try parts.verifyMembers(rowCount: rowCount, directory)
        let snapshot = Snapshot(
            baseImage: RowImage(block), overlay: nil, directory: directory, aliases: try parts.aliases(),
            refusedRows: try parts.refusedRows(), epoch: word(at: ImageLayout.epochOffset),
            generation: generation, isLoaded: isLoaded, databaseSnapshot: databaseSnapshot)
        let confirmedAt = Int64(bitPattern: word(at: ImageLayout.confirmedAtOffset))
        return Content(
            snapshot: snapshot, confirmedAt: Timestamp(microsecondsSince1970: confirmedAt), checksum: checksum)
    }
}

/// The sections that are few enough to be judged as they are decoded.
private struct ImageParts {
    private let start: UnsafeRawPointer
    private let sections: [(offset: Int, count: Int)]

    init(_ start: UnsafeRawPointer, _ sections: [(offset: Int, count: Int)]) {
        self.start = start
        self.sections = sections
    }

    func bytes(_ section: ImageSection) -> UnsafeRawBufferPointer {
        let place = sections[section.rawValue]
        return UnsafeRawBufferPointer(start: start + place.offset, count: place.count * section.elementByteCount)
    }

    private func elements(_ section: ImageSection) -> [UnsafeRawPointer] {
        let place = sections[section.rawValue]
        return (0..<place.count).map { start + place.offset + $0 * section.elementByteCount }
    }

    /// In id order, and such as can be served side by side.
    func exchangeDirectory() throws(ImageFileError) -> ExchangeDirectory {
        var exchanges: [Exchange] = []
        var names = ExchangeNames()
        var lastGoodIds: Set<UInt16> = []
        for place in elements(.exchanges) {
            guard let exchange = Exchange(storedAt: place), exchange.id > exchanges.last?.id ?? 0,
                names.problem(of: exchange) == nil
            else { throw .damaged("exchanges") }
            let flags = place.load(fromByteOffset: ExchangeLayout.flagsOffset, as: UInt8.self)
            if flags & ExchangeLayout.lastGoodBit != 0 { lastGoodIds.insert(exchange.id) }
            names.insert(exchange)
            exchanges.append(exchange)
        }
        return ExchangeDirectory(exchanges, lastGoodIds: lastGoodIds)
    }

    /// The ranges of members, each known to begin where the one before ends, end with the rows, and only exchanges that
    /// there are have any.
    func verifyMembers(rowCount: Int, _ directory: ExchangeDirectory) throws(ImageFileError) {
        var end = 0
        for (exchangeId, place) in elements(.exchangeRanges).enumerated() {
            let count = Int(place.load(fromByteOffset: 4, as: UInt32.self))
            end += count
            guard count == 0 || directory.isKnown(UInt16(truncatingIfNeeded: exchangeId)) else {
                throw .damaged("exchangeRanges: rows of an unknown exchange")
            }
        }
        guard end == rowCount else { throw .damaged("exchangeRanges") }
    }

    func aliases() throws(ImageFileError) -> AliasTable {
        let places = elements(.aliases)
        guard places.allSatisfy({ isSymbolKeyText($0) }) else { throw .damaged("aliases") }
        return AliasTable(places.map { SymbolAlias(storedAt: $0) })
    }

    func refusedRows() throws(ImageFileError) -> RefusedRows {
        var ledger = RefusedLedger()
        for place in elements(.refusedRows) {
            guard let row = RefusedRow(storedAt: place, texts: bytes(.texts)), !ledger.contains(row.table, row.id)
            else {
                throw .damaged("refusedRows")
            }
            ledger.refuse(row)
        }
        return RefusedRows(ledger)
    }
}
