import Logging
import Platform
import ReferenceData

/// Logs to standard error, one line an event: time, level, message, then `key=value` in the order of the keys.
struct LineLogHandler: LogHandler {
    /// Of this logger alone; else the process's.
    private var ownLevel: Logger.Level?
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    var logLevel: Logger.Level {
        get { ownLevel ?? LogThreshold.shared.level }
        set { ownLevel = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        LogWriter.shared.write(
            Self.line(now: Self.now(), level: event.level, message: "\(event.message)", metadata: all))
    }

    static func lineNow(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata) -> String {
        line(now: now(), level: level, message: message, metadata: metadata)
    }

    static func line(now: String, level: Logger.Level, message: String, metadata: Logger.Metadata) -> String {
        var line = "\(now) \(level.rawValue.padded(to: 7)) \(Cell.escapeControls(message))"
        for key in metadata.keys.sorted() {
            line += " \(key)=\(quoteWhereNeeded("\(metadata[key]!)"))"
        }
        return line
    }

    /// A value with a blank, a quote, an equals sign or a control character would not survive `cut -d' '`: it is
    /// quoted.
    private static func quoteWhereNeeded(_ value: String) -> String {
        let isPlain = value.unicodeScalars.allSatisfy {
            $0 != " " && $0 != "\"" && $0 != "=" && !Cell.isControl($0)
        }
        return isPlain && !value.isEmpty ? value : Cell.quoteForJSON(value)
    }

    /// ISO 8601 in UTC with milliseconds.
    private static func now() -> String {
        let microsecondDigits = "123Z"
        return Timestamp(microsecondsSince1970: WallClock.microseconds()).description
            .dropLast(microsecondDigits.count) + "Z"
    }
}

extension Logger {
    /// The one logger of a command.
    static func forCommand(_ label: String) -> Logger { Logger(label: label) { _ in LineLogHandler() } }
}
