import Glibc
import PostgreSQL
import ReferenceStore

/// One `ReferenceRead` under way, with its first failure and the time it began.
final class Reading {
    private(set) var read: ReferenceRead
    private(set) var failure: StoreError?
    /// Before the first statement was sent: the tables are known to have looked like this no earlier than then.
    let startedNanoseconds = monotonicNanoseconds()

    init(_ mode: ReferenceRead.Mode, changeCountMax: Int) {
        read = ReferenceRead(mode: mode, changeCountMax: changeCountMax)
    }

    func take(_ result: QueryResult) {
        attempt { (read) throws(StoreError) in try read.take(result) }
    }

    /// Once a row; after a failure the rest of the statement's rows only pass by.
    func takeCopyRow(_ bytes: UnsafeRawBufferPointer) {
        guard failure == nil else { return }
        do throws(StoreError) {
            try read.takeCopyRow(bytes)
        } catch {
            failure = error
        }
    }

    /// The statement is over; with an error, the read is.
    func finishStep(_ error: StoreError?) {
        if let error {
            if failure == nil { failure = error }
            return
        }
        attempt { (read) throws(StoreError) in try read.stepFinished() }
    }

    /// After a failure the rest of the statement's rows only pass by.
    private func attempt(_ body: (inout ReferenceRead) throws(StoreError) -> Void) {
        guard failure == nil else { return }
        do throws(StoreError) {
            try body(&read)
        } catch {
            failure = error
        }
    }
}

/// CLOCK_MONOTONIC: the wall clock may jump.
func monotonicNanoseconds() -> UInt64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(now.tv_sec) &* 1_000_000_000 &+ UInt64(now.tv_nsec)
}
