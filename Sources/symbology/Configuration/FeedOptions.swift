import ArgumentParser
import ReferenceFeed

/// How often a server looks at its tables unasked, and what it refuses to believe.
struct FeedOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How often changes are looked for when nothing rings; what rings is looked at at once.",
            valueName: "milliseconds"))
    var pollInterval: Int?

    @Option(
        help: ArgumentHelp(
            "How often everything is read and compared, for changes that no trigger saw.", valueName: "milliseconds"))
    var reconcileInterval: Int?

    @Flag(help: "Serve what was read even if most of the symbols are gone; otherwise that is held back.")
    var allowShrink = false

    var flags: [Setting: String] {
        let flags: [Setting: String?] = [
            .pollInterval: pollInterval.map(String.init), .reconcileInterval: reconcileInterval.map(String.init),
            .allowShrink: allowShrink ? "true" : nil,
        ]
        return flags.compactMapValues { $0 }
    }

    /// All of them can change while the server runs.
    static let settings: [Setting] = [.pollInterval, .reconcileInterval, .allowShrink]
}

extension Configuration {
    func refreshSettings() throws(CommandFailure) -> RefreshSettings {
        let dayMilliseconds = 86_400_000
        var settings = RefreshSettings()
        settings.pollMilliseconds = UInt32(try integer(.pollInterval, in: 100...dayMilliseconds))
        settings.reconcileMilliseconds = UInt32(try integer(.reconcileInterval, in: 1_000...dayMilliseconds))
        return settings
    }
}
