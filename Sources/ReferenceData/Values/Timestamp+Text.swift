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
        // The longest has six digits of a year and a sign before it: 30 bytes.
        return String(unsafeUninitializedCapacity: 32) { bytes in
            var byteCount = 0
            func put(_ mark: Unicode.Scalar) {
                bytes[byteCount] = UInt8(ascii: mark)
                byteCount += 1
            }
            func put(_ value: UInt64, digitCount: Int) {
                var rest = value
                for index in (byteCount..<byteCount + digitCount).reversed() {
                    bytes[index] = UInt8(ascii: "0") + UInt8(rest % 10)
                    rest /= 10
                }
                byteCount += digitCount
            }
            if date.year < 0 { put("-") }
            let year = UInt64(date.year.magnitude)
            put(year, digitCount: year < 10_000 ? 4 : year < 100_000 ? 5 : 6)
            put("-")
            put(UInt64(date.month), digitCount: 2)
            put("-")
            put(UInt64(date.day), digitCount: 2)
            put("T")
            put(UInt64(secondOfDay / 3_600), digitCount: 2)
            put(":")
            put(UInt64(secondOfDay / 60 % 60), digitCount: 2)
            put(":")
            put(UInt64(secondOfDay % 60), digitCount: 2)
            put(".")
            put(UInt64(microseconds), digitCount: 6)
            put("Z")
            return byteCount
        }
    }

    /// Reads a date, a time of day and a zone: `2024-12-27T08:00:00Z`, `2024-12-27 16:00:00.5+08:00`, `… 08:00 UTC`.
    ///
    /// A blank may stand for the `T`; seconds may be left out; a fraction counts microseconds. The zone is `Z`, `UTC`,
    /// `GMT`, or hours east of it with or without minutes, and a blank may stand before it. A text without a zone is
    /// refused, and so is one whose zone has another name.
    public static func parse(_ text: String) throws(TimestampTextFault) -> Timestamp {
        if !text.isEmpty, text.utf8.allSatisfy(isDigitOrPoint) { throw .bareNumber }
        var reader = DigitReader(text)
        guard let year = reader.number(digitCount: 4), reader.skip("-"),
            let month = reader.number(digitCount: 2), reader.skip("-"),
            let day = reader.number(digitCount: 2)
        else { throw .form }
        let isDay = (1...12).contains(month) && day >= 1 && day <= dayCount(year: year, month: month)
        if reader.isAtEnd { throw isDay ? .noTimeOfDay : .noSuchMoment }
        guard reader.skip("T") || reader.skip("t") || reader.skip(" "),
            let hour = reader.number(digitCount: 2), reader.skip(":"),
            let minute = reader.number(digitCount: 2)
        else { throw .form }
        var (second, fraction): (Int64, Int64) = (0, 0)
        if reader.skip(":") {
            guard let number = reader.number(digitCount: 2) else { throw .form }
            second = number
            fraction = try reader.fractionMicroseconds()
        }
        let offset = try reader.zoneSeconds()
        guard isDay, hour < 24, minute < 60, second < 60 else { throw .noSuchMoment }
        let days = daysSince1970(year: year, month: month, day: day)
        let seconds = days * secondsPerDay + hour * 3_600 + minute * 60 + second - offset
        guard writtenSeconds.contains(seconds) else { throw .outOfRange }
        return Timestamp(microsecondsSince1970: seconds * microsecondsPerSecond + fraction)
    }

    /// Reads a time; nil for what `parse` refuses.
    public init?(_ text: String) {
        guard let time = try? Self.parse(text) else { return nil }
        self = time
    }

    private static func isDigitOrPoint(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

/// The years 1 to 9999, which PostgreSQL holds too.
private let writtenSeconds = startSeconds(ofYear: 1)..<startSeconds(ofYear: 10_000)

private func startSeconds(ofYear year: Int64) -> Int64 { daysSince1970(year: year, month: 1, day: 1) * secondsPerDay }

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

    mutating func skip(_ mark: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: mark) else { return false }
        rest = rest.dropFirst()
        return true
    }

    mutating func skip(name: String) -> Bool {
        guard rest.starts(with: name.utf8) else { return false }
        rest = rest.dropFirst(name.utf8.count)
        return true
    }

    /// An optional point and its digits, in microseconds. Zeros behind the sixth say nothing.
    mutating func fractionMicroseconds() throws(TimestampTextFault) -> Int64 {
        guard skip(".") else { return 0 }
        guard var value = number(digitCount: 1) else { throw .form }
        for _ in 1..<6 { value = value * 10 + (number(digitCount: 1) ?? 0) }
        while let digit = number(digitCount: 1) {
            if digit != 0 { throw .tooFine }
        }
        return value
    }

    /// The zone up to the end of the text, in seconds east of UTC.
    mutating func zoneSeconds() throws(TimestampTextFault) -> Int64 {
        _ = skip(" ")
        if isAtEnd { throw .noZone }
        if skip("Z") || skip("z") || skip(name: "UTC") || skip(name: "GMT") {
            guard isAtEnd else { throw .namedZone }
            return 0
        }
        let isEast = skip("+")
        guard isEast || skip("-") else { throw rest.allSatisfy(isLetter) ? .namedZone : .form }
        guard let hours = number(digitCount: 2) else { throw .form }
        var minutes: Int64 = 0
        if !isAtEnd {
            _ = skip(":")
            guard let number = number(digitCount: 2) else { throw .form }
            minutes = number
        }
        guard isAtEnd else { throw .form }
        // The widest that PostgreSQL takes; the widest that is in use is 14 hours.
        guard hours < 16, minutes < 60 else { throw .noSuchMoment }
        return (isEast ? 1 : -1) * (hours * 3_600 + minutes * 60)
    }

    private func isLetter(_ byte: UInt8) -> Bool {
        byte > 0x7F || "/_".utf8.contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}

func flooredDivision(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
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
