/// One numbered step of the schema: how to take it and how to take it back.
public struct Migration: Sendable, Hashable {
    /// The number in front of the file names.
    public let version: Int
    /// What stands between the number and the ending: `exchanges`.
    public let name: String
    public let up: MigrationScript
    /// Nil where there is no way back.
    public let down: MigrationScript?

    /// `002_exchanges`
    public var label: String { Self.label(version, name) }

    static func label(_ version: Int, _ name: String) -> String {
        let digits = String(version)
        return String(repeating: "0", count: max(0, 3 - digits.count)) + digits + "_" + name
    }
}

/// One file of `Migrations/`.
public struct MigrationScript: Sendable, Hashable {
    public let path: String
    public let sql: String

    /// False when a line of the file's leading comment says `-- no transaction`: its statements then run one by one,
    /// each committed by itself, so that CONCURRENTLY works. Such a file must be safe to run again after a crash.
    public var isTransactional: Bool {
        // "\r\n" is one `Character`, and no "\n".
        for line in sql.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard let first = words.first else { continue }
            guard first.hasPrefix("--") else { return true }
            if words.joined(separator: " ").lowercased() == "-- no transaction" { return false }
        }
        return true
    }
}
