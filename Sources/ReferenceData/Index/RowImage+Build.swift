/// A symbol as an image holds it: the record, and whether it outlived a newer version that was refused.
struct HeldRow: Sendable, BitwiseCopyable {
    var record: SymbolRecord
    var isLastGood: Bool
}

/// Rows to build an image of: records in ascending order of id, and which of them are last good ones.
struct RowList {
    var records: [SymbolRecord]
    var lastGoodIds: Set<UInt32>

    init(_ records: [SymbolRecord], lastGoodIds: Set<UInt32> = []) {
        self.records = records
        self.lastGoodIds = lastGoodIds
    }

    init(_ rows: [HeldRow]) {
        records = rows.map(\.record)
        lastGoodIds = Set(rows.lazy.filter(\.isLastGood).map(\.record.id))
    }

    var isAscending: Bool {
        var previousId: UInt32 = 0
        for record in records {
            if record.id <= previousId { return false }
            previousId = record.id
        }
        return true
    }

    func isLastGood(_ id: UInt32) -> Bool { !lastGoodIds.isEmpty && lastGoodIds.contains(id) }
}

extension RowImage {
    /// Why rows cannot make an image.
    enum BuildFailure: Error {
        /// Two rows have one key; admit rows first.
        case duplicateKey
    }

    /// Seeds tried at one size before the tables are given more room.
    private static let seedAttemptCountMax = 4

    /// Builds the image of rows in ascending order of id, all valid but for keys used twice.
    ///
    /// - Parameters:
    ///   - hasOrders: whether to build the sorted indexes too.
    ///   - seed: of the hash function that is tried first; others are drawn at random.
    static func build(
        _ list: RowList, hasOrders: Bool, seed: HashSeed = .random()
    ) throws(BuildFailure) -> RowImage {
        let records = list.records
        var slotCount = SlotPlan.slotCount(keyCount: records.count)
        // No seed changes it.
        var searchPlan: SearchIndexPlan?
        while true {
            for attempt in 0..<seedAttemptCountMax {
                let candidate = attempt == 0 ? seed : .random()
                var plans: Result<(bySymbol: SlotPlan, byPair: SlotPlan), SlotPlan.Failure>?
                inTwo(records.count) {
                    plans = slotPlans(records, candidate, slotCount)
                } _: {
                    if hasOrders, searchPlan == nil { searchPlan = SearchIndexPlan(records, RowOrders(records)) }
                }
                do throws(SlotPlan.Failure) {
                    guard let (bySymbol, byPair) = try plans?.get() else { continue }
                    let builder = RowImageBuilder(
                        list: list, seed: candidate, bySymbol: bySymbol, byPair: byPair, searchPlan: searchPlan)
                    if builder.fill() {
                        let image = RowImage(builder.block)
                        image.view.checkInvariants()
                        return image
                    }
                } catch .duplicateKey {
                    throw .duplicateKey
                } catch {
                    // Crowded: the next seed, or more room.
                }
            }
            slotCount *= 2
        }
    }

    /// Rows from which on two threads share the work of a build. Smaller ones are done in milliseconds, and leave the
    /// other processors to those who serve.
    static let sharedRowCountMin = 65_536

    /// Does both, at once where that pays.
    fileprivate static func inTwo(_ rowCount: Int, _ first: () -> Void, _ second: () -> Void) {
        if rowCount < sharedRowCountMin {
            first()
            second()
        } else {
            runTogether(first, second)
        }
    }

    private static func slotPlans(
        _ records: [SymbolRecord], _ seed: HashSeed, _ slotCount: Int
    ) -> Result<(bySymbol: SlotPlan, byPair: SlotPlan), SlotPlan.Failure> {
        Result { () throws(SlotPlan.Failure) in
            let bySymbol = try SlotPlan(
                hashes: records.map { seed.hash($0.symbolKey.words) }, slotCount: slotCount
            ) { records[$0].symbolKey == records[$1].symbolKey }
            let byPair = try SlotPlan(
                hashes: records.map { seed.hash($0.pairKey.words) }, slotCount: slotCount
            ) { records[$0].pairKey == records[$1].pairKey }
            return (bySymbol, byPair)
        }
    }

    /// The base of rows that are known to be admitted. Should two of them have one id or one key all the same, as in an
    /// image that somebody forged, one is left out.
    static func buildAdmitted(_ list: RowList, seed: HashSeed = .random()) -> RowImage {
        var list = list
        if !list.isAscending {
            list.records.sort { $0.id < $1.id }
            var previousId: UInt32 = 0
            list.records.removeAll { record in
                defer { previousId = record.id }
                return record.id == previousId
            }
        }
        if let image = try? build(list, hasOrders: true, seed: seed) { return image }
        var admission = Admission(directory: .empty, ledger: RefusedLedger())
        let rows = admission.admit(
            fresh: list.records.filter { !list.isLastGood($0.id) },
            lastGood: list.records.filter { list.isLastGood($0.id) }, held: { _ in nil }, isSymbolTaken: { _ in false },
            isPairTaken: { _ in false })
        guard let image = try? build(RowList(rows), hasOrders: true) else {
            preconditionFailure("admitted rows have distinct keys")
        }
        return image
    }

    /// No rows.
    static func empty() -> RowImage {
        let builder = RowImageBuilder(
            list: RowList([SymbolRecord]()), seed: .random(), bySymbol: .empty, byPair: .empty, searchPlan: nil)
        _ = builder.fill()
        return RowImage(builder.block)
    }
}

extension RowView {
    /// Everything a lookup relies on. A failure is a bug of the builder, and serving on would answer wrongly.
    func checkInvariants() {
        RowImage.inTwo(rowCount) {
            checkRows(0..<rowCount / 2)
        } _: {
            checkRows(rowCount / 2..<rowCount)
        }
        var memberCount = 0
        for exchangeId in 0..<exchangeRangeCount {
            let members = members(exchangeId: UInt16(exchangeId))
            precondition(members.positions.lowerBound == memberCount, "members out of place")
            memberCount += members.positions.count
        }
        precondition(memberCount == rowCount, "members missing")
    }

    private func checkRows(_ range: Range<Int>) {
        var previousId = range.lowerBound == 0 ? 0 : id(at: range.lowerBound - 1)
        for index in range {
            let id = id(at: index)
            precondition(id > previousId, "rows out of order")
            previousId = id
            precondition(rowIndex(id: id) == index, "row not found by id")
            for (table, slot) in [(symbolTable, symbolSlot(at: index)), (pairTable, pairSlot(at: index))] {
                let key = KeyWords(bytes: slot)
                precondition(table.slot(of: key, hash: seed.hash(key)) == slot, "row not found by key")
                precondition(SlotTable.symbolId(at: slot) == id, "slot of another row")
                precondition(Int(SlotTable.tail(at: slot).rowIndex) == index, "slot points elsewhere")
                precondition(key.exchangeId == exchangeId(at: index), "slot of another exchange")
            }
        }
    }
}

/// Lays out a block and fills it.
private struct RowImageBuilder {
    let list: RowList
    let seed: HashSeed
    let bySymbol: SlotPlan
    let byPair: SlotPlan
    /// With the orders; nil for an overlay, which has none.
    let searchPlan: SearchIndexPlan?
    let block: MemoryBlock
    private let sections: [(offset: Int, count: Int)]
    private let idEntryCount: Int

    init(list: RowList, seed: HashSeed, bySymbol: SlotPlan, byPair: SlotPlan, searchPlan: SearchIndexPlan?) {
        let rows = list.records
        self.list = list
        self.seed = seed
        self.bySymbol = bySymbol
        self.byPair = byPair
        self.searchPlan = searchPlan
        idEntryCount = SlotPlan.slotCount(keyCount: rows.count)
        let exchangeIdMax = Int(rows.max { $0.exchangeId < $1.exchangeId }?.exchangeId ?? 0)

        var sections: [(offset: Int, count: Int)] = []
        var offset = ImageLayout.headerByteCount
        for section in ImageSection.baseCases {
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
            sections.append((offset, count))
            offset += ImageLayout.aligned(count * section.elementByteCount)
        }
        self.sections = sections
        block = MemoryBlock.zeroed(byteCount: offset)
    }

    private func start(_ section: ImageSection) -> UnsafeMutableRawPointer {
        block.start + sections[section.rawValue].offset
    }

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
        header.storeBytes(of: ImageLayout.magic, toByteOffset: ImageLayout.magicOffset, as: UInt64.self)
        header.storeBytes(of: ImageLayout.formatVersion, toByteOffset: ImageLayout.formatVersionOffset, as: UInt32.self)
        header.storeBytes(
            of: UInt32(ImageLayout.headerByteCount), toByteOffset: ImageLayout.headerByteCountOffset, as: UInt32.self)
        header.storeBytes(of: UInt64(block.byteCount), toByteOffset: ImageLayout.byteCountOffset, as: UInt64.self)
        header.storeBytes(of: seed.first, toByteOffset: ImageLayout.seedFirstOffset, as: UInt64.self)
        header.storeBytes(of: seed.second, toByteOffset: ImageLayout.seedSecondOffset, as: UInt64.self)
        header.storeBytes(of: UInt64(list.records.count), toByteOffset: ImageLayout.rowCountOffset, as: UInt64.self)
        for (index, section) in sections.enumerated() {
            let entry = header + ImageLayout.sectionsOffset + index * ImageLayout.sectionEntryByteCount
            entry.storeBytes(of: UInt64(section.offset), as: UInt64.self)
            entry.storeBytes(of: UInt64(section.count), toByteOffset: 8, as: UInt64.self)
        }
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
            let tail = SlotLayout.tail(
                record: record, isLastGood: isLastGood, rowIndex: UInt32(truncatingIfNeeded: index))
            let symbolSlot = symbolSlots + Int(bySymbol.slotIndexes[index]) * SlotLayout.byteCount
            fillSlot(symbolSlot, record.symbolKey.words, record.id, tail)
            let pairSlot = pairSlots + Int(byPair.slotIndexes[index]) * SlotLayout.byteCount
            fillSlot(pairSlot, record.pairKey.words, record.id, tail)
            fillRow(
                row, record, isLastGood: isLastGood, symbolSlot: bySymbol.slotIndexes[index],
                pairSlot: byPair.slotIndexes[index])
            row += RowLayout.byteCount
        }
    }

    private func fillPilots() {
        for (plan, section) in [(bySymbol, ImageSection.symbolPilots), (byPair, .pairPilots)] {
            plan.pilots.withUnsafeBytes { start(section).copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        }
    }

    private func fillSlot(_ slot: UnsafeMutableRawPointer, _ key: KeyWords, _ id: UInt32, _ tail: UInt64) {
        key.copyBytes(to: slot)
        slot.storeBytes(of: id, toByteOffset: SlotLayout.symbolIdOffset, as: UInt32.self)
        slot.storeBytes(of: tail, toByteOffset: SlotLayout.tailOffset, as: UInt64.self)
    }

    private func fillRow(
        _ row: UnsafeMutableRawPointer, _ record: SymbolRecord, isLastGood: Bool, symbolSlot: UInt32, pairSlot: UInt32
    ) {
        var flags: UInt8 = record.isActive ? SlotLayout.activeBit : 0
        if isLastGood { flags |= SlotLayout.lastGoodBit }
        row.storeBytes(of: record.id, toByteOffset: RowLayout.idOffset, as: UInt32.self)
        row.storeBytes(of: record.exchangeId, toByteOffset: RowLayout.exchangeIdOffset, as: UInt16.self)
        row.storeBytes(of: flags, toByteOffset: RowLayout.flagsOffset, as: UInt8.self)
        row.storeBytes(of: record.precisionBase, toByteOffset: RowLayout.precisionBaseOffset, as: UInt8.self)
        row.storeBytes(of: record.precisionQuote, toByteOffset: RowLayout.precisionQuoteOffset, as: UInt8.self)
        row.storeBytes(of: record.precisionPrice, toByteOffset: RowLayout.precisionPriceOffset, as: UInt8.self)
        func store(_ value: DecimalValue, field: Int) {
            row.storeBytes(of: value.exponent, toByteOffset: RowLayout.exponentsOffset + field, as: Int8.self)
            row.storeBytes(of: value.mantissa, toByteOffset: RowLayout.mantissasOffset + 8 * field, as: Int64.self)
        }
        store(record.minOrderSize, field: 0)
        store(record.maxOrderSize, field: 1)
        store(record.tickSize, field: 2)
        store(record.stepSize, field: 3)
        row.storeBytes(of: symbolSlot, toByteOffset: RowLayout.symbolSlotOffset, as: UInt32.self)
        row.storeBytes(of: pairSlot, toByteOffset: RowLayout.pairSlotOffset, as: UInt32.self)
        row.storeBytes(
            of: record.createdAt.microsecondsSince1970, toByteOffset: RowLayout.createdAtOffset, as: Int64.self)
        row.storeBytes(
            of: record.updatedAt.microsecondsSince1970, toByteOffset: RowLayout.updatedAtOffset, as: Int64.self)
        row.storeBytes(
            of: record.lastSeen.microsecondsSince1970, toByteOffset: RowLayout.lastSeenOffset, as: Int64.self)
    }

    private func fillMembers() {
        let rangeCount = sections[ImageSection.exchangeRanges.rawValue].count
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
        func store(_ order: [UInt32], _ section: ImageSection) {
            order.withUnsafeBytes {
                if let base = $0.baseAddress { start(section).copyMemory(from: base, byteCount: $0.count) }
            }
        }
        store(searchPlan.orders.bySymbol, .symbolOrder)
        store(searchPlan.orders.byPair, .pairOrder)
        store(searchPlan.orders.byQuote, .quoteOrder)
        searchPlan.fill(start(.searchIndex))
    }
}
