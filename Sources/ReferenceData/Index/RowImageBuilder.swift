/// Lays out a block and fills it.
struct RowImageBuilder {
    private let records: UnsafeBufferPointer<SymbolRecord>
    private let lastGoodIds: Set<UInt32>
    let context: RowContext
    let seed: HashSeed
    let bySymbol: PerfectHash.Outline
    let byPair: PerfectHash.Outline
    let slots: RowSlots
    /// With the orders.
    let searchPlan: SearchIndexPlan
    let block: MemoryBlock
    private let sections: SectionTable
    private let idBlocks: [IdBlock]
    private let idEntryCount: Int

    /// - Parameter list: held by the caller.
    init(
        list: RowList, context: RowContext, seed: HashSeed, bySymbol: PerfectHash.Outline, byPair: PerfectHash.Outline,
        slots: RowSlots, searchPlan: SearchIndexPlan
    ) {
        let rows = list.records.rows
        records = rows
        lastGoodIds = list.lastGoodIds
        self.context = context
        self.seed = seed
        self.bySymbol = bySymbol
        self.byPair = byPair
        self.slots = slots
        self.searchPlan = searchPlan
        idBlocks = IdBlock.blocks(rows)
        idEntryCount = Self.idEntryCount(rowCount: idBlocks.isEmpty ? rows.count : 0)
        var sections = SectionTable()
        var end = ImageHeader.byteCount
        for section in ImageSection.mainCases {
            let count =
                switch section {
                case .symbolSlots: bySymbol.slotCount
                case .symbolPilots: bySymbol.pilots.count
                case .pairPilots: byPair.pilots.count
                case .pairSlots: byPair.slotCount
                case .rows, .exchangeMembers, .symbolOrder, .pairOrder, .quoteOrder: rows.count
                case .terms: slots.termsCount
                case .idBlocks: idBlocks.count
                case .idEntries: idEntryCount
                case .exchangeRanges: Int(slots.exchangeIdMax) + 1
                case .sharedKeys: slots.sharedKeys.count
                case .dueOrder: searchPlan.orders.byDue.count
                case .searchIndex: searchPlan.byteCount
                case .exchanges, .aliases, .refusedRows, .texts: 0
                }
            sections.append(section, count: count, at: &end)
        }
        self.sections = sections
        block = MemoryBlock.zeroed(byteCount: end)
    }

    /// A power of two, at most eight tenths taken.
    private static func idEntryCount(rowCount: Int) -> Int {
        var count = 16
        while count * 8 < rowCount * 10 { count *= 2 }
        return count
    }

    func start(_ section: ImageSection) -> UnsafeMutableRawPointer { block.start + sections[section].offset }

    /// The finished image; nil when the ids are too crowded for this seed.
    /// - Parameter source: the memory of the records, where it can be given back as they are written.
    func image(givingBack source: SymbolBlock?) -> RowImage? {
        fillHeader()
        guard fillIds() else { return nil }
        let half = records.count / 2
        RowImage.inTwo(records.count) {
            fillRows(0..<half, nameCount: 0, termsCount: 1, givingBack: source)
        } _: {
            fillRows(
                half..<records.count, nameCount: slots.middle.nameCount, termsCount: slots.middle.termsCount,
                givingBack: source)
        }
        store(bySymbol.pilots, .symbolPilots)
        store(byPair.pilots, .pairPilots)
        store(slots.sharedKeys, .sharedKeys)
        store(searchPlan.orders.bySymbol, .symbolOrder)
        store(searchPlan.orders.byPair, .pairOrder)
        store(searchPlan.orders.byQuote, .quoteOrder)
        store(searchPlan.orders.byDue, .dueOrder)
        let image = RowImage(block)
        // From here on the rows of the image are read: the records may be gone.
        RowImage.inTwo(records.count) {
            fillMembers(image.view)
            searchPlan.fill(start(.searchIndex), isFirstHalf: true, image.view)
        } _: {
            searchPlan.fill(start(.searchIndex), isFirstHalf: false, image.view)
        }
        return image
    }

    private func fillHeader() {
        let header = block.start
        header[ImageHeader.magic] = ImageHeader.magicNumber
        header[ImageHeader.formatVersion] = ImageHeader.currentVersion
        header[ImageHeader.headerByteCount] = UInt32(ImageHeader.byteCount)
        header[ImageHeader.imageByteCount] = UInt64(block.byteCount)
        header[ImageHeader.seedFirst] = seed.first
        header[ImageHeader.seedSecond] = seed.second
        header[ImageHeader.rowCount] = UInt64(records.count)
        sections.store(ImageSection.mainCases, in: header)
    }

    private func fillIds() -> Bool {
        store(idBlocks, .idBlocks)
        if !idBlocks.isEmpty { return true }
        let entries = start(.idEntries)
        let mask = UInt64(idEntryCount - 1)
        for (index, record) in records.enumerated() {
            var position = seed.hash(id: record.id) & mask
            var probeCount = 1
            while entries.load(fromByteOffset: Int(position) * 8, as: UInt32.self) != 0 {
                position = (position + 1) & mask
                probeCount += 1
                if probeCount > RowView.idProbeCountMax { return false }
            }
            entries.storeBytes(of: record.id, toByteOffset: Int(position) * 8, as: UInt32.self)
            entries.storeBytes(
                of: UInt32(truncatingIfNeeded: index), toByteOffset: Int(position) * 8 + 4, as: UInt32.self)
        }
        return true
    }

    /// So many records, a megabyte, are written before their memory is given back.
    private static let givenBackCount = 4_096

    /// - Parameters:
    ///   - nameCount: of the rows before these.
    ///   - termsCount: of the rows before these.
    ///   - source: as in `image`.
    private func fillRows(_ range: Range<Int>, nameCount: Int, termsCount: Int, givingBack source: SymbolBlock?) {
        var row = start(.rows) + range.lowerBound * RowLayout.byteCount
        var (nameCount, termsCount) = (nameCount, termsCount)
        if range.lowerBound == 0 {
            SymbolRecord.empty.storeTerms(at: start(.terms), nameSlot: TermsLayout.noSlot)
        }
        var givenBack = range.lowerBound
        for index in range {
            if let source, index - givenBack == Self.givenBackCount {
                source.giveBack(givenBack..<index)
                givenBack = index
            }
            let record = context.withDigits(records[index])
            let isLastGood = !lastGoodIds.isEmpty && lastGoodIds.contains(record.id)
            let flags = record.rowFlags(isLastGood: isLastGood, isDue: context.isDue(record))
            let claims = slots.claims[index]
            record.store(
                at: row, flags: flags, claims: claims, symbolSlot: slots.symbolSlots[index],
                pairSlot: slots.pairSlots[index])
            let nameSlot = slots.nameSlot(index)
            if nameSlot != TermsLayout.noSlot || record.hasTerms {
                row[RowLayout.terms] = UInt32(truncatingIfNeeded: termsCount)
                record.storeTerms(at: start(.terms) + termsCount * TermsLayout.byteCount, nameSlot: nameSlot)
                termsCount += 1
            }
            func fill(_ kind: KeyKind, _ section: ImageSection, _ slot: UInt32, _ key: @autoclosure () -> KeyWords) {
                let claim = claims[kind]
                guard claim & SlotClaims.owner != 0 else { return }
                let tail = SlotTail(
                    row: row, rowIndex: UInt32(truncatingIfNeeded: index), keyBits: SlotClaims.keyBits(claim))
                SlotLayout.store(
                    key(), id: record.id, tail: tail, at: start(section) + Int(slot) * SlotLayout.byteCount)
            }
            fill(.symbol, .symbolSlots, slots.symbolSlots[index], record.symbolKey.words)
            fill(.pair, .pairSlots, slots.pairSlots[index], record.pairKey.words)
            if nameSlot != TermsLayout.noSlot {
                fill(.name, .symbolSlots, nameSlot, slots.names[nameCount])
                nameCount += 1
            }
            row += RowLayout.byteCount
        }
        source?.giveBack(givenBack..<range.upperBound)
    }

    private func store<Element: BitwiseCopyable>(_ elements: [Element], _ section: ImageSection) {
        elements.withUnsafeBytes {
            if let source = $0.baseAddress { start(section).copyMemory(from: source, byteCount: $0.count) }
        }
    }

    private func fillMembers(_ view: RowView) {
        let rangeCount = sections[.exchangeRanges].count
        let ranges = start(.exchangeRanges).bindMemory(to: UInt32.self, capacity: rangeCount * 3)
        let members = start(.exchangeMembers).bindMemory(to: UInt32.self, capacity: records.count)
        for index in 0..<view.rowCount {
            let exchangeId = Int(view.exchangeId(at: index))
            ranges[exchangeId * 3 + 1] += 1
            if view.isLive(at: index) { ranges[exchangeId * 3 + 2] += 1 }
        }
        var cursors = [Int](repeating: 0, count: rangeCount)
        var next = 0
        for exchangeId in 0..<rangeCount {
            ranges[exchangeId * 3] = UInt32(truncatingIfNeeded: next)
            cursors[exchangeId] = next
            next += Int(ranges[exchangeId * 3 + 1])
        }
        for index in 0..<view.rowCount {
            let exchangeId = Int(view.exchangeId(at: index))
            members[cursors[exchangeId]] = UInt32(truncatingIfNeeded: index)
            cursors[exchangeId] += 1
        }
    }
}
