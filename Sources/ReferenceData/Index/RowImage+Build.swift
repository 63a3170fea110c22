import Platform

extension RowImage {
    /// Two rows that are active in the table have one symbol string or are one instrument; see `RowRules`.
    struct Conflict: Error {}

    /// Seeds tried at one size before the tables are given more room.
    private static let seedAttemptCountMax = 4

    /// Builds the main image of rows in ascending order of id, each valid by itself.
    ///
    /// - Parameters:
    ///   - list: empty afterwards; its memory is given back meanwhile where nobody else holds it.
    ///   - mayConflict: whether to build even though rows conflict: a key that two live rows claim then is ambiguous.
    ///   - seed: of the hash function that is tried first; others are drawn at random.
    static func build(
        _ list: inout RowList, _ context: RowContext, mayConflict: Bool, seed: HashSeed = .random()
    ) throws(Conflict) -> RowImage {
        let records = list.records.rows
        // No seed changes it.
        var searchPlan: SearchIndexPlan?
        var attempt = 0
        while true {
            let candidate = attempt == 0 ? seed : .random()
            let growth = 1 + attempt / seedAttemptCountMax
            var plan: SlotPlan?
            inTwo(records.count) {
                plan = try? SlotPlan(records, context, seed: candidate, growth: growth)
            } _: {
                if searchPlan == nil {
                    searchPlan = SearchIndexPlan(records, RowOrders(records, mayConflict: mayConflict))
                }
            }
            attempt += 1
            guard let plan, let searchPlan else { continue }
            if !mayConflict, plan.hasConflict || searchPlan.orders.hasConflict { throw Conflict() }
            let builder = RowImageBuilder(
                list: list, context: context, seed: candidate, bySymbol: plan.bySymbol, byPair: plan.byPair,
                slots: plan.rows, searchPlan: searchPlan)
            if let image = builder.image(givingBack: list.records.blockHeldAlone()) {
                list = RowList()
                image.view.checkInvariants()
                return image
            }
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

    /// The main image of rows that were served before, or are known to keep to the rules. Should two of them have one
    /// id, as in an image that somebody forged, one is left out.
    static func buildServed(_ list: consuming RowList, _ context: RowContext, seed: HashSeed = .random()) -> RowImage {
        list.sort()
        guard let image = try? build(&list, context, mayConflict: true, seed: seed) else {
            preconditionFailure("rows conflict though they may")
        }
        return image
    }

    /// No rows.
    static func empty() -> RowImage {
        buildServed(RowList(), RowContext(directory: .empty, judgedAt: .absent))
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
            checkSlot(.symbol, index, id)
            checkSlot(.name, index, id)
            checkSlot(.pair, index, id)
        }
    }

    private func checkSlot(_ kind: KeyKind, _ index: Int, _ id: UInt32) {
        guard let slot = slot(kind, at: index) else { return }
        let key = KeyWords(bytes: slot)
        precondition(table(kind).slot(of: key, hash: seed.hash(key)) == slot, "row not found by key")
        let mark = kind == .name ? NameKey.markBit : 0
        precondition(key.exchangeId == exchangeId(at: index) | mark, "slot of another exchange")
        guard row(index)[RowLayout.claims][kind] & SlotClaims.owner != 0 else { return }
        precondition(SlotTable.symbolId(at: slot) == id, "slot of another row")
        precondition(Int(SlotTable.tail(at: slot).rowIndex) == index, "slot points elsewhere")
    }
}
