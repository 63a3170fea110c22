import ReferenceData
import ReferenceStore

/// What a refresh brought.
struct FinishedRead {
    var refresh: Refresh
    /// The increment; in a reconcile too.
    var delta: ReferenceDelta?
    /// Everything; in a full load and a reconcile.
    var content: ReferenceContent?
    /// The `pg_snapshot` that was read.
    var databaseSnapshot: String
    /// Before the first statement was sent.
    var startedNanoseconds: UInt64
    /// Whose rows these are.
    var database: SourceDatabase?
}

extension RunningRefresh {
    /// What it brought; nil while it is not over.
    func finished(in database: SourceDatabase?) -> FinishedRead? {
        read.watermark.map {
            FinishedRead(
                refresh: refresh, delta: read.delta, content: read.content, databaseSnapshot: $0.text,
                startedNanoseconds: startedNanoseconds, database: database)
        }
    }
}
