import ArgumentParser
import ReferenceData

/// Which kinds of instruments a list is of.
struct KindsOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only these kinds, several with commas between them: \(Self.names).", valueName: "kinds"),
        transform: Self.read)
    var kinds: InstrumentKinds = []

    private static func read(_ text: String) throws -> InstrumentKinds {
        var kinds: InstrumentKinds = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let kind = InstrumentKind.allCases.first(where: { $0.name == part }) else {
                throw ValidationError("\"\(Cell.escapeControls(String(part)))\" is no kind: there are \(names)")
            }
            kinds.insert(InstrumentKinds(kind))
        }
        return kinds
    }

    private static let names = InstrumentKind.allCases.map(\.name).joined(separator: ", ")
}
