let microsecondsPerSecond: Int64 = 1_000_000
let secondsPerDay: Int64 = 86_400

extension Timestamp: CustomStringConvertible {
    /// ISO 8601 in UTC with six decimals, as `2026-11-21T03:42:10.123456Z`; empty when absent.
    ///
    /// Years before 0 carry a minus sign and years past 9999 more digits, as ISO 8601 extends them.
    public var description: String {
        if isAbsent { return "" }
        let (seconds, microseconds) = flooredDivision(microsecondsSince1970, microsecondsPerSecond)
        let secondOfDay = flooredDivision(seconds, secondsPerDay).remainder
        let date = CivilDate(self)
        let (year, month, day) = (Int64(date.year), Int64(date.month), Int64(date.day))
        let yearText = (year < 0 ? "-" : "") + padded(year.magnitude, digitCount: 4)
        let dateText =
            yearText + "-" + padded(month.magnitude, digitCount: 2) + "-" + padded(day.magnitude, digitCount: 2)
        let hours = padded((secondOfDay / 3_600).magnitude, digitCount: 2)
        let minutes = padded((secondOfDay / 60 % 60).magnitude, digitCount: 2)
        let rest = padded((secondOfDay % 60).magnitude, digitCount: 2)
        return dateText + "T" + hours + ":" + minutes + ":" + rest + "." + padded(microseconds.magnitude, digitCount: 6)
            + "Z"
    }

    /// Reads `YYYY-MM-DDTHH:MM:SS[.ffffff]Z`; nil for anything else or for a date that does not exist.
    ///
    /// A blank is accepted for the `T` and `+00` or `+00:00` for the `Z`, as PostgreSQL prints UTC.
    public init?(_ text: String) {
        var reader = DigitReader(text)
        guard let year = reader.number(digitCount: 4), reader.skip("-"),
            let month = reader.number(digitCount: 2), reader.skip("-"),
            let day = reader.number(digitCount: 2), reader.skip("T") || reader.skip(" "),
            let hour = reader.number(digitCount: 2), reader.skip(":"),
            let minute = reader.number(digitCount: 2), reader.skip(":"),
            let second = reader.number(digitCount: 2),
            let fraction = reader.fractionMicroseconds()
        else { return nil }
        guard reader.skip("Z") || reader.skip("+00:00") || reader.skip("+00"), reader.isAtEnd,
            (1...12).contains(month), day >= 1, day <= dayCount(year: year, month: month),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let days = daysSince1970(year: year, month: month, day: day)
        let seconds = days * secondsPerDay + hour * 3_600 + minute * 60 + second
        self.init(microsecondsSince1970: seconds * microsecondsPerSecond + fraction)
    }
}

/// Takes fixed-width numbers off the front of ASCII text.
private struct DigitReader {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text[...].utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func number(digitCount: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<digitCount {
            guard let byte = rest.first, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            rest = rest.dropFirst()
        }
        return value
    }

    mutating func skip(_ token: String) -> Bool {
        guard rest.starts(with: token.utf8) else { return false }
        rest = rest.dropFirst(token.utf8.count)
        return true
    }

    /// An optional point and one to six digits, in microseconds; nil when the point has no digit or more than six.
    mutating func fractionMicroseconds() -> Int64? {
        guard skip(".") else { return 0 }
        var value: Int64 = 0
        var digitCount = 0
        while digitCount < 6, let digit = number(digitCount: 1) {
            value = value * 10 + digit
            digitCount += 1
        }
        guard digitCount > 0 else { return nil }
        for _ in digitCount..<6 { value *= 10 }
        return value
    }
}

func flooredDivision(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}

private func padded(_ value: UInt64, digitCount: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, digitCount - digits.utf8.count)) + digits
}

private func dayCount(year: Int64, month: Int64) -> Int64 {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
}

private func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
    let (era, yearOfEra) = flooredDivision(month <= 2 ? year - 1 : year, 400)
    let marchMonth = month > 2 ? month - 3 : month + 9
    let dayOfYear = (153 * marchMonth + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
}
