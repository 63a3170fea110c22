/// Lays out a block and fills it.
struct RowImageBuilder {
    let list: RowList
    let seed: HashSeed
    let bySymbol: PerfectHash
    let byPair: PerfectHash
    /// With the orders; nil for an overlay, which has none.
    let searchPlan: SearchIndexPlan?
    let block: MemoryBlock
    private let sections: SectionTable
    private let idEntryCount: Int

    init(list: RowList, seed: HashSeed, bySymbol: PerfectHash, byPair: PerfectHash, searchPlan: SearchIndexPlan?) {
        let rows = list.records
        self.list = list
        self.seed = seed
        self.bySymbol = bySymbol
        self.byPair = byPair
        self.searchPlan = searchPlan
        idEntryCount = PerfectHash.slotCount(keyCount: rows.count)
        let exchangeIdMax = Int(rows.max { $0.exchangeId < $1.exchangeId }?.exchangeId ?? 0)

        var sections = SectionTable()
        var end = ImageHeader.byteCount
        for section in ImageSection.mainCases {
            let count =
                switch section {
                case .symbolSlots: bySymbol.slotCount
                case .symbolPilots: bySymbol.pilots.count
                case .pairPilots: byPair.pilots.count
                case .pairSlots: byPair.slotCount
                case .rows, .exchangeMembers: rows.count
                case .idEntries: idEntryCount
                case .exchangeRanges: exchangeIdMax + 1
                case .symbolOrder, .pairOrder, .quoteOrder: searchPlan == nil ? 0 : rows.count
                case .searchIndex: searchPlan?.byteCount ?? 0
                case .exchanges, .aliases, .refusedRows, .texts: 0
                }
            sections.append(section, count: count, at: &end)
        }
        self.sections = sections
        block = MemoryBlock.zeroed(byteCount: end)
    }

    private func start(_ section: ImageSection) -> UnsafeMutableRawPointer { block.start + sections[section].offset }

    /// False when the ids are too crowded for this seed.
    func fill() -> Bool {
        fillHeader()
        guard fillIds() else { return false }
        RowImage.inTwo(list.records.count) {
            fillRows()
            fillPilots()
            fillMembers()
        } _: {
            if let searchPlan { fillOrders(searchPlan) }
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
        let symbolSlots = start(.symbolSlots)
        let pairSlots = start(.pairSlots)
        var row = start(.rows)
        for (index, record) in list.records.enumerated() {
            let isLastGood = list.isLastGood(record.id)
            let tail = SlotTail(record, isLastGood: isLastGood, rowIndex: UInt32(truncatingIfNeeded: index))
            let (symbolSlot, pairSlot) = (bySymbol.slotIndexes[index], byPair.slotIndexes[index])
            SlotLayout.store(
                record.symbolKey.words, id: record.id, tail: tail,
                at: symbolSlots + Int(symbolSlot) * SlotLayout.byteCount)
            SlotLayout.store(
                record.pairKey.words, id: record.id, tail: tail, at: pairSlots + Int(pairSlot) * SlotLayout.byteCount)
            record.store(at: row, isLastGood: isLastGood, symbolSlot: symbolSlot, pairSlot: pairSlot)
            row += RowLayout.byteCount
        }
    }

    private func fillPilots() {
        store(bySymbol.pilots, .symbolPilots)
        store(byPair.pilots, .pairPilots)
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
        for record in list.records {
            ranges[Int(record.exchangeId) * 3 + 1] += 1
            if record.isActive { ranges[Int(record.exchangeId) * 3 + 2] += 1 }
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

    private func fillOrders(_ searchPlan: SearchIndexPlan) {
        store(searchPlan.orders.bySymbol, .symbolOrder)
        store(searchPlan.orders.byPair, .pairOrder)
        store(searchPlan.orders.byQuote, .quoteOrder)
        searchPlan.fill(start(.searchIndex))
    }
}
