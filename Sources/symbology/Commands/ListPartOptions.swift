import ArgumentParser
import ReferenceData

/// Which part of a list is wanted.
struct ListPartOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Take these kinds only: \(Self.names), several with commas between them.", valueName: "kinds"))
    var kinds: String?
    @Option(help: ArgumentHelp("Take what settles in these assets only.", valueName: "assets")) var settle: String?

    /// Whether nothing is left out.
    var isWhole: Bool { kinds == nil && settle == nil }

    /// Nil for all.
    var kindSet: Set<InstrumentKind>? {
        kinds.map { Set(Self.parts($0).compactMap { name in InstrumentKind.allCases.first { $0.name == name } }) }
    }

    /// Nil for all.
    var settleSet: Set<String>? { settle.map { Set(Self.parts($0)) } }

    mutating func validate() throws {
        if kinds.map(Self.parts)?.contains("") == true {
            throw ValidationError("--kinds has an empty name; there are \(Self.names)")
        }
        for kind in kinds.map(Self.parts) ?? [] where !InstrumentKind.allCases.contains(where: { $0.name == kind }) {
            throw ValidationError("--kinds has \"\(kind)\"; there are \(Self.names)")
        }
        if settle.map(Self.parts)?.contains("") == true {
            throw ValidationError("--settle has an empty name")
        }
    }

    private static let names = InstrumentKind.allCases.map(\.name).joined(separator: ", ")

    private static func parts(_ text: String) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: false).map { String($0.drop { $0 == " " }) }
    }
}
