import Glibc
import PostgreSQL
import ReferenceData
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

/// The wall clock's time at a moment of `monotonicNanoseconds`, which may lie before the machine started; absent for 0.
func wallClock(atMonotonicNanoseconds moment: UInt64) -> Timestamp {
    guard moment != 0 else { return .absent }
    let ageNanoseconds = Int64(bitPattern: monotonicNanoseconds() &- moment)
    return Timestamp(microsecondsSince1970: wallClockMicroseconds() &- ageNanoseconds / 1_000)
}

/// The reverse: 0 for absent. A time in the future counts as now.
func monotonicNanoseconds(atWallClock moment: Timestamp) -> UInt64 {
    guard !moment.isAbsent else { return 0 }
    let (age, isOverflow) = wallClockMicroseconds().subtractingReportingOverflow(moment.microsecondsSince1970)
    // Three centuries fit the nanoseconds of an Int64; what claims to be older is as old as that.
    let ageMicroseconds = isOverflow ? 0 : max(0, min(age, Int64.max / 1_000))
    let result = monotonicNanoseconds() &- UInt64(ageMicroseconds) &* 1_000
    return result == 0 ? 1 : result
}

private func wallClockMicroseconds() -> Int64 {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Int64(now.tv_sec) &* 1_000_000 &+ Int64(now.tv_nsec / 1_000)
}

/// CLOCK_MONOTONIC: the wall clock may jump.
func monotonicNanoseconds() -> UInt64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(now.tv_sec) &* 1_000_000_000 &+ UInt64(now.tv_nsec)
}
