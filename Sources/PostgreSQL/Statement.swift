/// One SQL statement and the name it goes by in errors and logs.
///
/// The text never contains values from outside: those are bound as `Parameter`s.
public struct Statement: Sendable, Hashable {
    /// What errors call the statement, `load symbols` for instance. Never empty in our own code.
    public let name: String
    /// The text, with `$1`, `$2`… where parameters are bound.
    public let sql: String

    public init(name: String, sql: String) {
        self.name = name
        self.sql = sql
    }

    /// By its name alone: the text can be thousands of bytes, and is hashed for every statement that is sent.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
