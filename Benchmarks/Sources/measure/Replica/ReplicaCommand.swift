// Lookups in an engine's own process, measured in turn, pinned to one core.
//
// Through a reader of a Replica that follows a live server and maps its image: hits and misses alone, and hits in
// batches, with prepared keys of symbol strings and of unified names: the same loops as the microbenchmarks, with the
// reader's look for a newer snapshot in front of each. Beside it, with the same symbol keys in the same order: a
// snapshot of the same image in memory of its own, and what an engine could use instead (CStores), each walked over by
// a loop in its own language.
//
// Then, at the largest size, the first 1,000 lookups in an image that was just adopted, beside 1,000 later ones.

import ArgumentParser
import Measuring

struct ReplicaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replica", abstract: "Lookups in the process: Replica, snapshot, hash maps, LMDB.")

    @OptionGroup var surroundings: Surroundings
    @OptionGroup var sizes: Sizes
    @Option(help: "Rounds, each measuring every way once.") var rounds = 31

    func run() throws {
        var report = Report(
            "1-replica", title: "In the process, beside its peers",
            notes: ["\(rounds) interleaved rounds on core \(surroundings.clientCore)."])
        surroundings.pinClient()
        for symbolCount in try sizes.all {
            let database = ReferenceDatabase(symbolCount: symbolCount, surroundings: surroundings)
            try measureLookups(database, &report)
            if try symbolCount == sizes.all.max() { try measureFirst(database, &report) }
        }
        try surroundings.finish(report)
    }

    private func measureLookups(_ database: ReferenceDatabase, _ report: inout Report) throws {
        let size = database.symbolCount
        let lookups = try ReplicaLookups(database: database)
        // The first round warms up and is thrown away.
        let samples = (0...rounds).map { lookups.round($0) }.dropFirst()
        var table = Table(
            "\(grouped(size)) symbols, prepared keys", header: ["operation", "each: median (lowest to highest)"])
        var figures: [String: [Double]] = [:]
        for (index, contender) in lookups.contenders.enumerated() {
            figures[contender.key] = samples.map { $0[index] }
            report.add("\(contender.key).\(size)", "ns", samples.map { $0[index] })
            table.rows.append([contender.name, report.text("\(contender.key).\(size)")])
        }
        report.tables.append(table)

        func figure(_ key: String) -> [Double] { figures[key] ?? [] }
        let stores = figures.filter { $0.key.hasPrefix("store.") }.values
        let best = samples.indices.map { round in stores.map { $0[round - samples.startIndex] }.min() ?? .nan }
        report.add("store.best.hit.\(size)", "ns", best)
        report.add("snapshot.overBestStore.\(size)", ratioOf: figure("snapshot.symbol.hit"), to: best)
        report.add("replica.overBestStore.\(size)", ratioOf: figure("replica.symbol.hit"), to: best)
        report.add(
            "replica.overSnapshot.\(size)", ratioOf: figure("replica.symbol.hit"), to: figure("snapshot.symbol.hit"))
        for kind in ["symbol", "name"] {
            report.add(
                "replica.\(kind).missOverHit.\(size)", ratioOf: figure("replica.\(kind).miss"),
                to: figure("replica.\(kind).hit"))
            report.add(
                "replica.\(kind).batchOverLimit.\(size)", ratioOf: figure("replica.\(kind).batch"),
                to: figure("replica.\(kind).batchLimit"))
        }
    }

    private func measureFirst(_ database: ReferenceDatabase, _ report: inout Report) throws {
        let size = database.symbolCount
        let lookups = try FirstLookups(database: database)
        let samples = try (0...rounds).map { _ in try lookups.round() }.dropFirst()
        report.add("first.lookup.\(size)", "ns", samples.map(\.first))
        report.add("later.lookup.\(size)", "ns", samples.map(\.later))
        report.add("first.overLater.\(size)", ratioOf: samples.map(\.first), to: samples.map(\.later))
        var table = Table(
            "\(grouped(size)) symbols, an image just mapped", header: ["lookups", "each: median (lowest to highest)"])
        table.rows = [
            ["the first \(grouped(FirstLookups.count))", report.text("first.lookup.\(size)")],
            ["as many others later", report.text("later.lookup.\(size)")],
        ]
        report.tables.append(table)
    }
}
