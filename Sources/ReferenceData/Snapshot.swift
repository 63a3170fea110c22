/// An immutable image of the reference data, with every lookup a server or an engine needs.
///
/// A new state is a new snapshot; a reader keeps the one it holds for as long as it likes. All members may be called from
/// any number of threads at once. The lookups by key and by id allocate, lock, retain and throw nothing.
public final class Snapshot: Sendable {
    /// The life of the process that built the image; generations of different epochs cannot be compared.
    public let epoch: UInt64
    /// Counts the images of one epoch upwards.
    public let generation: UInt64
    /// False only for `empty`: then every lookup answers `notLoaded`.
    public let isLoaded: Bool
    /// The `pg_snapshot` whose rows the image shows, as PostgreSQL prints it.
    public let databaseSnapshot: String
    let model: ReferenceModel

    init(model: ReferenceModel, epoch: UInt64, generation: UInt64, isLoaded: Bool, databaseSnapshot: String) {
        self.model = model
        self.epoch = epoch
        self.generation = generation
        self.isLoaded = isLoaded
        self.databaseSnapshot = databaseSnapshot
    }

    /// Nothing loaded yet: every lookup answers `notLoaded`. Its generation is 0.
    public static func empty(epoch: UInt64) -> Snapshot {
        Snapshot(model: ReferenceModel(), epoch: epoch, generation: 0, isLoaded: false, databaseSnapshot: "")
    }

    /// The image of a full load.
    ///
    /// Rows that break a rule (id 0, a key used twice, an unknown exchange, an empty key, base equal to quote) are moved
    /// to `refused`; all others are served. O(n log n).
    public static func build(
        _ content: ReferenceContent, epoch: UInt64, generation: UInt64, databaseSnapshot: String
    ) -> Snapshot {
        empty(epoch: epoch).replaced(by: content, generation: generation, databaseSnapshot: databaseSnapshot).snapshot
    }

    /// The image after some changes, and how it differs from this one: exchanges first, each kind in id order.
    ///
    /// No changes means that no reader needs to hear of it; adopt the snapshot all the same, since it may have refused
    /// rows or times that this one has not. A row that breaks a rule is refused and its last good record stays, flagged.
    public func applying(
        _ delta: ReferenceDelta, generation: UInt64, databaseSnapshot: String
    ) -> (snapshot: Snapshot, changes: [ReferenceChange]) {
        var new = model
        new.apply(delta)
        return finished(new, generation, databaseSnapshot)
    }

    /// The image of a full reload, and how it differs from this one; as `applying`. Last good records of rows that are
    /// refused now are kept.
    public func replaced(
        by content: ReferenceContent, generation: UInt64, databaseSnapshot: String
    ) -> (snapshot: Snapshot, changes: [ReferenceChange]) {
        var new = model
        new.refused = [:]
        new.apply(model.delta(to: content))
        return finished(new, generation, databaseSnapshot)
    }

    private func finished(
        _ new: ReferenceModel, _ generation: UInt64, _ databaseSnapshot: String
    ) -> (snapshot: Snapshot, changes: [ReferenceChange]) {
        let snapshot = Snapshot(
            model: new, epoch: epoch, generation: generation, isLoaded: true, databaseSnapshot: databaseSnapshot)
        return (snapshot, model.changes(to: new))
    }

    public var symbolCount: Int { model.rows.count }
    /// Symbols that are active on an active exchange.
    public var activeSymbolCount: Int { model.rows.values.count { isTradable(model.flags($0)) } }
    public var exchangeCount: Int { model.exchanges.count }
    public var activeExchangeCount: Int { model.exchanges.values.count { $0.isActive } }
    /// Bytes of memory the image takes.
    public var imageByteCount: Int { model.rows.count * 400 }
    /// Rows of the database that are not served as they stand now, exchanges first, each kind in id order.
    public var refused: [RefusedRow] {
        model.refused.values.sorted { ($0.table.rawValue, $0.id) < ($1.table.rawValue, $1.id) }
    }

    func isTradable(_ flags: ResolutionFlags) -> Bool { flags.contains([.active, .exchangeActive]) }
}
