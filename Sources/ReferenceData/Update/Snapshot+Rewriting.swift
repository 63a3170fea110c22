extension Snapshot {
    /// What a rewritten snapshot was made from: the base, and the ids that its overlay concerned.
    struct Origin: Sendable {
        let lineage: RowImage.Lineage
        let changedIds: [UInt32]
    }

    /// Rows and superseded ids of the overlay: 0 says that there is nothing to rewrite.
    public var overlayRowCount: Int { overlayRows.rowCount + supersededIds.count }

    /// Whether a rewriting is better not put off: at several times this much a change would wait for a new base.
    public var isOverlayHalfFull: Bool {
        max(overlayRows.rowCount, supersededIds.count) * 2 > Overlay.rowCountMax(baseRowCount: base.rowCount)
    }

    /// Whether both are states of one base.
    public func sharesBase(with other: Snapshot) -> Bool { baseImage.lineage === other.baseImage.lineage }

    /// The same content and generation in one base without an overlay; under another epoch where one is given.
    ///
    /// O(n log n) with an overlay, for the background; without one the base is shared, and it costs next to nothing.
    /// Any thread.
    public func rewritten(epoch: UInt64? = nil) -> Snapshot {
        let origin = Origin(lineage: baseImage.lineage, changedIds: overlayIds)
        let image = overlay == nil ? baseImage : RowImage.buildAdmitted(rowList())
        return Snapshot(
            baseImage: image, overlay: nil, directory: directory, aliases: aliases, refusedRows: refusedRows,
            epoch: epoch ?? self.epoch, generation: generation, isLoaded: isLoaded, databaseSnapshot: databaseSnapshot,
            origin: origin)
    }

    /// The same content in one base whose hash function is given: its image has the same bytes in every process, for
    /// fuzzers, whose inputs say which of them to change. O(n log n).
    package func rewritten(hashSeed: UInt64) -> Snapshot {
        rewritten().moved(to: .buildAdmitted(rowList(), seed: HashSeed(first: hashSeed, second: ~hashSeed)))
    }

    /// This snapshot, a later state of the base that `rewritten` was made from, as an overlay over `rewritten`: the
    /// same content and generation under the epoch of `rewritten`.
    ///
    /// Nil when it descends from another base, as after a full reload: then `rewritten` is of no use. O(overlay).
    public func rebased(onto rewritten: Snapshot) -> Snapshot? {
        guard let origin = rewritten.origin, origin.lineage === baseImage.lineage else { return nil }
        var rows: [HeldRow] = []
        var superseded: [UInt32] = []
        for id in Set(origin.changedIds).union(overlayIds).sorted() {
            let (before, now) = (rewritten.heldRow(id: id), heldRow(id: id))
            if before?.record == now?.record, before?.isLastGood == now?.isLastGood { continue }
            if before != nil { superseded.append(id) }
            if let now { rows.append(now) }
        }
        var overlay: Overlay?
        if !rows.isEmpty || !superseded.isEmpty {
            overlay = try? Overlay(rows: rows, supersededIds: superseded, base: rewritten.base)
            if overlay == nil { return nil }
        }
        return Snapshot(
            baseImage: rewritten.baseImage, overlay: overlay, directory: directory, aliases: aliases,
            refusedRows: refusedRows, epoch: rewritten.epoch, generation: generation, isLoaded: isLoaded,
            databaseSnapshot: databaseSnapshot, origin: nil)
    }

    /// The same on another copy of the same base, as a mapping of the file it was written to.
    func moved(to image: RowImage) -> Snapshot {
        Snapshot(
            baseImage: image, overlay: nil, directory: directory, aliases: aliases, refusedRows: refusedRows,
            epoch: epoch, generation: generation, isLoaded: isLoaded, databaseSnapshot: databaseSnapshot,
            origin: origin)
    }

    /// The same content under another generation of the epoch. Everything large is shared: O(exchanges + overlay).
    public func renumbered(_ generation: UInt64) -> Snapshot {
        Snapshot(
            baseImage: baseImage, overlay: overlay, directory: directory, aliases: aliases, refusedRows: refusedRows,
            epoch: epoch, generation: generation, isLoaded: isLoaded, databaseSnapshot: databaseSnapshot,
            origin: origin)
    }

    private var overlayIds: [UInt32] {
        (0..<overlayRows.rowCount).map { overlayRows.id(at: $0) } + supersededIds
    }

    /// All rows as they are served, in id order.
    func rowList() -> RowList {
        var list = RowList([SymbolRecord]())
        list.records.reserveCapacity(symbolCount)
        var cursor = HeldRowCursor(self, exchangeId: 0, afterId: 0)
        while let (view, index) = cursor.next() {
            list.records.append(view.record(at: index))
            if view.isLastGood(at: index) { list.lastGoodIds.insert(view.id(at: index)) }
        }
        return list
    }
}
