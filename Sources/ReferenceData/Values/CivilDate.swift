/// A day of the proleptic Gregorian calendar, in UTC.
struct CivilDate: BitwiseCopyable {
    let year: Int
    let month: Int
    let day: Int

    /// Counted in eras of 400 years whose years begin in March, so that the leap day is last.
    init(_ time: Timestamp) {
        let days = flooredDivision(time.microsecondsSince1970, microsecondsPerSecond * secondsPerDay).quotient
        let (era, dayOfEra) = flooredDivision(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * marchMonth + 2) / 5 + 1)
        month = Int(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    }
}
