import ArgumentParser

/// The most rows of a list that are asked for.
struct LimitOption: ParsableArguments {
    @Option(help: ArgumentHelp("At most so many.", valueName: "count")) var limit: Int?

    var count: Int { limit ?? .max }

    mutating func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit is \(limit); it starts at 1") }
    }
}

/// Whether inactive rows are left out.
struct ActiveOption: ParsableArguments {
    @Flag(
        name: [.customLong("active"), .customLong("active-only")],
        help: "Leave out what is delisted, or listed on a venue that is switched off.") var activeOnly = false
}
