// What changes by itself: a symbol is inactive from the moment at which it expires or is delisted, whatever its table
// says. A snapshot holds for one time, `judgedAt`; these make the one of another time.

extension Snapshot {
    /// What is known of `nextDue` before one looks for it.
    enum NextDue {
        case known(Timestamp?)
        case unknown
    }

    /// The same rows at another time, later or earlier, and how the snapshot differs from this one: of each row that is
    /// due at one of the two and not at the other, in id order, as `modify`.
    ///
    /// One that holds as of a time holds for that alone, and is returned as it is. O(log n + overlay + changes · log
    /// n), and a build of the whole where the overlay would exceed its limit (`Overlay.rowCountLimit`).
    /// - Parameter generation: of the new snapshot; without one that of this.
    public func judged(
        at time: Timestamp, generation: UInt64? = nil
    ) -> (snapshot: Snapshot, changes: [ReferenceChange]) {
        guard asOf.isAbsent, time != judgedAt else { return (self, []) }
        let context = RowContext(directory: directory, judgedAt: time)
        let ids = Set(dueIds(between: judgedAt, and: time)).sorted()
        // Grown into, they would be copied again and again, each time into fresh memory.
        var changed: [RowChange] = []
        changed.reserveCapacity(ids.count)
        for id in ids {
            guard let before = servedRow(id: id) else { continue }
            let after = context.servedRow(before.record, isLastGood: before.isLastGood)
            if !ServedRow.areSame(before, after) { changed.append(RowChange(id: id, before: before, after: after)) }
        }
        let (mainImage, overlay) = images(changing: changed, context)
        let next = copy(
            mainImage: mainImage, overlay: overlay, generation: generation, judgedAt: time,
            nextDue: nextDue(changing: changed, at: time))
        return (next, changed.compactMap(\.announced))
    }

    /// The ids of served rows that are active in the table and due after one of two times and not after the other.
    /// O(log n + overlay + their number).
    func dueIds(between left: Timestamp, and right: Timestamp) -> [UInt32] {
        let (after, last) = (min(left, right), max(left, right))
        if after == last || left == judgedAt && !isDue(by: right) { return [] }
        var ids: [UInt32] = []
        let (first, end) = (mainRows.dueEntry(after: after), mainRows.dueEntry(after: last))
        for entry in first..<max(first, end) {
            let id = mainRows.id(at: mainRows.rowIndex(in: mainRows.dueOrder, at: entry))
            if !isSuperseded(id) { ids.append(id) }
        }
        for index in changedIds.rowIndexes where overlayRows.isActiveInTable(at: index) {
            let due = overlayRows.due(at: index)
            if !due.isAbsent, due > after, due <= last { ids.append(overlayRows.id(at: index)) }
        }
        return ids
    }

    /// Whether anything may be due at a later time that is not at `judgedAt`, or at an earlier one that is.
    private func isDue(by time: Timestamp) -> Bool {
        !asOf.isAbsent || time < judgedAt || nextDue.map { $0 <= time } ?? false
    }

    /// What the changes say of the next moment at which a row is due, at `time`. O(changed).
    func nextDue(changing changed: [RowChange], at time: Timestamp) -> NextDue {
        if isDue(by: time) { return .unknown }
        func due(_ row: ServedRow?) -> Timestamp? { row.flatMap { $0.record.isActive ? $0.record.due : nil } }
        var next = nextDue
        var isGone = false
        for change in changed {
            if let before = due(change.before), before == nextDue { isGone = true }
            guard let after = due(change.after), !after.isAbsent, after > time else { continue }
            next = next.map { min($0, after) } ?? after
        }
        // Others may be due at the same moment, or the next ones later.
        if isGone, next == nextDue, !changed.contains(where: { due($0.after) == nextDue }) { return .unknown }
        return .known(next)
    }

    /// The next moment after `time` at which a row is due. O(log n + overlay + rows passed over).
    static func nextDue(
        after time: Timestamp, _ main: RowView, _ overlay: RowView, _ changedIds: ChangedIds
    ) -> Timestamp? {
        var next = Timestamp.absent
        for entry in main.dueEntry(after: time)..<main.dueCount {
            let index = main.rowIndex(in: main.dueOrder, at: entry)
            let due = main.due(at: index)
            // Only a forged image has others among them.
            if due.isAbsent || due <= time || changedIds.contains(main.id(at: index)) { continue }
            next = due
            break
        }
        for index in changedIds.rowIndexes where overlay.isActiveInTable(at: index) {
            let due = overlay.due(at: index)
            if !due.isAbsent, due > time { next = .earliest(next, due) }
        }
        return next.isAbsent ? nil : next
    }
}

extension RowView {
    /// The first entry of the due order whose row is due after a time. O(log n).
    func dueEntry(after time: Timestamp) -> Int {
        partitionPoint(dueCount) { due(at: rowIndex(in: dueOrder, at: $0)) <= time }
    }
}
