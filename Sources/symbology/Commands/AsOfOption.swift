import ArgumentParser
import ReferenceData

/// The moment of a command that can tell the past.
struct AsOfOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The state at that time: 2026-11-28 (its first moment in UTC), 2026-11-28T14:30Z, "
                + "2026-11-28T14:30:05+02:00.",
            valueName: "time"),
        transform: moment)
    var asOf: Timestamp?

    /// A date, or a date with a time of day and its zone, as ISO 8601 writes them.
    @Sendable private static func moment(_ text: String) throws -> Timestamp {
        let pattern = /(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,6})?)?(Z|([+-])(\d{2}):?(\d{2})?)?)?/
        guard let parts = text.wholeMatch(of: pattern)?.output else {
            throw ValidationError("\"\(text)\" is no time; write 2026-11-28, or 2026-11-28T14:30Z")
        }
        let (date, clock, seconds) = (parts.1, parts.2 ?? "00:00", parts.3 ?? ":00")
        guard parts.2 == nil || parts.4 != nil else {
            throw ValidationError("\"\(text)\" names no zone; write \(date)T\(clock)\(seconds)Z for UTC, or +02:00")
        }
        let zone = (Int64(parts.6 ?? "0") ?? 0, Int64(parts.7 ?? "0") ?? 0)
        guard let local = Timestamp("\(date)T\(clock)\(seconds)Z"), zone.0 < 24, zone.1 < 60 else {
            throw ValidationError("\"\(text)\" is no time: there is no such day or hour")
        }
        let ahead = (zone.0 * 60 + zone.1) * 60_000_000 * (parts.5 == "-" ? -1 : 1)
        return Timestamp(microsecondsSince1970: local.microsecondsSince1970 - ahead)
    }
}
