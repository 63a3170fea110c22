import Platform
import PostgreSQL
import ReferenceStore

/// A refresh under way: what it reads, its first failure, and when it began.
final class RunningRefresh {
    let refresh: Refresh
    private(set) var read: ReferenceRead
    private(set) var failure: StoreError?
    /// Before the first statement was sent: the tables are known to have looked like this no earlier than then.
    let startedNanoseconds = MonotonicClock.nanoseconds()

    init(_ refresh: Refresh, changeCountMax: Int) {
        self.refresh = refresh
        read = ReferenceRead(refresh, changeCountMax: changeCountMax)
    }

    func take(_ result: QueryResult) {
        guard failure == nil else { return }
        do throws(StoreError) { try read.take(result) } catch { failure = error }
    }

    /// Once a row; after a failure the rest of the statement's rows only pass by.
    func takeCopyRow(_ bytes: UnsafeRawBufferPointer) {
        guard failure == nil else { return }
        do throws(StoreError) { try read.takeCopyRow(bytes) } catch { failure = error }
    }

    /// The statement is over; with an error, the refresh is.
    func finishStep(_ error: StoreError?) {
        guard failure == nil else { return }
        failure = error
        guard error == nil else { return }
        do throws(StoreError) { try read.stepFinished() } catch { failure = error }
    }
}
