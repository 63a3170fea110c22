import ArgumentParser
import Platform
import ReferenceData

extension Timestamp {
    /// How a moment is written, for the help of every option that takes one.
    static let forms = "2026-11-28 (its first moment in UTC), 2026-11-28T14:30Z, 2026-11-28T14:30:05.25+02:00, or now"

    /// The moment that an option names: as `parse` reads it, a date alone, or `now`.
    /// - Throws: a sentence that says what is wrong with the text.
    @Sendable static func named(_ text: String) throws -> Timestamp {
        if text == "now" { return Timestamp(microsecondsSince1970: WallClock.microseconds()) }
        do throws(TimestampTextFault) {
            do throws(TimestampTextFault) {
                return try parse(text)
            } catch .noTimeOfDay {
                return try parse(text + "T00:00Z")
            }
        } catch {
            throw ValidationError("\"\(Cell.escapeControls(text))\" \(error)")
        }
    }
}
