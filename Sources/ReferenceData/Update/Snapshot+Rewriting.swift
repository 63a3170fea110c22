extension Snapshot {
    /// The source of a rewritten snapshot: its main image, and the ids that its overlay changed.
    struct Origin: Sendable {
        let lineage: RowImage.Lineage
        let changedIds: Set<UInt32>
    }

    /// Rows and superseded ids of the overlay: 0 says that there is nothing to rewrite.
    public var overlayRowCount: Int { overlay.map { $0.rowCount + $0.supersededCount } ?? 0 }

    /// Whether a rewriting is better not put off: at several times this much a change would wait for a new main
    /// image.
    public var isOverlayHalfFull: Bool {
        changedIds.count * 2 > Overlay.rowCountMax(mainRowCount: mainRows.rowCount)
    }

    /// Whether both are states of one main image.
    public func sharesMainImage(with other: Snapshot) -> Bool { mainImage.lineage === other.mainImage.lineage }

    /// The same content and generation in one main image without an overlay; under another epoch and generation where
    /// they are given.
    ///
    /// With an overlay for the background: a copy, O(bytes), where it has rows of the main image that differ in no key
    /// and nothing that orders them, as in rules, digits or whether they are active; else O(n log n). Without one the
    /// main image is shared, and it costs next to nothing. Any thread.
    public func rewritten(epoch: UInt64? = nil, generation: UInt64? = nil) -> Snapshot {
        copy(
            mainImage: overlay == nil ? mainImage : mainImagePatched ?? .buildServed(list(), context), overlay: nil,
            epoch: epoch, generation: generation, origin: Origin(lineage: mainImage.lineage, changedIds: overlayIds))
    }

    /// The main image with the rows of the overlay in their places, where they fit in.
    private var mainImagePatched: RowImage? {
        var patches: [RowPatch] = []
        patches.reserveCapacity(changedIds.count)
        for position in 0..<changedIds.count {
            let changed = changedIds[position]
            guard let index = mainRows.rowIndex(id: changed.id), let row = changed.rowIndex,
                let patch = RowPatch(overlayRows.servedRow(at: row), at: index, of: mainRows)
            else { return nil }
            patches.append(patch)
        }
        return mainImage.patched(patches)
    }

    /// The same content in one main image whose hash function is given: it has the same bytes in every process, for
    /// fuzzers, whose inputs say which of them to change. O(n log n).
    package func rewritten(hashSeed: UInt64) -> Snapshot {
        let seed = HashSeed(first: hashSeed, second: ~hashSeed)
        return rewritten().moved(to: .buildServed(list(), context, seed: seed))
    }

    /// This snapshot, a later state of the main image that `rewritten` was made from, as an overlay over `rewritten`:
    /// the same content and generation under the epoch of `rewritten`.
    ///
    /// Nil when it descends from another main image, as after a full reload: then `rewritten` is of no use. O(overlay).
    public func rewritten(onto rewritten: Snapshot) -> Snapshot? {
        guard let origin = rewritten.origin, origin.lineage === mainImage.lineage else { return nil }
        let changed = RowChange.list(
            origin.changedIds.union(overlayIds), before: { rewritten.servedRow(id: $0) },
            after: { servedRow(id: $0) })
        var overlay: Overlay?
        if !changed.isEmpty {
            overlay = .changing(nil, changed, over: rewritten.mainRows, context)
        }
        return copy(mainImage: rewritten.mainImage, overlay: overlay, epoch: rewritten.epoch)
    }

    /// The same on another copy of the same main image, as a mapping of the file it was written to.
    func moved(to image: RowImage) -> Snapshot { copy(mainImage: image, overlay: nil, origin: origin) }

    /// The same content under another generation of the epoch. Everything large is shared: O(exchanges + overlay).
    public func renumbered(_ generation: UInt64) -> Snapshot {
        copy(mainImage: mainImage, overlay: overlay, generation: generation, origin: origin)
    }

    /// The same content and generation as that of another database. O(exchanges + overlay).
    /// - Parameter forgettingIds: ids that no row has any more do not count as those of the other one.
    public func attributed(to database: SourceDatabase?, forgettingIds: Bool = false) -> Snapshot {
        copy(
            mainImage: mainImage, overlay: overlay, database: .some(database),
            formerSymbolIdMax: forgettingIds ? 0 : symbolIdMax, origin: origin)
    }

    /// The same content in other images.
    func copy(
        mainImage: RowImage, overlay: Overlay?, epoch: UInt64? = nil, generation: UInt64? = nil,
        judgedAt: Timestamp? = nil, database: SourceDatabase?? = nil, formerSymbolIdMax: UInt32? = nil,
        origin: Origin? = nil, nextDue: NextDue? = nil
    ) -> Snapshot {
        Snapshot(
            mainImage: mainImage, overlay: overlay, directory: directory, aliases: aliases, refusedRows: refusedRows,
            epoch: epoch ?? self.epoch, generation: generation ?? self.generation, isLoaded: isLoaded,
            databaseSnapshot: databaseSnapshot, judgedAt: judgedAt ?? self.judgedAt, asOf: asOf,
            database: database ?? self.database, formerSymbolIdMax: formerSymbolIdMax ?? symbolIdMax, origin: origin,
            after: self, nextDue: nextDue ?? .known(self.nextDue))
    }

    private var context: RowContext { RowContext(directory: directory, judgedAt: judgedAt) }

    private var overlayIds: Set<UInt32> { Set((0..<changedIds.count).lazy.map { self.changedIds[$0].id }) }
}
