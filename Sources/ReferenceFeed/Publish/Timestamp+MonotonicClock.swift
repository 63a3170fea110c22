import Platform
import ReferenceData

extension Timestamp {
    /// The wall clock's time at a moment of the monotonic clock, perhaps before the machine started; absent for 0.
    init(atMonotonicNanoseconds moment: UInt64) {
        guard moment != 0 else {
            self = .absent
            return
        }
        let ageNanoseconds = Int64(bitPattern: MonotonicClock.nanoseconds() &- moment)
        self.init(microsecondsSince1970: WallClock.microseconds() &- ageNanoseconds / 1_000)
    }

    /// The reverse: 0 for absent. A time in the future counts as now.
    var monotonicNanoseconds: UInt64 {
        guard !isAbsent else { return 0 }
        let (age, isOverflow) = WallClock.microseconds().subtractingReportingOverflow(microsecondsSince1970)
        // Clamped to what fits the nanoseconds of an Int64, some three centuries.
        let ageMicroseconds = isOverflow ? 0 : max(0, min(age, Int64.max / 1_000))
        let result = MonotonicClock.nanoseconds() &- UInt64(ageMicroseconds) &* 1_000
        return result == 0 ? 1 : result
    }
}
