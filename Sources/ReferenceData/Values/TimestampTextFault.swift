/// Why a text is no moment that a `Timestamp` holds.
public enum TimestampTextFault: Error, Sendable, Hashable {
    /// Not a date, a time of day and a zone.
    case form
    /// Digits alone: seconds, milliseconds, days? Nobody can tell.
    case bareNumber
    case noTimeOfDay
    case noZone
    /// Zones by name change with the year and the reader.
    case namedZone
    case noSuchMoment
    /// Digits behind the sixth of a second's fraction.
    case tooFine
    /// Before the year 1 or after 9999.
    case outOfRange
}

extension TimestampTextFault: CustomStringConvertible {
    /// As the end of a sentence that begins with the text.
    public var description: String {
        switch self {
        case .form: "is no time such as 2026-11-21T03:42:10.123456Z"
        case .bareNumber: "is a number: write a time such as 2026-11-21T03:42:10Z"
        case .noTimeOfDay: "has no time of day: write a time such as 2026-11-21T08:00:00Z"
        case .noZone: "has no zone: append Z where it is UTC, or an offset such as +08:00"
        case .namedZone: "names its zone by letters: write Z for UTC, or an offset such as +08:00"
        case .noSuchMoment: "is a date or time that does not exist"
        case .tooFine: "is finer than a microsecond"
        case .outOfRange: "is outside the years 1 to 9999"
        }
    }
}
