// From sending an UPDATE of one row to the Change frame in a subscriber's hands, beside the bare way of a notification:
// an UPDATE of a table that Symbology knows nothing of, whose statement trigger rings, to PQnotifies in another
// session.
//
// Both are sent by the same session with the same statement, both wait in poll(2), one change at a time with a
// millisecond between them. Commits do not wait for the disk (synchronous_commit off), nothing is pinned. A round goes
// over all sizes, so that one size is compared with another within it.
//
// What a change costs the server is read from the kernel's books of its process, over the changes of a round: reading
// it, publishing, pushing it to one subscriber, and whatever it does in the background meanwhile.

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
                "\(rounds) interleaved rounds of \(changes) changes of each kind at each size, each of one row; "
                    + "percentiles of each round, then the median over the rounds."
            ])
        let comparisons = try sizes.all.map {
            try PushComparison(database: ReferenceDatabase(symbolCount: $0, surroundings: surroundings))
        }
        // The first round warms up and is thrown away.
        let rounds = try (0...rounds).map { _ in
            try comparisons.map { try $0.round(changeCount: changes) }
        }.dropFirst()
        var table = Table(
            "From sending the UPDATE to the frame, or the notification, received; the server's work with all that it "
                + "does in the background.",
            header: [
                "symbols", "push p50", "push p99", "NOTIFY p50", "NOTIFY p99", "p50 of NOTIFY's", "p99 of NOTIFY's",
                "server's work a change",
            ])
        for (index, comparison) in comparisons.enumerated() {
            let size = comparison.symbolCount
            addFigures(rounds.map { $0[index] }, beside: rounds.map { $0[0] }, size, to: &report)
            table.rows.append(
                [grouped(size)]
                    + [
                        "push.p50", "push.p99", "notify.p50", "notify.p99", "push.p50.overNotify",
                        "push.p99.overNotify", "change.server",
                    ]
                    .map { report.text("\($0).\(size)") })
        }
        report.tables = [table]
        try surroundings.finish(report)
    }

    private func addFigures(
        _ rounds: [PushComparison.Round], beside smallest: [PushComparison.Round], _ size: Int,
        to report: inout Report
    ) {
        func milliseconds(
            _ rounds: [PushComparison.Round], _ share: Double, _ way: KeyPath<PushComparison.Round, [UInt64]>
        ) -> [Double] {
            rounds.map { Double(percentile(share, ofSorted: $0[keyPath: way])) / 1e6 }
        }
        for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
            let push = milliseconds(rounds, share, \.push)
            let notify = milliseconds(rounds, share, \.notify)
            report.add("push.\(name).\(size)", "ms", push)
            report.add("notify.\(name).\(size)", "ms", notify)
            report.add("push.\(name).overNotify.\(size)", ratioOf: push, to: notify)
            report.add("push.\(name).overSmallest.\(size)", ratioOf: push, to: milliseconds(smallest, share, \.push))
        }
        report.add("change.server.\(size)", "µs", rounds.map { $0.serverNanosecondsEach / 1e3 })
    }
}
