// Lookups in an engine's own process, through a reader of a Replica that follows a live server: hits and misses alone
// and hits in batches, with prepared keys of symbol strings and of unified names. The same loops as the microbenchmarks, with the reader's look for a newer
// snapshot in front of each; measured in turn, pinned to one core.

import ArgumentParser
import Measuring
import SymbologyClient

struct ReplicaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replica", abstract: "Lookups in the process through a reader of a Replica.")

    @OptionGroup var surroundings: Surroundings
    @OptionGroup var sizes: Sizes
    @Option(help: "Rounds, each measuring every way once.") var rounds = 31

    func run() throws {
        var report = Report("1-replica", title: "In the process, through a Replica")
        surroundings.pinClient()
        for symbolCount in try sizes.all {
            let database = ReferenceDatabase(symbolCount: symbolCount, surroundings: surroundings)
            let lookups = try ReplicaLookups(database: database)
            var figures: [String: [Double]] = [:]
            // The first round warms up and is thrown away.
            for round in 0...rounds {
                for (name, nanoseconds) in lookups.round() where round > 0 {
                    figures[name, default: []].append(nanoseconds)
                }
            }
            var table = Table(
                "\(grouped(symbolCount)) symbols", header: ["operation", "each: median (lowest to highest)"])
            for name in ReplicaLookups.names {
                let key = "replica.\(name).\(symbolCount)"
                report.add(key, "ns", figures[name] ?? [])
                table.rows.append([name, report.text(key)])
            }
            for kind in ["symbol", "name"] {
                report.add(
                    "replica.\(kind).missOverHit.\(symbolCount)", ratioOf: figures["\(kind).miss"] ?? [],
                    to: figures["\(kind).hit"] ?? [])
            }
            report.tables.append(table)
        }
        try surroundings.finish(report)
    }
}
