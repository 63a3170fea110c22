// The tail of lookups while the tables change, beside that of the same server when they do not.
//
//     calm       nothing is written
//     elsewhere  a writer changes rows of a table the server knows nothing of, at a steady rate: what the database
//                alone takes from the lookups where it shares their processors
//     changing   the same writer changes rows of `symbols`; each change is read and a snapshot replaced
//
// A phase begins when the server has come to rest. The server with all its threads is pinned to one core, the client
// sleeps on another and asks one lookup at a time; the database is not pinned.

import ArgumentParser
import Glibc
import Measuring

struct TailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "Tail latency while tables change, beside a calm server.")

    @OptionGroup var surroundings: Surroundings
    @Option(help: "Numbers of symbols, separated by commas.") var tailSizes = "10000,1000000"
    @Option(help: "Changes per second.") var rate = 250
    @Option(help: "Rounds, each of one phase of each kind.") var rounds = 9
    @Option(help: "Milliseconds of a phase.") var milliseconds = 1_500

    func run() throws {
        var report = Report(
            "5-tail", title: "Lookups while tables change",
            notes: [
                "\(rate) changes of one row a second; \(rounds) interleaved rounds of \(milliseconds) ms of each kind; "
                    + "server on core \(surroundings.serverCore), client on core \(surroundings.clientCore)."
            ])
        var table = Table(
            "One lookup at a time over a Unix socket, sleeping client; percentiles of each round, then the median.",
            header: [
                "symbols", "", "snapshots/s", "lookups/s", "p50", "p99", "p99.9", "p99.9 of the calm server's",
            ])
        surroundings.pinClient()
        for text in tailSizes.split(separator: ",") {
            guard let symbolCount = Int(text) else { throw ValidationError("--tail-sizes \(text): not a number") }
            let database = ReferenceDatabase(symbolCount: symbolCount, surroundings: surroundings)
            let comparison = try TailComparison(
                database: database, rate: rate, phaseNanoseconds: UInt64(milliseconds) * 1_000_000)
            let outcome = try comparison.run(rounds: rounds)
            outcome.addFigures(to: &report, symbolCount)
            table.rows += outcome.rows(symbolCount)
        }
        report.tables = [table]
        try surroundings.finish(report)
    }
}
