/// Another version of a row of a main image, which differs from the one there in nothing that decides on its place.
struct RowPatch {
    let index: Int
    let row: ServedRow
    /// 1 for a row that becomes live, -1 for one that dies.
    let liveDifference: Int

    /// Nil for one that differs in more.
    init?(_ row: ServedRow, at index: Int, of view: RowView) {
        let old = view.servedRow(at: index)
        let (new, before) = (row.record, old.record)
        let isOfSameKeys =
            new.symbolKey == before.symbolKey && new.pairKey == before.pairKey && new.nameKey == before.nameKey
        // What orders the contracts of a pair, says what a pair means, and when the row is due.
        let isOfSameTerms =
            new.kindCode == before.kindCode && new.payoffCode == before.payoffCode
            && new.settleAsset == before.settleAsset && new.strike == before.strike
            && new.optionTypeCode == before.optionTypeCode && new.expiresAt == before.expiresAt
            && new.delistsAt == before.delistsAt && new.hasTerms == before.hasTerms
        guard isOfSameKeys, isOfSameTerms, new.due.isAbsent || new.isActive == before.isActive else { return nil }
        liveDifference = (row.isLive ? 1 : 0) - (old.isLive ? 1 : 0)
        // Of several rows of a key another one may answer now.
        if liveDifference != 0, view.row(index)[RowLayout.claims].isAnyShared { return nil }
        self.index = index
        self.row = row
    }

    /// Writes the row and what its slots say of it.
    fileprivate func store(in view: RowView) {
        let row = UnsafeMutableRawPointer(mutating: view.row(index))
        let (record, claims) = (self.row.record, row[RowLayout.claims])
        record.store(
            at: row, flags: record.rowFlags(isLastGood: self.row.isLastGood, isDue: self.row.isDue), claims: claims,
            symbolSlot: row[RowLayout.symbolSlot], pairSlot: row[RowLayout.pairSlot])
        if let terms = view.terms(at: index) {
            record.storeTerms(at: UnsafeMutableRawPointer(mutating: terms), nameSlot: terms[TermsLayout.nameSlot])
        }
        for kind in [KeyKind.symbol, .name, .pair] where claims[kind] & SlotClaims.owner != 0 {
            guard let slot = view.slot(kind, at: index) else { continue }
            let tail = SlotTail(
                row: UnsafeRawPointer(row), rowIndex: UInt32(truncatingIfNeeded: index),
                keyBits: SlotClaims.keyBits(claims[kind]))
            UnsafeMutableRawPointer(mutating: slot)[SlotLayout.tail] = tail.bits
        }
    }
}

extension RowImage {
    /// A copy with other versions of some rows. O(bytes).
    func patched(_ patches: [RowPatch]) -> RowImage {
        let copy = MemoryBlock.zeroed(byteCount: byteCount)
        let half = byteCount / 2
        RowImage.inTwo(view.rowCount) {
            copy.start.copyMemory(from: block.start, byteCount: half)
        } _: {
            (copy.start + half).copyMemory(from: block.start + half, byteCount: byteCount - half)
        }
        let image = RowImage(copy)
        for patch in patches { patch.store(in: image.view) }
        image.view.noteLive(patches.filter { $0.liveDifference != 0 })
        return image
    }
}

extension RowView {
    /// Tells the search index which of these rows are live. O(n), unless there are none.
    fileprivate func noteLive(_ patches: [RowPatch]) {
        if patches.isEmpty { return }
        var isPatched = [Bool](repeating: false, count: rowCount)
        for patch in patches {
            isPatched[patch.index] = true
            let exchangeId = Int(patch.row.record.exchangeId)
            guard exchangeId < exchangeRangeCount else { continue }
            let count = UnsafeMutableRawPointer(mutating: exchangeRanges) + exchangeId * 12 + 8
            let liveCount = Int(count.load(as: UInt32.self)) + patch.liveDifference
            count.storeBytes(of: UInt32(truncatingIfNeeded: liveCount), as: UInt32.self)
        }
        for position in 0..<search.rowCount {
            let index = rowIndex(in: symbolOrder, at: position)
            if isPatched[index] { search.setActive(isLive(at: index), at: position) }
        }
    }
}
