// The tail of lookups while snapshots are replaced continuously, against a control that burns the same processor time
// beside the server without replacing anything.
//
//     replacing   a writer changes rows of `symbols` at a steady rate; each change is read and a snapshot replaced
//     control     the same writer changes rows of a table the server knows nothing of, and after each of them burners
//                 use the processor time that reading and replacing took: in the server's place on the server's core,
//                 in the database's place anywhere
//
// What a change cost is read from the kernel's books after each phase of replacing, background work included, and burnt
// in the control that follows. The server with all its threads is pinned to one core, the client sleeps on another and
// asks one lookup at a time; the database is not pinned.

import ArgumentParser
import Glibc
import Measuring

struct TailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "Tail latency while snapshots are replaced, against a control of the same cost.")

    @OptionGroup var surroundings: Surroundings
    @Option(help: "Numbers of symbols, separated by commas.") var tailSizes = "10000,1000000"
    @Option(help: "Changes per second.") var rate = 250
    @Option(help: "Rounds, each once replacing and once the control.") var rounds = 9
    @Option(help: "Milliseconds of either in a round.") var milliseconds = 1_500

    func run() throws {
        var report = Report(
            "5-tail", title: "Lookups while snapshots are replaced",
            notes: [
                "\(rate) changes of one row a second; \(rounds) interleaved rounds of \(milliseconds) ms each way; "
                    + "server and burner on core \(surroundings.serverCore), client on core \(surroundings.clientCore)."
            ])
        var table = Table(
            "One lookup at a time over a Unix socket, sleeping client; percentiles of each round, then the median.",
            header: [
                "symbols", "", "snapshots/s", "lookups/s", "p50", "p99", "p99.9", "p99.9 of the control's",
                "a change costs server / database",
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
