import ArgumentParser
import ReferenceData

/// The moment of a command that can tell the past.
struct AsOfOption: ParsableArguments {
    @Option(
        help: ArgumentHelp("The state at that time: \(Timestamp.forms).", valueName: "time"),
        transform: Timestamp.named)
    var asOf: Timestamp?
}
