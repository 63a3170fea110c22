// What changes by itself: a symbol is inactive from the moment at which it expires or is delisted, whatever its table
// says. A snapshot holds for one time, `judgedAt`; these make the one of another time.

extension Snapshot {
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
        let changed = RowChange.list(Set(dueIds(between: judgedAt, and: time))) { id in
            servedRow(id: id)
        } after: { id in
            servedRow(id: id).map { context.servedRow($0.record, isLastGood: $0.isLastGood) }
        }
        let (mainImage, overlay) = images(changing: changed, context)
        let next = copy(mainImage: mainImage, overlay: overlay, generation: generation, judgedAt: time)
        return (next, changed.compactMap(\.announced))
    }

    /// The ids of served rows that are active in the table and due after one of two times and not after the other.
    /// O(log n + overlay + their number).
    func dueIds(between left: Timestamp, and right: Timestamp) -> [UInt32] {
        let (after, last) = (min(left, right), max(left, right))
        if after == last { return [] }
        var ids: [UInt32] = []
        let (first, end) = (mainRows.dueEntry(after: after), mainRows.dueEntry(after: last))
        for entry in first..<max(first, end) {
            let id = mainRows.id(at: mainRows.rowIndex(in: mainRows.dueOrder, at: entry))
            if !isSuperseded(id) { ids.append(id) }
        }
        for index in 0..<overlayRows.rowCount where overlayRows.isActiveInTable(at: index) {
            let due = overlayRows.due(at: index)
            if !due.isAbsent, due > after, due <= last { ids.append(overlayRows.id(at: index)) }
        }
        return ids
    }

    /// The next moment after `time` at which a row is due. O(log n + overlay + rows passed over).
    static func nextDue(
        after time: Timestamp, _ main: RowView, _ overlay: RowView, _ supersededIds: UnsafeBufferPointer<UInt32>
    ) -> Timestamp? {
        var next = Timestamp.absent
        for entry in main.dueEntry(after: time)..<main.dueCount {
            let index = main.rowIndex(in: main.dueOrder, at: entry)
            let due = main.due(at: index)
            // Only a forged image has others among them.
            if due.isAbsent || due <= time || supersededIds.containsAscending(main.id(at: index)) { continue }
            next = due
            break
        }
        for index in 0..<overlay.rowCount where overlay.isActiveInTable(at: index) {
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
