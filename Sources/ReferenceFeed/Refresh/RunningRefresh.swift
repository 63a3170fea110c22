import Platform
import PostgreSQL
import ReferenceData
import ReferenceStore

/// A refresh under way: what it reads, its first failure, and when it began.
final class RunningRefresh {
    let refresh: Refresh
    private(set) var read: ReferenceRead
    private(set) var failure: StoreError?
    /// Taken before the first statement is sent: the snapshot shows the tables as they were then, or later.
    let startedNanoseconds = MonotonicClock.nanoseconds()

    init(_ refresh: Refresh, rowCountMax: Int = .max, changeCountMax: Int) {
        self.refresh = refresh
        read = ReferenceRead(refresh, rowCountMax: rowCountMax, changeCountMax: changeCountMax)
    }

    func take(_ result: QueryResult) {
        guard failure == nil else { return }
        do throws(StoreError) { try read.take(result) } catch { failure = error }
    }

    /// Called once a row; after a failure the statement's other rows are skipped.
    func takeCopyRow(_ bytes: UnsafeRawBufferPointer) {
        guard failure == nil else { return }
        do throws(StoreError) { try read.takeCopyRow(bytes) } catch { failure = error }
    }

    /// Everything that was read, and no longer held here: who makes an image of it gives its memory back meanwhile.
    func takeContent() -> ReferenceContent? { read.takeContent() }

    /// The statement is over. With an error the refresh has failed.
    func finishStep(_ error: StoreError?) {
        guard failure == nil else { return }
        failure = error
        guard error == nil else { return }
        do throws(StoreError) { try read.stepFinished() } catch { failure = error }
    }
}
