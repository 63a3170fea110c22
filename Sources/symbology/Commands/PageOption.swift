import ArgumentParser
import ReferenceData

/// Where a page of a list begins.
struct PageOption: ParsableArguments {
    @Option(help: ArgumentHelp("Begin behind this symbol of the list.", valueName: "symbol_id")) var after: UInt32 = 0

    /// What shows the rest of a list.
    func more(after last: Symbol?) -> String { last.map { "--after \($0.id) shows the next" } ?? "--limit shows more" }
}
