import Glibc
import Logging

/// The outcome of flag, environment, file and default, each value with where it comes from.
struct Configuration: Sendable {
    struct Entry: Sendable {
        let value: String
        let origin: SettingOrigin
    }

    private var entries: [Setting: Entry] = [:]

    init(_ options: SettingOptions<some SettingGroup>) throws(CommandFailure) {
        try self.init(flags: options.flags, path: options.configPath)
    }

    /// - Parameters:
    ///   - flags: what was given on the command line.
    ///   - path: the configuration file; without it `SYMBOLOGY_CONFIG`, and without that none.
    init(flags: [Setting: String], path: String?) throws(CommandFailure) {
        let path = path ?? Self.environmentValue("SYMBOLOGY_CONFIG")
        let file = if let path { try ConfigurationFile(path: path).entries } else { [Setting: Entry]() }
        for setting in Setting.all {
            if let value = flags[setting] {
                entries[setting] = Entry(value: value, origin: .flag)
            } else if let value = Self.environmentValue(setting.environmentName) {
                entries[setting] = Entry(value: value, origin: .environment)
            } else if let entry = file[setting] {
                entries[setting] = entry
            } else if let value = setting.defaultText {
                entries[setting] = Entry(value: value, origin: .defaultValue)
            }
        }
    }

    /// An empty variable counts as not set: that is how a caller switches one off for a single command.
    private static func environmentValue(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    func value(_ setting: Setting) -> String? { entries[setting]?.value }

    func origin(_ setting: Setting) -> SettingOrigin { entries[setting]?.origin ?? .defaultValue }

    func boolean(_ setting: Setting) throws(CommandFailure) -> Bool {
        switch value(setting)?.lowercased() {
        case "true", "yes", "on", "1": return true
        case "false", "no", "off", "0", nil: return false
        default: throw invalid(setting, expected: "true or false")
        }
    }

    func integer(_ setting: Setting) throws(CommandFailure) -> Int {
        guard case .number(let range) = setting.kind else { throw invalid(setting, expected: "a number") }
        guard let number = Int(value(setting) ?? ""), range.contains(number) else {
            throw invalid(setting, expected: "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// How results are printed; a table where `requireFormat` would throw.
    var format: OutputFormat { value(.format).flatMap(OutputFormat.init) ?? .table }

    func requireFormat() throws(CommandFailure) {
        guard value(.format).flatMap(OutputFormat.init) != nil else {
            throw invalid(.format, expected: "table, json or tsv")
        }
    }

    func logLevel() throws(CommandFailure) -> Logger.Level {
        guard let level = Logger.Level(rawValue: value(.logLevel) ?? "") else {
            throw invalid(.logLevel, expected: "trace, debug, info, notice, warning, error or critical")
        }
        return level
    }

    /// What whoever set it would look for: the flag, the variable, or file and line.
    func name(_ setting: Setting) -> String {
        let origin = origin(setting)
        return switch origin {
        case .flag: "--\(setting.name)"
        case .environment: setting.environmentName
        case .file, .defaultValue: "\(setting.name) (\(origin.text))"
        }
    }

    /// A bad value on the command line is wrong usage; anywhere else it is wrong configuration.
    func invalid(_ setting: Setting, expected: String) -> CommandFailure {
        let value = value(setting) ?? ""
        return CommandFailure(
            origin(setting) == .flag ? .usage : .configuration,
            "\(name(setting)) is \"\(Cell.escapeControls(value))\", which is not \(expected)",
            next: "correct it there; --print-config shows where each setting comes from")
    }

    /// Prints `settings` with their values and origins; what could be a secret is hidden.
    func print(_ settings: [Setting]) {
        let fields: [Field<Setting>] = [
            Field("setting", \.name),
            Field("value") { setting in
                let shown = setting.isSecret ? value(setting).map(ConnectionSecret.hidden(in:)) : value(setting)
                return shown ?? (format == .table ? setting.unsetText : nil)
            },
            Field("origin") { origin($0).text },
        ]
        RowWriter.print(settings, fields, format)
    }
}
