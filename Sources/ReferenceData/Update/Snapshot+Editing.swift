extension Snapshot {
    /// The image of a full load.
    ///
    /// Rows that break a rule (id 0, a key used twice, an unknown exchange, an empty key, base equal to quote) are
    /// moved to `refused`; all others are served. The image is verified before it is returned. O(n log n).
    public static func build(
        _ content: ReferenceContent, epoch: UInt64, generation: UInt64, databaseSnapshot: String
    ) -> Snapshot {
        empty(epoch: epoch).replaced(by: content, generation: generation, databaseSnapshot: databaseSnapshot).snapshot
    }

    /// The image of a full reload, and how it differs from this one; as `applying`. Last good records of rows that are
    /// refused now are kept. O(n log n).
    public func replaced(
        by content: ReferenceContent, generation: UInt64, databaseSnapshot: String
    ) -> (snapshot: Snapshot, changes: [ReferenceChange]) {
        var edit = SnapshotEdit(replacing: self, by: content)
        let image = edit.image(content)
        return edit.finished(
            mainImage: image, overlay: nil, symbolChanges: edit.changes(to: image.view), aliases: content.aliases,
            generation: generation, databaseSnapshot: databaseSnapshot)
    }

    /// The image after some changes, and how it differs from this one: exchanges first, each kind in id order.
    ///
    /// No changes means that no reader needs to hear of it; adopt the snapshot all the same, since it may have refused
    /// rows or times that this one has not. A row that breaks a rule is refused and its last good record stays,
    /// flagged. Costs O(overlay + changes + refused rows), and a build of the whole, before this call returns, where
    /// the overlay would exceed its limit (`Overlay.rowCountLimit`): rewrite in the background in time, see
    /// `isOverlayHalfFull`.
    public func applying(
        _ delta: ReferenceDelta, generation: UInt64, databaseSnapshot: String
    ) -> (snapshot: Snapshot, changes: [ReferenceChange]) {
        var edit = SnapshotEdit(of: self, by: delta)
        let changed = edit.changedRows(delta)
        let (mainImage, overlay) = images(changing: changed)
        return edit.finished(
            mainImage: mainImage, overlay: overlay, symbolChanges: changed.compactMap(\.announced),
            aliases: delta.aliases,
            generation: generation, databaseSnapshot: databaseSnapshot)
    }

    /// Main image and overlay with some rows changed: a new overlay, or a new main image where that grows too large.
    private func images(changing changed: [RowChange]) -> (main: RowImage, overlay: Overlay?) {
        if changed.isEmpty { return (mainImage, overlay) }
        let rows = list(
            OverlayRows(overlayRows), changing: changed, countMax: overlayRows.rowCount + changed.count)
        let superseded = Set(supersededIds).union(changed.map(\.id).filter { mainRows.rowIndex(id: $0) != nil })
        if rows.records.isEmpty, superseded.isEmpty { return (mainImage, nil) }
        let countMax = Overlay.rowCountLimit(mainRowCount: mainRows.rowCount)
        if rows.records.count <= countMax, superseded.count <= countMax,
            let overlay = try? Overlay(rows: rows, supersededIds: superseded.sorted())
        {
            return (mainImage, overlay)
        }
        return (.buildValid(list(ServedRows(self), changing: changed, countMax: symbolCount + changed.count)), nil)
    }

    /// Rows of this snapshot, ascending by id, with some of them changed.
    /// - Parameter countMax: as many are made room for: growing by doubling would hold a million rows twice.
    func list(
        _ rows: some IteratorProtocol<RowLocation>, changing changed: [RowChange] = [], countMax: Int
    ) -> RowList {
        var list = RowList()
        list.records.reserveCapacity(countMax)
        var join = MergeJoin(rows, changed.makeIterator())
        while let (row, change) = join.next() {
            if let change {
                if let after = change.after { list.append(after) }
            } else if let row {
                list.append(servedRow(at: row))
            }
        }
        return list
    }
}
