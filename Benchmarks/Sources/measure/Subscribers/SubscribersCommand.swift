// What many subscribers cost others.
//
//     fan-out   a few changes a second go to thousands that read; one lookup at a time beside it, and beside the same
//               changes where nobody subscribes. The second server is frozen while the first is measured.
//     stuck     thousands that read nothing, beside changes as fast as they can be written, until all are cut: how much
//               the server grows, and the longest that anybody else waited
//
// The server with all its threads is pinned to one core, the client sleeps on another; what reads the subscriptions runs
// behind everything else (niceness 19). The kernel's own memory of a socket is not the server's.

import ArgumentParser
import Glibc
import Measuring

struct SubscribersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "subscribers", abstract: "What thousands of subscribers cost others, reading or not.")

    @OptionGroup var surroundings: Surroundings
    @Option(help: "How many subscribers.") var subscribers = 5_000
    @Option(help: "Number of symbols.") var symbols = 10_000
    @Option(help: "Changes per second beside subscribers that read.") var rate = 10
    @Option(help: "Rounds of one phase each.") var rounds = 9
    @Option(help: "Milliseconds of a phase.") var milliseconds = 3_000

    func run() throws {
        var report = Report("8-subscribers", title: "Many subscribers")
        let count = try DescriptorLimit.raise(for: subscribers, &report)
        let database = ReferenceDatabase(symbolCount: symbols, surroundings: surroundings)
        surroundings.pinClient()
        try measureFanOut(count, database, &report)
        try measureStuck(count, database, &report)
        try surroundings.finish(report)
    }

    private func measureFanOut(_ count: Int, _ database: ReferenceDatabase, _ report: inout Report) throws {
        let comparison = try FanOutComparison(
            database: database, subscriberCount: count, rate: rate,
            phaseNanoseconds: UInt64(milliseconds) * 1_000_000)
        // The first round warms up and is thrown away.
        let rounds = try (0...rounds).map { _ in try comparison.round() }.dropFirst()
        func microseconds<Sample: BinaryInteger>(
            _ share: Double, _ samples: (FanOutComparison.Round) -> [Sample]
        ) -> [Double] {
            rounds.map { Double(percentile(share, ofSorted: samples($0))) / 1_000 }
        }
        var table = Table(
            "\(rate) changes a second, one lookup at a time; percentiles of each round, then the median.",
            header: ["subscribers", "lookup p50", "lookup p99", "lookup p99.9", "the last one has a change, p99"])
        for (name, shown, samples) in [
            ("alone", "none", \FanOutComparison.Round.alone), ("beside", grouped(count), \.beside),
        ] {
            for (key, share) in [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999)] {
                report.add("fanOut.\(name).\(key)", "µs", microseconds(share) { $0[keyPath: samples] })
            }
            if name == "beside" { report.add("fanOut.last.p99", "µs", microseconds(0.99, \.last)) }
            table.rows.append(
                [shown] + ["p50", "p99", "p99.9"].map { report.text("fanOut.\(name).\($0)") }
                    + [name == "beside" ? report.text("fanOut.last.p99") : ""])
        }
        report.add(
            "fanOut.p99.overAlone", ratioOf: microseconds(0.99, \.beside), to: microseconds(0.99, \.alone))
        report.tables.append(table)
    }

    private func measureStuck(_ count: Int, _ database: ReferenceDatabase, _ report: inout Report) throws {
        let stuck = try StuckSubscribers(database: database, subscriberCount: count)
        report.add("stuck.growth", "MB", [Double(stuck.growthByteCount) / 1e6])
        report.add("stuck.filling.worst", "ms", [Double(stuck.worstWhileFilling) / 1e6])
        report.add("stuck.cut.worst", "ms", [Double(stuck.worstWhileCut) / 1e6])
        report.add("stuck.cut.seconds", "s", [stuck.cutSeconds])
        var table = Table(
            "\(grouped(count)) subscribers that read nothing",
            header: ["growth of the server", "longest lookup while they fill", "while they are cut", "cut within"])
        table.rows.append(["growth", "filling.worst", "cut.worst", "cut.seconds"].map { report.text("stuck.\($0)") })
        report.tables.append(table)
    }
}
