// What contracts add: the image with every name, lookups by unified name beside those by string, an import of new rows
// beside a COPY of the same rows, and the second in which 20,000 symbols expire beside seconds in which none does.
//
// Lookups, expiries: server on one core, client on another, one Unix socket. Names and strings are asked in turn, of the
// same server, over the same symbols, with the limit beside them. The import runs as `symbology import` does, process
// and all; the bare COPY goes into the same table with the same triggers. Nothing of either is pinned.

import ArgumentParser
import CLoad
import Glibc
import Measuring

struct InstrumentsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "instruments", abstract: "Contracts: memory, unified names, imports, 20,000 expiries in a second.")

    @OptionGroup var surroundings: Surroundings
    @Option(help: "The limit executable.") var limit: String
    @Option(help: "Number of symbols, nine of ten of them options.") var symbols = 1_000_000
    @Option(help: "Rounds of each kind.") var rounds = 9
    @Option(help: "Milliseconds that lookups of one kind are measured for in a round.") var milliseconds = 150
    @Option(help: "Rows of an import.") var imported = 100_000
    @Option(help: "Symbols that expire in one second.") var expiring = 20_000
    @Option(help: "Rounds of imports and of expiries.") var slowRounds = 5

    func run() throws {
        var report = Report(
            "7-instruments", title: "Contracts",
            notes: [
                "\(grouped(symbols)) symbols; \(rounds) interleaved rounds of \(milliseconds) ms for lookups, "
                    + "\(slowRounds) rounds of imports of \(grouped(imported)) rows and of \(grouped(expiring)) expiries."
            ])
        try measureMemory(&report)
        try measureNames(&report)
        try measureImport(&report)
        try measureExpiries(&report)
        try surroundings.finish(report)
    }

    private func database(_ shape: ReferenceDatabase.Shape) throws -> ReferenceDatabase {
        let database = ReferenceDatabase(symbolCount: symbols, surroundings: surroundings, shape: shape)
        try database.make()
        return database
    }

    private func measureMemory(_ report: inout Report) throws {
        var table = Table("Memory, with every name", header: ["symbols", "image", "resident"])
        for shape in [ReferenceDatabase.Shape.spot, .options] {
            let server = try SymbologyServer(
                surroundings, database: try database(shape).conninfo, name: "memory.\(shape)")
            defer { server.process.stop() }
            let status = try server.awaitLoaded()
            let kernel = ProcessAccount(processId: server.process.processId).memory
            report.add("memory.image.\(shape)", "MB", [Double(status.imageByteCount) / 1e6])
            report.add("memory.resident.\(shape)", "MB", [Double(kernel["Rss"] ?? 0) / 1e6])
            table.rows.append(
                [shape == .spot ? "all spot" : "nine of ten options"]
                    + ["image", "resident"].map { report.text("memory.\($0).\(shape)") })
        }
        report.tables.append(table)
    }

    private func measureNames(_ report: inout Report) throws {
        let lookups = try NameLookups(
            database: database(.options), limit: limit, rounds: rounds, nanoseconds: UInt64(milliseconds) * 1_000_000)
        var table = Table(
            "Lookups by unified name, and by code and string, beside those by string, over a Unix socket, spinning",
            header: ["depth", "limit", "by string", "by name", "by code", "name / string", "code / string"])
        for depth in [1, 1_024] {
            let cells = try lookups.run(depth: depth)
            let (limit, strings, names, codes) = (cells[0], cells[1], cells[2], cells[3])
            let keys = ["limit", "string", "name", "code"].map { "names.\($0).\(depth)" }
            if depth == 1 {
                for (key, cell) in zip(keys, cells) { report.add(key, "µs", cell.medians.map { $0 / 1_000 }) }
                report.add("names.timeOverString.1", ratioOf: names.medians, to: strings.medians)
                report.add("codes.timeOverString.1", ratioOf: codes.medians, to: strings.medians)
                report.add("names.timeOverLimit.1", ratioOf: names.medians, to: limit.medians)
            } else {
                for (key, cell) in zip(keys, cells) { report.add(key, "M/s", cell.rates.map { $0 / 1e6 }) }
                // Time over time, so that more is slower at either depth.
                report.add("names.timeOverString.\(depth)", ratioOf: strings.rates, to: names.rates)
                report.add("codes.timeOverString.\(depth)", ratioOf: strings.rates, to: codes.rates)
            }
            table.rows.append(
                [grouped(depth)] + keys.map { report.text($0) }
                    + ["names", "codes"].map { report.text("\($0).timeOverString.\(depth)") })
        }
        report.tables.append(table)
    }

    private func measureImport(_ report: inout Report) throws {
        let imports = try ImportComparison(surroundings: surroundings, rowCount: imported)
        // The first one warms up and is thrown away.
        let seconds = try (0...slowRounds).map { _ in try imports.round() }.dropFirst()
        report.add("import.copy", "s", seconds.map(\.copy))
        report.add("import.new", "s", seconds.map(\.imported))
        report.add("import.overCopy", ratioOf: seconds.map(\.imported), to: seconds.map(\.copy))
        var table = Table("Import", header: ["new rows", "bare COPY", "symbology import", "import / COPY"])
        table.rows.append(
            [grouped(imported)] + ["import.copy", "import.new", "import.overCopy"].map { report.text($0) })
        report.tables.append(table)
    }

    private func measureExpiries(_ report: inout Report) throws {
        surroundings.pinClient()
        let comparison = try ExpiryComparison(database: database(.options), expiringCount: expiring)
        var seconds: [ExpiryComparison.Second] = []
        for _ in 0..<slowRounds { seconds.append(try comparison.round()) }
        func microseconds(_ samples: KeyPath<ExpiryComparison.Second, [UInt32]>) -> [Double] {
            seconds.map { Double(percentile(0.999, ofSorted: $0[keyPath: samples].sorted())) / 1_000 }
        }
        report.add("expiry.p99.9", "µs", microseconds(\.expiring))
        report.add("expiry.control.p99.9", "µs", microseconds(\.calm))
        report.add("expiry.pushes", "", seconds.map { Double($0.pushCount) })
        var table = Table(
            "\(grouped(expiring)) symbols expire in one second",
            header: ["", "p99.9 of lookups in that second", "pushes"])
        table.rows.append(["expiring", report.text("expiry.p99.9"), report.text("expiry.pushes")])
        table.rows.append(["control: none expires", report.text("expiry.control.p99.9"), ""])
        report.tables.append(table)
    }
}
