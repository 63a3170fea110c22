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
        // One byte for each chunk, so that the threads write nothing in common.
        var damaged = [UInt8](repeating: 0, count: byteCount / ImageChecksum.chunkByteCount + 1)
        let checksum = damaged.withUnsafeMutableBufferPointer { damaged in
            let start = damaged.baseAddress!
            return ImageChecksum.of(bytes) { range in
                guard let section = verifier.damagedSection(endingIn: range) else { return }
                start[range.lowerBound / ImageChecksum.chunkByteCount] = UInt8(section.rawValue + 1)
            }
        }
        guard checksum == stated else { throw .checksum }
        if let number = damaged.first(where: { $0 != 0 }), let section = ImageSection(rawValue: Int(number) - 1) {
            throw .damaged("\(section)")
        }
    }

    private func decoded(
        _ sections: [(offset: Int, count: Int)], _ checksum: UInt64
    ) throws(ImageFileError) -> Content {
        func bytes(_ section: ImageSection) -> UnsafeRawBufferPointer {
            let place = sections[section.rawValue]
            return UnsafeRawBufferPointer(
                start: start + place.offset, count: place.count * section.elementByteCount)
        }
        func elements(_ section: ImageSection) -> [UnsafeRawPointer] {
            let place = sections[section.rawValue]
            return (0..<place.count).map { start + place.offset + $0 * section.elementByteCount }
        }

        let texts = bytes(.texts)
        guard let textByteCount = Int(exactly: word(at: ImageLayout.databaseSnapshotByteCountOffset)),
            textByteCount <= texts.count,
            let databaseSnapshot = String(validating: texts.prefix(textByteCount), as: UTF8.self)
        else { throw .damaged("databaseSnapshot") }

        let memberCount = bytes(.exchangeRanges).suffix(12).withUnsafeBytes { last in
            Int(last.loadUnaligned(as: UInt32.self)) + Int(last.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        }
        guard memberCount == sections[ImageSection.rows.rawValue].count else { throw .damaged("exchangeRanges") }

        var exchanges: [Exchange] = []
        var lastGoodIds: Set<UInt16> = []
        for place in elements(.exchanges) {
            guard let exchange = Exchange(storedAt: place), exchange.id > exchanges.last?.id ?? 0 else {
                throw .damaged("exchanges")
            }
            let flags = place.load(fromByteOffset: ExchangeLayout.flagsOffset, as: UInt8.self)
            if flags & ExchangeLayout.lastGoodBit != 0 { lastGoodIds.insert(exchange.id) }
            exchanges.append(exchange)
        }
        var ledger = RefusedLedger()
        for place in elements(.refusedRows) {
            guard let row = RefusedRow(storedAt: place, texts: texts) else { throw .damaged("refusedRows") }
            ledger.refuse(row)
        }
        let aliases = elements(.aliases).map { SymbolAlias(storedAt: $0) }
        let snapshot = Snapshot(
            baseImage: RowImage(block), overlay: nil,
            directory: ExchangeDirectory(exchanges, lastGoodIds: lastGoodIds), aliases: AliasTable(aliases),
            refusedRows: RefusedRows(ledger), epoch: word(at: ImageLayout.epochOffset),
            generation: word(at: ImageLayout.generationOffset),
            isLoaded: word(at: ImageLayout.flagsOffset) & ImageLayout.loadedFlag != 0,
            databaseSnapshot: databaseSnapshot)
        let confirmedAt = Int64(bitPattern: word(at: ImageLayout.confirmedAtOffset))
        return Content(
            snapshot: snapshot, confirmedAt: Timestamp(microsecondsSince1970: confirmedAt), checksum: checksum)
    }
}
