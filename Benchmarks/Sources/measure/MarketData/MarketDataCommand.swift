// What it costs to carry market data over while their writers write: the backfill beside a bare INSERT … SELECT of the
// same rows, writers with the mirror beside writers without, their worst wait while rows are carried over and while
// partitions come and go, and each query of the legacy table before and after.
//
// Programs, writers and sessions of PostgreSQL share all cores; nothing is pinned. Commits do not wait for the disk.

import ArgumentParser
import Measuring

struct MarketDataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "marketdata", abstract: "Market data: backfill, mirror, partitions, queries before and after.")

    @OptionGroup var surroundings: Surroundings
    @Option(help: "Legacy rows, all of past weeks.") var rows = 10_000_000
    @Option(help: "Rounds of writers with and without the mirror.") var rounds = 9
    @Option(help: "Milliseconds of each.") var milliseconds = 1_000
    @Option(help: "Rounds of a whole backfill beside a writer, and of partitions beside a reader.") var slowRounds = 3

    func run() throws {
        var report = Report(
            "8-marketdata", title: "Market data by symbol",
            notes: [
                "\(grouped(rows)) legacy rows of \(MarketDataDatabase.weekCount) past weeks, \(grouped(rows / 5)) of the "
                    + "current one, \(grouped(MarketDataDatabase.symbolCount)) symbols; \(rounds) interleaved rounds of "
                    + "\(milliseconds) ms, \(slowRounds) of what takes longer."
            ])
        let closed = try MarketDataDatabase("market_closed", surroundings)
        try closed.fill(rows, .pastWeeks)
        try LegacyQueries(closed).run("before", &report)
        let live = try MarketDataDatabase("market_live", surroundings)
        try live.fill(rows / 5, .thisWeek)
        var table = Table(
            "Legacy rows carried over",
            header: [
                "", "rows/s", "of a bare INSERT … SELECT", "bare, rows/s", "WAL, bytes a row", "peak of the program",
            ])
        for (kind, database) in [("closed", closed), ("live", live)] {
            try CarryOver(database, surroundings).run(kind, &report)
            let keys = ["", "OverBare", ".bare", ".wal", ".peak"].map { "carry.\(kind)\($0)" }
            table.rows.append(
                [kind == "closed" ? "partitions built aside" : "the live partition"] + keys.map { report.text($0) })
        }
        report.tables.append(table)
        try LegacyQueries(closed).run("after", &report)
        LegacyQueries.addTable(to: &report)
        try MirrorCost(surroundings, rounds: rounds, milliseconds: milliseconds).run(&report)
        try WriterStalls(surroundings, rows: rows / 20, rounds: slowRounds).run(closed, &report)
        try surroundings.finish(report)
    }
}
