// Loading from PostgreSQL beside a bare COPY of the same rows, the start of the whole process, the start from an image
// file with the database away, and the memory that is taken, at each number of symbols.
//
// Nothing is pinned: a load has a sender (the database) and a receiver, and both may use a core of their own. The bare
// COPY is libpq's, read to its end and thrown away, in this program; the load is what the server's own log says of
// its first one: from the first statement sent to the snapshot in place. Memory is read right after it: the image as
// `status` says it, the process as the kernel does (smaps_rollup, and VmHWM for its peak).

import ArgumentParser
import CLoad
import Glibc
import Measuring

struct LoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "Load, start and memory at each number of symbols, beside a bare COPY.")

    @OptionGroup var surroundings: Surroundings
    @OptionGroup var sizes: Sizes
    @Option(help: "Rounds, each a bare COPY and a load.") var rounds = 9

    func run() throws {
        var report = Report(
            "3-load", title: "Load, start and memory",
            notes: ["\(rounds) interleaved rounds of a bare COPY and a fresh `symbology serve`; nothing pinned."])
        var loads = Table(
            "Load: the server's own figure beside a bare COPY; start: from exec to the loaded answer.",
            header: ["symbols", "bare COPY", "load", "load / COPY", "start to loaded", "start from image file"])
        var memory = Table(
            "Memory: what status says of the image, and what the kernel says of the process after the load.",
            header: ["symbols", "image", "resident", "anonymous", "proportional", "resident at most"])
        for symbolCount in try sizes.all {
            let database = ReferenceDatabase(symbolCount: symbolCount, surroundings: surroundings)
            var comparison = LoadComparison(database: database)
            try comparison.run(rounds: rounds)
            comparison.addFigures(to: &report)
            report.add("start.image.\(symbolCount)", "ms", try ImageStart(database: database).run(rounds: rounds))
            let size = String(symbolCount)
            loads.rows.append(
                [grouped(symbolCount)]
                    + ["copy", "load", "load.overCopy", "start.database", "start.image"].map {
                        report.text("\($0).\(size)")
                    })
            memory.rows.append(
                [grouped(symbolCount)]
                    + ["image", "resident", "anonymous", "proportional", "peak"].map {
                        report.text("memory.\($0).\(size)")
                    })
        }
        report.tables = [loads, memory]
        try surroundings.finish(report)
    }
}
