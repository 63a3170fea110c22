import ArgumentParser
import ReferenceData

/// The moment of a command that can tell the past.
struct AsOfOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The state at that time, by whole transactions: one that had not ended by then is not in it. "
                + "\(Timestamp.forms).", valueName: "time"),
        transform: Timestamp.named)
    var asOf: Timestamp?
}
