// From sending an UPDATE of one row to the Change frame in a subscriber's hands, beside the bare way of a notification:
// an UPDATE of a table that Symbology knows nothing of, whose statement trigger rings, to PQnotifies in another
// session.
//
// Both are sent by the same session with the same statement, both wait in poll(2), one change at a time with a
// millisecond between them. Commits do not wait for the disk (synchronous_commit off), nothing is pinned.

import ArgumentParser
import CLoad
import Glibc
import Measuring

struct PushCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push", abstract: "UPDATE to Change frame at each number of symbols, beside a bare NOTIFY.")

    @OptionGroup var surroundings: Surroundings
    @OptionGroup var sizes: Sizes
    @Option(help: "Rounds, each of so many changes one way and then the other.") var rounds = 9
    @Option(help: "Changes of one kind in a round.") var changes = 200

    func run() throws {
        var report = Report(
            "4-push", title: "Change to push",
            notes: [
                "\(rounds) interleaved rounds of \(changes) changes, each of one row; percentiles of each round, then "
                    + "the median over the rounds."
            ])
        var table = Table(
            "From sending the UPDATE to the frame, or the notification, received.",
            header: [
                "symbols", "push p50", "push p99", "NOTIFY p50", "NOTIFY p99", "p50 of NOTIFY's", "p99 of NOTIFY's",
            ])
        for symbolCount in try sizes.all {
            let database = ReferenceDatabase(symbolCount: symbolCount, surroundings: surroundings)
            let comparison = try PushComparison(database: database)
            let rounds = try (0...rounds).map { _ in try comparison.round(changeCount: changes) }.dropFirst()
            let ways = [("push", rounds.map(\.push)), ("notify", rounds.map(\.notify))]
            for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
                var figures: [[Double]] = []
                for (way, samples) in ways {
                    figures.append(samples.map { Double(percentile(share, ofSorted: $0)) / 1e6 })
                    report.add("\(way).\(name).\(symbolCount)", "ms", figures[figures.count - 1])
                }
                report.add("push.\(name).overNotify.\(symbolCount)", ratioOf: figures[0], to: figures[1])
            }
            table.rows.append(
                [grouped(symbolCount)]
                    + [
                        "push.p50", "push.p99", "notify.p50", "notify.p99", "push.p50.overNotify",
                        "push.p99.overNotify",
                    ]
                    .map { report.text("\($0).\(symbolCount)") })
        }
        report.tables = [table]
        try surroundings.finish(report)
    }
}
