extension Snapshot {
    /// The image of a full load, judged at `time`: what is due then is inactive. With an absent one nothing is.
    ///
    /// Rows that break a rule (id 0, an unknown exchange, an empty key, columns that contradict the kind; a symbol
    /// string or an instrument that another active row has) are moved to `refused`; all others are served. The image is
    /// verified before it is returned. O(n log n).
    public static func build(
        _ content: consuming ReferenceContent, epoch: UInt64, generation: UInt64, databaseSnapshot: String,
        at time: Timestamp = .absent
    ) -> Snapshot {
        empty(epoch: epoch).replaced(
            by: consume content, generation: generation, databaseSnapshot: databaseSnapshot, at: time,
            comparing: false
        ).snapshot
    }

    /// The image of a full load as of a moment: judged at it, for good.
    public static func build(
        _ content: consuming ReferenceContent, epoch: UInt64, generation: UInt64, databaseSnapshot: String,
        asOf time: Timestamp
    ) -> Snapshot {
        empty(epoch: epoch, asOf: time).replaced(
            by: consume content, generation: generation, databaseSnapshot: databaseSnapshot, at: nil,
            comparing: false
        ).snapshot
    }

    /// The image of a full reload, judged at `time`, and how it differs from this one; as `applying`. O(n log n).
    ///
    /// The memory of the rows is given back while the image grows, if nobody else holds them.
    /// - Parameter keepsLastGood: last good records of rows that are refused now are served on; not where their ids
    ///   mean something else.
    public func replaced(
        by content: consuming ReferenceContent, generation: UInt64, databaseSnapshot: String,
        keepsLastGood: Bool = true, at time: Timestamp? = nil
    ) -> (snapshot: Snapshot, changes: [ReferenceChange]) {
        replaced(
            by: consume content, generation: generation, databaseSnapshot: databaseSnapshot,
            keepsLastGood: keepsLastGood, at: time, comparing: true)
    }

    /// - Parameter comparing: whether anybody asks for the changes of symbols.
    private func replaced(
        by content: consuming ReferenceContent, generation: UInt64, databaseSnapshot: String,
        keepsLastGood: Bool = true, at time: Timestamp?, comparing: Bool
    ) -> (snapshot: Snapshot, changes: [ReferenceChange]) {
        var content = content
        var edit = SnapshotEdit(
            replacing: self, by: content, keepsLastGood: keepsLastGood, at: judgingTime(time))
        var symbols = SymbolRows()
        swap(&symbols, &content.symbols)
        let image = edit.image(consume symbols, refused: content.refused)
        return edit.finished(
            mainImage: image, overlay: nil, symbolChanges: comparing ? edit.changes(to: image.view) : [],
            aliases: content.aliases, generation: generation, databaseSnapshot: databaseSnapshot)
    }

    /// The image after some changes, judged at `time` (without one at the time at which this is), and how it differs
    /// from this one: exchanges first, each kind in id order. What became due since, or is not due yet at an earlier
    /// time, is among the changes.
    ///
    /// No changes means that no reader needs to hear of it; adopt the snapshot all the same, since it may have refused
    /// rows or times that this one has not. A row that breaks a rule is refused and its last good record stays,
    /// flagged. Costs O(changes · log n + refused rows), copies some ten bytes for each row of the overlay, and a build
    /// of the whole, before this call returns, where the overlay would exceed its limit (`Overlay.rowCountLimit`) or an
    /// exchange's market type or default precision changes: rewrite in the background in time, see `isOverlayHalfFull`.
    public func applying(
        _ delta: ReferenceDelta, generation: UInt64, databaseSnapshot: String, at time: Timestamp? = nil
    ) -> (snapshot: Snapshot, changes: [ReferenceChange]) {
        var edit = SnapshotEdit(of: self, by: delta, at: judgingTime(time))
        let changed = edit.changedRows(delta)
        let (mainImage, overlay) = images(
            changing: changed, edit.context, isMainImageObsolete: edit.isMainImageObsolete)
        return edit.finished(
            mainImage: mainImage, overlay: overlay, symbolChanges: changed.compactMap(\.announced),
            aliases: delta.aliases, generation: generation, databaseSnapshot: databaseSnapshot,
            nextDue: nextDue(changing: changed, at: edit.context.judgedAt))
    }

    private func judgingTime(_ time: Timestamp?) -> Timestamp { asOf.isAbsent ? time ?? judgedAt : asOf }

    /// Main image and overlay with some rows changed: a new overlay, or a new main image where that grows too large.
    func images(
        changing changed: [RowChange], _ context: RowContext, isMainImageObsolete: Bool = false
    ) -> (main: RowImage, overlay: Overlay?) {
        if changed.isEmpty, !isMainImageObsolete { return (mainImage, overlay) }
        if !isMainImageObsolete {
            let idCount = overlay.map { $0.idCount(with: changed) } ?? changed.count
            if idCount <= Overlay.rowCountLimit(mainRowCount: mainRows.rowCount) {
                let next = Overlay.changing(overlay, changed, over: mainRows, context)
                return (mainImage, next.ids.count == 0 ? nil : next)
            }
        }
        return (.buildServed(list(changing: changed), context), nil)
    }

    /// The rows of this snapshot, ascending by id, with some of them changed.
    func list(changing changed: [RowChange] = []) -> RowList {
        var list = RowList()
        // Growing by doubling would hold a million rows twice.
        list.records.reserveCapacity(symbolCount + changed.count)
        var join = MergeJoin(ServedRows(self), changed.makeIterator())
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
