/// What one transaction reads to bring a snapshot up to date.
public enum Refresh: Sendable, Hashable {
    case fullLoad(FullLoadReason)
    case increment(since: Watermark)
    /// The increment, then everything, in the same snapshot: what the second adds to the first is drift.
    ///
    /// The rows themselves are compared, not a checksum of them. One that both sides can compute is over the rows'
    /// text, and costs the database more than the rows do: of 1,000,000 symbols (PostgreSQL 15, backend CPU, median of
    /// 3) `COPY … (FORMAT binary)` takes 1.17 s and 164 MB, a sum per exchange of `hashtextextended(ROW(…)::text, 0)`
    /// 2.32 s. `hash_record_extended` takes 0.8 to 1.1 s, but nobody outside PostgreSQL can compute it, and it may
    /// differ between its versions. And a checksum would differ nearly always: `last_seen` moves with every look of a
    /// collector, which neither stamps nor rings, so a full comparison is also what brings it up to date. Whoever finds
    /// a reconcile too dear makes it rarer.
    case reconcile(since: Watermark)

    public var isIncrement: Bool {
        if case .increment = self { return true }
        return false
    }

    var since: Watermark? {
        switch self {
        case .fullLoad: nil
        case .increment(let since), .reconcile(let since): since
        }
    }
}

/// Why everything is read rather than an increment.
public enum FullLoadReason: String, Sendable, Hashable {
    /// A session began: what was rung before it is unknown.
    case connected
    /// Tombstones that the watermark still needs were pruned.
    case pruned
    /// A table was truncated.
    case truncated
    /// More rows changed than `ReferenceRead.changeCountMax`, or an alias changed and there are more than
    /// `aliasCountMax`: a load by COPY is cheaper, and its memory bounded.
    case tooManyChanges
    /// An operator asked for it.
    case requested
    /// What was read before was held back.
    case heldBack
}
