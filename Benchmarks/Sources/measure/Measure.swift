import ArgumentParser

/// The measurements of `make bench`, one subcommand a part of the report. `Benchmarks/run` starts what they need and
/// calls them in turn; each writes a report that `summary` collects.
@main
struct Measure: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures Symbology beside the limit and its peers.",
        subcommands: [
            FillCommand.self, PeersCommand.self, LoadCommand.self, PushCommand.self, TailCommand.self,
            IdleCommand.self, SubscribersCommand.self, InstrumentsCommand.self,
            MarketDataCommand.self, StoreCommand.self,
            ReplicaCommand.self, ResolverCommand.self,
            AllocationsCommand.self, SummaryCommand.self,
        ])
}
