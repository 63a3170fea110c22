import ReferenceData
import ReferenceStore

/// What a refresh brought.
struct FinishedRead {
    var refresh: Refresh
    /// The increment; in a reconcile too.
    var delta: ReferenceDelta?
    /// Everything; in a full load and a reconcile.
    var content: ReferenceContent?
    /// Of everything, in a full load and a reconcile; more than there is memory for bring no content.
    var rowCount = 0
    /// The `pg_snapshot` that was read.
    var databaseSnapshot: String
    /// Before the first statement was sent.
    var startedNanoseconds: UInt64
    /// Whose rows these are.
    var database: SourceDatabase?
    /// Whether ids of it mean something else than those that are served, found by `SnapshotPublisher.holdBack`.
    var hasOtherIds = false

    /// Of what was too large while it was read, be there more memory now.
    var excess: MemoryLimit.Excess? {
        guard rowCount > 0, content == nil else { return nil }
        let byteCount = MemoryLimit.baseByteCount + rowCount * MemoryLimit.rowByteCount
        return MemoryLimit.Excess(neededByteCount: byteCount, allowedByteCount: byteCount)
    }
}

extension RunningRefresh {
    /// What it brought, which is its owner's alone from then on; nil while it is not over.
    func finished(in database: SourceDatabase?) -> FinishedRead? {
        read.watermark.map {
            FinishedRead(
                refresh: refresh, delta: read.delta, content: takeContent(), rowCount: read.rowCount,
                databaseSnapshot: $0.text, startedNanoseconds: startedNanoseconds, database: database)
        }
    }
}
