/// Lays out a block and fills it.
struct RowImageBuilder {
    let list: RowList
    let context: RowContext
    let seed: HashSeed
    let bySymbol: PerfectHash
    let byPair: PerfectHash
    let slots: RowSlots
    /// With the orders.
    let searchPlan: SearchIndexPlan
    let block: MemoryBlock
    private let sections: SectionTable
    private let idBlocks: [IdBlock]
    private let idEntryCount: Int

    init(
        list: RowList, context: RowContext, seed: HashSeed, bySymbol: PerfectHash, byPair: PerfectHash, slots: RowSlots,
        searchPlan: SearchIndexPlan
    ) {
        let rows = list.records
        self.list = list
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

    /// False when the ids are too crowded for this seed.
    func fill() -> Bool {
        fillHeader()
        guard fillIds() else { return false }
        RowImage.inTwo(list.records.count) {
            fillRows()
            store(bySymbol.pilots, .symbolPilots)
            store(byPair.pilots, .pairPilots)
            store(slots.sharedKeys, .sharedKeys)
            fillMembers()
        } _: {
            fillOrders()
        }
        return true
    }

    private func fillHeader() {
        let header = block.start
        header[ImageHeader.magic] = ImageHeader.magicNumber
        header[ImageHeader.formatVersion] = ImageHeader.currentVersion
        header[ImageHeader.headerByteCount] = UInt32(ImageHeader.byteCount)
        header[ImageHeader.imageByteCount] = UInt64(block.byteCount)
        header[ImageHeader.seedFirst] = seed.first
        header[ImageHeader.seedSecond] = seed.second
        header[ImageHeader.rowCount] = UInt64(list.records.count)
        sections.store(ImageSection.mainCases, in: header)
    }

    private func fillIds() -> Bool {
        store(idBlocks, .idBlocks)
        if !idBlocks.isEmpty { return true }
        let entries = start(.idEntries)
        let mask = UInt64(idEntryCount - 1)
        for (index, record) in list.records.enumerated() {
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

    private func fillRows() {
        var row = start(.rows)
        var terms = start(.terms)
        var termsCount: UInt32 = 0
        SymbolRecord.empty.storeTerms(at: terms, nameSlot: TermsLayout.noSlot)
        var nameCount = 0
        for index in list.records.indices {
            let record = context.withDigits(list.records[index])
            let flags = record.rowFlags(isLastGood: list.isLastGood(record.id), isDue: context.isDue(record))
            let claims = slots.claims[index]
            record.store(
                at: row, flags: flags, claims: claims, symbolSlot: slots.symbolSlots[index],
                pairSlot: slots.pairSlots[index])
            let nameSlot = slots.nameSlot(index)
            if nameSlot != TermsLayout.noSlot || record.hasTerms {
                termsCount += 1
                terms += TermsLayout.byteCount
                row[RowLayout.terms] = termsCount
                record.storeTerms(at: terms, nameSlot: nameSlot)
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
    }

    private func store<Element: BitwiseCopyable>(_ elements: [Element], _ section: ImageSection) {
        elements.withUnsafeBytes {
            if let source = $0.baseAddress { start(section).copyMemory(from: source, byteCount: $0.count) }
        }
    }

    private func fillMembers() {
        let rangeCount = sections[.exchangeRanges].count
        let ranges = start(.exchangeRanges).bindMemory(to: UInt32.self, capacity: rangeCount * 3)
        let members = start(.exchangeMembers).bindMemory(to: UInt32.self, capacity: list.records.count)
        let rows = UnsafeRawPointer(start(.rows))
        for (index, record) in list.records.enumerated() {
            ranges[Int(record.exchangeId) * 3 + 1] += 1
            let flags = (rows + index * RowLayout.byteCount)[RowLayout.flags]
            if flags & SlotLayout.activeBit != 0 { ranges[Int(record.exchangeId) * 3 + 2] += 1 }
        }
        var cursors = [Int](repeating: 0, count: rangeCount)
        var next = 0
        for exchangeId in 0..<rangeCount {
            ranges[exchangeId * 3] = UInt32(truncatingIfNeeded: next)
            cursors[exchangeId] = next
            next += Int(ranges[exchangeId * 3 + 1])
        }
        for (index, record) in list.records.enumerated() {
            members[cursors[Int(record.exchangeId)]] = UInt32(truncatingIfNeeded: index)
            cursors[Int(record.exchangeId)] += 1
        }
    }

    private func fillOrders() {
        store(searchPlan.orders.bySymbol, .symbolOrder)
        store(searchPlan.orders.byPair, .pairOrder)
        store(searchPlan.orders.byQuote, .quoteOrder)
        store(searchPlan.orders.byDue, .dueOrder)
        searchPlan.fill(start(.searchIndex), context)
    }
}
