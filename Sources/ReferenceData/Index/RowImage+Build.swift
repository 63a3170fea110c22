import Platform

extension RowImage {
    /// Why rows cannot make an image.
    enum BuildFailure: Error {
        /// Two rows have one key; see `RowRules`.
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
        var slotCount = PerfectHash.slotCount(keyCount: records.count)
        // No seed changes it.
        var searchPlan: SearchIndexPlan?
        while true {
            for attempt in 0..<seedAttemptCountMax {
                let candidate = attempt == 0 ? seed : .random()
                var hashes: Result<(bySymbol: PerfectHash, byPair: PerfectHash), PerfectHash.Failure>?
                inTwo(records.count) {
                    hashes = perfectHashes(records, candidate, slotCount)
                } _: {
                    if hasOrders, searchPlan == nil { searchPlan = SearchIndexPlan(records, RowOrders(records)) }
                }
                do throws(PerfectHash.Failure) {
                    guard let (bySymbol, byPair) = try hashes?.get() else { continue }
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
    static func inTwo(_ rowCount: Int, _ first: () -> Void, _ second: () -> Void) {
        if rowCount < sharedRowCountMin {
            first()
            second()
        } else {
            SystemThread.concurrently(first, second)
        }
    }

    private static func perfectHashes(
        _ records: [SymbolRecord], _ seed: HashSeed, _ slotCount: Int
    ) -> Result<(bySymbol: PerfectHash, byPair: PerfectHash), PerfectHash.Failure> {
        Result { () throws(PerfectHash.Failure) in
            let bySymbol = try PerfectHash(
                hashes: records.map { seed.hash($0.symbolKey.words) }, slotCount: slotCount
            ) { records[$0].symbolKey == records[$1].symbolKey }
            let byPair = try PerfectHash(
                hashes: records.map { seed.hash($0.pairKey.words) }, slotCount: slotCount
            ) { records[$0].pairKey == records[$1].pairKey }
            return (bySymbol, byPair)
        }
    }

    /// The main image of rows that keep to the rules. Should two of them have one id or one key all the same, as in an
    /// image that somebody forged, one is left out.
    static func buildValid(_ list: RowList, seed: HashSeed = .random()) -> RowImage {
        var list = list
        list.sort()
        if let image = try? build(list, hasOrders: true, seed: seed) { return image }
        var rules = RowRules(directory: .empty, ledger: RefusedLedger())
        let rows = rules.servable(
            fresh: list.records.filter { !list.isLastGood($0.id) },
            lastGood: list.records.filter { list.isLastGood($0.id) })
        return buildDistinct(rows)
    }

    /// The main image of rows whose keys are known to differ.
    static func buildDistinct(_ rows: [ServedRow]) -> RowImage {
        guard let image = try? build(RowList(rows), hasOrders: true) else {
            preconditionFailure("two rows have one key")
        }
        return image
    }

    /// No rows.
    static func empty() -> RowImage {
        let builder = RowImageBuilder(
            list: RowList(), seed: .random(), bySymbol: .empty, byPair: .empty, searchPlan: nil)
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
