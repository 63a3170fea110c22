import ArgumentParser
import ReferenceStore

/// What becomes of a name that a symbol loses.
struct AliasOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How long a former name is known; else \(ReferenceManagement.aliasDayCountDefault).", valueName: "days"))
    var aliasFor: Int?
    @Flag(help: "Forget a former name at once.") var noAlias = false

    /// Nil for none.
    var dayCount: Int? { noAlias ? nil : aliasFor ?? ReferenceManagement.aliasDayCountDefault }

    mutating func validate() throws {
        if noAlias, aliasFor != nil { throw ValidationError("give --alias-for or --no-alias, not both") }
        if let aliasFor, !(1...ReferenceManagement.aliasDayCountMax).contains(aliasFor) {
            throw ValidationError(
                "--alias-for is \(aliasFor); it goes from 1 to \(ReferenceManagement.aliasDayCountMax) days")
        }
    }
}
