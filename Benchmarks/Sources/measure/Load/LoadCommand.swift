// Loading from PostgreSQL beside a bare COPY of the same rows, the start of the whole process, the start from an image
// file with the database away, and the memory that is taken, at each number of symbols.
//
// Nothing is pinned: a load has a sender (the database) and a receiver, and both may use a core of their own. The bare
// COPY is libpq's, read to its end and thrown away, in this program; the load is what the server's own log says of
// its first one: from the first statement sent to the snapshot in place.

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
            header: ["symbols", "image", "resident", "proportional", "resident at most"])
        for symbolCount in try sizes.all {
            let database = ReferenceDatabase(symbolCount: symbolCount, surroundings: surroundings)
            var comparison = LoadComparison(database: database)
            try comparison.run(rounds: rounds)
            comparison.addFigures(to: &report)
            let imageStart = ImageStart(database: database)
            if let starts = try imageStart.run(rounds: rounds) {
                report.add("start.image.\(symbolCount)", "ms", starts)
            }
            let size = String(symbolCount)
            loads.rows.append(
                [grouped(symbolCount)]
                    + ["copy", "load", "load.overCopy", "start.database", "start.image"].map {
                        report.text("\($0).\(size)")
                    })
            memory.rows.append(
                [grouped(symbolCount)]
                    + ["memory.image", "memory.resident", "memory.proportional", "memory.peak"].map {
                        report.text("\($0).\(size)")
                    })
        }
        report.tables = [loads, memory]
        try surroundings.finish(report)
    }
}
